"""N:M packed: of every M neighbours N are stored, each with its place among them."""

from dataclasses import dataclass

import numpy as np

from pruning_lab.arrays import checked_whole
from pruning_lab.storage.encoding import Encoding, Matrix, shape_of, stored
from pruning_lab.tiles import Run, cut


@dataclass(frozen=True, eq=False, repr=False)
class NofM(Encoding):
    """At most `n` of `m` neighbours in a row: values without gaps, and small places.

    2:4 takes 17 bits a weight of 32: half the values, and two bits for the place of each
    [Mishra2021]_.

    Parameters
    ----------
    shape : of the matrix
    n, m : how many of how many are stored
    values : (fan_out * fan_in / m * n,); a group with fewer is filled up with zeros
    places : bytes that hold one place after the other, in as few bits as `m` needs

    Examples
    --------
    >>> NofM.encode(np.array([[0, 3, 0, 5], [0, 0, 6, 0]], np.float32), 2, 4)
    2:4 of 2 x 4: 17 bytes, 17 bits a weight
    """

    n: int
    m: int
    values: Matrix
    places: Matrix

    @classmethod
    def encode(cls, matrix: Matrix, n: int, m: int) -> "NofM":
        """Write a matrix (fan_out, fan_in) down that has at most n of m.

        Raises
        ------
        ValueError
            If n exceeds m, m does not divide the rows, or a group has more than n weights.
        """
        shape, n = shape_of(matrix), checked_whole(n, "n of n:m")
        if (m := checked_whole(m, "m of n:m", least=2)) < n:
            raise ValueError(f"n of n:m is at most m; got {n}:{m}. Did you mean {m}:{n}?")
        groups = cut(matrix, Run(m).on(shape))  # (groups, m)
        kept = stored(groups)
        if (most := int(kept.sum(axis=1).max())) > n:
            raise ValueError(
                f"{n}:{m} stores at most {n} of {m} neighbours; a group has {most}. Prune with "
                f"scope=Run({m}) at sparsity {1 - n / m:g}, or store {most}:{m}."
            )
        places = np.sort(np.argsort(~kept, axis=1, kind="stable")[:, :n], axis=1)
        values = np.take_along_axis(groups, places, axis=1)
        return cls(shape, n, m, values.ravel(), _pack(places.ravel(), (m - 1).bit_length()))

    def decode(self) -> Matrix:
        """The matrix, bit for bit."""
        count, width = self.values.size // self.n, (self.m - 1).bit_length()
        groups = np.zeros((count, self.m), self.values.dtype)
        places = _unpack(self.places, width, self.values.size).reshape(count, self.n)
        np.put_along_axis(groups, places, self.values.reshape(count, self.n), axis=1)
        return groups.reshape(self.shape)

    @property
    def name(self) -> str:
        """What to call it in a table, such as 2:4."""
        return f"{self.n}:{self.m}"

    @property
    def holds(self) -> str:
        """What is stored, in words."""
        return f"{self.n} of every {self.m} weights, each with its place among them"


def _pack(numbers: Matrix, width: int) -> Matrix:
    """Bytes that hold `width` bits of each number, the highest first."""
    shifts = np.arange(width)[::-1]
    return np.packbits((numbers[:, None] >> shifts & 1).astype(np.uint8))


def _unpack(packed: Matrix, width: int, count: int) -> Matrix:
    bits = np.unpackbits(packed, count=count * width).reshape(count, width)
    return bits @ (1 << np.arange(width)[::-1])
