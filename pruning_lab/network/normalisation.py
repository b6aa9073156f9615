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
        mean, variance = _measured(x)
        return replace(self, mean=mean, variance=variance)

    def forward(self, x: Array) -> Array:
        """Normalised input (n, channels, …)."""
        y = self._normal(x)[0]
        y *= _wide(self.scale, x)
        y += _wide(self.shift, x)
        return y

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input."""
        return slope * _wide(self.scale / self._normal(x)[1], x)

    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by scale and shift, each (channels,), summed over all else."""
        by_scale = _sums(slope * self._normal(x)[0], out[0])
        return by_scale, _sums(slope, out[1])

    def _normal(self, x: Array) -> tuple[Array, Array]:
        """Input at mean 0 and variance 1, and the deviation (channels,) it was divided by."""
        mean, variance = self._statistics(x)
        deviation: Array = np.sqrt(variance + x.dtype.type(self.epsilon))
        normal = x - _wide(mean, x)
        normal /= _wide(deviation, x)
        return normal, deviation

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
        (normal, deviation), count = self._normal(x), x.dtype.type(x.size // self.fan_in)
        along = slope - _wide(_sums(slope) / count, x)
        normal *= _wide(_sums(slope * normal) / count, x)
        along -= normal
        along *= _wide(self.scale / deviation, x)
        return along

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        return _measured(x)


def _measured(x: Array) -> tuple[Array, Array]:
    """Mean and variance of each channel, (channels,)."""
    count = x.dtype.type(x.size // x.shape[1])
    mean = _sums(x) / count
    return mean, _sums(np.square(x - _wide(mean, x))) / count


def _sums(x: Array, out: Any = None) -> Array:
    """Sum of each channel, (channels,), along the space first, where the numbers lie together."""
    result: Array = np.sum(x.reshape(*x.shape[:2], -1).sum(axis=2), axis=0, out=out)
    return result


def _wide(vector: Array, x: Array) -> Array:
    """Vector (channels,) laid along the channels of `x`."""
    return vector.reshape(-1, *[1] * (x.ndim - 2))
