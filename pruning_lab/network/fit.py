"""Whether neighbouring layers fit each other, and inputs the first."""

from collections.abc import Iterator

from pruning_lab.arrays import Array
from pruning_lab.network.attention import Attention
from pruning_lab.network.convolution import Conv
from pruning_lab.network.layer_norm import LayerNorm
from pruning_lab.network.layers import Dense, Layer
from pruning_lab.network.normalisation import BatchNorm
from pruning_lab.network.pooling import Flatten, GlobalPool
from pruning_lab.network.residual import Residual
from pruning_lab.network.rows import Layers

Width = tuple[str, int, bool] | None  # who made the units, how many, and whether flattened


def check_fit(layers: Layers) -> None:
    """Refuse neighbours of which one gives other units than the next takes.

    Examples
    --------
    >>> import numpy as np
    >>> check_fit({"a": (wide := Dense(np.ones((2, 3)), np.zeros(2))), "b": wide})
    Traceback (most recent call last):
        ...
    ValueError: 'a' has 2 outputs but 'b' takes 3 inputs. ...
    """
    _widths(layers, None, "")
    _check_rows_in_the_end(layers)


def _check_rows_in_the_end(layers: Layers) -> None:
    """Refuse maps or tokens that no layer turns into one row for each sample."""
    source = ""
    for name, layer in _opened(layers):
        if isinstance(layer, Conv | Attention):
            source, tokens = name, isinstance(layer, Attention)
        elif isinstance(layer, Flatten):
            source = ""
        elif isinstance(layer, GlobalPool) and source:
            if layer.tokens != tokens:
                raise ValueError(
                    f"{name!r} after {source!r} must be GlobalPool(tokens={tokens}): maps are "
                    "(n, channels, *space), tokens (n, length, width)."
                )
            source = ""
    if source:
        raise ValueError(
            f"logits are (n, classes), but {source!r} gives more axes. Let GlobalPool() or "
            "Flatten() follow it."
        )


def check_shape(layers: Layers, x: Array) -> None:
    """Refuse inputs that the first layer with weights cannot take.

    Examples
    --------
    >>> import numpy as np
    >>> check_shape({"a": Dense(np.ones((2, 3)), np.zeros(2))}, np.ones((5, 2)))
    Traceback (most recent call last):
        ...
    ValueError: x must be (n, 3) for 'a'; got shape (5, 2). Is x transposed?
    """
    for name, layer in _opened(layers):
        if isinstance(layer, Flatten):
            return  # any shape of the right size will do, and the next layer says which
        if isinstance(layer, Conv):
            sides = tuple(max(1, side - sum(layer.pads)) for side in layer.kernel)
            wanted = f"(n, {layer.fan_in}, {', '.join(f'{side} or more' for side in sides)})"
            enough = all(a >= b for a, b in zip(x.shape[2:], sides, strict=False))
            fits = x.ndim == 2 + len(sides) and x.shape[1] == layer.fan_in and enough
        elif isinstance(layer, BatchNorm):
            wanted, fits = f"(n, {layer.fan_in}, …)", x.ndim > 1 and x.shape[1] == layer.fan_in
        elif isinstance(layer, Dense | Attention):
            width = (layer if isinstance(layer, Dense) else layer.q).fan_in
            axes = 3 if _takes_tokens(layers) else 2
            wanted = f"(n, length, {width})" if axes == 3 else f"(n, {width})"
            fits = x.ndim == axes and x.shape[-1] == width
        else:
            continue
        if not fits:
            # a single sample has one axis too few
            hint = "For a single sample write x[None]." if x.ndim == 1 else "Is x transposed?"
            raise ValueError(f"x must be {wanted} for {name!r}; got shape {x.shape}. {hint}")
        return


def _opened(layers: Layers, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """Yield layers in the order of the data, those of residual blocks in their place."""
    for name, layer in layers.items():
        if isinstance(layer, Residual):
            yield from _opened(layer.block, f"{prefix}{name}.")
        else:
            yield prefix + name, layer


def _takes_tokens(layers: Layers) -> bool:
    for _, layer in _opened(layers):
        if isinstance(layer, Flatten | Conv | GlobalPool):
            return isinstance(layer, GlobalPool) and layer.tokens
        if isinstance(layer, Attention):
            return True
    return False


def _widths(layers: Layers, width: Width, prefix: str) -> Width:
    """Units that come out at the end of a row, if known."""
    for key, layer in layers.items():
        name = prefix + key
        if isinstance(layer, Flatten) and width:
            width = (width[0], width[1], True)
        elif isinstance(layer, Residual):
            before = width
            width = _widths(layer.block, width, f"{name}.")
            if before and width and before[1] != width[1]:
                raise ValueError(
                    f"a residual block keeps its units, but {name!r} takes {before[1]} and gives "
                    f"{width[1]}."
                )
        elif isinstance(layer, Dense | Conv | BatchNorm | LayerNorm | Attention):
            first = layer.q if isinstance(layer, Attention) else layer
            _check_pair(width, name, first.fan_in)
            last = layer.o if isinstance(layer, Attention) else layer
            width = (name, last.fan_out, False)
    return width


def _check_pair(width: Width, name: str, inputs: int) -> None:
    if width is None:
        return
    before, outputs, flat = width
    if inputs != outputs and not (flat and inputs % outputs == 0):
        each = " a place" if flat else ""
        raise ValueError(
            f"{before!r} has {outputs} outputs{each} but {name!r} takes {inputs} inputs. "
            "Weights are (fan_out, fan_in): is one transposed?"
        )
