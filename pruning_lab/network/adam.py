"""Adam on one long vector, in place: the only mutable thing in the core."""

from math import sqrt

import numpy as np
from numpy.typing import DTypeLike

from pruning_lab.arrays import Array


class Adam:
    r"""The optimiser of [Kingma2015]_, algorithm 1, over preallocated buffers.

    The moments are kept without their factors :math:`1 - \beta`, which join the two numbers
    of a step instead: the same result with three passes over memory less.

    Parameters
    ----------
    size : how many numbers are optimised
    dtype : of them
    learning_rate, beta1, beta2, epsilon : as in the paper

    Examples
    --------
    >>> parameters = np.array([1.0, 1.0])
    >>> Adam(2, parameters.dtype, 0.1).step(parameters, np.array([0.5, 0.0]))
    >>> parameters
    array([0.9, 1. ])
    """

    def __init__(
        self,
        size: int,
        dtype: DTypeLike,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate, self.epsilon = learning_rate, epsilon
        self.beta1, self.beta2 = beta1, beta2
        self.steps = 0
        self._first, self._second = np.zeros(size, dtype), np.zeros(size, dtype)
        self._scratch = np.empty(size, dtype)

    def step(self, parameters: Array, gradient: Array) -> None:
        """Move `parameters` (size,) downhill, in place; a zero gradient moves nothing at first."""
        self.steps += 1
        first, second, scratch = self._first, self._second, self._scratch
        first *= self.beta1
        first += gradient
        np.multiply(gradient, gradient, out=scratch)
        second *= self.beta2
        second += scratch
        correction = sqrt((1 - self.beta2**self.steps) / (1 - self.beta2))
        rate = self.learning_rate * (1 - self.beta1) / (1 - self.beta1**self.steps)
        np.sqrt(second, out=scratch)
        scratch += self.epsilon * correction
        np.divide(first, scratch, out=scratch)
        scratch *= rate * correction
        parameters -= scratch
