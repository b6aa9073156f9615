"""Row by row: Wanda's mask and the 2:4 mask of a square matrix, beside torch.

``contestants()`` makes Wanda masks, ``contestants_2_4()`` 2:4 masks; ``run.py`` lets them take
turns. Before anything is timed, all masks are compared: nobody is fast by doing less.
"""

import numpy as np
import torch
from turns import Contestants

from pruning_lab import select
from pruning_lab.criteria import wanda
from pruning_lab.tiles import Row, Run

SPARSITY = 0.5


def contestants(side: int) -> Contestants:
    """Wanda at 50 % of each row, a square matrix of float32 weights."""
    rng = np.random.default_rng(0)
    w = rng.standard_normal((side, side), dtype=np.float32)
    norms = np.abs(rng.standard_normal(side, dtype=np.float32))
    tensor, factors = torch.tensor(w), torch.tensor(norms).reshape(1, -1)
    k = round(SPARSITY * side)

    def ours() -> np.ndarray:
        scores = wanda({"w": w}, {"w": norms})
        return select(scores, SPARSITY, scope=Row())["w"]

    def full_sort() -> torch.Tensor:  # as the authors do it
        scores = tensor.abs() * factors
        pruned = torch.zeros_like(scores, dtype=torch.bool)
        places = torch.sort(scores, dim=-1, stable=True)[1][:, :k]
        return ~pruned.scatter_(1, places, True)

    def kthvalue() -> torch.Tensor:
        scores = tensor.abs() * factors
        return scores > torch.kthvalue(scores, k, dim=-1, keepdim=True).values

    assert np.array_equal(ours(), full_sort().numpy())
    assert np.array_equal(ours(), kthvalue().numpy())  # no two scores of a row are equal here
    return {
        "pruning_lab wanda and select": lambda: ours,
        "torch stable sort": lambda: full_sort,
        "torch kthvalue": lambda: kthvalue,
        "bound: one comparison of every weight": lambda: lambda: w > 1,
    }


def contestants_2_4(side: int) -> Contestants:
    """2:4 by magnitude, a square matrix of float32 weights."""
    w = np.random.default_rng(0).standard_normal((side, side), dtype=np.float32)
    tensor = torch.tensor(w)

    def ours() -> np.ndarray:
        return select({"w": w}, 0.5, scope=Run(4), key=np.abs)["w"]

    def topk() -> torch.Tensor:
        runs = tensor.abs().reshape(-1, 4)
        kept = torch.zeros_like(runs, dtype=torch.bool)
        kept.scatter_(1, torch.topk(runs, 2, dim=1).indices, True)
        return kept.reshape(tensor.shape)

    assert np.array_equal(ours(), topk().numpy())
    return {
        "pruning_lab.select": lambda: ours,
        "torch topk": lambda: topk,
        "bound: one comparison of every weight": lambda: lambda: w > 1,
    }
