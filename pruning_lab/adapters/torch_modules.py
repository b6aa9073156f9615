"""A PyTorch module as a model to prune: its matrices by name, and itself with other ones.

Examples
--------
>>> from pruning_lab.criteria import magnitude
>>> from pruning_lab.pruning import prune
>>> module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8, 2))
>>> {name: w.shape for name, w in TorchModel(module).weights.items()}
{'0.weight': (8, 27), '3.weight': (2, 8)}
>>> pruned, mask = prune(TorchModel(module), magnitude, 0.5)
>>> sum(int((p == 0).sum()) for p in pruned.module.parameters() if p.dim() > 1)
116
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from pruning_lab.arrays import Array, Mask, Weights, check_alike, check_mask

_LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
_NUMPY_HAS = (torch.float16, torch.float32, torch.float64)


@dataclass(frozen=True, eq=False)
class TorchModel:
    """A module to prune: the `Linear`, `Conv1d` to `Conv3d` and `MultiheadAttention` inside it.

    Everything else stays as it is: biases, embeddings, transposed convolutions, recurrent
    layers, and batch norm, which has no matrix. A parameter that several layers share counts
    once, under its first name, and stays shared.

    Parameters
    ----------
    module : is never changed; may be nested, on any device, of any floating precision

    Raises
    ------
    ValueError
        If it is no module or has no layer to prune; or if a layer has no weights yet (lazy, on
        the meta device) or computes them anew at each call (``torch.nn.utils.prune``, weight norm).

    Examples
    --------
    >>> model = TorchModel(nn.Linear(2, 1, bias=False))
    >>> halved = model.with_weights({"weight": np.array([[0.5, -1.0]])})
    >>> halved.module(torch.ones(2)).item()
    -0.5
    """

    module: nn.Module

    def __post_init__(self) -> None:
        _places(self.module)

    @property
    def weights(self) -> dict[str, Array]:
        """Name of a parameter -> (fan_out, fan_in), a copy.

        A convolution is (out, in / groups * kh * kw). Attention has ``q_proj_weight``,
        ``k_proj_weight`` and ``v_proj_weight``, also where torch packs them into one
        parameter. What numpy does not have, such as bfloat16, comes as float32.
        """
        return {name: _matrix(place.tensor, place) for name, place in _places(self.module).items()}

    def with_weights(self, weights: Weights) -> "TorchModel":
        """Copy of the model that has these weights, in its own precision and on its device.

        Raises
        ------
        ValueError
            If names or shapes differ.
        """
        check_alike(weights, _blank(self), what="weights", like="the module")
        copy = deepcopy(self.module)
        with torch.no_grad():
            for name, place in _places(copy).items():
                target = place.tensor[place.rows]
                values = np.array(weights[name], _numpy_type(target), order="C")
                target.copy_(torch.from_numpy(values).reshape(target.shape))
        return TorchModel(copy)


def gradients(model: TorchModel, loss: Callable[[nn.Module], Tensor]) -> dict[str, Array]:
    """Gradients of a loss by the weights, for criteria such as `taylor` and `snip`.

    Parameters
    ----------
    model : is not changed: the loss sees a copy of the module, so that neither ``.grad`` nor the
        statistics of batch norm move
    loss : from a module to a tensor with one number

    Returns
    -------
    Weights
        The same keys and shapes; zeros where the loss does not depend on a matrix; also where
        the module is frozen.

    Raises
    ------
    ValueError
        If the loss is not one number, or does not depend on the module that it is given.

    Examples
    --------
    >>> model = TorchModel(nn.Linear(2, 1))
    >>> x = torch.tensor([[3.0, 4.0]])
    >>> gradients(model, lambda module: module(x).sum())
    {'weight': array([[3., 4.]], dtype=float32)}
    """
    if not callable(loss):
        raise ValueError(f"loss is a function from a module to a tensor; got {loss!r}.")
    copy = deepcopy(_module_of(model))
    copy.zero_grad()
    for place in _places(copy).values():
        place.tensor.requires_grad_(True)
    with torch.enable_grad():
        value = loss(copy)
        if not isinstance(value, Tensor) or value.numel() != 1:
            came = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
            raise ValueError(f"loss must give a tensor with one number; got {came}. Average it.")
        if value.requires_grad:
            value.backward()  # type: ignore[no-untyped-call]
    if all(place.tensor.grad is None for place in _places(copy).values()):
        raise ValueError(
            "the loss does not depend on the weights of the module that it is given. Call that "
            "module: lambda module: cross_entropy(module(x), y), without detach."
        )
    return stored_gradients(TorchModel(copy))


def stored_gradients(model: TorchModel) -> dict[str, Array]:
    """Gradients that ``backward`` has left in the ``.grad`` of the module's parameters.

    Returns
    -------
    Weights
        The same keys and shapes as the weights; zeros where a parameter has no gradient.

    Raises
    ------
    ValueError
        If there are none at all.

    Examples
    --------
    >>> model = TorchModel(nn.Linear(2, 1))
    >>> model.module(torch.tensor([[3.0, 4.0]])).sum().backward()
    >>> stored_gradients(model)
    {'weight': array([[3., 4.]], dtype=float32)}
    """
    places = _places(_module_of(model))
    grads = {name: place.tensor.grad for name, place in places.items()}
    if all(grad is None for grad in grads.values()):
        raise ValueError(
            "no parameter holds a gradient; call loss.backward() first, or let "
            "gradients(model, loss) do it on a copy."
        )
    return {
        name: _matrix(torch.zeros_like(place.tensor) if (g := grads[name]) is None else g, place)
        for name, place in places.items()
    }


def parameter_masks(model: TorchModel, mask: Mask) -> dict[str, Tensor]:
    """Mask of each parameter in torch's own shape, to keep pruned weights at 0 while training.

    Parameters
    ----------
    model, mask : same keys and shapes; True is kept

    Returns
    -------
    dict
        Name of a parameter -> booleans of its shape, on its device; packed attention is one.

    Raises
    ------
    ValueError
        If the mask is not boolean or does not fit.

    Examples
    --------
    After each step of the optimiser:

    >>> model = TorchModel(nn.Linear(2, 1))
    >>> kept = parameter_masks(model, {"weight": np.array([[True, False]])})
    >>> with torch.no_grad():
    ...     for name, k in kept.items():
    ...         _ = model.module.get_parameter(name).mul_(k)
    >>> int((model.module.weight == 0).sum())
    1
    """
    check_mask(mask, _blank(model), like="weights")
    masks: dict[str, Tensor] = {}
    for name, place in _places(model.module).items():
        # packed attention fills one parameter in three rounds
        whole = masks.setdefault(place.path, torch.ones_like(place.tensor, dtype=torch.bool))
        rows = whole[place.rows]
        rows.copy_(torch.from_numpy(np.array(mask[name])).reshape(rows.shape))
    return masks


class _Place(NamedTuple):
    """Where a matrix lies: rows of a parameter."""

    path: str
    tensor: Tensor
    rows: slice = slice(None)


def _places(module: nn.Module) -> dict[str, _Place]:
    """Name -> place of each matrix, each parameter once."""
    if not isinstance(module, nn.Module):
        raise ValueError(
            f"expected a torch module; got {type(module).__name__}. Load a state dictionary into "
            "its module first: module.load_state_dict(state)."
        )
    places, seen = {}, set()
    for prefix, layer in module.named_modules():
        for name, place in _of_layer(prefix + "." if prefix else "", layer).items():
            if (id(place.tensor), place.rows.start) not in seen:
                seen.add((id(place.tensor), place.rows.start))
                places[name] = place
    if not places:
        kinds = sorted({type(layer).__name__ for layer in module.modules()})
        raise ValueError(
            "the module has no layer to prune: Linear, Conv1d, Conv2d, Conv3d or "
            f"MultiheadAttention; it has {', '.join(kinds)}. Prune before scripting or quantising."
        )
    return places


def _of_layer(prefix: str, layer: nn.Module) -> dict[str, _Place]:
    if isinstance(layer, _LAYERS):
        return {f"{prefix}weight": _place(prefix, layer, "weight")}
    if not isinstance(layer, nn.MultiheadAttention):
        return {}
    names = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
    if "in_proj_weight" not in layer._parameters or layer.in_proj_weight is not None:
        packed = _place(prefix, layer, "in_proj_weight")
        size = layer.embed_dim
        return {
            prefix + name: _Place(packed.path, packed.tensor, slice(i * size, (i + 1) * size))
            for i, name in enumerate(names)
        }
    return {prefix + name: _place(prefix, layer, name) for name in names}


def _place(prefix: str, layer: nn.Module, name: str) -> _Place:
    parameter, path = layer._parameters.get(name), prefix + name
    if parameter is None:
        raise ValueError(
            f"{path!r} is no parameter: torch computes it at each call, as after "
            "torch.nn.utils.prune or weight norm. Make it one first: "
            f"torch.nn.utils.prune.remove(layer, {name!r}) or "
            f"torch.nn.utils.parametrize.remove_parametrizations(layer, {name!r})."
        )
    if nn.parameter.is_lazy(parameter) or parameter.is_meta:
        raise ValueError(
            f"{path!r} has no values yet. Run one batch through a lazy module, or load a module "
            "from the meta device with to_empty and load_state_dict."
        )
    if parameter.layout != torch.strided or not parameter.is_floating_point():
        raise ValueError(
            f"{path!r} must be dense floats; got {parameter.dtype}, {parameter.layout}. Convert it "
            "first with to_dense or float."
        )
    return _Place(path, parameter)


def _module_of(model: TorchModel) -> nn.Module:
    if not isinstance(model, TorchModel):
        raise ValueError(
            f"expected a TorchModel; got {type(model).__name__}. Wrap a module: TorchModel(module)."
        )
    return model.module


def _blank(model: TorchModel) -> dict[str, Array]:
    """Zeros in the shapes of the weights, without their memory."""
    return {
        name: np.broadcast_to(np.float32(0), place.tensor[place.rows].flatten(1).shape)
        for name, place in _places(_module_of(model)).items()
    }


def _numpy_type(tensor: Tensor) -> np.dtype[np.floating]:
    kind = tensor.dtype if tensor.dtype in _NUMPY_HAS else torch.float32
    return torch.empty(0, dtype=kind).numpy().dtype


def _matrix(tensor: Tensor, place: _Place) -> Array:
    """Copy of the rows as a matrix, on the CPU and in a precision that numpy has."""
    rows = tensor.detach()[place.rows].flatten(1).cpu()
    kind = rows.dtype if rows.dtype in _NUMPY_HAS else torch.float32
    matrix: Array = np.array(rows.to(kind).numpy(), order="C")
    return matrix
