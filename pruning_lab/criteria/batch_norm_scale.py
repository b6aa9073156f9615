"""Batch-norm scale: a channel that its normalisation turns down matters little."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, HasWeights, Weights, weights_of
from pruning_lab.criteria.operands import checked_vectors, over_rows


def batch_norm_scale(
    weights: Weights | HasWeights, scales: Mapping[str, NDArray[Any]]
) -> dict[str, Array]:
    r"""Score each row by the scale of its batch norm, :math:`|\gamma_i|`, on all its weights.

    Network slimming [Liu2017]_: channels of all layers compete by the scale that
    batch norm multiplies them with. Train with an L1 penalty on the scales first. Use it with
    ``granularity=Row()``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    scales : name -> (fan_out,), of the batch norm that follows the matrix of that name

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative, alike within a row.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or the scales do not fit.

    Examples
    --------
    >>> batch_norm_scale({"w": np.ones((2, 2))}, {"w": np.array([0.5, -2.0])})
    {'w': array([[0.5, 0.5],
           [2. , 2. ]])}
    """
    matrices = weights_of(weights)
    vectors = checked_vectors(scales, matrices, what="scales", axis=0)
    return {name: over_rows(np.abs(vectors[name]), w.shape) for name, w in matrices.items()}
