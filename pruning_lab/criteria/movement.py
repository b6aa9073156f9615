"""Movement: a weight that runs away from zero matters, wherever it is."""

from pruning_lab.arrays import Array, HasWeights, Scores, Weights
from pruning_lab.criteria.operands import combined


def movement(
    weights: Weights | HasWeights, gradients: Weights, *, before: Scores | None = None
) -> dict[str, Array]:
    r"""Score by movement away from zero, :math:`-\sum_t w_t g_t` [Sanh2020]_.

    A step of gradient descent carries a weight away from zero where :math:`-w g > 0`. Call it
    at each step of training with the scores so far: ``s = movement(w, g, before=s)``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    gradients : same keys and shapes
    before : same keys and shapes, what the steps before this one gave; None for the first

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
    >>> import numpy as np
    >>> scores = movement({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[4.0, 3.0]])})
    >>> scores
    {'w': array([[-2.,  6.]])}
    >>> movement({"w": np.array([[0.1, -2.3]])}, {"w": np.array([[0.0, 0.0]])}, before=scores)
    {'w': array([[-2.,  6.]])}
    """
    if before is None:
        return combined(lambda w, g: -(w * g), weights, {"gradients": gradients})
    return combined(
        lambda w, g, s: s - w * g, weights, {"gradients": gradients, "scores so far": before}
    )
