"""Geometric median: a unit in the middle of the others can be replaced by them."""

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights
from pruning_lab.criteria.operands import combined, over_rows


def geometric_median(weights: Weights | HasWeights) -> dict[str, Array]:
    r"""Score each row by its distances to all rows, :math:`\sum_k \lVert w_i - w_k \rVert_2`.

    FPGM [He2019]_: the rows nearest to the geometric median go first, also where
    they are long. Sums of different layers do not compare: use ``granularity=Row()`` and
    ``scope=Layer()``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights

    Returns
    -------
    Scores
        The same keys and shapes, float64; never negative, alike within a row.

    Raises
    ------
    ValueError
        If there are no weights, or one is no matrix.

    Examples
    --------
    >>> geometric_median({"w": np.array([[0.0], [3.0], [5.0]])})["w"].ravel()
    array([8., 5., 7.])
    """
    return combined(lambda w: over_rows(_distance_sums(w.astype(np.float64)), w.shape), weights, {})


def _distance_sums(rows: Array) -> Array:
    """Sum of the distances of each row to all; a difference at a time, so that none cancels."""
    sums = [np.sqrt(np.square(rows - row).sum(axis=1)).sum() for row in rows]
    return np.array(sums)
