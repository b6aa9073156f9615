"""Counted outputs: how much each member gives to each class, in whole units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pruning_lab.arrays import checked_whole

Integers = NDArray[np.int64]

# Units in a probability of 1. Whole numbers add alike in any order; this one has the factors 1 to
# 16 and powers of ten, so that thirds, tenths or hundredths that should tie do tie.
WHOLE = 720_720_000_000


@dataclass(frozen=True, eq=False)
class Ballots:
    """What each member gives to each class, and which class is right.

    Parameters
    ----------
    shares : (members, n, classes), whole numbers: 0 or 1 for votes, units for probabilities
    truth : (n,) column of the right class
    """

    shares: Integers
    truth: Integers

    @property
    def labels(self) -> Integers:
        """Column that each member prefers, (members, n); on a tie the first."""
        labels: Integers = self.shares.argmax(axis=2)
        return labels

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each member is right on each sample, (members, n)."""
        return np.asarray(self.labels == self.truth)

    @property
    def signatures(self) -> Integers:
        """The same as 1 for right and -1 for wrong [MartinezMunoz2006]_."""
        return np.where(self.right, 1, -1)

    def hits(self, totals: Integers) -> Integers:
        """How many samples are right, (…), if a class wins by these totals, (…, n, classes)."""
        count: Integers = np.count_nonzero(totals.argmax(axis=-1) == self.truth, axis=-1)
        return count

    def hits_with_each(self, total: Integers) -> Integers:
        """How many samples are right if each member in turn joins this total, (members,)."""
        return np.array([self.hits(total + share) for share in self.shares])


def counted(outputs: ArrayLike, y: ArrayLike) -> Ballots:
    """Ballots of votes or probabilities; inputs are checked, not changed.

    Parameters
    ----------
    outputs : votes (members, n), labels of any kind; or probabilities (members, n, classes)
    y : (n,) labels, of the same kind as the votes; for probabilities the number of the column

    Raises
    ------
    ValueError
        If shapes do not fit, there is nothing to count, votes and labels are of different kinds,
        or probabilities are negative or not finite.

    Examples
    --------
    >>> ballots = counted([["cat", "dog"], ["cat", "cat"]], ["cat", "dog"])
    >>> ballots.right
    array([[ True,  True],
           [ True, False]])
    """
    shares, classes = shared(outputs)
    y = as_labels(y, "y")
    if y.shape != shares.shape[1:2]:
        raise ValueError(
            f"y must be one label for each of {shares.shape[1]} samples; got shape {y.shape}. "
            "Outputs are (members, n) or (members, n, classes): are they transposed?"
        )
    if classes is None:
        return Ballots(shares, _columns(y, shares.shape[2]))
    if (y.dtype.kind in "biuf") != (classes.dtype.kind in "biuf"):
        raise ValueError(f"votes are {classes.dtype} but labels {y.dtype}; use labels of one kind.")
    if not np.isin(y, classes).any():
        raise ValueError(
            f"no vote names a class of y: votes are {classes[:5].tolist()}, labels "
            f"{np.unique(y)[:5].tolist()}. Members of a scikit-learn forest vote in class numbers; "
            "np.searchsorted(forest.classes_, y) gives those."
        )
    place = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    return Ballots(shares, np.where(classes[place] == y, place, -1))  # -1: nobody can be right


def shared(given: ArrayLike) -> tuple[Integers, NDArray[Any] | None]:
    """Shares (members, n, classes) of outputs, and the classes that votes name, in order."""
    outputs = as_labels(given, "outputs")
    if outputs.ndim not in (2, 3) or outputs.size == 0:
        raise ValueError(
            "outputs are votes (members, n) or probabilities (members, n, classes), of at least "
            f"one member and sample; got shape {outputs.shape}. votes(members, x) collects them."
        )
    if outputs.ndim == 3:
        if outputs.dtype.kind not in "biuf" or not (np.isfinite(outputs) & (outputs >= 0)).all():
            raise ValueError(
                "probabilities must be finite and not negative; got dtype "
                f"{outputs.dtype} or such a value. Logits become probabilities with softmax."
            )
        if outputs.max() > 1.001:
            raise ValueError(
                f"probabilities are at most 1; got {outputs.max():g}. Divide counts by their sum."
            )
        return np.rint(outputs.astype(np.float64) * WHOLE).astype(np.int64), None
    if outputs.dtype.kind == "f" and np.isnan(outputs).any():
        raise ValueError("a vote is NaN; every member must name a class for every sample.")
    classes, named = np.unique(outputs, return_inverse=True)
    shares = np.zeros((*outputs.shape, len(classes)), np.int64)
    np.put_along_axis(shares, named.reshape(outputs.shape)[..., None], 1, axis=2)
    return shares, classes


def as_labels(values: ArrayLike, what: str) -> NDArray[Any]:
    """Values as an array of numbers, truth values or texts, nothing hidden or mixed."""
    if isinstance(values, np.ma.MaskedArray):
        raise ValueError(f"{what} must not be a masked array: it hides values. Use .filled(…).")
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{what} have rows of different lengths: {values!r:.80}.") from None
    if array.dtype == object and all(isinstance(value, str) for value in array.flat):
        array = array.astype(str)
    if array.dtype.kind not in "biufUSM":
        raise ValueError(
            f"{what} must be numbers or labels of one kind, none missing; got dtype "
            f"{array.dtype}. Turn them into texts or into numbers."
        )
    return array


def checked_members(members: ArrayLike, count: int) -> Integers:
    """Members as an array of places, if each lies in 0 to `count` - 1; they may repeat."""
    places = as_labels(members, "members")
    if places.ndim != 1 or places.size == 0 or places.dtype.kind not in "iu":
        raise ValueError(
            f"members are a list of whole numbers, such as order[:5]; got {members!r}."
        )
    if places.min() < 0 or places.max() >= count:
        raise ValueError(
            f"members lie in 0 to {count - 1}; got {places.min()} to {places.max()}. "
            "Does the order belong to another ensemble?"
        )
    return places.astype(np.int64)


def checked_size(size: float, count: int) -> int:
    """Number of members to keep, if there are as many."""
    whole = checked_whole(size, "size")
    if whole > count:
        raise ValueError(f"size is how many members to keep, at most all {count}; got {size}.")
    return whole


def _columns(y: NDArray[Any], classes: int) -> Integers:
    if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= classes:
        raise ValueError(
            f"with probabilities y holds column numbers from 0 to {classes - 1}; got "
            f"{np.unique(y)[:5].tolist()}. np.searchsorted(classes, y) gives those."
        )
    return y.astype(np.int64)
