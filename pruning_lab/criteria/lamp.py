"""LAMP: magnitude, made comparable between layers."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.operands import combined


def lamp(weights: Weights | HasWeights) -> dict[str, Array]:
    r"""Score by share of what is no smaller, :math:`w_u^2 / \sum_{v \ge u} w_v^2`.

    [Lee2021]_: the sum runs over the weights of the same matrix that are as far from
    zero or farther. Within a matrix that ranks as `magnitude` does, and its largest weight
    scores 1: pruned globally, each layer keeps a weight as long as any layer can lose another.
    Equal weights count in reading order, as they are pruned.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights

    Returns
    -------
    Scores
        The same keys and shapes, float64, in [0, 1]; 0 for a weight that is 0.

    Raises
    ------
    ValueError
        If there are no weights, or one is no matrix.

    Examples
    --------
    >>> lamp({"w": np.array([[1.0, -2.0, 2.0]])})["w"].round(3)
    array([[0.111, 0.5  , 1.   ]])
    """
    return combined(_shares, weights, {})


def _shares(weights: Array) -> Array:
    sizes = np.abs(weights.ravel()).astype(np.float64)
    if not (largest := sizes.max()):
        return np.zeros(weights.shape)
    squares = np.square(sizes / largest)  # neither over- nor underflow decides
    order = np.argsort(sizes, kind="stable")
    sums = np.cumsum(squares[order][::-1])[::-1]  # at least 1, the largest
    scores = np.empty_like(squares)
    scores[order] = squares[order] / sums
    shares: Array = scores.reshape(weights.shape)
    return shares
