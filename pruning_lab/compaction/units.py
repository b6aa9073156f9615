"""What is known of the units between two layers, before any data comes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools


@dataclass(frozen=True, eq=False)
class Units:
    """What the units at one place of a masked network hold, whatever the data.

    Parameters
    ----------
    known : (units,), True where a unit holds the same number for every input
    value : (units,), that number
    offset : (units,), what the compacted network leaves out of each unit, for the next layer
        to make good

    Examples
    --------
    >>> Units.open(2, np.dtype(float)).known
    array([False, False])
    """

    known: Bools
    value: Array
    offset: Array

    @classmethod
    def open(cls, count: int, dtype: np.dtype[np.floating]) -> "Units":
        """Units of which nothing is known."""
        return cls(np.zeros(count, bool), np.zeros(count, dtype), np.zeros(count, dtype))

    @classmethod
    def exact(cls, known: Bools, value: Array) -> "Units":
        """Units of which nothing is left out."""
        return cls(known, value, np.zeros(value.shape, value.dtype))


@dataclass(frozen=True, eq=False)
class Place:
    """Which units of the masked network there are between two layers of the compacted one.

    Parameters
    ----------
    needed : (units,), True where a later layer reads the unit
    present : (units,), True where the unit stays: all that are needed, and where layers must
        agree on their units, some that are not; those hold a constant
    """

    needed: Bools
    present: Bools

    @cached_property
    def stay(self) -> NDArray[np.intp]:
        """Numbers of the units that stay."""
        return np.flatnonzero(self.present)


def first_of(units: Bools) -> Bools:
    """The first unit alone, as many as there are.

    Examples
    --------
    >>> first_of(np.zeros(3, bool))
    array([ True, False, False])
    """
    first: Bools = np.arange(len(units)) == 0
    return first
