"""Wanda: a small weight matters if what it multiplies is large."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, HasWeights, Weights, as_floats, weights_of
from pruning_lab.criteria.operands import checked_vectors


def wanda(
    weights: Weights | HasWeights, input_norms: Mapping[str, NDArray[Any]]
) -> dict[str, Array]:
    r"""Score by weight times input, :math:`|W_{ij}| \cdot \lVert X_j \rVert_2` [Sun2024]_.

    The paper compares the weights of one output: use it with ``scope=Row()``. `input_norms`
    of a `Network` come from the function of that name.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    input_norms : name -> (fan_in,), the L2 norm of each input over all samples

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or the norms do not fit or are negative.

    Examples
    --------
    >>> wanda({"w": np.array([[0.5, -2.0]])}, {"w": np.array([10.0, 1.0])})
    {'w': array([[5., 2.]])}
    """
    matrices = weights_of(weights)
    norms = checked_vectors(input_norms, matrices, what="input norms", axis=1)
    for name, norm in norms.items():
        if (norm < 0).any():
            raise ValueError(
                f"input norms of {name!r} are never negative; got {norm.min()}. "
                "Compute them as np.sqrt((x ** 2).sum(axis=0))."
            )
    return {name: _product(w, norms[name]) for name, w in matrices.items()}


def _product(weights: Array, norms: Array) -> Array:
    scores = np.abs(as_floats(weights))
    with np.errstate(over="ignore", invalid="ignore"):
        scores *= norms.astype(scores.dtype, copy=False)  # in place: fresh memory costs more
    return scores
