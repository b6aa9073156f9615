"""Keep the highest numbers of each row of a table: exact counts, ties in reading order, fast.

The idea takes three lines. The k-th smallest number of a row is its *threshold*; what
exceeds it stays; of those that equal it, the last in reading order stay as well. In a long
row only a few numbers need ranking: a sample brackets the threshold, one pass over the row
decides all that lies outside the bracket, and what lies inside is ranked.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, as_floats

CHUNK = 1 << 17  # numbers that fit a core's own cache
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

    def __getitem__(self, where: Any) -> Array:
        """Numbers as they rank: floats, key applied, NaN refused, the ineligible at -inf."""
        x = as_floats(self.numbers[where])
        x = x if self.key is None else self.key(x)
        if np.isnan(x.min(initial=np.inf)):
            raise ValueError(
                f"scores of {self.name} contain NaN, which has no rank. "
                "Look for a diverged network, 0 / 0 or inf - inf."
            )
        if self.eligible is not None:
            # An eligible -inf ranks above the rest. np.where would branch, which is slow here.
            ceiling = (self.eligible[where] - x.dtype.type(0.5)) * np.inf
            x = np.minimum(np.maximum(x, np.finfo(x.dtype).min), ceiling)
        return x

    def chunks(self) -> Iterator[Array]:
        """Yield whole rows, as many at a time as fit the cache."""
        step = max(1, CHUNK * len(self.numbers) // max(1, self.numbers.size))
        for i in range(0, len(self.numbers), step):
            yield self[i : i + step]


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
    if size > CHUNK or n_rows == 1:
        for i in range(n_rows):
            keep[i] = keep_highest_of_all([pools.flat(slice(i, i + 1))], k)[0]
        return keep
    start, method = 0, _by_rank if size <= 8 else _by_threshold
    for x in pools.chunks():
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
    pieces = [p.flat() for p in pools]  # views, if the tables are contiguous
    sizes = [p.numbers.size for p in pieces]
    keep = np.empty(sum(sizes), dtype=bool)  # one block: fresh memory costs more than arithmetic
    low, high = _bracket(pieces, k / keep.size)
    kept, places, between = _keep_above(low, high, pieces, keep)
    missing = k - (keep.size - kept)  # how many of those between must go
    if k == 0:
        keep[:] = True
    elif 0 < missing <= between.size:
        keep[places] = _by_threshold(between[None], missing)[0]
    elif missing != 0:
        _keep_from(_search(pieces, k, (low, high)), pieces, k, keep)
    parts = np.split(keep, np.cumsum(sizes)[:-1])
    return [part.reshape(p.numbers.shape) for part, p in zip(parts, pools, strict=True)]


def _by_rank(rows: Array, k: int) -> Bools:
    """Compare all pairs: for rows of two to eight numbers, such as N:M."""
    lanes = np.ascontiguousarray(rows.T)  # (size, n_rows)
    rank = np.empty(lanes.shape, dtype=np.uint8)
    rank[:] = np.arange(len(lanes))[:, None]  # right if all were equal
    for gap in range(1, len(lanes)):
        swapped = (lanes[:-gap] > lanes[gap:]).view(np.uint8)
        rank[:-gap] += swapped
        rank[gap:] -= swapped
    return (rank >= k).T


def _by_threshold(rows: Array, k: int) -> Bools:
    """Find the k-th smallest of each row: for rows that fit the cache."""
    threshold = np.partition(rows, k - 1, axis=1)[:, k - 1 : k]
    keep = rows > threshold
    missing = rows.shape[1] - k - np.count_nonzero(keep, axis=1)
    short = np.flatnonzero(missing)
    tied = rows[short] == threshold[short]
    from_end = tied[:, ::-1].cumsum(axis=1)[:, ::-1]
    keep[short] |= tied & (from_end <= missing[short, None])
    return keep


def _bracket(pieces: Sequence[Pools], share: float) -> tuple[Any, Any]:
    """Two numbers that very probably enclose the `share` quantile of all pieces."""
    rng = np.random.default_rng(0)  # any sample gives the same result in the end
    step = int(sum(p.numbers.size for p in pieces) ** (1 / 3))
    starts = [np.arange(0, p.numbers.size - step + 1, step) for p in pieces]
    sample = np.concatenate(
        [p[s + rng.integers(step, size=s.size)] for p, s in zip(pieces, starts, strict=True)]
    )
    if (n := sample.size) == 0:  # many tiny tables
        return -np.inf, np.inf
    slack = 3 * np.sqrt(n * share * (1 - share)) + 2  # three standard deviations of a rank
    i, j = int(n * share - slack), int(n * share + slack)
    sample.partition([max(0, i), min(j, n - 1)])
    return (sample[i] if i >= 0 else -np.inf), (sample[j] if j < n else np.inf)


def _keep_above(
    low: Any, high: Any, pieces: Sequence[Pools], keep: Bools
) -> tuple[int, NDArray[np.intp], Array]:
    """Mark and count what exceeds `low`; also return places and numbers of what is below `high`."""
    start, kept, places, between = 0, 0, [], []
    for x in (x for piece in pieces for x in piece.chunks()):
        out = keep[start : start + x.size]
        np.greater(x, low, out=out)
        kept += int(np.count_nonzero(out))  # here, while it is in the cache
        inside = np.flatnonzero((x < high) & out)
        places.append(inside + start)
        between.append(x[inside])
        start += x.size
    return kept, np.concatenate(places), np.concatenate(between)


def _search(pieces: Sequence[Pools], k: int, guesses: Sequence[Any]) -> Any:
    """Find the k-th smallest where the bracket failed: at one of its bounds, or anywhere."""
    for guess in guesses:  # many equal numbers make a bound the threshold
        below = sum(np.count_nonzero(x < guess) for p in pieces for x in p.chunks())
        ties = sum(np.count_nonzero(x == guess) for p in pieces for x in p.chunks())
        if below < k <= below + ties:
            return guess
    return np.partition(np.concatenate([p[:] for p in pieces]), k - 1)[k - 1]


def _keep_from(threshold: Any, pieces: Sequence[Pools], k: int, keep: Bools) -> None:
    """Mark what reaches the threshold; the first that tie with it make up the count."""
    drop = k - sum(np.count_nonzero(x < threshold) for p in pieces for x in p.chunks())
    start = 0
    for x in (x for piece in pieces for x in piece.chunks()):
        out = keep[start : start + x.size]
        np.greater_equal(x, threshold, out=out)
        tied = np.flatnonzero(x == threshold)[:drop]
        out[tied] = False
        drop -= len(tied)
        start += x.size
