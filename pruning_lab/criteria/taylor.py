"""Taylor: what the loss does when a weight is set to zero, to first order."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.operands import combined, over_rows


def taylor(weights: Weights | HasWeights, gradients: Weights) -> dict[str, Array]:
    r"""Score by first-order change of the loss, :math:`|w \, \partial L / \partial w|`.

    The Taylor criterion of [Molchanov2017]_, applied to weights. Skeletonization
    [Mozer1988]_ had the same idea for units.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    gradients : same keys and shapes

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> taylor({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[3.0, 1.0]])})
    {'w': array([[1.5, 2. ]])}
    """
    return combined(lambda w, g: np.abs(w * g), weights, {"gradients": gradients})


def squared_taylor(weights: Weights | HasWeights, gradients: Weights) -> dict[str, Array]:
    r"""Score by squared first-order change of the loss, :math:`(w \, \partial L / \partial w)^2`.

    The importance of a single parameter of [Molchanov2019]_. Single weights rank
    as with `taylor`; a group scores the mean of the squares of its weights.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    gradients : same keys and shapes

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> squared_taylor({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[3.0, 1.0]])})
    {'w': array([[2.25, 4.  ]])}
    """
    return combined(lambda w, g: np.square(w * g), weights, {"gradients": gradients})


def unit_taylor(weights: Weights | HasWeights, gradients: Weights) -> dict[str, Array]:
    r"""Score each row by :math:`(\sum_j w_j \, \partial L / \partial w_j)^2`, on all its weights.

    The importance of a group of [Molchanov2019]_: the changes of its weights may
    cancel, since they go together. Use it with ``granularity=Row()``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    gradients : same keys and shapes

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative, alike within a row.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> unit_taylor({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[3.0, 1.0]])})
    {'w': array([[0.25, 0.25]])}
    """
    return combined(
        lambda w, g: over_rows(np.square((w * g).sum(axis=1)), w.shape),
        weights,
        {"gradients": gradients},
    )
