"""A global magnitude mask over one, ten and a hundred million float32 weights, beside torch's."""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn.utils.prune import L1Unstructured, global_unstructured
from turns import Contestants

from pruning_lab import select

SPARSITY, LAYERS = 0.8, 4


def layers_of(count: int) -> dict[str, np.ndarray]:
    """Square matrices that hold about `count` weights together."""
    side = round((count / LAYERS) ** 0.5)
    rng = np.random.default_rng(0)
    return {f"w{i}": rng.standard_normal((side, side), dtype=np.float32) for i in range(LAYERS)}


def linears(weights: dict[str, np.ndarray]) -> list[torch.nn.Linear]:
    """Layers of torch that hold copies of these weights."""
    layers = [torch.nn.Linear(*w.shape[::-1], bias=False, device="meta") for w in weights.values()]
    for layer, w in zip(layers, weights.values(), strict=True):
        layer.weight = torch.nn.Parameter(torch.tensor(w))
    return layers


def contestants(count: int) -> Contestants:
    """Masks that prune 80 %; nobody is fast by doing less, so all counts are compared first."""
    weights = layers_of(count)
    tensors = [torch.tensor(w) for w in weights.values()]
    total = sum(w.size for w in weights.values())
    k = round(SPARSITY * total)

    def ours() -> dict[str, np.ndarray]:
        return select(weights, SPARSITY, key=np.abs)

    def torch_global() -> Callable[[], object]:
        layers = linears(weights)
        where = [(layer, "weight") for layer in layers]
        return lambda: global_unstructured(where, pruning_method=L1Unstructured, amount=SPARSITY)

    def kthvalue() -> list[torch.Tensor]:
        scores = torch.cat([t.abs().flatten() for t in tensors])
        kept = scores > torch.kthvalue(scores, k).values
        return list(kept.split([t.numel() for t in tensors]))

    def one_pass() -> list[np.ndarray]:
        return [w > 1 for w in weights.values()]

    assert sum(int((~m).sum()) for m in ours().values()) == k
    assert sum(int((~m).sum()) for m in kthvalue()) == k
    return {
        "pruning_lab.select": lambda: ours,
        "torch.nn.utils.prune.global_unstructured": torch_global,
        "torch.kthvalue": lambda: kthvalue,
        "bound: one comparison of every weight": lambda: one_pass,
    }
