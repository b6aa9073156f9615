"""What a group of members says together, and how often it is right."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pruning_lab.ensembles.ballots import Integers, checked_members, counted, shared


def combined(outputs: ArrayLike, members: ArrayLike | None = None) -> NDArray[Any]:
    """Label with most votes, or with the highest mean probability, (n,).

    On a tie the class that sorts first wins.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes)
    members : who counts, as often as it is named; None counts everyone once

    Returns
    -------
    labels
        Of the kind of the votes; for probabilities the number of the column.

    Raises
    ------
    ValueError
        If outputs hold nothing or what is no probability, or a member does not exist.

    Examples
    --------
    >>> combined([["cat", "dog"], ["cat", "cat"], ["dog", "dog"]])
    array(['cat', 'dog'], dtype='<U3')
    """
    shares, classes = shared(outputs)
    chosen = range(len(shares)) if members is None else members
    columns: Integers = shares[checked_members(chosen, len(shares))].sum(axis=0).argmax(axis=1)
    return columns if classes is None else np.asarray(classes[columns])


def accuracy_by_size(outputs: ArrayLike, y: ArrayLike, order: ArrayLike) -> NDArray[np.float64]:
    """Accuracy of the first 1, 2, 3, … members of an order, together.

    To judge an order, give outputs on test samples, which neither trained nor ordered a member.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes)
    y : (n,) labels, of the kind of the votes; for probabilities column numbers
    order : members, first to last; may repeat

    Raises
    ------
    ValueError
        If outputs and labels do not fit, or a member of the order does not exist.

    Examples
    --------
    >>> accuracy_by_size([[0, 1, 0], [0, 1, 1], [1, 1, 1]], [0, 1, 1], [2, 1, 0])
    array([0.66666667, 1.        , 1.        ])
    """
    ballots = counted(outputs, y)
    total, hits = np.zeros_like(ballots.shares[0]), []
    for member in checked_members(order, len(ballots.shares)):
        total = total + ballots.shares[member]
        hits.append(ballots.hits(total))
    return np.array(hits) / len(ballots.truth)
