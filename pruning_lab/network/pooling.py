"""From maps to rows: flatten them, or take their means."""

from dataclasses import dataclass
from math import prod

import numpy as np

from pruning_lab.arrays import Array
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
