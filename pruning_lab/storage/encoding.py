"""What all encodings have in common: a shape, arrays, and the sum of their bytes."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Bools, check_matrices
from pruning_lab.tiles import Shape

Matrix = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Encoding(ABC):
    """A matrix written down in some way.

    Parameters
    ----------
    shape : of the matrix
    """

    shape: Shape

    @abstractmethod
    def decode(self) -> Matrix:
        """The matrix, (fan_out, fan_in), in memory of its own."""

    @property
    @abstractmethod
    def holds(self) -> str:
        """What is stored, in words."""

    @property
    def name(self) -> str:
        """What to call it in a table."""
        return type(self).__name__

    @property
    def arrays(self) -> dict[str, Matrix]:
        """Everything that is stored, but for the shape and whole numbers, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, exactly. A file adds a line of header."""
        return sum(array.nbytes for array in self.arrays.values())

    @property
    def bits_per_weight(self) -> float:
        """Bits divided by all weights of the matrix, zeros included."""
        return 8 * self.nbytes / (self.shape[0] * self.shape[1])

    def __repr__(self) -> str:
        rows, columns = self.shape
        return (
            f"{self.name} of {rows} x {columns}: {self.nbytes} bytes, "
            f"{self.bits_per_weight:.4g} bits a weight"
        )


def shape_of(matrix: Matrix) -> Shape:
    """Shape of a non-empty matrix of real numbers; anything else is refused.

    Examples
    --------
    >>> shape_of(np.zeros((2, 3)))
    (2, 3)
    """
    check_matrices({"matrix": matrix}, what="weights")
    return matrix.shape[0], matrix.shape[1]


def stored(matrix: Matrix) -> Bools:
    """Where a number must be stored: everywhere but at +0.0, bit for bit.

    Examples
    --------
    >>> stored(np.array([[0.0, -0.0, np.nan, 1.0]]))
    array([[False,  True,  True,  True]])
    """
    with np.errstate(invalid="ignore"):  # some NaN complain when compared
        differs: Bools = matrix != 0
    return differs | np.signbit(matrix) if matrix.dtype.kind == "f" else differs


def smallest_unsigned(highest: int) -> np.dtype[Any]:
    """Narrowest type that can count so far.

    Examples
    --------
    >>> smallest_unsigned(255), smallest_unsigned(256)
    (dtype('uint8'), dtype('uint16'))
    """
    return np.min_scalar_type(highest)
