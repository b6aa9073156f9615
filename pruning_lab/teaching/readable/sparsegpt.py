"""SparseGPT, column by column, as algorithm 1 of the paper has it."""

import numpy as np

from pruning_lab.arrays import Array, Bools


def sparsegpt(
    weights: Array,
    hessian: Array,
    sparsity: float,
    *,
    height: int,
    width: int,
    dampening: float = 0.01,
) -> tuple[Array, Bools]:
    """Prune column after column; invert what is left of the Hessian anew for each [Frantar2023]_.

    Parameters
    ----------
    weights : (fan_out, fan_in)
    hessian : (fan_in, fan_in)
    sparsity : fraction to prune of each tile of `height` outputs and `width` inputs
    dampening : multiple of the mean of the Hessian's diagonal that is added to the diagonal

    Returns
    -------
    weights, mask
        Both (fan_out, fan_in).

    Examples
    --------
    >>> sparsegpt(np.array([[3.0, 1.0, 2.0]]), np.eye(3), 1 / 3, height=1, width=3)[1]
    array([[ True, False,  True]])
    """
    (fan_out, fan_in), w = weights.shape, weights.astype(float)
    hessian = hessian + dampening * np.diagonal(hessian).mean() * np.eye(fan_in)
    rest = [np.linalg.inv(hessian[j:, j:]) for j in range(fan_in)]
    mask = np.ones(weights.shape, bool)
    for j in range(fan_in):
        if j % width == 0:
            stop = min(j + width, fan_in)
            scores = w[:, j:stop] ** 2 / [rest[c][0, 0] for c in range(j, stop)]
            for top in range(0, fan_out, height):
                tile = scores[top : top + height].ravel()
                lowest = np.argsort(tile, kind="stable")[: round(sparsity * tile.size)]
                mask[top : top + height, j:stop].flat[lowest] = False
        error = np.where(mask[:, j], 0, w[:, j]) / rest[j][0, 0]
        w[:, j:] -= np.outer(error, rest[j][0])
        w[~mask[:, j], j] = 0
    return w, mask
