"""Optimal brain damage: what the loss does when a weight is set to zero, to second order."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.operands import combined


def obd(weights: Weights | HasWeights, curvatures: Weights) -> dict[str, Array]:
    r"""Score by saliency, :math:`h w^2 / 2` with :math:`h = \partial^2 L / \partial w^2`.

    The rise of the loss at a minimum, if weights do not interact [LeCun1989]_.
    `diagonal_hessian` computes `curvatures` for a `Network`.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    curvatures : same keys and shapes, the diagonal of the Hessian of the loss

    Returns
    -------
    Scores
        The same keys and shapes, floats; negative where the curvature is.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> obd({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[8.0, 1.0]])})
    {'w': array([[1., 2.]])}
    """
    return combined(lambda w, h: np.square(w) * h / 2, weights, {"curvatures": curvatures})
