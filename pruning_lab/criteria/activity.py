"""Activity: a unit that is silent, or always says the same, matters little."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, HasWeights, Weights, weights_of
from pruning_lab.criteria.operands import checked_samples, over_rows

Activations = Mapping[str, NDArray[Any]]  # name -> (n, fan_out)


def apoz(weights: Weights | HasWeights, activations: Activations) -> dict[str, Array]:
    """Score each row by how often its unit is *not* zero, on all its weights.

    That is 1 - APoZ, the average percentage of zeros of [Hu2016]_; the paper prunes
    units with the highest APoZ, and here low goes first. Use it with ``granularity=Row()``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    activations : name -> (n, fan_out), what the units give after their nonlinearity; of a
        convolution every sample and position is a row. `activations` finds those of a `Network`

    Returns
    -------
    Scores
        The same keys and shapes, float64, in [0, 1]; alike within a row.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or the activations do not fit.

    Examples
    --------
    >>> apoz({"w": np.ones((2, 1))}, {"w": np.array([[0.0, 3.0], [1.0, 2.0]])})
    {'w': array([[0.5],
           [1. ]])}
    """
    matrices = weights_of(weights)
    samples = checked_samples(activations, matrices, what="activations")
    rows = {name: (a != 0).mean(axis=0) for name, a in samples.items()}
    return {name: over_rows(rows[name], w.shape) for name, w in matrices.items()}


def activation_std(weights: Weights | HasWeights, activations: Activations) -> dict[str, Array]:
    """Score each row by the standard deviation of its unit over samples, on all its weights.

    A unit that always says the same can be folded into the next bias [Polyak2015]_ (there the
    variance, which ranks alike). Use it with ``granularity=Row()``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    activations : name -> (n, fan_out), as for `apoz`

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative, alike within a row.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or the activations do not fit.

    Examples
    --------
    >>> activation_std({"w": np.ones((2, 1))}, {"w": np.array([[0.0, 3.0], [4.0, 3.0]])})
    {'w': array([[2.],
           [0.]])}
    """
    matrices = weights_of(weights)
    samples = checked_samples(activations, matrices, what="activations")
    with np.errstate(over="ignore", invalid="ignore"):
        rows = {name: a.std(axis=0, dtype=np.float64) for name, a in samples.items()}
    return {name: over_rows(rows[name], w.shape) for name, w in matrices.items()}
