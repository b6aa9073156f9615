"""Optimal Brain Surgeon for one linear layer: remove a weight, correct all others exactly."""

import numpy as np

from pruning_lab.arrays import Array, Bools, check_mask, checked_sparsity
from pruning_lab.reconstruct.hessian import checked_problem, inverse_factor


def obs(
    weights: Array,
    hessian: Array,
    sparsity: float,
    *,
    within: Bools | None = None,
    dampening: float = 0.0,
) -> tuple[Array, Bools]:
    r"""Weights with the least-missed removed one by one, the others corrected each time.

    Removing weight q costs :math:`w_q^2 / 2 [H^{-1}]_{qq}`; the best correction of its row is
    :math:`\delta w = -w_q / [H^{-1}]_{qq} \cdot H^{-1} e_q` [Hassibi1992]_, eq. 5. For a linear
    layer this is exact: what is left equals the least-squares refit on the same inputs.

    Parameters
    ----------
    weights : (fan_out, fan_in)
    hessian : (fan_in, fan_in), from `hessian`
    sparsity : fraction of each row to prune, in [0, 1]
    within : mask of an earlier round; what it pruned stays pruned, and counts
    dampening : multiple of the mean of the Hessian's diagonal that is added to the diagonal;
        0 is exact, and needs a Hessian that is not singular

    Returns
    -------
    weights, mask
        Both (fan_out, fan_in); weights in float64. Each row loses ``round(sparsity * fan_in)``,
        or those that `within` has already taken, if more; on a tie the first goes first.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, the sparsity is no fraction, or the
        Hessian is singular.

    Notes
    -----
    A row costs ``fan_in ** 3``. Above some hundred inputs use `sparsegpt`.

    Examples
    --------
    >>> x = np.array([[1.0, 1.0], [1.0, 0.9], [0.0, 0.1]])  # two inputs that nearly agree
    >>> pruned, mask = obs(np.array([[1.0, 0.9]]), x.T @ x, 0.5)
    >>> pruned.round(2)
    array([[1.86, 0.  ]])
    """
    sparsity = checked_sparsity(sparsity)
    weights, hessian = _checked_problem(weights, hessian)
    factor, count = inverse_factor(hessian, dampening), round(sparsity * weights.shape[1])
    inverse = factor.T @ factor
    living = checked_within(within, weights)
    rows = [
        _without(row, inverse, count, alive) for row, alive in zip(weights, living, strict=True)
    ]
    return np.stack([row for row, _ in rows]), np.stack([kept for _, kept in rows])


def repair(weights: Array, hessian: Array, mask: Bools, *, dampening: float = 0.0) -> Array:
    r"""Weights that a mask keeps, refitted so that the outputs change least; zeros elsewhere.

    The kept weights S of a row solve :math:`H_{SS} w_S = H_{S:} w`: least squares on the
    inputs that are left, which is what [Hassibi1992]_ reaches step by step.

    Parameters
    ----------
    weights : (fan_out, fan_in)
    hessian : (fan_in, fan_in), from `hessian`
    mask : (fan_out, fan_in), True for kept
    dampening : as in `obs`

    Returns
    -------
    array
        (fan_out, fan_in), float64.

    Raises
    ------
    ValueError
        If shapes do not fit, the mask is not boolean, a number is not finite, or the Hessian
        is singular.

    Notes
    -----
    One solution serves all rows that keep the same inputs.

    Examples
    --------
    >>> x = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    >>> repair(np.array([[1.0, 2.0]]), x.T @ x, np.array([[True, False]]))
    array([[3., 0.]])
    """
    weights, hessian = _checked_problem(weights, hessian)
    check_mask({"layer": mask}, {"layer": weights}, like="weights")
    factor = inverse_factor(hessian, dampening)
    inverse, repaired = factor.T @ factor, weights.copy()
    patterns, which = np.unique(mask, axis=0, return_inverse=True)
    for number, kept in enumerate(patterns):
        rows, gone = np.flatnonzero(which.ravel() == number), np.flatnonzero(~kept)
        if gone.size:  # what removing one weight does, for all of them at once
            missed = np.linalg.solve(inverse[np.ix_(gone, gone)], weights[np.ix_(rows, gone)].T)
            repaired[rows] -= (inverse[:, gone] @ missed).T
            repaired[np.ix_(rows, gone)] = 0.0
    return repaired


def checked_within(mask: Bools | None, weights: Array) -> Bools:
    """Mask that fits the weights; without one, all are kept.

    Examples
    --------
    >>> checked_within(None, np.zeros((1, 2)))
    array([[ True,  True]])
    """
    if mask is None:
        return np.ones(weights.shape, dtype=bool)
    check_mask({"layer": mask}, {"layer": weights}, like="weights")
    return mask


def _checked_problem(weights: Array, hessian: Array) -> tuple[Array, Array]:
    weights, hessian = checked_problem(weights, hessian)
    return weights.astype(np.float64, copy=False), hessian.astype(np.float64, copy=False)


def _without(row: Array, inverse: Array, count: int, alive: Bools) -> tuple[Array, Bools]:
    """Row with `count` weights removed, the dead first, and which are kept."""
    row, inverse, kept = row.copy(), inverse.copy(), np.ones(len(row), dtype=bool)
    for _ in range(max(count, int(np.count_nonzero(~alive)))):
        cost = np.where(alive, np.inf, -1.0)
        here = kept & alive  # the root of the cost, which cannot overflow, ranks alike
        cost[here] = np.abs(row[here]) / np.sqrt(np.diagonal(inverse)[here])
        cost[~kept] = np.inf
        q = int(np.argmin(cost))
        column = inverse[:, q] / np.sqrt(inverse[q, q])
        row -= row[q] / np.sqrt(inverse[q, q]) * column
        inverse -= np.outer(column, column)  # now the inverse without row and column q
        kept[q] = False
        row[~kept] = 0.0
    return row, kept
