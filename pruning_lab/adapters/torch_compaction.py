"""A chain of PyTorch layers without its dead units: a smaller module that computes the same.

Examples
--------
>>> from pruning_lab.criteria import magnitude
>>> from pruning_lab.masks import apply, select
>>> from pruning_lab.tiles import Layer, Row
>>> model = TorchModel(nn.Sequential(nn.Linear(64, 100), nn.Tanh(), nn.Linear(100, 10)))
>>> mask = select(magnitude(model.weights), 0.5, granularity=Row(), scope=Layer())
>>> mask["2.weight"] = np.ones((10, 100), bool)  # classes stay
>>> small = compact(model, mask)
>>> small.module
Sequential(
  (0): Linear(in_features=64, out_features=50, bias=True)
  (1): Tanh()
  (2): Linear(in_features=50, out_features=10, bias=True)
)
>>> x, masked = torch.randn(5, 64), model.with_weights(apply(model.weights, mask))
>>> torch.allclose(small.module(x), masked.module(x), atol=1e-5)
True
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pruning_lab import compaction
from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.arrays import Array, Mask, check_mask
from pruning_lab.network import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    Identity,
    Network,
    Unitwise,
)
from pruning_lab.network.layers import Layer, Part

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_AVERAGES = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
_POOLS = (
    *_AVERAGES,
    *(nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
    *(nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
    *(nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
)
_DROPOUTS = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
_ACTIVATIONS = (
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish),
    *(nn.Sigmoid, nn.Tanh, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish),
    *(nn.Softplus, nn.Softsign, nn.LogSigmoid, nn.Tanhshrink, nn.Hardshrink, nn.Softshrink),
)


def compact(model: TorchModel, mask: Mask) -> TorchModel:
    """Model without its dead units, which computes the same as the masked one.

    Neurons and channels go as in `pruning_lab.compaction.compact`, which does the work here
    too. What is left are torch's own layers under their old names, with smaller parameters, so
    that the module exports, copies, and saves and loads its state as any other. A layer without
    a bias gets one only if constants must go into it. The same outputs are meant in use, after
    ``eval()``: dropout and the statistics of a batch see other units in training. Chains take
    rows (n, features), or maps (n, channels, …) up to a ``Flatten``.

    Parameters
    ----------
    model : an ``nn.Sequential``, nested or not, of `Linear`, `Conv1d` to `Conv3d`, batch norm,
        pooling, ``Flatten``, dropout and activations
    mask : what is kept, by the names of the model's weights

    Raises
    ------
    ValueError
        If the mask does not fit, or the module is no such chain: the forward of another module,
        or a layer that mixes units, says nothing about what may go. For the heads of
        ``nn.MultiheadAttention`` there is `without_heads`.

    Examples
    --------
    To prune given units, let the mask forget their rows:

    >>> module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 4, 2))
    >>> model = TorchModel(module)
    >>> mask = {name: np.ones(w.shape, bool) for name, w in model.weights.items()}
    >>> mask["0.weight"][[1, 3, 4]] = False
    >>> {name: w.shape for name, w in compact(model, mask).weights.items()}
    {'0.weight': (5, 27), '3.weight': (2, 20)}
    """
    if not isinstance(model, TorchModel):
        raise ValueError(
            f"expected a TorchModel; got {type(model).__name__}. Wrap a module: TorchModel(module)."
        )
    check_mask(mask, model.weights, like="weights")
    layers = dict(_chain(model.module, ""))
    small = compaction.compact(_network(model, layers), mask)
    changed = {
        id(layer): _narrowed(layer, small.parts[name])
        for path, layer in layers.items()
        if (name := _name(path, layer)) in small.parts
    }
    return TorchModel(deepcopy(model.module, changed))


@dataclass(frozen=True, eq=False)
class _Alone(Unitwise):
    """A layer of torch that treats each unit by itself, on arrays."""

    layer: nn.Module

    def forward(self, x: Array) -> Array:
        with torch.no_grad():
            result: Array = self.layer.forward(torch.from_numpy(x.copy())).numpy()
        return result

    def backward(self, x: Array, slope: Array) -> Array:
        _, back = torch.func.vjp(self.layer.forward, torch.from_numpy(x.copy()))[:2]
        result: Array = back(torch.from_numpy(slope))[0].numpy()
        return result

    def constant(self, value: Array) -> Array:
        return self.forward(value) if isinstance(self.layer, _ACTIVATIONS) else value


def _chain(module: nn.Module, prefix: str) -> Iterator[tuple[str, nn.Module]]:
    """Yield path and layer, in the order of the data."""
    if type(module).forward is not nn.Sequential.forward:
        raise ValueError(
            f"layers can be left out of an nn.Sequential; got {type(module).__name__}, whose "
            "forward may do anything with them. Put the part to compact into one; for the heads "
            "of attention there is without_heads(model, mask)."
        )
    for key, layer in module._modules.items():
        if layer is not None and type(layer) in (nn.Flatten, *_READERS):
            yield prefix + key, layer
        elif isinstance(layer, nn.Sequential):
            yield from _chain(layer, f"{prefix}{key}.")
        else:
            raise ValueError(
                f"compact cannot leave units out around {prefix + key!r}, a "
                f"{type(layer).__name__}; it knows Linear, Conv1d to Conv3d, BatchNorm, pooling, "
                "Flatten, dropout and activations. What mixes units, such as softmax, may follow "
                "the chain: nn.Sequential(compacted.module, nn.Softmax(1))."
            )


def _network(model: TorchModel, layers: dict[str, nn.Module]) -> Network:
    """The chain in numpy, as far as compaction asks: what is read, and what is constant."""
    weights, found = model.weights, dict[str, Layer]()
    maps: bool | None = None
    for path, layer in layers.items():
        name = _name(path, layer)
        if isinstance(layer, (nn.Linear, *_CONVOLUTIONS)) and name not in weights:
            raise ValueError(
                f"{path!r} shares its weights with another layer, and may need other units. Give "
                "it a copy: layer.weight = nn.Parameter(layer.weight.detach().clone())."
            )
        wanted = _takes_maps(layer)
        if None not in (maps, wanted) and maps != wanted:
            raise ValueError(
                f"{path!r}, a {type(layer).__name__}, reads another axis than the units of the "
                "layer before. Between maps (n, channels, …) and rows (n, features) stands an "
                "nn.Flatten()."
            )
        maps = maps if wanted is None else wanted
        if isinstance(layer, nn.Flatten):
            found[name], maps = _flatten(layer, maps), False
        else:
            found[name] = _READERS[type(layer)](layer, weights.get(name, np.empty(0)))
    if maps:  # a network ends with rows, whose units are the channels
        found[""] = GlobalPool()
    return Network(found)


def _name(path: str, layer: nn.Module) -> str:
    return f"{path}.weight" if isinstance(layer, (nn.Linear, *_CONVOLUTIONS)) else path


def _takes_maps(layer: nn.Module) -> bool | None:
    """Whether units are an axis before others; None if the layer takes them either way."""
    if isinstance(layer, nn.Linear):
        return False
    maps = (*_CONVOLUTIONS, *_POOLS, nn.BatchNorm2d, nn.BatchNorm3d)
    return True if isinstance(layer, maps) else None


def _dense(layer: nn.Linear, weights: Array) -> Layer:
    return Dense(weights, _values(layer.bias, weights))


def _convolution(layer: nn.Conv2d, weights: Array) -> Layer:
    if layer.groups > 1:
        raise ValueError(
            f"a convolution in {layer.groups} groups ties channels that lie apart, which compact "
            "does not follow. Take groups=1, or keep this layer out of the chain."
        )
    # steps and gaps of the window change nothing for units; what is repeated at the border of a
    # constant is the constant, zeros are not
    zeros = layer.padding_mode == "zeros" and layer.padding != "valid" and any(layer.padding)
    return Conv(weights, _values(layer.bias, weights), layer.kernel_size, padding=int(zeros))


def _norm(layer: nn.BatchNorm2d, weights: Array) -> Layer:
    if layer.running_mean is None or layer.running_var is None:
        raise ValueError(
            "batch norm without running statistics depends on the batch. Train with "
            "track_running_stats=True, its default."
        )
    mean, variance = layer.running_mean.double().cpu(), layer.running_var.double().cpu()
    scale = torch.ones_like(mean) if layer.weight is None else layer.weight.detach()
    shift = torch.zeros_like(mean) if layer.bias is None else layer.bias.detach()
    a, b, c, d = (part.double().cpu().numpy() for part in (scale, shift, mean, variance))
    return BatchNorm(a, b, c, d, layer.eps)


def _flatten(layer: nn.Flatten, maps: bool | None) -> Layer:
    if (layer.start_dim, layer.end_dim) != (1, -1):
        raise ValueError(
            f"Flatten must make rows, from axis 1 to -1; got {layer.start_dim} to {layer.end_dim}."
        )
    return Identity() if maps is False else Flatten()  # rows are flat already


def _alone(layer: nn.Module, weights: Array) -> Layer:
    padded = isinstance(layer, _AVERAGES) and np.any(layer.padding)
    if padded and layer.count_include_pad:
        raise ValueError(
            f"{layer} counts zeros at the border, where a constant is none any more. Take "
            "count_include_pad=False or padding=0."
        )
    return _Alone(deepcopy(layer).cpu().eval())


def _narrowed(layer: nn.Module, small: Part) -> nn.Module:
    """Copy of a layer with the numbers of its counterpart, in torch's own shapes."""
    copy: Any = deepcopy(layer)
    if isinstance(small, BatchNorm):
        copy.num_features = small.fan_in
        _fill(copy, "running_mean", small.mean)
        _fill(copy, "running_var", small.variance)
    elif isinstance(small, Dense | Conv):
        what = "features" if isinstance(small, Dense) else "channels"
        setattr(copy, f"in_{what}", small.fan_in)
        setattr(copy, f"out_{what}", small.fan_out)
        if layer.bias is None and small.bias.any():
            copy.bias = nn.Parameter(layer.weight.new_empty(small.fan_out))
    _fill(copy, "weight", small.parameters[0])
    _fill(copy, "bias", small.parameters[1])
    narrowed: nn.Module = copy
    return narrowed


def _fill(layer: nn.Module, name: str, values: Array) -> None:
    old = getattr(layer, name)
    if old is None:
        return
    new = torch.from_numpy(values.copy()).to(old)
    if old.dim() > 1:  # (out, in, *kernel)
        new = new.reshape(len(values), -1, *old.shape[2:])
    setattr(
        layer, name, nn.Parameter(new, old.requires_grad) if isinstance(old, nn.Parameter) else new
    )


def _values(bias: Tensor | None, weights: Array) -> Array:
    if bias is None:
        return np.zeros(len(weights), weights.dtype)
    values: Array = bias.detach().double().cpu().numpy()
    return values


_READERS: dict[type[nn.Module], Callable[..., Layer]] = {
    nn.Linear: _dense,
    **dict.fromkeys(_CONVOLUTIONS, _convolution),
    **dict.fromkeys(_NORMS, _norm),
    **dict.fromkeys((*_POOLS, *_DROPOUTS, *_ACTIVATIONS), _alone),
}
