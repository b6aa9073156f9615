"""Dense: every number, zero or not. What all others are compared with."""

from dataclasses import dataclass

from pruning_lab.storage.encoding import Encoding, Matrix, shape_of


@dataclass(frozen=True, eq=False, repr=False)
class Dense(Encoding):
    """A matrix as it lies in memory.

    Parameters
    ----------
    shape : of the matrix
    values : (fan_out * fan_in,), in reading order

    Examples
    --------
    >>> import numpy as np
    >>> Dense.encode(np.zeros((2, 3), np.float32))
    Dense of 2 x 3: 24 bytes, 32 bits a weight
    """

    values: Matrix

    @classmethod
    def encode(cls, matrix: Matrix) -> "Dense":
        """Write a matrix (fan_out, fan_in) down as it is."""
        return cls(shape_of(matrix), matrix.flatten())

    def decode(self) -> Matrix:
        """The matrix, bit for bit."""
        return self.values.reshape(self.shape).copy()

    @property
    def holds(self) -> str:
        """What is stored, in words."""
        return "every weight, zero or not"
