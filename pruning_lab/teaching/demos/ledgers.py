"""A table whose truth is known: five causes in twelve columns, and eight columns of nothing."""

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, check_rng

CAUSES = "ABCDE"
COPIES = (1, 1, 2, 3, 5)  # how many columns record each cause
BLANKS = 8  # columns that record nothing
BLUR = 0.3  # standard deviation of what a column adds to its cause, whose own is 1

Labels = NDArray[np.int64]

NAMES = (
    *(f"{name}{i + 1}" for name, copies in zip(CAUSES, COPIES, strict=True) for i in range(copies)),
    *(f"–{i + 1}" for i in range(BLANKS)),
)
GROUPS = tuple(name[0] for name in NAMES)  # the cause of each column, – for none


def ledger(n: int, *, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Rows of a made-up table, (n, 20), and whether the causes of each add up to more than 0.

    Parameters
    ----------
    n : how many rows
    rng : draws causes, and what each column adds to them

    Examples
    --------
    >>> x, y = ledger(1000, rng=np.random.default_rng(0))
    >>> x.shape, NAMES[:4]
    ((1000, 20), ('A1', 'B1', 'C1', 'C2'))
    """
    check_rng(rng)
    causes = rng.normal(size=(n, len(COPIES)))
    written = np.repeat(causes, COPIES, axis=1)
    written = written + BLUR * rng.normal(size=written.shape)
    x = np.hstack([written, rng.normal(size=(n, BLANKS))])
    return x, (causes.sum(axis=1) > 0).astype(np.int64)
