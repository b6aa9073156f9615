"""2:4 masks and SparseGPT at 2:4, beside nvidia-modelopt on the CPU.

2:4 is the only pattern it knows. Its functions are called as they are, without the search around
them; its SparseGPT gives back the mask and keeps the corrected weights to itself. The masks must
be the same, but for a few weights on which the last bit of a float decides, or nothing is measured.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from sparsegpt import BLOCK, DAMPENING, layer
from turns import Contestants

from pruning_lab import select
from pruning_lab.reconstruct import output_error, sparsegpt
from pruning_lab.tiles import Run

PATTERN = "2:4 sparsity"


def contestants_2_4(side: int) -> Contestants:
    """2:4 by magnitude, a square matrix of float32 weights."""
    # imported where it is used: only `make bench` installs it
    from modelopt.torch.sparsity.weight_sparsity.magnitude import create_asp_mask

    w = np.random.default_rng(0).standard_normal((side, side), dtype=np.float32)
    tensor = torch.tensor(w)

    def ours() -> np.ndarray:
        return select({"w": w}, 0.5, scope=Run(4), key=np.abs)["w"]

    def theirs() -> torch.Tensor:
        return create_asp_mask(tensor, PATTERN)

    assert np.array_equal(ours(), theirs().numpy())
    return {
        "pruning_lab.select": lambda: ours,
        "nvidia-modelopt create_asp_mask": lambda: theirs,
        "bound: one comparison of every weight": lambda: lambda: w > 1,
    }


def contestants_sparsegpt(side: int) -> Contestants:
    """SparseGPT at 2:4, a square layer of float32 weights."""
    from modelopt.torch.sparsity.weight_sparsity.sparsegpt import create_sgpt_mask

    weights, matrix = layer(side)
    tensor = torch.tensor(weights)
    settings = {
        "pattern": PATTERN,
        "col_block_size": BLOCK,
        "row_block_size": -1,
        "hessian_damp": DAMPENING,
    }

    def ours() -> tuple[np.ndarray, np.ndarray]:
        return sparsegpt(weights, matrix, 0.5, scope=Run(4))

    def theirs() -> Callable[[], torch.Tensor]:
        return partial(create_sgpt_mask, tensor, torch.tensor(matrix), settings)  # writes to it

    check_alike(ours(), theirs()().numpy(), weights, matrix)
    left = weights @ matrix
    return {
        "pruning_lab.sparsegpt, 2:4": lambda: ours,
        "nvidia-modelopt create_sgpt_mask, 2:4": theirs,
        "bound: one matrix product": lambda: lambda: np.matmul(weights, matrix, out=left),
    }


def check_alike(
    ours: tuple[np.ndarray, np.ndarray], mask: np.ndarray, weights: np.ndarray, matrix: np.ndarray
) -> None:
    """Their mask must be ours up to rounding, and as good to four digits once repaired."""
    repaired = sparsegpt(weights, matrix, 0, within=mask)[0]
    errors = [output_error(weights, w, matrix) for w in (ours[0], repaired)]
    differ = np.count_nonzero(ours[1] != mask) / mask.size
    if differ > 1e-3 or abs(errors[0] - errors[1]) > 5e-5 * errors[1]:
        raise ArithmeticError(f"{differ:.1e} of the masks differs; errors {errors}.")
