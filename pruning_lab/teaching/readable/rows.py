"""The lowest of each row go: what `pruning_lab.ranking` does, as one sort a row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Bools


def highest_of_each_row(table: NDArray[Any], k: int) -> Bools:
    """Mark all but the `k` lowest numbers of each row; on a tie the first goes first.

    Parameters
    ----------
    table : (n_rows, size)
    k : 0 to size

    Examples
    --------
    >>> highest_of_each_row(np.array([[3.0, 1.0, 1.0, 2.0]]), 1)
    array([[ True, False,  True,  True]])
    """
    keep = np.ones(table.shape, bool)
    for row, kept in zip(table, keep, strict=True):
        order = np.argsort(row, kind="stable")  # equal numbers stay in reading order
        kept[order[:k]] = False
    return keep
