"""Reduce-error: the next member is the one with which the group errs least."""

import numpy as np
from numpy.typing import ArrayLike

from pruning_lab.ensembles.ballots import Integers, counted


def reduce_error(outputs: ArrayLike, y: ArrayLike) -> Integers:
    """Order in which each next member leaves the fewest errors [Margineantu1997]_.

    The first is the best alone; on a tie the first member is taken. Greedy: no order is best for
    every size, and the first few members fit the samples they were chosen on.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes), on held-out samples
    y : (n,) labels, of the kind of the votes; for probabilities column numbers

    Raises
    ------
    ValueError
        If outputs and labels do not fit.

    Examples
    --------
    >>> reduce_error([[1, 1, 0], [0, 1, 1], [1, 1, 1]], [0, 1, 1])
    array([1, 2, 0])
    """
    ballots = counted(outputs, y)
    order: list[int] = []
    total = np.zeros_like(ballots.shares[0])
    for _ in ballots.shares:
        hits = ballots.hits_with_each(total)
        hits[order] = -1
        order.append(int(hits.argmax()))
        total = total + ballots.shares[order[-1]]
    return np.array(order)
