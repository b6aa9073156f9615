"""A chain of PyTorch layers without its dead units: a smaller module that computes the same.

Examples
--------
>>> import numpy as np
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

from copy import deepcopy
from typing import Any

import torch
from torch import nn

from pruning_lab import compaction
from pruning_lab.adapters.torch_chains import layers_of, name_of, network_of
from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.arrays import Array, Mask, check_mask
from pruning_lab.network import BatchNorm, Conv, Dense
from pruning_lab.network.layers import Part


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

    >>> import numpy as np
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
    layers = dict(layers_of(model.module))
    small = compaction.compact(network_of(model, layers), mask)
    changed = {
        id(layer): _narrowed(layer, small.parts[name])
        for path, layer in layers.items()
        if (name := name_of(path, layer)) in small.parts
    }
    return TorchModel(deepcopy(model.module, changed))


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
