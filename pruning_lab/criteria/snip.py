"""SNIP: how sensitive the loss is to a connection, before any training."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.taylor import taylor


def snip(weights: Weights | HasWeights, gradients: Weights) -> dict[str, Array]:
    r"""Score by connection sensitivity, :math:`|w g| / \sum |w g|` [Lee2019]_.

    The derivative of the loss by a switch :math:`c` in front of a weight is :math:`w g`; its
    size is shared out over the whole network. Ranks as `taylor` does. It is meant for a
    network at its initialisation and a batch of data.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    gradients : same keys and shapes

    Returns
    -------
    Scores
        The same keys and shapes, float64; never negative, 1 in sum unless all are 0.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> snip({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[4.0, 3.0]])})
    {'w': array([[0.25, 0.75]])}
    """
    sensitivities = taylor(weights, gradients)
    # float64, and the largest first: neither sum nor share is lost to overflow or underflow
    largest = max(float(s.max()) for s in sensitivities.values())
    if largest == 0:
        return {name: s.astype(np.float64) for name, s in sensitivities.items()}
    with np.errstate(invalid="ignore"):  # inf / inf is NaN, which `select` refuses
        shares = {name: s.astype(np.float64) / largest for name, s in sensitivities.items()}
        total = sum(float(s.sum()) for s in shares.values())
        return {name: s / total for name, s in shares.items()}
