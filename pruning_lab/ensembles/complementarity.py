"""Complementarity: the next member is right where the group is wrong."""

import numpy as np
from numpy.typing import ArrayLike

from pruning_lab.ensembles.ballots import Integers, counted


def complementarity(outputs: ArrayLike, y: ArrayLike) -> Integers:
    r"""Order in which each next member is right most often where the group errs.

    :math:`s_u = \arg\max_k \sum_i I(h_k(x_i) = y_i \wedge H_{u-1}(x_i) \ne y_i)`
    [MartinezMunoz2009]_. The first is the best alone; on a tie, which includes a group without
    errors, the first member is taken.

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
    >>> complementarity([[0, 1, 0], [0, 1, 1], [1, 1, 1]], [0, 1, 1])
    array([1, 0, 2])
    """
    ballots = counted(outputs, y)
    right, order = ballots.right, [int(ballots.right.sum(axis=1).argmax())]
    total = ballots.shares[order[0]]
    while len(order) < len(right):
        wrong = total.argmax(axis=1) != ballots.truth
        gains = (right & wrong).sum(axis=1)
        gains[order] = -1
        order.append(int(gains.argmax()))
        total = total + ballots.shares[order[-1]]
    return np.array(order)
