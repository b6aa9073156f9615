"""Convolution over one axis or two, as one matrix product over windows of the input."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pruning_lab.arrays import Array, checked_whole, read_only
from pruning_lab.network.layers import Part, check_affine


@dataclass(frozen=True, eq=False, repr=False)
class Conv(Part):
    """A convolution over as many axes as its kernel has; row i is filter i.

    Parameters
    ----------
    weights : (channels out, channels in * kernel), each row a filter laid out flat
    bias : (channels out,)
    kernel : length of the window along each axis: ``(5,)`` for sound, ``(3, 3)`` for images
    stride : steps from one window to the next, along every axis
    padding : zeros added on both sides of every axis, or a pair: so many before and after

    Raises
    ------
    ValueError
        If the weights are no rows of whole windows, or a number is out of its range.

    Examples
    --------
    >>> rise = Conv(np.array([[-1.0, 1.0]]), np.zeros(1), kernel=(2,))
    >>> rise.forward(np.array([[[1.0, 3.0, 6.0]]]))
    array([[[2., 3.]]])
    """

    weights: Array
    bias: Array
    kernel: Sequence[int]
    stride: int = 1
    padding: int | tuple[int, int] = 0

    def __post_init__(self) -> None:
        check_affine(self.weights, self.bias, "a convolution")
        if isinstance(self.kernel, str) or not isinstance(self.kernel, Sequence):
            raise ValueError(f"kernel is a tuple, such as (3, 3) or (5,); got {self.kernel!r}.")
        kernel = tuple(checked_whole(side, "each side of a kernel") for side in self.kernel)
        if not kernel or self.weights.shape[1] % prod(kernel) or self.weights.shape[1] == 0:
            raise ValueError(
                f"a convolution with kernel {kernel} takes weights (out, in * {prod(kernel)}); "
                f"got {self.weights.shape}. Reshape (out, in, …) with .reshape(len(w), -1)."
            )
        object.__setattr__(self, "kernel", kernel)
        object.__setattr__(self, "stride", checked_whole(self.stride, "stride"))
        object.__setattr__(self, "padding", _checked_padding(self.padding))
        object.__setattr__(self, "weights", read_only(self.weights))
        object.__setattr__(self, "bias", read_only(self.bias))

    def __repr__(self) -> str:
        sides = " x ".join(map(str, self.kernel))
        return f"Conv({self.fan_in} -> {self.fan_out}, {sides})"

    @property
    def parameters(self) -> tuple[Array, Array]:
        """Weights and bias."""
        return self.weights, self.bias

    @property
    def fan_in(self) -> int:
        """How many channels come in."""
        return int(self.weights.shape[1]) // prod(self.kernel)

    @property
    def fan_out(self) -> int:
        """How many channels go out."""
        return int(self.weights.shape[0])

    @property
    def pads(self) -> tuple[int, int]:
        """Zeros before and after, along every axis."""
        return self.padding if isinstance(self.padding, tuple) else (self.padding, self.padding)

    def with_parameters(self, first: Array, second: Array) -> "Conv":
        """Layer with other weights and another bias."""
        return Conv(first, second, self.kernel, self.stride, self.padding)

    def astype(self, dtype: Any) -> "Conv":
        """Layer in another precision."""
        return self.with_parameters(self.weights.astype(dtype), self.bias.astype(dtype))

    def forward(self, x: Array) -> Array:
        """Output (n, channels out, *windows) of the input (n, channels in, *space)."""
        windows, places = self._windows(x)
        y = self.weights @ windows  # (n, out, windows)
        y += self.bias[:, None]
        return y.reshape(len(x), self.fan_out, *places)

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input, (n, channels in, *space): each window adds its share."""
        places = slope.shape[2:]
        shares = self.weights.T @ _flat(slope)  # (n, in * kernel, windows)
        shares = shares.reshape(len(x), self.fan_in, *self.kernel, *places)
        result = np.zeros_like(self._padded(x))
        for offset in np.ndindex(*self.kernel):
            ends = (o + self.stride * (p - 1) + 1 for o, p in zip(offset, places, strict=True))
            spots = tuple(slice(o, e, self.stride) for o, e in zip(offset, ends, strict=True))
            result[(slice(None), slice(None), *spots)] += shares[
                (slice(None), slice(None), *offset)
            ]
        inner = tuple(slice(self.pads[0], self.pads[0] + side) for side in x.shape[2:])
        return result[(slice(None), slice(None), *inner)]

    def gradients(
        self, x: Array, slope: Array, out: tuple[Any, Any] = (None, None)
    ) -> tuple[Array, Array]:
        """Derivatives by weights (out, in * kernel) and bias (out,), summed over n."""
        slopes, windows = _flat(slope), self._windows(x)[0]
        by_weights = np.sum(slopes @ windows.swapaxes(1, 2), axis=0, out=out[0])
        return by_weights, np.sum(slopes.sum(axis=2), axis=0, out=out[1])

    def _padded(self, x: Array) -> Array:
        if not self.padding:
            return x
        return np.pad(x, [(0, 0), (0, 0)] + [self.pads] * len(self.kernel))

    def _windows(self, x: Array) -> tuple[Array, tuple[int, ...]]:
        """Windows as columns (n, in * kernel, windows), and how many lie along each axis."""
        axes = tuple(range(2, 2 + len(self.kernel)))
        found = sliding_window_view(self._padded(x), tuple(self.kernel), axes)
        step = slice(None, None, self.stride)
        found = found[(slice(None), slice(None), *[step] * len(axes))]
        places = tuple(found.shape[a] for a in axes)
        kernel_axes = tuple(a + len(axes) for a in axes)
        found = np.moveaxis(found, kernel_axes, axes)  # (n, in, *kernel, *windows)
        return found.reshape(len(x), self.weights.shape[1], prod(places)), places


def _checked_padding(padding: int | tuple[int, int]) -> int | tuple[int, int]:
    """Padding as one number where both sides are alike."""
    if not isinstance(padding, tuple):
        return checked_whole(padding, "padding", least=0)
    if len(padding) != 2:
        raise ValueError(f"padding is a number, or a pair (before, after); got {padding!r}.")
    before, after = (checked_whole(side, "padding", least=0) for side in padding)
    return before if before == after else (before, after)


def _flat(maps: Array) -> Array:
    """Maps (n, channels, *space) as rows (n, channels, space)."""
    return maps.reshape(*maps.shape[:2], prod(maps.shape[2:]))
