"""Stored bits per weight at each sparsity, in a file, against the formula and others' files.

Sizes do not depend on the machine.
"""

import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import scipy.sparse
import torch
from turns import ratio

from pruning_lab import apply, mlp, select
from pruning_lab.storage import CSR, Bitmap, Codebook, Dense, save
from pruning_lab.tiles import Layer

Matrices = dict[str, np.ndarray]
SIZES = (64, 300, 100, 10)
SPARSITIES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def pruned(sparsity: float) -> Matrices:
    """Weights of a small network, float32, the smallest of each layer zero."""
    net = mlp(SIZES, rng=np.random.default_rng(0))
    weights = {name: w.astype(np.float32) for name, w in net.weights.items()}
    return apply(weights, select(weights, sparsity, key=np.abs, scope=Layer()))


def ours(**how: Callable[[np.ndarray], object]) -> Callable[[Matrices], int]:
    """Bytes of our file."""

    def size(weights: Matrices) -> int:
        with TemporaryDirectory() as folder:
            return save(Path(folder) / "weights", weights, **how)

    return size


def scipy_csr(weights: Matrices) -> int:
    """Bytes of scipy's uncompressed files, one a matrix."""
    total = 0
    for w in weights.values():
        scipy.sparse.save_npz(file := io.BytesIO(), scipy.sparse.csr_array(w), compressed=False)
        total += len(file.getvalue())
    return total


def numpy_compressed(weights: Matrices) -> int:
    """Bytes of numpy's compressed file."""
    np.savez_compressed(file := io.BytesIO(), **weights)
    return len(file.getvalue())


def torch_dense(weights: Matrices) -> int:
    """Bytes of a saved state dictionary."""
    torch.save({name: torch.tensor(w) for name, w in weights.items()}, file := io.BytesIO())
    return len(file.getvalue())


TASK = "stored_bits_per_weight"
OURS = "pruning_lab cheapest"
FILES: dict[str, Callable[[Matrices], int]] = {
    OURS: ours(),
    "pruning_lab Dense": ours(encode=Dense.encode),
    "pruning_lab Bitmap": ours(encode=Bitmap.encode),
    "pruning_lab CSR": ours(encode=CSR.encode),
    "pruning_lab Codebook, 4 bits, rounds": ours(encode=Codebook.encode),
    "scipy CSR": scipy_csr,
    "numpy savez_compressed": numpy_compressed,
    "torch save": torch_dense,
}


def bits_per_weight() -> list[dict[str, float]]:
    """Stored bits per weight of a 64-300-100-10 network in float32, one row a sparsity."""
    rows = []
    for sparsity in SPARSITIES:
        weights = pruned(sparsity)
        count = sum(w.size for w in weights.values())
        row = {"sparsity": sparsity, "(1 - s) * 32 + 1": (1 - sparsity) * 32 + 1}
        rows.append(row | {name: 8 * size(weights) / count for name, size in FILES.items()})
    return rows


def rows() -> list[dict[str, object]]:
    """One row a sparsity and file: how many times the bits of our cheapest; nothing is timed."""
    return [
        {
            "task": TASK,
            "peer": peer,
            "ours": OURS,
            "ours_ms": None,
            "peer_ms": None,
            **ratio([row[peer] / row[OURS]]),
            "bound": "(1 - s) * 32 + 1 bits",
            "bound_ms": None,
            "sparsity": row["sparsity"],
            "ours_bits": row[OURS],
            "peer_bits": row[peer],
            "bound_bits": row["(1 - s) * 32 + 1"],
        }
        for row in bits_per_weight()
        for peer in FILES
        if peer != OURS
    ]
