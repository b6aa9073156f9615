"""Gradient: a weight matters if the loss reacts to it."""

import numpy as np

from pruning_lab.arrays import Array, Weights, as_floats, check_matrices


def gradient(gradients: Weights) -> dict[str, Array]:
    r"""Score by how steep the loss is, :math:`|\partial L / \partial w|`.

    Compared with `taylor` [Molchanov2017]_ it does not ask how far the weight is from zero:
    it says what a small change of the weight does, not what its loss would do.

    Parameters
    ----------
    gradients : name -> (fan_out, fan_in), derivatives of the loss by the weights

    Returns
    -------
    Scores
        The same keys and shapes, floats; never negative.

    Raises
    ------
    ValueError
        If there are no gradients, or one is no matrix.

    Examples
    --------
    >>> gradient({"w": np.array([[0.5, -2.0]])})
    {'w': array([[0.5, 2. ]])}
    """
    check_matrices(gradients, what="gradients")
    return {name: np.abs(as_floats(g)) for name, g in gradients.items()}
