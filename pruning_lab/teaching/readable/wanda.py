"""Wanda's mask: score, sort each row, cut."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Bools
from pruning_lab.teaching.readable.rows import highest_of_each_row


def wanda_mask(weights: NDArray[Any], norms: NDArray[Any], sparsity: float) -> Bools:
    """Mask without the lowest weight times input of each output [Sun2024]_.

    Parameters
    ----------
    weights : (fan_out, fan_in)
    norms : (fan_in,) of the inputs
    sparsity : fraction of each row to prune

    Examples
    --------
    >>> wanda_mask(np.array([[0.5, -2.0]]), np.array([10.0, 1.0]), 0.5)
    array([[ True, False]])
    """
    return highest_of_each_row(np.abs(weights) * norms, round(sparsity * weights.shape[1]))
