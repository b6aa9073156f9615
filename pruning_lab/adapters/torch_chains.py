"""A chain of PyTorch layers as a network of ours, as far as compaction needs to know it."""

from __future__ import annotations  # torch is a stand-in where only the docs are built

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.arrays import Array
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
from pruning_lab.network.layers import Layer

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


def layers_of(module: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Yield path and layer, in the order of the data.

    Raises
    ------
    ValueError
        If the module is no ``nn.Sequential``, or a layer is not one of these.

    Examples
    --------
    >>> dict(layers_of(nn.Sequential(nn.Sequential(nn.Tanh()), nn.Flatten())))
    {'0.0': Tanh(), '1': Flatten(start_dim=1, end_dim=-1)}
    """
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
            yield from layers_of(layer, f"{prefix}{key}.")
        else:
            raise ValueError(
                f"compact cannot leave units out around {prefix + key!r}, a "
                f"{type(layer).__name__}; it knows Linear, Conv1d to Conv3d, BatchNorm, pooling, "
                "Flatten, dropout and activations. What mixes units, such as softmax, may follow "
                "the chain: nn.Sequential(compacted.module, nn.Softmax(1))."
            )


def network_of(model: TorchModel, layers: dict[str, nn.Module]) -> Network:
    """The chain as a network, as far as compaction asks: what is read, and what is constant.

    Layers with weights have the names of these, others their path. A chain that ends with maps
    gets a mean over each.

    Raises
    ------
    ValueError
        If two layers share weights, read different axes, or one cannot be told in numpy.

    Examples
    --------
    >>> chain = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    >>> network_of(TorchModel(chain), dict(layers_of(chain)))
    Network(layers={'0.weight': Dense(3 -> 2), '1': BatchNorm(2)})
    """
    weights, found = model.weights, dict[str, Layer]()
    maps: bool | None = None
    for path, layer in layers.items():
        name = name_of(path, layer)
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


def name_of(path: str, layer: nn.Module) -> str:
    """Name of a layer in the network.

    Examples
    --------
    >>> name_of("0", nn.Linear(2, 2)), name_of("1", nn.BatchNorm1d(2))
    ('0.weight', '1')
    """
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
