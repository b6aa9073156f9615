"""SparseGPT: one sweep over the inputs of a layer; each passes its loss on to later ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, checked_sparsity
from pruning_lab.ranking import Pools, keep_highest
from pruning_lab.reconstruct.hessian import checked_matrix, checked_problem, inverse_factor
from pruning_lab.reconstruct.obs import checked_within
from pruning_lab.tiles import Column, Kind, Shape, Tile, forgotten

LEAF = 16  # inputs that are corrected one by one; wider stretches by matrix multiplies
STRIP = 64
BLOCK = Column(128)


def sparsegpt(
    weights: Array,
    hessian: Array,
    sparsity: float,
    *,
    scope: Tile = BLOCK,
    within: Bools | None = None,
    dampening: float = 0.01,
) -> tuple[Array, Bools]:
    r"""Weights pruned from left to right, those further right corrected for each loss.

    A weight scores :math:`w_j^2 / [H_{j:}^{-1}]_{jj}`, where :math:`H_{j:}` leaves the inputs
    before j out; the lowest in each tile of the scope go. Which ones is decided when the sweep
    reaches the tile, from weights already corrected [Frantar2023]_, algorithm 1.

    Parameters
    ----------
    weights : (fan_out, fan_in)
    hessian : (fan_in, fan_in), from `hessian`; float32 beside float32 weights is fastest
    sparsity : fraction of each tile of the scope to prune, in [0, 1]
    scope : tile inside which weights compete. ``Column(128)``, as the authors have it, is 128
        inputs of all outputs (the last may be fewer); ``Run(4)`` at 0.5 is 2:4
    within : mask of an earlier round; what it pruned stays pruned, and counts. At sparsity 0 the
        sweep only repairs
    dampening : multiple of the mean of the Hessian's diagonal that is added to the diagonal;
        an input that is always zero is harmless then, and its weights go first

    Returns
    -------
    weights, mask
        Both (fan_out, fan_in). Weights are float32, or float64 if weights or Hessian are.
        Every tile of n weights loses ``round(sparsity * n)``, or those that `within` has already
        taken, if more; on a tie the first in reading order goes first.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, the sparsity is no fraction, the scope
        does not divide the matrix, or the Hessian is singular in spite of the dampening.

    Examples
    --------
    >>> from pruning_lab.tiles import Run
    >>> rng = np.random.default_rng(0)
    >>> x, weights = rng.normal(size=(99, 4)), np.array([[3.0, 0.1, 0.2, 2.0]])
    >>> pruned, mask = sparsegpt(weights, 2 / 99 * x.T @ x, 0.5, scope=Run(4))
    >>> mask
    array([[ True, False, False,  True]])
    """
    sparsity = checked_sparsity(sparsity)
    weights, hessian = checked_problem(weights, hessian)
    tile = _tile(scope, (weights.shape[0], weights.shape[1]))
    factor = inverse_factor(hessian, dampening)
    sweep = _Sweep(
        weights=_turned(weights),
        errors=np.empty(weights.shape[::-1], weights.dtype),
        pruned=np.empty(weights.shape[::-1], dtype=bool),
        factor=factor,
        pivots=1 / np.diagonal(factor),
        heard=np.diagonal(hessian) != 0,
        living=None if within is None else _turned(checked_within(within, weights)),
        sparsity=sparsity,
        tile=tile,
        spare=np.empty(weights.shape[::-1], weights.dtype),
    )
    with np.errstate(over="ignore", invalid="ignore"):
        sweep.run(0, weights.shape[1], decided=False)
    checked_matrix(sweep.weights, "corrected weights")  # they may have overflowed
    return _turned(sweep.weights), ~_turned(sweep.pruned)


def _turned(matrix: NDArray[Kind]) -> NDArray[Kind]:
    """Transposed copy, in strips that stay in the cache: ten times as fast as in one go."""
    turned = np.empty(matrix.shape[::-1], matrix.dtype)
    for i in range(0, len(matrix), STRIP):
        turned[:, i : i + STRIP] = matrix[i : i + STRIP].T
    return turned


def _tile(scope: Tile, shape: Shape) -> Shape:
    """Height and width of the scope on the matrix; whole columns may end early."""
    if not isinstance(scope, Tile) or scope.across_layers:
        raise ValueError(
            "scope must be a tile within the one matrix, such as Column(128), Run(4) or Layer(); "
            f"got {scope!r}.{forgotten(scope)}"
        )
    if scope.height is None and scope.width is not None:
        return shape[0], min(scope.width, shape[1])
    return scope.on(shape)


@dataclass(frozen=True, eq=False)
class _Sweep:
    """Everything lies transposed, so that the weights of one input are neighbours.

    ``weights``, ``errors`` (loss of a pruned weight over its pivot), ``pruned`` and ``spare``
    are (fan_in, fan_out) and change while the sweep runs; ``living``, the mask of an earlier
    round, lies likewise. ``heard`` says which inputs are not always zero.
    """

    weights: Array
    errors: Array
    pruned: Bools
    factor: Array
    pivots: Array
    heard: Bools
    living: Bools | None
    sparsity: float
    tile: Shape
    spare: Array

    def run(self, low: int, high: int, *, decided: bool) -> None:
        """Prune inputs low to high, given that all losses before them have been passed on."""
        width = self.tile[1]
        if not decided and high - low <= width:
            self._decide(low, high)
            decided = True
        if decided and high - low <= LEAF:
            self._one_by_one(low, high)
            return
        step = 1 if decided else width  # tiles are decided whole
        middle = low + -((low - high) // step) // 2 * step
        self.run(low, middle, decided=decided)
        passed_on = self.spare[: high - middle]
        np.matmul(self.factor[low:middle, middle:high].T, self.errors[low:middle], out=passed_on)
        self.weights[middle:high] -= passed_on
        self.run(middle, high, decided=decided)

    def _decide(self, low: int, high: int) -> None:
        """Mark the lowest scores of each tile between two inputs."""
        scores = np.multiply(
            self.weights[low:high], self.pivots[low:high, None], out=self.spare[low:high]
        )
        np.abs(scores, out=scores)  # ranks as its square
        scores[~self.heard[low:high]] = 0
        fan_out = scores.shape[1]
        pools = _turned(scores).reshape(fan_out // self.tile[0], -1)
        living = None
        if self.living is not None:
            living = _turned(self.living[low:high]).reshape(pools.shape)
        keep = keep_highest(
            Pools(pools, living, name="the layer"), round(self.sparsity * pools.shape[1])
        )
        if living is not None:
            keep &= living
        np.logical_not(_turned(keep.reshape(fan_out, -1)), out=self.pruned[low:high])

    def _one_by_one(self, low: int, high: int) -> None:
        """Prune a few inputs in turn, each corrected for those just before it."""
        passed_on = self.spare[0]
        for j in range(low, high):
            weights, error = self.weights[j], self.errors[j]
            if j > low:
                np.dot(self.factor[low:j, j], self.errors[low:j], out=passed_on)
                weights -= passed_on
            np.multiply(weights, self.pruned[j], out=error)
            weights -= error  # exactly zero where pruned
            error *= self.pivots[j]
