"""Batch normalisation: one class for use, one for the steps of training."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pruning_lab.arrays import Array, Number, read_only
from pruning_lab.network.layers import Part, check_floats


@dataclass(frozen=True, eq=False, repr=False)
class BatchNorm(Part):
    r"""Channels shifted and scaled to the statistics of the training data [Ioffe2015]_.

    It computes :math:`\gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta`. While it is used,
    the mean and variance are fixed numbers. In the steps of training they are those of the
    batch; afterwards `train` measures them anew on all training data.

    Parameters
    ----------
    scale, shift : (channels,), trained
    mean, variance : (channels,), measured
    epsilon : keeps the division finite

    Raises
    ------
    ValueError
        If the four are not vectors of floats of one length, or a variance is negative.

    Examples
    --------
    >>> norm = BatchNorm(np.array([2.0]), np.array([1.0]), np.array([3.0]), np.array([4.0]), 0.0)
    >>> norm.forward(np.array([[3.0], [5.0]]))
    array([[1.],
           [3.]])
    """

    scale: Array
    shift: Array
    mean: Array
    variance: Array
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        names = ("scale", "shift", "mean", "variance")
        shapes = {name: np.shape(getattr(self, name)) for name in names}
        if len(set(shapes.values())) > 1 or len(shapes["scale"]) != 1:
            raise ValueError(f"batch norm takes one number a channel, (channels,); got {shapes}.")
        check_floats(*(getattr(self, name) for name in names), what="batch norm")
        if not isinstance(self.epsilon, Number) or not self.epsilon >= 0:
            raise ValueError(f"epsilon must be 0 or more; got {self.epsilon!r}. Try 1e-5.")
        if (self.variance < 0).any():
            raise ValueError(
                f"a variance is never negative; got {self.variance.min()}. Is it the mean?"
            )
        for name in names:
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.fan_in})"

    @property
    def parameters(self) -> tuple[Array, Array]:
        """Scale and shift."""
        return self.scale, self.shift

    @property
    def fan_in(self) -> int:
        """How many channels come in."""
        return len(self.scale)

    @property
    def fan_out(self) -> int:
        """As many channels go out."""
        return len(self.scale)

    def with_parameters(self, first: Array, second: Array) -> "BatchNorm":
        """Layer with another scale and shift, and the same statistics."""
        return replace(self, scale=first, shift=second)

    def astype(self, dtype: Any) -> "BatchNorm":
        """Layer in another precision."""
        statistics = self.mean.astype(dtype), self.variance.astype(dtype)
        return BatchNorm(
            self.scale.astype(dtype), self.shift.astype(dtype), *statistics, self.epsilon
        )

    def in_training(self, rng: np.random.Generator) -> "BatchNorm":
        """Layer as it acts in a step of training: with the statistics of the batch."""
        return BatchNormInTraining(self.scale, self.shift, self.mean, self.variance, self.epsilon)

    def settled(self, x: Array) -> "BatchNorm":
        """Layer with the statistics of these inputs (n, channels, …)."""
        axes = _places(x)
        return replace(self, mean=x.mean(axis=axes), variance=x.var(axis=axes))

    def forward(self, x: Array) -> Array:
        """Normalised input (n, channels, …)."""
        return self._normal(x) * _wide(self.scale, x) + _wide(self.shift, x)

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input."""
        return slope * _wide(self.scale / self._deviation(x), x)

    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by scale and shift, each (channels,), summed over all else."""
        by_scale = np.sum(slope * self._normal(x), axis=_places(x), out=out[0])
        return by_scale, np.sum(slope, axis=_places(x), out=out[1])

    def _deviation(self, x: Array) -> Array:
        result: Array = np.sqrt(self._statistics(x)[1] + x.dtype.type(self.epsilon))
        return result

    def _normal(self, x: Array) -> Array:
        return (x - _wide(self._statistics(x)[0], x)) / _wide(self._deviation(x), x)

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        return self.mean, self.variance


class BatchNormInTraining(BatchNorm):
    """Batch normalisation by the statistics of the batch at hand [Ioffe2015]_, algorithm 1.

    Examples
    --------
    >>> norm = BatchNormInTraining(*np.ones((4, 1)), epsilon=0.0)
    >>> norm.forward(np.array([[3.0], [5.0]]))
    array([[0.],
           [2.]])
    """

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input, through the statistics too."""
        normal, axes = self._normal(x), _places(x)
        along = slope - _wide(slope.mean(axis=axes), x)
        along = along - normal * _wide((slope * normal).mean(axis=axes), x)
        return along * _wide(self.scale / self._deviation(x), x)

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        return x.mean(axis=_places(x)), x.var(axis=_places(x))


def _places(x: Array) -> tuple[int, ...]:
    """All axes but that of the channels."""
    return (0, *range(2, x.ndim))


def _wide(vector: Array, x: Array) -> Array:
    """Vector (channels,) laid along the channels of `x`."""
    return vector.reshape(-1, *[1] * (x.ndim - 2))
