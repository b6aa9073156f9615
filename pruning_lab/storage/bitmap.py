"""Bitmap: one bit for each weight says whether it is there; those that are follow."""

from dataclasses import dataclass

import numpy as np

from pruning_lab.storage.encoding import Encoding, Matrix, shape_of, stored


@dataclass(frozen=True, eq=False, repr=False)
class Bitmap(Encoding):
    r"""A bit a weight, and the weights that are not zero: :math:`(1 - s) \cdot 32 + 1` bits.

    Parameters
    ----------
    shape : of the matrix
    values : (kept,), in reading order
    bits : (ceil(fan_out * fan_in / 8),), eight to a byte, the first highest

    Examples
    --------
    >>> Bitmap.encode(np.array([[0, 1.5, 0, 0, 0, 0, 0, 0]], np.float32))
    Bitmap of 1 x 8: 5 bytes, 5 bits a weight
    """

    values: Matrix
    bits: Matrix

    @classmethod
    def encode(cls, matrix: Matrix) -> "Bitmap":
        """Write a matrix (fan_out, fan_in) down."""
        shape, kept = shape_of(matrix), stored(matrix)
        return cls(shape, matrix[kept], np.packbits(kept))

    def decode(self) -> Matrix:
        """The matrix, bit for bit."""
        matrix = np.zeros(self.shape, self.values.dtype)
        kept = np.unpackbits(self.bits, count=matrix.size).view(bool)
        matrix[kept.reshape(self.shape)] = self.values
        return matrix

    @property
    def holds(self) -> str:
        """What is stored, in words."""
        return "a bit for each weight, and the weights that are not zero"
