"""Handwritten digits of 8 x 8 pixels, bundled; where they come from stands in digits.md."""

import gzip
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import read_only
from pruning_lab.datasets.dataset import Dataset, divide


def digits(*, rng: np.random.Generator) -> Dataset:
    """1,797 handwritten digits [Alpaydin1998]_: 1,078 to train, 359 to validate, 360 to test.

    Parameters
    ----------
    rng : draws the split; each class has its share in each part

    Returns
    -------
    Dataset
        ``x`` is float32 in [0, 1], (n, 64), the 8 x 8 pixels in reading order; ``y`` the digit.

    Examples
    --------
    >>> data = digits(rng=np.random.default_rng(0))
    >>> data.train.x.shape, data.validation.x.shape, data.test.x.shape
    ((1078, 64), (359, 64), (360, 64))
    """
    table = _table()
    return divide((table[:, :-1] / np.float32(16)), table[:, -1].astype(np.intp), rng=rng)


@cache
def _table() -> NDArray[np.uint8]:
    """Pixels 0 to 16 and the label, (1797, 65)."""
    packed = (files("pruning_lab.datasets") / "digits.csv.gz").read_bytes()
    rows = gzip.decompress(packed).decode("ascii").split()
    return read_only(np.array([row.split(",") for row in rows]).astype(np.uint8))
