"""Magnitude: a weight near zero matters little."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights, as_floats, weights_of


def magnitude(weights: Weights | HasWeights) -> dict[str, Array]:
    r"""Score by distance from zero, :math:`|w|` [Han2015]_, section 3.

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
    >>> magnitude({"w": np.array([[0.5, -2.0]])})
    {'w': array([[0.5, 2. ]])}
    """
    return {name: np.abs(as_floats(w)) for name, w in weights_of(weights).items()}
