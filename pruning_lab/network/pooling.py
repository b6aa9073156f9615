"""Maps made smaller, and from maps to rows: flatten them, or take their means."""

from dataclasses import dataclass
from math import prod

import numpy as np

from pruning_lab.arrays import Array, checked_whole
from pruning_lab.network.layers import Unitwise


@dataclass(frozen=True)
class Flatten:
    """All numbers of a sample in a row: channel after channel.

    Examples
    --------
    >>> Flatten().forward(np.arange(4.0).reshape(1, 2, 2))
    array([[0., 1., 2., 3.]])
    """

    def forward(self, x: Array) -> Array:
        """Rows, (n, channels * space), of the input (n, channels, *space)."""
        return x.reshape(len(x), prod(x.shape[1:]))

    def backward(self, x: Array, slope: Array) -> Array:
        """Slope in the shape of the input."""
        return slope.reshape(x.shape)


@dataclass(frozen=True)
class MaxPool(Unitwise):
    """Largest number of each window, channel by channel, along every axis of the maps.

    Windows do not overlap; what is left over at the end of an axis is not read.

    Parameters
    ----------
    side : length of a window along each axis

    Examples
    --------
    >>> MaxPool(2).forward(np.array([[[1.0, 3.0, 6.0, 5.0, 9.0]]]))
    array([[[3., 6.]]])
    """

    side: int = 2

    def __post_init__(self) -> None:
        checked_whole(self.side, "side")

    def forward(self, x: Array) -> Array:
        """Smaller maps, (n, channels, …)."""
        largest, *others = self._corners(x)
        for corner in others:
            largest = np.maximum(largest, corner)
        return largest

    def backward(self, x: Array, slope: Array) -> Array:
        """Slope where the largest number was; of equals, where the first was."""
        result, open_ones, largest = np.zeros_like(x), slope, self.forward(x)
        for corner, target in zip(self._corners(x), self._corners(result), strict=True):
            target[...] = np.where(corner == largest, open_ones, 0)
            open_ones = np.where(corner == largest, 0, open_ones)
        return result

    def _corners(self, x: Array) -> list[Array]:
        """Views (n, channels, …): the first number of every window, the second, and so on."""
        ends = [length // self.side * self.side for length in x.shape[2:]]
        views = []
        for offset in np.ndindex(*[self.side] * len(ends)):
            spots = (slice(o, end, self.side) for o, end in zip(offset, ends, strict=True))
            views.append(x[(slice(None), slice(None), *spots)])
        return views


@dataclass(frozen=True)
class GlobalPool(Unitwise):
    """Mean of each channel [Lin2014]_, over all places of a sample.

    Parameters
    ----------
    tokens : False for maps (n, channels, *space), True for tokens (n, length, width)

    Examples
    --------
    >>> GlobalPool().forward(np.array([[[1.0, 3.0], [5.0, 5.0]]]))
    array([[2., 5.]])
    >>> GlobalPool(tokens=True).forward(np.array([[[1.0, 3.0], [5.0, 5.0]]]))
    array([[3., 4.]])
    """

    tokens: bool = False

    def forward(self, x: Array) -> Array:
        """Means, (n, channels)."""
        means: Array = x.mean(axis=self._axes(x))
        return means

    def backward(self, x: Array, slope: Array) -> Array:
        """Slope shared out among the places of each channel."""
        axes = self._axes(x)
        places = prod(x.shape[a] for a in axes)
        return np.broadcast_to(np.expand_dims(slope, axes), x.shape) / x.dtype.type(places)

    def _axes(self, x: Array) -> tuple[int, ...]:
        return (1,) if self.tokens else tuple(range(2, x.ndim))
