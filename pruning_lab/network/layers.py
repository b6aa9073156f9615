"""The layers of a network. Each knows its output and, going back, its slopes."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from pruning_lab.arrays import Array, read_only


@runtime_checkable
class Layer(Protocol):
    """What a network asks of a layer."""

    def forward(self, x: Array) -> Array:
        """Output for the input (n, …)."""
        ...  # pragma: no cover

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input, given the input and the derivative by the output."""
        ...  # pragma: no cover


@dataclass(frozen=True, eq=False, repr=False)
class Dense:
    """A fully connected layer, ``x @ weights.T + bias``.

    Parameters
    ----------
    weights : (fan_out, fan_in)
    bias : (fan_out,)

    Raises
    ------
    ValueError
        If `weights` is no matrix of floats, or `bias` does not have one for each of its rows.

    Examples
    --------
    >>> layer = Dense(np.array([[1.0, -1.0]]), np.array([0.5]))
    >>> layer.forward(np.array([[3.0, 1.0]]))
    array([[2.5]])
    """

    weights: Array
    bias: Array

    def __post_init__(self) -> None:
        shapes = np.shape(self.weights), np.shape(self.bias)
        if len(shapes[0]) != 2 or shapes[1] != shapes[0][:1]:
            raise ValueError(
                "a dense layer takes weights (fan_out, fan_in) and a bias (fan_out,); got "
                f"{shapes[0]} and {shapes[1]}. Are the weights transposed?"
            )
        for part in (self.weights, self.bias):
            if getattr(part, "dtype", np.dtype(object)).kind != "f":
                raise ValueError(
                    "a dense layer takes arrays of floats, which training can change; got "
                    f"{getattr(part, 'dtype', type(part).__name__)}. "
                    "Convert them with np.asarray(…, np.float32)."
                )
        object.__setattr__(self, "weights", read_only(self.weights))
        object.__setattr__(self, "bias", read_only(self.bias))

    def __repr__(self) -> str:
        fan_out, fan_in = self.weights.shape
        return f"Dense({fan_in} -> {fan_out})"

    def forward(self, x: Array) -> Array:
        """Weighted sums, (n, fan_out), of the input (n, fan_in)."""
        y = x @ self.weights.T  # (n, fan_out)
        y += self.bias
        return y

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input, (n, fan_in)."""
        result: Array = slope @ self.weights
        return result

    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by weights (fan_out, fan_in) and bias (fan_out,), summed over n.

        `out` names two arrays to write them to, as in numpy.
        """
        by_weights = np.matmul(slope.T, x, out=out[0])
        by_bias = np.sum(slope, axis=0, out=out[1])
        return by_weights, by_bias


@dataclass(frozen=True)
class ReLU:
    """The positive part, number by number.

    Examples
    --------
    >>> ReLU().forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def forward(self, x: Array) -> Array:
        """Positive part of the input."""
        return np.maximum(x, 0)

    def backward(self, x: Array, slope: Array) -> Array:
        """Slope where the input was positive, else 0."""
        return slope * (x > 0)
