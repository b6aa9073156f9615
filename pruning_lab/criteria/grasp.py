"""GraSP: keep the gradient flowing, before any training."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.operands import combined


def grasp(weights: Weights | HasWeights, hessian_gradients: Weights) -> dict[str, Array]:
    r"""Score by what gradient flow loses without the weight, :math:`w \odot (H g)`.

    [Wang2020]_: setting a weight to zero changes the squared norm of the gradient
    by about :math:`-2 w (H g)`. The paper scores :math:`-w \odot (H g)` and removes the
    *highest*; here low goes first, hence the other sign. `hessian_product` computes
    :math:`H g` for a `Network`: ``hessian_product(net, x, y, net.gradients(x, y))``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    hessian_gradients : same keys and shapes, the Hessian of the loss times its gradient

    Returns
    -------
    Scores
        The same keys and shapes, floats of any sign.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or keys or shapes differ.

    Examples
    --------
    >>> grasp({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[4.0, 3.0]])})
    {'w': array([[ 2., -6.]])}
    """
    return combined(np.multiply, weights, {"hessian_gradients": hessian_gradients})
