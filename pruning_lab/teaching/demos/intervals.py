"""Paired differences and their intervals, with numpy and a short table of Student's t."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from pruning_lab.arrays import Array

# 97.5 % points of Student's t by degrees of freedom: 95 % lie within plus or minus
T_975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
T_975 |= {14: 2.145, 19: 2.093, 29: 2.045}


class Interval(NamedTuple):
    """A mean difference and where it may lie.

    Parameters
    ----------
    mean : of the differences
    low, high : ends of the 95 % interval
    """

    mean: float
    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        """Whether no difference at all is among the possibilities."""
        return self.low <= 0 <= self.high


def paired(differences: Array, *, shared: float = 0.0) -> Interval:
    """Interval by Student's t around a mean difference: plus or minus t · s · √(1/n + shared).

    Parameters
    ----------
    differences : (n,) one a seed: 2 to 10 of them, 15, 20 or 30
    shared : test digits divided by training digits if every seed drew its split from one heap
        of data [Nadeau2003]_; 0 if the seeds are independent of each other

    Examples
    --------
    >>> paired(np.array([1.0, 2.0, 3.0]))
    Interval(mean=2.0, low=-0.484..., high=4.484...)
    """
    n = len(differences)
    mean, spread = float(differences.mean()), float(differences.std(ddof=1))
    reach = T_975[n - 1] * spread * float(np.sqrt(1 / n + shared))
    return Interval(mean, mean - reach, mean + reach)


def unpaired(one: Array, other: Array) -> Interval:
    """Interval that forgets which two results came from the same seed.

    Wide on purpose: it adds both variances, and keeps the degrees of freedom of one sample.

    Examples
    --------
    >>> unpaired(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])).mean
    1.0
    """
    n = len(one)
    mean = float(one.mean() - other.mean())
    reach = T_975[n - 1] * float(np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / n))
    return Interval(mean, mean - reach, mean + reach)


def bootstrap(differences: Array, *, rng: np.random.Generator, resamples: int = 10_000) -> Interval:
    """Interval between the 2.5 % and 97.5 % quantiles of means that are drawn anew.

    Each draws n of the n differences, with replacement. With few seeds it is somewhat too
    narrow: it knows no value beyond those that it saw.

    Examples
    --------
    >>> bootstrap(np.array([2.0, 2.0]), rng=np.random.default_rng(0))
    Interval(mean=2.0, low=2.0, high=2.0)
    """
    n = len(differences)
    means = differences[rng.integers(0, n, (resamples, n))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(differences.mean()), float(low), float(high))


def misled(differences: Array, count: int) -> float:
    """Share of all sets of so many seeds whose mean difference has the opposite sign.

    Examples
    --------
    >>> misled(np.array([3.0, 3.0, -1.0, -2.0]), 2)  # 1 of 6 sets: the last two
    0.16666666666666666
    """
    sign = np.sign(differences.mean())
    sets = combinations(differences.tolist(), count)
    return float(np.mean([np.sign(round(sum(each), 9)) == -sign for each in sets]))


def best_of(chosen_on: Array, fresh: Array, counts: Sequence[int]) -> Array:
    """What is reported and what is got by whoever tries often and keeps the best, (2, counts).

    The mean over all sets of so many tries, exactly: of the try that does best on the samples
    it is chosen on, the accuracy there (first row) and on fresh samples (second row).

    Parameters
    ----------
    chosen_on, fresh : (tries,) accuracy of each try; on a tie the later try is chosen
    counts : how many tries, 1 up to all

    Examples
    --------
    >>> best_of(np.array([0.8, 0.9]), np.array([0.9, 0.8]), [1, 2])
    array([[0.85, 0.9 ],
           [0.85, 0.8 ]])
    """
    order = np.argsort(chosen_on, kind="stable")
    both = np.stack([chosen_on[order], fresh[order]])  # (2, tries), worst first
    n = len(order)
    places = np.arange(n)
    result = np.empty((2, len(counts)))
    for i, count in enumerate(counts):
        # the try at this place is the best of a set whose other members stand before it
        ways = np.array([_choose(int(place), count - 1) for place in places])
        result[:, i] = both @ (ways / ways.sum())
    return result


def _choose(n: int, k: int) -> float:
    """Sets of k out of n, as a float."""
    ways = 1.0
    for i in range(k):
        ways *= (n - i) / (i + 1)
    return max(ways, 0.0)
