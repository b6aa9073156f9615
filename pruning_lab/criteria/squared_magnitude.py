"""Squared magnitude: the same order for single weights, another one for groups."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.operands import combined


def squared_magnitude(weights: Weights | HasWeights) -> dict[str, Array]:
    r"""Score by :math:`w^2`, so that groups rank by their L2 norm [Li2017]_.

    A group scores the mean of its weights. With `magnitude` that is its L1 norm, with this
    its squared L2 norm, over the number of its weights. For single weights both rank alike.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative.

    Raises
    ------
    ValueError
        If there are no weights, or one is no matrix.

    Examples
    --------
    >>> squared_magnitude({"w": np.array([[0.5, -2.0]])})
    {'w': array([[0.25, 4.  ]])}
    """
    return combined(np.square, weights, {})
