"""The plainest layers, and what a network asks of every layer. Each knows its own slopes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, Self, runtime_checkable

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


def are_layers(things: object) -> bool:
    """Whether something is a dictionary of layers."""
    return isinstance(things, Mapping) and all(
        _makes_layers(type(thing)) or isinstance(thing, Layer)  # type: ignore[arg-type]
        for thing in things.values()
    )


@cache
def _makes_layers(kind: type) -> bool:
    """Whether a class makes layers; a protocol answers slowly, so each class asks it once."""
    return issubclass(kind, Layer)


class Part(ABC):
    """A layer with numbers of its own, which training changes."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[Array, Array]:
        """The two arrays that are trained: weights and bias, or scale and shift."""

    @property
    @abstractmethod
    def fan_in(self) -> int:
        """How many units come in: features, or channels."""

    @property
    @abstractmethod
    def fan_out(self) -> int:
        """How many units go out."""

    @abstractmethod
    def with_parameters(self, first: Array, second: Array) -> Self:
        """The same layer with other `parameters`."""

    @abstractmethod
    def astype(self, dtype: Any) -> Self:
        """The same layer in another precision."""

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Output for the input (n, …)."""

    @abstractmethod
    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input."""

    @abstractmethod
    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by the `parameters`, written to `out` as in numpy."""


class Unitwise(ABC):
    """A layer without numbers of its own that treats each unit by itself: ReLU, pooling.

    Compaction may leave units out before and after it, and asks it about constants.
    """

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Output for the input (n, …)."""

    @abstractmethod
    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input."""

    def constant(self, value: Array) -> Array:
        """What units (units,) hold behind it if they hold these numbers for every input."""
        return value


def check_affine(weights: Array, bias: Array, what: str) -> None:
    """Refuse what are not weights (fan_out, fan_in) and a bias (fan_out,) of floats.

    Examples
    --------
    >>> check_affine(np.ones((2, 3)), np.ones(3), "a dense layer")
    Traceback (most recent call last):
        ...
    ValueError: a dense layer takes weights (fan_out, fan_in) and a bias (fan_out,); got (2, 3) ...
    """
    shapes = np.shape(weights), np.shape(bias)
    if len(shapes[0]) != 2 or shapes[1] != shapes[0][:1]:
        raise ValueError(
            f"{what} takes weights (fan_out, fan_in) and a bias (fan_out,); got "
            f"{shapes[0]} and {shapes[1]}. Are the weights transposed?"
        )
    check_floats(weights, bias, what=what)


def check_floats(*parts: Array, what: str) -> None:
    """Refuse what is no array of floats.

    Examples
    --------
    >>> check_floats(np.ones(3, int), what="a dense layer")
    Traceback (most recent call last):
        ...
    ValueError: a dense layer takes arrays of floats, which training can change; got int64. ...
    """
    for part in parts:
        if getattr(part, "dtype", np.dtype(object)).kind != "f":
            raise ValueError(
                f"{what} takes arrays of floats, which training can change; got "
                f"{getattr(part, 'dtype', type(part).__name__)}. "
                "Convert them with np.asarray(…, np.float32)."
            )


@dataclass(frozen=True, eq=False, repr=False)
class Dense(Part):
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
        check_affine(self.weights, self.bias, "a dense layer")
        object.__setattr__(self, "weights", read_only(self.weights))
        object.__setattr__(self, "bias", read_only(self.bias))

    def __repr__(self) -> str:
        return f"Dense({self.fan_in} -> {self.fan_out})"

    @property
    def parameters(self) -> tuple[Array, Array]:
        """Weights and bias."""
        return self.weights, self.bias

    @property
    def fan_in(self) -> int:
        """How many features come in."""
        return int(self.weights.shape[1])

    @property
    def fan_out(self) -> int:
        """How many features go out."""
        return int(self.weights.shape[0])

    def with_parameters(self, first: Array, second: Array) -> "Dense":
        """Layer with other weights and another bias."""
        return Dense(first, second)

    def astype(self, dtype: Any) -> "Dense":
        """Layer in another precision."""
        return Dense(self.weights.astype(dtype), self.bias.astype(dtype))

    def forward(self, x: Array) -> Array:
        """Weighted sums, (n, …, fan_out), of the input (n, …, fan_in)."""
        y = x @ self.weights.T  # (n, …, fan_out)
        y += self.bias
        return y

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input, (n, …, fan_in)."""
        result: Array = slope @ self.weights
        return result

    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by weights (fan_out, fan_in) and bias (fan_out,), summed over n.

        `out` names two arrays to write them to, as in numpy.
        """
        if x.ndim > 2:  # tokens count as samples
            x, slope = x.reshape(-1, x.shape[-1]), slope.reshape(-1, slope.shape[-1])
        by_weights = np.matmul(slope.T, x, out=out[0])
        by_bias = np.sum(slope, axis=0, out=out[1])
        return by_weights, by_bias


@dataclass(frozen=True)
class ReLU(Unitwise):
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

    def constant(self, value: Array) -> Array:
        """Positive part of what the units hold."""
        return np.maximum(value, 0)
