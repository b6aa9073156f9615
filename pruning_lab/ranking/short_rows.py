"""Rows that fit the cache, many at a time: each is ranked whole."""

import numpy as np

from pruning_lab.arrays import Array, Bools


def by_rank(rows: Array, k: int) -> Bools:
    """Compare all pairs: for rows of two to eight numbers, such as N:M."""
    lanes = np.empty(rows.shape[::-1], dtype=rows.dtype)
    np.copyto(lanes, rows.T)  # column by column, which is much faster than row by row
    rank = np.empty(lanes.shape, dtype=np.uint8)
    rank[:] = np.arange(len(lanes), dtype=np.uint8)[:, None]  # right if all were equal
    for gap in range(1, len(lanes)):
        swapped = (lanes[:-gap] > lanes[gap:]).view(np.uint8)
        rank[:-gap] += swapped
        rank[gap:] -= swapped
    keep = np.empty(rows.shape, dtype=bool)
    for i, lane in enumerate(rank >= k):
        keep[:, i] = lane
    return keep


def by_threshold(rows: Array, k: int) -> Bools:
    """Find the k-th smallest of each row: for rows that fit the cache."""
    threshold = np.partition(rows, k - 1, axis=1)[:, k - 1 : k]
    keep = rows > threshold
    missing = rows.shape[1] - k - np.count_nonzero(keep, axis=1)
    short = np.flatnonzero(missing)
    if len(short) == 0:  # nothing ties with the threshold
        return keep
    tied = rows[short] == threshold[short]
    from_end = tied[:, ::-1].cumsum(axis=1)[:, ::-1]
    keep[short] |= tied & (from_end <= missing[short, None])
    return keep
