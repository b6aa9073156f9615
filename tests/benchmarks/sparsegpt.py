"""SparseGPT beside the authors' algorithm, written in torch on the CPU as they describe it.

The peer gets the same numbers in float32 and as many threads as it likes. Both must reach the
same error to four digits, or nothing is measured.
"""

import numpy as np
import torch
from turns import Contestants

from pruning_lab.reconstruct import hessian, output_error, sparsegpt

SPARSITY, BLOCK, DAMPENING = 0.5, 128, 0.01


def layer(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Square weights and the Hessian of correlated inputs, twice as many as the layer is wide."""
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((side, side)) / np.sqrt(side) + np.eye(side)
    x = rng.standard_normal((2 * side, side)) @ mixing
    weights = rng.standard_normal((side, side)) / np.sqrt(side)
    return weights.astype(np.float32), hessian(x.astype(np.float32))


def authors(weights: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Algorithm 1 of Frantar and Alistarh (2023): blocks of 128, three factorisations."""
    w, h = weights.clone(), matrix.clone()
    h.diagonal().add_(DAMPENING * h.diagonal().mean())
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(h))
    u = torch.linalg.cholesky(inverse, upper=True)
    for start in range(0, w.shape[1], BLOCK):
        stop = min(start + BLOCK, w.shape[1])
        part, square = w[:, start:stop].clone(), u[start:stop, start:stop]
        scores = part**2 / square.diagonal() ** 2
        ordered = scores.flatten().sort().values
        pruned = scores < ordered[round(SPARSITY * scores.numel())]
        errors = torch.zeros_like(part)
        for j in range(stop - start):
            errors[:, j] = torch.where(pruned[:, j], part[:, j], 0) / square[j, j]
            part[:, j:] -= torch.outer(errors[:, j], square[j, j:])
        w[:, start:stop] = torch.where(pruned, 0, part)
        w[:, stop:] -= errors @ u[start:stop, stop:]
    return w


def contestants(side: int) -> Contestants:
    """A square layer of this side, float32, at 50 %."""
    weights, matrix = layer(side)
    tensors = torch.tensor(weights), torch.tensor(matrix)
    theirs = output_error(weights, authors(*tensors).numpy(), matrix)
    ours = output_error(weights, sparsegpt(weights, matrix, SPARSITY)[0], matrix)
    if abs(ours - theirs) > 5e-5 * theirs:
        raise ArithmeticError(f"errors differ: ours {ours:.6g}, the authors' {theirs:.6g}.")
    left = weights @ matrix  # the multiply of this size, for scale
    return {
        "pruning_lab.sparsegpt": lambda: lambda: sparsegpt(weights, matrix, SPARSITY),
        "the authors' algorithm in torch": lambda: lambda: authors(*tensors),
        "bound: one matrix product": lambda: lambda: np.matmul(weights, matrix, out=left),
    }
