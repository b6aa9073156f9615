"""Attention of PyTorch without its dead heads, wherever it stands in a module.

Examples
--------
>>> model = TorchModel(nn.MultiheadAttention(8, 4, batch_first=True))
>>> mask = {name: np.ones(w.shape, bool) for name, w in model.weights.items()}
>>> mask["out_proj.weight"][:, 2:6] = False  # nobody reads heads 1 and 2
>>> without_heads(model, mask).module
FewerHeads(
  heads=2
  (q): Linear(in_features=8, out_features=4, bias=True)
  (k): Linear(in_features=8, out_features=4, bias=True)
  (v): Linear(in_features=8, out_features=4, bias=True)
  (o): Linear(in_features=4, out_features=8, bias=True)
)
"""

from __future__ import annotations  # torch is a stand-in where only the docs are built

from copy import deepcopy

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pruning_lab import compaction
from pruning_lab.adapters.torch_modules import TorchModel
from pruning_lab.arrays import Array, Mask, check_mask
from pruning_lab.masks import apply
from pruning_lab.network import Attention, Dense, GlobalPool, Network

_NAMES = {"q": "q_proj_weight", "k": "k_proj_weight", "v": "v_proj_weight", "o": "out_proj.weight"}


class FewerHeads(nn.Module):
    """What is left of a ``MultiheadAttention``: it is called alike and gives the same outputs.

    ``nn.MultiheadAttention`` itself cannot be made narrower: it insists that its heads fill
    ``embed_dim``, which the layers around it fix. Here q, k, v and o are ``nn.Linear``, to be
    pruned like any other. The shares of attention are never given back: the second output is
    None, as with ``need_weights=False``.

    Parameters
    ----------
    parts : the layers q, k, v and o, by these names
    heads : how many
    like : the attention that it stands for; axes, dropout and mode are the same
    """

    # torch's encoder layer asks for it before it takes a fast path of its own, past this forward
    in_proj_bias = None

    def __init__(
        self, parts: dict[str, nn.Linear], heads: int, like: nn.MultiheadAttention
    ) -> None:
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)
        self.heads, self.batch_first, self.dropout = heads, like.batch_first, like.dropout
        self.train(like.training)

    def extra_repr(self) -> str:
        """How many heads."""
        return f"heads={self.heads}"

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, None]:
        """Output for arguments that mean what they mean to ``MultiheadAttention``.

        Raises
        ------
        ValueError
            If there is one mask for each head, since heads are gone; or ``is_causal``, a hint
            about ``attn_mask``, comes without it.
        """
        if (is_causal and attn_mask is None) or (attn_mask is not None and attn_mask.dim() != 2):
            came = None if attn_mask is None else tuple(attn_mask.shape)
            raise ValueError(
                f"attn_mask must be (length, length of keys), the same for all heads; got {came} "
                f"with is_causal={is_causal}. Leave out the axis of heads."
            )
        turned = query.dim() == 3 and not self.batch_first
        inputs = (x.transpose(0, 1) if turned else x for x in (query, key, value))
        q, k, v = (
            self.get_submodule(n)(x).unflatten(-1, (self.heads, -1)).transpose(-3, -2)
            for n, x in zip("qkv", inputs, strict=True)
        )  # (n, heads, length, d)
        barred = _added(attn_mask, q)
        padding = _added(key_padding_mask, q)
        if padding is not None:  # (n, keys) -> (n, heads, length, keys)
            padding = padding[..., None, None, :]
            barred = padding if barred is None else barred + padding
        chance = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(q, k, v, barred, chance)
        y = self.get_submodule("o")(mixed.transpose(-3, -2).flatten(-2))
        return (y.transpose(0, 1) if turned else y), None


def without_heads(model: TorchModel, mask: Mask) -> TorchModel:
    """Masked model in which attention has lost its dead heads [Michel2019]_; the same outputs.

    A head is dead if no column of the output projection reads it, or if its values are pruned,
    so that it gathers a constant, which joins the bias. Attention that lost one becomes
    `FewerHeads`, under its old name; where all live, torch's own module stays, and so does all
    else, of its old size. Attention with ``kdim``, ``vdim``, ``add_bias_kv`` or
    ``add_zero_attn`` stays as it is too. One head is left in any case.

    Parameters
    ----------
    model : with any module that has ``nn.MultiheadAttention`` inside
    mask : what is kept, by the names of the model's weights

    Raises
    ------
    ValueError
        If the mask does not fit, or the module has no such attention.

    Examples
    --------
    See the module.
    """
    if not isinstance(model, TorchModel):
        raise ValueError(
            f"expected a TorchModel; got {type(model).__name__}. Wrap a module: TorchModel(module)."
        )
    check_mask(mask, model.weights, like="weights")
    masked = model.with_weights(apply(model.weights, mask))
    found = {
        f"{path}." if path else "": layer
        for path, layer in masked.module.named_modules()
        if type(layer) is nn.MultiheadAttention and _is_plain(layer)
    }
    if not found:
        raise ValueError(
            f"{type(model.module).__name__} has no nn.MultiheadAttention whose heads can go: one "
            "without kdim, vdim, add_bias_kv and add_zero_attn. For chains of layers there is "
            "compact(model, mask)."
        )
    weights = masked.weights
    smaller = {}
    for prefix, layer in found.items():
        part = {name: weights[prefix + full] for name, full in _NAMES.items()}
        kept = {name: mask[prefix + full] for name, full in _NAMES.items()}
        small = _attention(layer, part, kept)
        if small.heads < layer.num_heads:
            smaller[id(layer)] = _module(small, layer)
    return TorchModel(deepcopy(masked.module, smaller))


def _is_plain(layer: nn.MultiheadAttention) -> bool:
    return layer._qkv_same_embed_dim and layer.bias_k is None and not layer.add_zero_attn


def _attention(layer: nn.MultiheadAttention, weights: dict[str, Array], mask: Mask) -> Attention:
    """Attention in numpy, compacted."""
    width = layer.embed_dim
    three = np.zeros(3 * width) if layer.in_proj_bias is None else _array(layer.in_proj_bias)
    last = np.zeros(width) if layer.out_proj.bias is None else _array(layer.out_proj.bias)
    biases = dict(zip("qkvo", [*np.split(three, 3), last], strict=True))
    parts = {name: Dense(weights[name], biases[name]) for name in weights}
    whole = Attention(**parts, heads=layer.num_heads)
    net = Network({"all": whole, "pool": GlobalPool(tokens=True)})  # a network ends with rows
    small = compaction.compact(net, {f"all.{name}": kept for name, kept in mask.items()})
    compacted: Attention = small.layers["all"]  # type: ignore[assignment]  # as it came
    return compacted


def _module(small: Attention, layer: nn.MultiheadAttention) -> FewerHeads:
    biased = layer.in_proj_bias is not None
    parts = {}
    for name, part in {"q": small.q, "k": small.k, "v": small.v, "o": small.o}.items():
        old = layer.out_proj.weight if name == "o" else layer.in_proj_weight
        new: nn.Linear = nn.utils.skip_init(  # type: ignore[no-untyped-call]
            nn.Linear, part.fan_in, part.fan_out, bias=biased or bool(part.bias.any()),
            device=old.device, dtype=old.dtype,
        )  # fmt: skip
        with torch.no_grad():
            for parameter, values in zip(new.parameters(), part.parameters, strict=False):
                parameter.copy_(torch.from_numpy(values.copy()))
        parts[name] = new.requires_grad_(old.requires_grad)
    return FewerHeads(parts, small.heads, layer)


def _array(tensor: Tensor) -> Array:
    values: Array = tensor.detach().double().cpu().numpy()
    return values


def _added(mask: Tensor | None, like: Tensor) -> Tensor | None:
    """Mask as what is added to the logits: minus infinity where True bars."""
    if mask is None or mask.is_floating_point():
        return mask
    return torch.zeros_like(mask, dtype=like.dtype).masked_fill(mask, -torch.inf)
