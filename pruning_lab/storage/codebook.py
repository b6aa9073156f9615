"""Codebook: weights share a few values; short codes say which. The only encoding that rounds."""

import zlib
from dataclasses import dataclass

import numpy as np

from pruning_lab.arrays import as_floats, checked_whole
from pruning_lab.storage.encoding import Encoding, Matrix, shape_of
from pruning_lab.storage.kmeans import kmeans

SKIP = 255  # a step that passes 255 zeros and stores nothing


@dataclass(frozen=True, eq=False, repr=False)
class Codebook(Encoding):
    """Shared values, and for each kept weight a Huffman-coded step and code [Han2016]_.

    k-means finds the shared values (section 3). Where a weight lies is told by the zeros
    before it, as figure 2 has it; a step of 255 stands for as many zeros and no weight.
    Steps and codes each have their own Huffman code (section 4), which zlib builds.

    Parameters
    ----------
    shape : of the matrix
    centres : shared values, ascending
    codes : compressed, one byte for each kept weight: which value
    steps : compressed, one byte for each: zeros since the last

    Examples
    --------
    >>> weights = np.random.default_rng(0).normal(size=(300, 100)) * (np.arange(100) < 10)
    >>> book = Codebook.encode(weights, bits=4)
    >>> len(book.centres), book.bits_per_weight < 1
    (16, True)
    """

    centres: Matrix
    codes: Matrix
    steps: Matrix

    @classmethod
    def encode(cls, matrix: Matrix, *, bits: int = 4) -> "Codebook":
        """Write a matrix (fan_out, fan_in) down, its kept weights rounded to ``2 ** bits`` values.

        Zeros of either sign are pruned weights. Where no more than ``2 ** bits`` values occur,
        all come back exactly; so encoding what was decoded loses nothing more.

        Raises
        ------
        ValueError
            If a weight is NaN or infinite, or `bits` is not 1 to 8.
        """
        shape, flat = shape_of(matrix), matrix.ravel()
        if (bits := checked_whole(bits, "bits")) > 8:
            raise ValueError(f"bits must be 1 to 8; got {bits}. 8 give 256 shared values.")
        places = np.flatnonzero(flat != 0)
        values = as_floats(flat[places])
        if not np.isfinite(values).all():
            raise ValueError(
                "a codebook needs finite weights; got NaN or infinity, which have no mean. "
                "Has the network diverged? Bitmap stores any number."
            )
        centres, labels = kmeans(values, 2**bits)
        dtype = flat.dtype if flat.dtype.kind == "f" else values.dtype
        return cls(
            shape,
            centres.astype(dtype),
            _deflate(labels.astype(np.uint8)),
            _deflate(_steps(places)),
        )

    def decode(self) -> Matrix:
        """The matrix, its weights rounded to the shared values."""
        flat = np.zeros(self.shape[0] * self.shape[1], self.centres.dtype)
        flat[_places(_inflate(self.steps))] = self.centres[_inflate(self.codes)]
        return flat.reshape(self.shape)

    @property
    def holds(self) -> str:
        """What is stored, in words."""
        return f"{len(self.centres)} shared values, and for each kept weight a step and a code"


def _steps(places: Matrix) -> Matrix:
    """Zeros before each kept weight, in bytes; long gaps take several."""
    gaps = np.diff(places, prepend=-1) - 1
    skips = gaps // SKIP
    steps = np.full(len(gaps) + int(skips.sum()), SKIP, np.uint8)
    steps[np.cumsum(skips + 1) - 1] = gaps % SKIP
    return steps


def _places(steps: Matrix) -> Matrix:
    """Where the kept weights lie: undoes `_steps`."""
    passed = steps.astype(np.intp) + (steps != SKIP)
    ends: Matrix = np.cumsum(passed)[steps != SKIP] - 1
    return ends


def _deflate(symbols: Matrix) -> Matrix:
    """Huffman-coded bytes, without any search for repetitions."""
    coder = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
    return np.frombuffer(coder.compress(symbols.tobytes()) + coder.flush(), np.uint8)


def _inflate(coded: Matrix) -> Matrix:
    return np.frombuffer(zlib.decompress(coded.tobytes(), -15), np.uint8)
