"""Samples with labels, in three parts that never mix: train, validation, test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, check_rng, read_only


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Samples and their labels.

    Parameters
    ----------
    x : (n, features)
    y : (n,)

    Raises
    ------
    ValueError
        If there is not one label for each sample.
    """

    x: Array
    y: NDArray[np.int64]

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"need one label for each sample; got {len(self.x)}, {len(self.y)}.")
        object.__setattr__(self, "x", read_only(self.x))
        object.__setattr__(self, "y", read_only(self.y))

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        return f"Split(x: {self.x.shape}, y: {self.y.shape})"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Train on `train`, decide on `validation`, report on `test`."""

    train: Split
    validation: Split
    test: Split


def divide(x: Array, y: NDArray[np.int64], *, rng: np.random.Generator) -> Dataset:
    """Shuffled data in three parts of 60, 20 and 20 %, each class in its share in each.

    The samples are sorted by class and dealt out evenly spaced, so that a class's share of a
    part is never off by more than one sample or so. The test part takes what is left over.

    Parameters
    ----------
    x : (n, features)
    y : (n,)
    rng : shuffles

    Raises
    ------
    ValueError
        If there are fewer than five samples.

    Examples
    --------
    >>> data = divide(np.ones((10, 3)), np.arange(10) % 2, rng=np.random.default_rng(0))
    >>> data.train, data.validation, data.test
    (Split(x: (6, 3), y: (6,)), Split(x: (2, 3), y: (2,)), Split(x: (2, 3), y: (2,)))
    """
    check_rng(rng)
    n = len(y)
    if n < 5:
        raise ValueError(f"three parts need at least five samples; got {n}. Ask for more samples.")
    shuffled = rng.permutation(n)
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    n_train, n_validation = 6 * n // 10, 2 * n // 10
    in_train = _evenly(n, n_train)
    rest = by_class[~in_train]
    in_validation = _evenly(len(rest), n_validation)
    parts = (by_class[in_train], rest[in_validation], rest[~in_validation])
    shuffled_parts = [rng.permutation(part) for part in parts]
    return Dataset(*(Split(x[part], y[part]) for part in shuffled_parts))


def _evenly(n: int, k: int) -> NDArray[np.bool_]:
    """Mark k of n places, as evenly spaced as whole numbers allow."""
    steps = np.arange(n + 1) * k // n
    return np.diff(steps).astype(bool)
