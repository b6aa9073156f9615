"""Two numbers that probably enclose a threshold, from a sample."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.ranking.pools import Pools

RUN = 128  # neighbours that a sample takes together: reading is what costs


def bracket(pieces: Sequence[Pools], share: float, deviations: float) -> tuple[Any, Any]:
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
