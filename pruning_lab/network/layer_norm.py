"""Layer normalisation: each token by itself, with no statistics to remember."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pruning_lab.arrays import Array, Number, read_only
from pruning_lab.network.layers import Part, check_floats


@dataclass(frozen=True, eq=False, repr=False)
class LayerNorm(Part):
    r"""Numbers of each token shifted and scaled to mean 0 and variance 1 [Ba2016]_.

    It computes :math:`\gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta` with the mean and
    variance of the last axis, of each sample or token by itself. So every output depends on
    every input.

    Parameters
    ----------
    scale, shift : (width,), trained
    epsilon : keeps the division finite

    Raises
    ------
    ValueError
        If the two are not vectors of floats of one length.

    Examples
    --------
    >>> norm = LayerNorm(np.ones(2), np.zeros(2), epsilon=0.0)
    >>> norm.forward(np.array([[3.0, 5.0], [10.0, 0.0]]))
    array([[-1.,  1.],
           [ 1., -1.]])
    """

    scale: Array
    shift: Array
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        shapes = np.shape(self.scale), np.shape(self.shift)
        if shapes[0] != shapes[1] or len(shapes[0]) != 1:
            raise ValueError(f"layer norm takes scale and shift, (width,) each; got {shapes}.")
        check_floats(self.scale, self.shift, what="layer norm")
        if not isinstance(self.epsilon, Number) or not self.epsilon >= 0:
            raise ValueError(f"epsilon must be 0 or more; got {self.epsilon!r}. Try 1e-5.")
        for name in ("scale", "shift"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __repr__(self) -> str:
        return f"LayerNorm({self.fan_in})"

    @property
    def parameters(self) -> tuple[Array, Array]:
        """Scale and shift."""
        return self.scale, self.shift

    @property
    def fan_in(self) -> int:
        """How many numbers a token has."""
        return len(self.scale)

    @property
    def fan_out(self) -> int:
        """As many come out."""
        return len(self.scale)

    def with_parameters(self, first: Array, second: Array) -> "LayerNorm":
        """Layer with another scale and shift."""
        return replace(self, scale=first, shift=second)

    def astype(self, dtype: Any) -> "LayerNorm":
        """Layer in another precision."""
        return self.with_parameters(self.scale.astype(dtype), self.shift.astype(dtype))

    def forward(self, x: Array) -> Array:
        """Normalised input (n, …, width)."""
        y = self._normal(x)[0]
        y *= self.scale
        y += self.shift
        return y

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input, through mean and variance too."""
        normal, deviation = self._normal(x)
        along = slope * self.scale
        along -= along.mean(axis=-1, keepdims=True) + normal * (along * normal).mean(
            axis=-1, keepdims=True
        )
        along /= deviation
        return along

    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by scale and shift, each (width,), summed over samples and tokens."""
        rows = (-1, self.fan_in)
        by_scale = np.sum((slope * self._normal(x)[0]).reshape(rows), axis=0, out=out[0])
        return by_scale, np.sum(slope.reshape(rows), axis=0, out=out[1])

    def _normal(self, x: Array) -> tuple[Array, Array]:
        """Input at mean 0 and variance 1, and the deviation that each token was divided by."""
        normal = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(normal).mean(axis=-1, keepdims=True)
        deviation: Array = np.sqrt(variance + x.dtype.type(self.epsilon))
        normal /= deviation
        return normal, deviation
