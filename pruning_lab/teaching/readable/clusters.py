"""k-means on a line, solved by trying every place for every cut."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def least_distance(numbers: NDArray[Any], count: int) -> float:
    """Least sum of squared distances to `count` centres, which cut the sorted line into intervals.

    With one interval more, the best up to number j is the best up to some i and one interval
    from there: try every i. The shared values of a codebook are such centres [Han2016]_.

    Parameters
    ----------
    numbers : (n,), at least `count` of them
    count : how many centres

    Examples
    --------
    >>> least_distance(np.array([0.0, 1.0, 9.0, 11.0]), 2)
    2.5
    """
    line, n = np.sort(numbers), len(numbers)

    def spread(i: int, j: int) -> float:
        part = line[i:j]
        return float(np.sum((part - part.mean()) ** 2))

    best = [0.0] + [spread(0, j) for j in range(1, n + 1)]
    for _ in range(count - 1):
        best = [0.0] + [min(best[i] + spread(i, j) for i in range(j)) for j in range(1, n + 1)]
    return best[n]
