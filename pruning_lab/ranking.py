"""Keep the highest numbers of each row of a table: exact counts, ties in reading order, fast.

The idea takes three lines. The k-th smallest number of a row is its *threshold*; what
exceeds it stays; of those that equal it, the last in reading order stay as well. In a long
row only a few numbers need ranking: a sample brackets the threshold, one pass over the row
decides all that lies outside the bracket, and what lies inside is ranked.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, as_floats

CHUNK = 1 << 17  # numbers that fit a core's own cache
MANY = 1 << 23  # numbers that are worth threads
CORES = 1 if sys.platform == "emscripten" else os.cpu_count() or 1  # a browser has no threads
FEW = 1 << 12  # numbers of a single row: up to so many, a sample does not pay
RUN = 128  # neighbours that a sample takes together: reading is what costs
Numbers = NDArray[Any]
Key = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Pools:
    """Numbers that compete row by row, made ready only where they are read.

    Parameters
    ----------
    numbers : (n_rows, size)
    eligible : likewise; what is not eligible ranks below all that is
    key : applied to the numbers first, such as np.abs, without a copy of all of them
    name : for messages
    """

    numbers: Numbers
    eligible: Bools | None = None
    key: Key | None = None
    name: str = "?"

    def flat(self, rows: slice = slice(None)) -> "Pools":
        """Some rows (or all) as one, shape (n_rows * size,)."""
        eligible = None if self.eligible is None else self.eligible[rows].ravel()
        return Pools(self.numbers[rows].ravel(), eligible, self.key, self.name)

    def windows(self, width: int) -> "Pools":
        """All runs of `width` neighbours of a flat table: views, which overlap."""
        eligible = None if self.eligible is None else sliding_window_view(self.eligible, width)
        return Pools(sliding_window_view(self.numbers, width), eligible, self.key, self.name)

    def __getitem__(self, where: Any) -> Array:
        """Numbers as they rank, ready to be read."""
        return self.checked(self.ready(where))

    def chunks(self, spare: Array) -> Iterator[Array]:
        """Yield whole rows, as many as fit in `spare`; each may overwrite the last."""
        step = max(1, len(spare) * len(self.numbers) // max(1, self.numbers.size))
        for i in range(0, len(self.numbers), step):
            yield self.ready(slice(i, i + step), spare)

    def ready(self, where: Any, spare: Array | None = None) -> Array:
        """Floats, key applied (in `spare` memory, if it fits), what is not eligible at -inf."""
        x = as_floats(self.numbers[where])
        if isinstance(self.key, np.ufunc) and spare is not None and spare.dtype == x.dtype:
            x = self.key(x, out=spare[: x.size].reshape(x.shape))
        elif self.key is not None:
            x = self.key(x)
        if self.eligible is not None:
            # An eligible -inf ranks above the rest. np.where would branch, which is slow here.
            ceiling = (self.eligible[where] - x.dtype.type(0.5)) * np.inf
            x = np.minimum(np.maximum(x, np.finfo(x.dtype).min), ceiling)
        return x

    def checked(self, x: Array) -> Array:
        """Refuse NaN."""
        if np.isnan(x.min(initial=np.inf)):
            raise ValueError(
                f"scores of {self.name} contain NaN, which has no rank. "
                "Look for a diverged network, 0 / 0 or inf - inf."
            )
        return x


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
    if size > CHUNK or (n_rows == 1 and size > FEW):
        for i in range(n_rows):
            keep[i] = keep_highest_of_all([pools.flat(slice(i, i + 1))], k)[0]
        return keep
    start, method = 0, _by_rank if size <= 8 else _by_threshold
    for x in _chunks([pools]):
        keep[start : start + len(x)] = method(x, k) if 0 < k < size else k == 0
        start += len(x)
    return keep


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
        low, high = _bracket(pieces, k / keep.size, deviations)
        enclosed = low < high and _keep_by_bracket(low, high, pieces, k, keep)
        if enclosed or low == high:  # equal bounds: so many equal numbers
            break
    if not enclosed:
        _keep_from(_search(pieces, k, (low, high)) if k else -np.inf, pieces, k, keep)
    parts = np.split(keep, np.cumsum(sizes)[:-1])
    return [part.reshape(p.numbers.shape) for part, p in zip(parts, pools, strict=True)]


def _chunks(pieces: Sequence[Pools]) -> Iterator[Array]:
    """Yield whole rows, as many at a time as fit the cache; the next may overwrite the last."""
    spare = _spare(pieces[0], CHUNK)
    for piece in pieces:
        for x in piece.chunks(spare):
            yield piece.checked(x)


def _spare(like: Pools, size: int) -> Array:
    """Memory to use again and again: fresh memory costs more than arithmetic."""
    return np.empty(size, dtype=as_floats(like.numbers[:0]).dtype)


def _by_rank(rows: Array, k: int) -> Bools:
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


def _by_threshold(rows: Array, k: int) -> Bools:
    """Find the k-th smallest of each row: for rows that fit the cache."""
    threshold = np.partition(rows, k - 1, axis=1)[:, k - 1 : k]
    keep = rows > threshold
    missing = rows.shape[1] - k - np.count_nonzero(keep, axis=1)
    if not (short := np.flatnonzero(missing)).size:  # no two numbers tie at the threshold
        return keep
    tied = rows[short] == threshold[short]
    from_end = tied[:, ::-1].cumsum(axis=1)[:, ::-1]
    keep[short] |= tied & (from_end <= missing[short, None])
    return keep


def _bracket(pieces: Sequence[Pools], share: float, deviations: float) -> tuple[Any, Any]:
    """Two numbers that probably enclose the `share` quantile of all pieces.

    The first numbers of the runs of a sample bracket it coarsely, the whole runs closely: how
    much they differ in the count of what is below says how far to trust them.
    """
    runs = _runs(pieces)
    if (n := len(runs)) == 0:  # only tiny tables
        return -np.inf, np.inf
    low, high = _enclose(runs[:, 0], n * share, 3 * np.sqrt(n * share * (1 - share)))
    below = runs <= low
    inside = runs[(runs < high) & ~below]
    below = np.count_nonzero(below, axis=1)
    slack = deviations * np.sqrt(n) * below.std()
    closer = _enclose(inside, runs.size * share - below.sum(), slack)
    return max(low, closer[0]), min(high, closer[1])


def _runs(pieces: Sequence[Pools]) -> Array:
    """Sample runs of neighbours, (n_runs, RUN): any sample gives the same result in the end."""
    edges = np.cumsum([p.numbers.size for p in pieces])
    step = 32 * int(edges[-1] ** (1 / 3)) + 1
    starts = np.arange(0, edges[-1] - step + 1, step)
    starts += np.random.default_rng(0).integers(step, size=starts.size)
    of_pieces = np.split(starts, np.searchsorted(starts, edges))
    return np.concatenate(
        [
            p.windows(RUN)[np.minimum(s, edge - RUN) - (edge - p.numbers.size)]
            for p, s, edge in zip(pieces, of_pieces, edges, strict=False)
            if p.numbers.size >= RUN
        ]
        or [np.empty((0, RUN))]
    )


def _enclose(numbers: Array, rank: float, slack: float) -> tuple[Any, Any]:
    """Numbers that many ranks below and above a rank; infinite where there is none."""
    i, j, n = int(rank - slack) - 2, int(rank + slack) + 2, len(numbers)
    if not 0 <= rank < n:
        return -np.inf, np.inf
    ordered = np.partition(numbers, [max(i, 0), min(j, n - 1)])
    return (ordered[i] if i >= 0 else -np.inf), (ordered[j] if j < n else np.inf)


def _keep_by_bracket(low: Any, high: Any, pieces: Sequence[Pools], k: int, keep: Bools) -> bool:
    """Mark what exceeds `low`, rank what is below `high`; False if the threshold lies outside."""
    crowd = CORES > 1 and keep.size > MANY
    blocks = _blocks(pieces, keep.size // (4 * CORES) + 1) if crowd else pieces
    edges = np.cumsum([0] + [block.numbers.size for block in blocks])
    marks = np.split(keep, edges[1:-1])
    # between chunks, threads wait for each other
    mark = partial(_keep_above, low, high, 2 * CHUNK if crowd else CHUNK)
    found = _on_all_cores(mark, blocks, marks) if crowd else map(mark, blocks, marks)
    kept, places, between = zip(*found, strict=True)
    inside = np.concatenate(between)
    missing = k - (keep.size - sum(kept))  # how many of those inside must go
    if not 0 <= missing <= inside.size:
        return False
    if missing:
        where = [place + start for place, start in zip(places, edges, strict=False)]
        keep[np.concatenate(where)] = _by_threshold(inside[None], missing)[0]
    return True


def _blocks(pieces: Sequence[Pools], size: int) -> list[Pools]:
    """Cut flat tables into some of at most that size: views."""
    return [p.flat(slice(i, i + size)) for p in pieces for i in range(0, len(p.numbers), size)]


def _on_all_cores(work: Callable[..., Any], *lists: Sequence[Any]) -> list[Any]:
    """Map in threads: numpy lets go of the interpreter while it computes."""
    with ThreadPoolExecutor(CORES, initializer=_adopt, initargs=(copy_context(),)) as threads:
        return list(threads.map(work, *lists))


def _adopt(context: Context) -> None:
    """Make a thread warn as its caller wants to be warned: see np.errstate."""
    for variable, value in context.items():
        variable.set(value)


def _keep_above(
    low: Any, high: Any, chunk: int, block: Pools, keep: Bools
) -> tuple[int, NDArray[np.intp], Array]:
    """Mark and count what exceeds `low`; also return places and numbers of what is below `high`."""
    start, kept, places, between = 0, 0, [], []
    many = min(chunk, block.numbers.size)
    spare, low_enough = _spare(block, many), np.empty(many, dtype=bool)
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
        below = sum(np.count_nonzero(x < guess) for x in _chunks(pieces))
        ties = sum(np.count_nonzero(x == guess) for x in _chunks(pieces))
        if below < k <= below + ties:
            return guess
    return np.partition(np.concatenate([p[:] for p in pieces]), k - 1)[k - 1]


def _keep_from(threshold: Any, pieces: Sequence[Pools], k: int, keep: Bools) -> None:
    """Mark what reaches the threshold; the first that tie with it make up the count."""
    drop = k - sum(np.count_nonzero(x < threshold) for x in _chunks(pieces))
    start = 0
    for x in _chunks(pieces):
        out = keep[start : start + x.size]
        np.greater_equal(x, threshold, out=out)
        tied = np.flatnonzero(x == threshold)[:drop]
        out[tied] = False
        drop -= len(tied)
        start += x.size
