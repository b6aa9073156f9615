"""One long row, perhaps in pieces: only numbers near the threshold are ranked."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools
from pruning_lab.ranking import cores, limits
from pruning_lab.ranking.bracket import bracket
from pruning_lab.ranking.pools import Pools, chunks, spare_memory
from pruning_lab.ranking.short_rows import by_threshold


def keep_highest_of_all(pools: Sequence[Pools], k: int) -> list[Bools]:
    """Mark all but the `k` lowest of all numbers, as if all tables were one long row.

    Parameters
    ----------
    pools : tables, in reading order
    k : 0 to the count of all numbers

    Returns
    -------
    list of arrays
        As the tables in shape; views of one block of memory.

    Raises
    ------
    ValueError
        If a number is NaN.

    Examples
    --------
    >>> keep_highest_of_all([Pools(np.array([[3.0, 1.0]])), Pools(np.array([[1.0]]))], 1)
    [array([[ True, False]]), array([[ True]])]
    """
    sizes = [p.numbers.size for p in pools]
    pieces = [p.flat() for p in pools if p.numbers.size]  # views, if the tables are contiguous
    keep = np.empty(sum(sizes), dtype=bool)  # one block: fresh memory costs more than arithmetic
    for deviations in (2.5, 6):  # one bracket in eighty is too narrow; its cost is small
        low, high = bracket(pieces, k / keep.size, deviations)
        enclosed = low < high and _keep_by_bracket(low, high, pieces, k, keep)
        if enclosed or low == high:  # equal bounds: so many equal numbers
            break
    if not enclosed:
        _keep_from(_search(pieces, k, (low, high)) if k else -np.inf, pieces, k, keep)
    parts = np.split(keep, np.cumsum(sizes)[:-1])
    return [part.reshape(p.numbers.shape) for part, p in zip(parts, pools, strict=True)]


def _keep_by_bracket(low: Any, high: Any, pieces: Sequence[Pools], k: int, keep: Bools) -> bool:
    """Mark what exceeds `low`, rank what is below `high`; False if the threshold lies outside."""
    crowd = cores.CORES > 1 and keep.size > limits.MANY
    blocks = _blocks(pieces, keep.size // (4 * cores.CORES) + 1) if crowd else pieces
    edges = np.cumsum([0] + [block.numbers.size for block in blocks])
    marks = np.split(keep, edges[1:-1])
    # between chunks, threads wait for each other
    mark = partial(_keep_above, low, high, 2 * limits.CHUNK if crowd else limits.CHUNK)
    found = cores.on_all_cores(mark, blocks, marks) if crowd else map(mark, blocks, marks)
    kept, places, between = zip(*found, strict=True)
    inside = np.concatenate(between)
    missing = k - (keep.size - sum(kept))  # how many of those inside must go
    if not 0 <= missing <= inside.size:
        return False
    if missing:
        where = [place + start for place, start in zip(places, edges, strict=False)]
        keep[np.concatenate(where)] = by_threshold(inside[None], missing)[0]
    return True


def _blocks(pieces: Sequence[Pools], size: int) -> list[Pools]:
    """Cut flat tables into some of at most that size: views."""
    return [p.flat(slice(i, i + size)) for p in pieces for i in range(0, len(p.numbers), size)]


def _keep_above(
    low: Any, high: Any, chunk: int, block: Pools, keep: Bools
) -> tuple[int, NDArray[np.intp], Array]:
    """Mark and count what exceeds `low`; also return places and numbers of what is below `high`."""
    start, kept, places, between = 0, 0, [], []
    many = min(chunk, block.numbers.size)
    spare, low_enough = spare_memory(block, many), np.empty(many, dtype=bool)
    for x in block.chunks(spare):
        above, below = keep[start : start + x.size], low_enough[: x.size]
        np.greater(x, low, out=above)
        np.less(x, high, out=below)
        kept += int(np.count_nonzero(above))  # here, while it is in the cache
        inside = np.flatnonzero(np.equal(above, below, out=below))  # both, or neither: NaN
        places.append(inside + start)
        between.append(block.checked(x[inside]))
        start += x.size
    return kept, np.concatenate(places), np.concatenate(between)


def _search(pieces: Sequence[Pools], k: int, guesses: Sequence[Any]) -> Any:
    """Find the k-th smallest where the bracket failed: at one of its bounds, or anywhere."""
    for guess in guesses:  # many equal numbers make a bound the threshold
        below = sum(np.count_nonzero(x < guess) for x in chunks(pieces))
        ties = sum(np.count_nonzero(x == guess) for x in chunks(pieces))
        if below < k <= below + ties:
            return guess
    return np.partition(np.concatenate([p[:] for p in pieces]), k - 1)[k - 1]


def _keep_from(threshold: Any, pieces: Sequence[Pools], k: int, keep: Bools) -> None:
    """Mark what reaches the threshold; the first that tie with it make up the count."""
    drop = k - sum(np.count_nonzero(x < threshold) for x in chunks(pieces))
    start = 0
    for x in chunks(pieces):
        out = keep[start : start + x.size]
        np.greater_equal(x, threshold, out=out)
        tied = np.flatnonzero(x == threshold)[:drop]
        out[tied] = False
        drop -= len(tied)
        start += x.size
