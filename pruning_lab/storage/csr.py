"""CSR, compressed sparse rows: each kept weight beside the number of its column."""

from dataclasses import dataclass

import numpy as np

from pruning_lab.storage.encoding import Encoding, Matrix, shape_of, smallest_unsigned, stored


@dataclass(frozen=True, eq=False, repr=False)
class CSR(Encoding):
    """Kept weights row by row, with their columns, in the narrowest types that can count them.

    Libraries that compute with it count in 32 bits, so that it breaks even with dense float32
    at half the weights. With 16 bits, for up to 65536 columns, it does at a third pruned.

    Parameters
    ----------
    shape : of the matrix
    values : (kept,), in reading order
    columns : (kept,)
    starts : (fan_out + 1,), where each row starts among the values, and where the last ends

    Examples
    --------
    >>> csr = CSR.encode(np.array([[0.0, 7.0], [0.0, 0.0], [8.0, 9.0]]))
    >>> csr.values, csr.columns, csr.starts
    (array([7., 8., 9.]), array([1, 0, 1], dtype=uint8), array([0, 1, 1, 3], dtype=uint8))
    """

    values: Matrix
    columns: Matrix
    starts: Matrix

    @classmethod
    def encode(cls, matrix: Matrix) -> "CSR":
        """Write a matrix (fan_out, fan_in) down."""
        shape, kept = shape_of(matrix), stored(matrix)
        starts = np.concatenate([[0], np.cumsum(np.count_nonzero(kept, axis=1))])
        return cls(
            shape,
            matrix[kept],
            np.nonzero(kept)[1].astype(smallest_unsigned(shape[1] - 1)),
            starts.astype(smallest_unsigned(int(starts[-1]))),
        )

    def decode(self) -> Matrix:
        """The matrix, bit for bit."""
        matrix = np.zeros(self.shape, self.values.dtype)
        lengths: Matrix = np.diff(self.starts.astype(np.intp))
        rows = np.repeat(np.arange(self.shape[0]), lengths)
        matrix[rows, self.columns] = self.values
        return matrix

    @property
    def holds(self) -> str:
        """What is stored, in words."""
        return "the weights that are not zero, each with its column"
