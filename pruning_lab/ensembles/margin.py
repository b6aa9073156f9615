"""Margin distance: the group moves towards a point where every sample is just right."""

import numpy as np
from numpy.typing import ArrayLike

from pruning_lab.arrays import Number
from pruning_lab.ensembles.ballots import Integers, counted


def margin_distance(outputs: ArrayLike, y: ArrayLike, *, target: float = 0.075) -> Integers:
    r"""Order in which each next member brings the group nearest to a small margin everywhere.

    With signatures :math:`c_t`, 1 where a member is right and −1 where not, and T members in
    all: :math:`s_u = \arg\min_k d(o, \frac{1}{T}(c_k + \sum_{t<u} c_{s_t}))`, where every entry
    of o is `target` [MartinezMunoz2009]_. A small target makes easy samples count little. On a
    tie the first member is taken.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes), on held-out samples
    y : (n,) labels, of the kind of the votes; for probabilities column numbers
    target : margin to reach, in (0, 1); the authors use 0.075

    Raises
    ------
    ValueError
        If outputs and labels do not fit, or the target is out of range.

    Examples
    --------
    >>> margin_distance([[0, 1, 0], [0, 1, 1], [1, 1, 1]], [0, 1, 1])
    array([1, 0, 2])
    """
    if not isinstance(target, Number) or not 0 < target < 1:
        raise ValueError(f"target is a margin between 0 and 1, such as 0.075; got {target!r}.")
    signatures = counted(outputs, y).signatures
    members, n = signatures.shape
    order: list[int] = []
    total = np.zeros(n, np.int64)
    # |T o - total - c|² without what all candidates share, halved: total·c - T target sum(c)
    pulls = members * float(target) * signatures.sum(axis=1)
    for _ in range(members):
        distances = signatures @ total - pulls
        distances[order] = np.inf
        order.append(int(distances.argmin()))
        total += signatures[order[-1]]
    return np.array(order)
