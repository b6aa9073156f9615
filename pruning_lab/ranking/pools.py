"""Numbers that compete, and how they are read: a few at a time, so that they stay in the cache."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, as_floats
from pruning_lab.ranking import limits

Numbers = NDArray[Any]
Key = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Pools:
    """Numbers that compete row by row, made ready only where they are read.

    Parameters
    ----------
    numbers : (n_rows, size)
    eligible : likewise; what is not eligible ranks below all that is
    key : applied to the numbers first, such as np.abs, without a copy of all of them
    name : for messages
    """

    numbers: Numbers
    eligible: Bools | None = None
    key: Key | None = None
    name: str = "?"

    def flat(self, rows: slice = slice(None)) -> "Pools":
        """Some rows (or all) as one, shape (n_rows * size,)."""
        eligible = None if self.eligible is None else self.eligible[rows].ravel()
        return Pools(self.numbers[rows].ravel(), eligible, self.key, self.name)

    def windows(self, width: int) -> "Pools":
        """All runs of `width` neighbours of a flat table: views, which overlap."""
        eligible = None if self.eligible is None else sliding_window_view(self.eligible, width)
        return Pools(sliding_window_view(self.numbers, width), eligible, self.key, self.name)

    def __getitem__(self, where: Any) -> Array:
        """Numbers as they rank, ready to be read."""
        return self.checked(self.ready(where))

    def chunks(self, spare: Array) -> Iterator[Array]:
        """Yield whole rows, as many as fit in `spare`; each may overwrite the last."""
        step = max(1, len(spare) * len(self.numbers) // max(1, self.numbers.size))
        for i in range(0, len(self.numbers), step):
            yield self.ready(slice(i, i + step), spare)

    def ready(self, where: Any, spare: Array | None = None) -> Array:
        """Floats, key applied (in `spare` memory, if it fits), what is not eligible at -inf."""
        x = as_floats(self.numbers[where])
        if isinstance(self.key, np.ufunc) and spare is not None and spare.dtype == x.dtype:
            x = self.key(x, out=spare[: x.size].reshape(x.shape))
        elif self.key is not None:
            x = self.key(x)
        if self.eligible is not None:
            # An eligible -inf ranks above the rest. np.where would branch, which is slow here.
            ceiling = (self.eligible[where] - x.dtype.type(0.5)) * np.inf
            x = np.minimum(np.maximum(x, np.finfo(x.dtype).min), ceiling)
        return x

    def checked(self, x: Array) -> Array:
        """Refuse NaN."""
        if np.isnan(x.min(initial=np.inf)):
            raise ValueError(
                f"scores of {self.name} contain NaN, which has no rank. "
                "Look for a diverged network, 0 / 0 or inf - inf."
            )
        return x


def chunks(pieces: Sequence[Pools]) -> Iterator[Array]:
    """Yield whole rows, as many at a time as fit the cache; the next may overwrite the last."""
    spare = spare_memory(pieces[0], limits.CHUNK)
    for piece in pieces:
        for x in piece.chunks(spare):
            yield piece.checked(x)


def spare_memory(like: Pools, size: int) -> Array:
    """Memory to use again and again: fresh memory costs more than arithmetic."""
    return np.empty(size, dtype=as_floats(like.numbers[:0]).dtype)
