"""GELU, the nonlinearity of most language models."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.network.layers import Unitwise

# of the error function, off by at most 1.5e-7 [Abramowitz1964]_, 7.1.26: numpy has none
FOLD = 0.3275911
SERIES = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
FAR = 40.0  # nothing lies beyond, and squares of larger numbers might overflow
CHUNK = 1 << 15  # numbers that stay in the cache while a dozen operations pass over them


@dataclass(frozen=True)
class GELU(Unitwise):
    r"""The input times the chance that a normal number lies below it, :math:`x\,\Phi(x)`.

    Defined by [Hendrycks2016]_. Large inputs pass, very negative ones do not, and in between
    the border is soft: unlike `ReLU` it is below 0 for small negative inputs.

    Examples
    --------
    >>> GELU().forward(np.array([-1.0, 0.0, 3.0])).round(3)
    array([-0.159,  0.   ,  2.996])
    """

    def forward(self, x: Array) -> Array:
        """Input times the normal distribution function, number by number."""
        return x * below(x)

    def backward(self, x: Array, slope: Array) -> Array:
        """Slope times the derivative."""
        density = np.exp(-np.square(np.clip(x, -FAR, FAR)) / 2) / x.dtype.type(sqrt(2 * pi))
        derivative: Array = slope * (below(x) + x * density)
        return derivative

    def constant(self, value: Array) -> Array:
        """What comes out where the units hold these numbers for every input."""
        return self.forward(value)


def below(x: Array) -> Array:
    """Share of a normal distribution below each number, to seven digits.

    Examples
    --------
    >>> below(np.array([0.0, 1.96])).round(4)
    array([0.5  , 0.975])
    """
    flat, found = x.ravel(), np.empty(x.size, x.dtype)
    for start in range(0, x.size, CHUNK):
        part = flat[start : start + CHUNK]
        distance = np.minimum(np.abs(part), FAR)
        distance *= x.dtype.type(sqrt(0.5))
        fold = 1 / (1 + x.dtype.type(FOLD) * distance)
        tail = np.full_like(fold, SERIES[0])
        for factor in (*SERIES[1:], 0.0):
            tail *= fold
            tail += x.dtype.type(factor)
        tail *= np.exp(-np.square(distance)) / 2  # share beyond the distance
        found[start : start + CHUNK] = np.where(part > 0, 1 - tail, tail)
    return found.reshape(x.shape)
