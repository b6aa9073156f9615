"""Random: the baseline that every criterion has to beat."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights, check_rng, weights_of


def random(weights: Weights | HasWeights, *, rng: np.random.Generator) -> dict[str, Array]:
    """Score by lot: uniform in [0, 1), whatever the weights are.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights
    rng : draws the scores, so that each call differs

    Returns
    -------
    Scores
        The same keys and shapes, float64, so that ties practically never happen.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or `rng` is no Generator.

    Examples
    --------
    >>> scores = random({"w": np.ones((2, 3))}, rng=np.random.default_rng(0))
    >>> scores["w"].shape
    (2, 3)
    """
    check_rng(rng)
    return {name: rng.random(w.shape) for name, w in weights_of(weights).items()}
