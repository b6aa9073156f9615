"""The highest numbers of each row, short or long."""

import numpy as np

from pruning_lab.arrays import Bools
from pruning_lab.ranking import limits
from pruning_lab.ranking.long_row import keep_highest_of_all
from pruning_lab.ranking.pools import Pools, chunks
from pruning_lab.ranking.short_rows import by_rank, by_threshold


def keep_highest(pools: Pools, k: int) -> Bools:
    """Mark all but the `k` lowest numbers of each row; on a tie the first goes first.

    Parameters
    ----------
    pools : (n_rows, size)
    k : 0 to size

    Returns
    -------
    array
        (n_rows, size), with ``size - k`` True in each row.

    Raises
    ------
    ValueError
        If a number is NaN.

    Examples
    --------
    >>> keep_highest(Pools(np.array([[3.0, 1.0, 1.0, 2.0]])), 1)
    array([[ True, False,  True,  True]])
    """
    n_rows, size = pools.numbers.shape
    keep = np.empty((n_rows, size), dtype=bool)
    if size > limits.CHUNK or (n_rows == 1 and size > limits.FEW):
        for i in range(n_rows):
            keep[i] = keep_highest_of_all([pools.flat(slice(i, i + 1))], k)[0]
        return keep
    start, method = 0, by_rank if size <= 8 else by_threshold
    for x in chunks([pools]):
        keep[start : start + len(x)] = method(x, k) if 0 < k < size else k == 0
        start += len(x)
    return keep
