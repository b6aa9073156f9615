"""Bounds that a pruned model has to keep: what continuous integration asks before a merge."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Mask, Weights
from pruning_lab.masks import sparsity_of


class Predicts(Protocol):
    """Whatever has weights by name and names the class of each row."""

    @property
    def weights(self) -> Weights:
        """Name -> matrix."""

    def predict(self, x: Array) -> NDArray[np.int64]:
        """Classes (n,) of inputs (n, …)."""


@dataclass(frozen=True)
class Bounds:
    """What was promised when the model was pruned.

    Parameters
    ----------
    sparsity : exactly this share of the mask is pruned
    worst_class : accuracy that no class may fall below
    most_bytes : size that the file may not exceed
    """

    sparsity: float
    worst_class: float
    most_bytes: int


def broken(
    model: Predicts, mask: Mask, file: Path, x: Array, y: NDArray[np.int64], bounds: Bounds
) -> list[str]:
    """Sentences about the promises that are not kept; none if all are.

    Parameters
    ----------
    model : as it would be shipped
    mask : saved beside it; True is kept
    file : what would be shipped
    x, y : held-out rows and their classes
    """
    count = sum(kept.size for kept in mask.values())
    alive = sum(int(np.count_nonzero(model.weights[name][~kept])) for name, kept in mask.items())
    right = model.predict(x) == y
    worst, label = min((float(right[y == label].mean()), int(label)) for label in np.unique(y))
    size = file.stat().st_size
    found = {
        f"the mask prunes {sparsity_of(mask):.4f}, not {bounds.sparsity}": (
            round(sparsity_of(mask) * count) != round(bounds.sparsity * count)
        ),
        f"{alive} pruned weights are not zero: was the mask held?": alive > 0,
        f"class {label} is right in {worst:.1%}, below {bounds.worst_class:.1%}": (
            worst < bounds.worst_class
        ),
        f"the file has {size:,} bytes, above {bounds.most_bytes:,}": size > bounds.most_bytes,
    }
    return [sentence for sentence, is_broken in found.items() if is_broken]
