"""k-means of plain numbers: on a line clusters are intervals, so that the best can be found."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array

CUTS = 512  # places where the exact search may cut; four times the work for twice as many
ROUNDS = 1000  # Lloyd's settle long before; a bound in case rounding lets two states alternate
Places = NDArray[np.intp]


def kmeans(numbers: Array, count: int) -> tuple[Array, Places]:
    """Centres, ascending, and for each number which one is nearest; the same on every call.

    [Han2016]_, section 3, start k-means from centres spread evenly. On a line the best
    clusters are intervals, and dynamic programming finds them, so that no start needs choosing.
    It is exact for up to 512 distinct numbers. For more it may cut at 512 places only, closer
    where numbers are dense, and Lloyd's rounds settle the rest.

    Parameters
    ----------
    numbers : (n,), finite
    count : centres at most, up to 256; not more distinct numbers than that are kept exactly

    Returns
    -------
    centres, labels
        (at most count,) and (n,).

    Examples
    --------
    >>> kmeans(np.array([0.0, 1.0, 9.0, 11.0]), 2)
    (array([ 0.5, 10. ]), array([0, 0, 1, 1]))
    """
    distinct, which, weights = np.unique(numbers, return_inverse=True, return_counts=True)
    if len(distinct) <= count:
        return distinct, which
    wide = distinct.astype(np.promote_types(distinct.dtype, np.float64))
    scale = np.abs(wide).max()  # squares must not overflow
    line = (wide / scale).astype(np.float64)
    starts = _best_starts(line, weights, count)
    for _ in range(ROUNDS):
        centres = _means(line, weights, starts)
        bounds = np.searchsorted(line, (centres[:-1] + centres[1:]) / 2, side="right")
        settled, starts = starts, np.unique([0, *bounds[bounds < len(line)]])  # none is empty
        if np.array_equal(settled, starts):
            break
    labels = np.repeat(np.arange(len(starts)), np.diff([*starts, len(line)]))
    return _means(line, weights, starts) * scale, labels[which]


def _means(line: Array, weights: NDArray[Any], starts: Places) -> Array:
    """Weighted mean of each interval."""
    sums: Array = np.add.reduceat(line * weights, starts) / np.add.reduceat(weights, starts)
    return sums


def _best_starts(line: Array, weights: NDArray[Any], count: int) -> Places:
    """Where each of `count` intervals starts, so that squared distances to the means are least."""
    cuts = _candidates(line)
    centred = line - np.average(line, weights=weights)  # differences of sums stay precise
    sums = [np.concatenate([[0], np.cumsum(weights * centred**p)])[cuts] for p in (0, 1, 2)]
    size, total, square = (s[None, :] - s[:, None] for s in sums)  # from cut i to cut j
    spread = np.full(size.shape, np.inf)
    np.divide(total**2, size, out=spread, where=size > 0)
    spread = np.where(size > 0, square - spread, np.inf)
    least, before = spread[0], []
    for _ in range(count - 1):  # least[j]: up to cut j, in one more interval each time
        ways = least[:, None] + spread
        before.append(ways.argmin(axis=0))
        least = ways.min(axis=0)
    place, starts = len(cuts) - 1, [0]
    for step in reversed(before):
        place = int(step[place])
        starts.append(place)
    return cuts[np.unique(starts)]


def _candidates(line: Array) -> Places:
    """Places to cut, first and last included: all, or some as dense as the best cells would be.

    Many cells serve best where they are as dense as the cube root of the numbers' density. A
    gap g between neighbours stands for a density of 1 / g, and so counts g ** (2 / 3).
    """
    if len(line) <= CUTS:
        return np.arange(len(line) + 1)
    passed = np.cumsum(np.diff(line) ** (2 / 3))
    inner = np.searchsorted(passed, np.linspace(0, passed[-1], CUTS + 1)[1:-1]) + 1
    return np.unique([0, *inner, len(line)])
