"""From scores to a mask: which weights are kept (``True``) and which are pruned (``False``)."""

import sys
import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from pruning_lab.arrays import (
    Array,
    Bools,
    Mask,
    Scores,
    Weights,
    check_mask,
    check_matrices,
    checked_sparsity,
)
from pruning_lab.groups import Coupling, Granularity, couplings_of, pools_of
from pruning_lab.ranking import Pools, keep_highest, keep_highest_of_all
from pruning_lab.ranking.pools import Key
from pruning_lab.tiles import Everything, Layout, Single, Tile


class LayerCollapseWarning(UserWarning):
    """A matrix lost all of its weights, so that nothing passes through it any more."""


def select(
    scores: Scores,
    sparsity: float | Mapping[str, float],
    *,
    granularity: Granularity = Single(),
    scope: Tile = Everything(),
    within: Mask | None = None,
    key: Key | None = None,
) -> dict[str, Bools]:
    """Mask that prunes the lowest scores, exactly as many as asked.

    A group of weights (`granularity`) lives or dies as one and scores the mean of its
    weights; groups compete with those in the same tile of the `scope`. That mean decides how
    rows of different layers compare.

    Parameters
    ----------
    scores : name -> (fan_out, fan_in); low is pruned first
    sparsity : fraction of the *original* groups to prune, in [0, 1]; or one for each matrix,
        if the scope lies within a matrix
    granularity : tile of weights that die together; or a list of couplings, ``{name: tile}``:
        the i-th tiles of several matrices die together
    scope : tile inside which groups compete
    within : mask of an earlier round; what it pruned stays pruned, and counts
    key : applied to every score first, as in `sorted`: ``select(weights, 0.8, key=np.abs)``

    Returns
    -------
    Mask
        The same keys and shapes. Every pool of n groups loses ``round(sparsity * n)`` of them,
        or those that `within` has already taken, if more. On a tie the first in reading order
        goes first.

    Raises
    ------
    ValueError
        If the sparsity is no fraction, scores hold NaN, shapes or keys differ, or tiles do not
        fit the matrices or each other.

    Warns
    -----
    LayerCollapseWarning
        If a matrix loses its last weight.

    Examples
    --------
    >>> select({"w": np.array([[0.9, 0.1, 0.5, 0.1]])}, 0.5)
    {'w': array([[ True, False,  True, False]])}
    """
    check_matrices(scores, what="scores")
    if within is not None:
        check_mask(within, scores, like="scores")
    couplings = couplings_of(scores, granularity)
    pools = [pools_of(scores, coupling, scope, within, key) for coupling in couplings]
    keep = _keep(pools, couplings, sparsity, scope)
    mask = {}
    for coupling, kept in zip(couplings, keep, strict=True):
        for name, tile in coupling.items():
            mask[name] = Layout.of(scores[name].shape, tile, scope).spread(kept)
            if within is not None:
                mask[name] &= within[name]  # memory of our own, made a line above
    mask = {name: mask[name] for name in scores}
    _warn_of_collapse(mask, within)
    return mask


def apply(weights: Weights, mask: Mask) -> dict[str, Array]:
    """Weights with zeros where the mask prunes. They need as much memory and time as before.

    Parameters
    ----------
    weights, mask : same keys, each (fan_out, fan_in)

    Raises
    ------
    ValueError
        If keys or shapes differ, or the mask is not boolean.

    Examples
    --------
    >>> apply({"w": np.array([[0.5, -2.0]])}, {"w": np.array([[False, True]])})
    {'w': array([[ 0., -2.]])}
    """
    check_matrices(weights, what="weights")
    check_mask(mask, weights, like="weights")
    return {name: _zeroed(w, mask[name]) for name, w in weights.items()}


def sparsity_of(mask: Mask) -> float:
    """Fraction of all weights that the mask prunes.

    Examples
    --------
    >>> sparsity_of({"a": np.array([[True, False]]), "b": np.array([[False, False]])})
    0.75
    """
    check_mask(mask, mask, like="mask")
    kept = sum(int(np.count_nonzero(m)) for m in mask.values())
    size = sum(m.size for m in mask.values())
    return (size - kept) / size


def sparsity_by_layer(mask: Mask) -> dict[str, float]:
    """Fraction of each matrix that the mask prunes.

    Examples
    --------
    >>> sparsity_by_layer({"a": np.array([[True, False]]), "b": np.array([[False, False]])})
    {'a': 0.5, 'b': 1.0}
    """
    check_mask(mask, mask, like="mask")
    return {name: sparsity_of({name: kept}) for name, kept in mask.items()}


def _zeroed(weights: Array, kept: Bools) -> Array:
    """Bits times 0 or 1: as fast as a copy, and no -0.0 or NaN is left, as in weights * kept."""
    if weights.dtype.itemsize > 8:
        return np.where(kept, weights, weights.dtype.type(0))
    bits = weights.view(f"i{weights.dtype.itemsize}")
    return (bits * kept).view(weights.dtype)


def _keep(
    pools: Sequence[Pools],
    couplings: Sequence[Coupling],
    sparsity: float | Mapping[str, float],
    scope: Tile,
) -> list[Bools]:
    """Say of each group of each coupling whether it is kept, laid out as pools."""
    if not isinstance(sparsity, Mapping):
        sparsities = [checked_sparsity(sparsity)] * len(pools)
    elif scope.across_layers:
        raise ValueError("one sparsity for each matrix needs a scope within it: scope=Layer().")
    else:
        sparsities = [_sparsity_for(coupling, sparsity) for coupling in couplings]
        if unknown := sorted(set(sparsity) - {name for c in couplings for name in c}):
            raise ValueError(f"sparsity names {unknown}, which the scores lack. A misspelling?")
    if scope.across_layers:
        total = sum(p.numbers.size for p in pools)
        return keep_highest_of_all(pools, round(sparsities[0] * total))
    return [
        keep_highest(p, round(s * p.numbers.shape[1]))
        for p, s in zip(pools, sparsities, strict=True)
    ]


def _sparsity_for(coupling: Coupling, sparsity: Mapping[str, float]) -> float:
    found = {checked_sparsity(sparsity[name]) for name in coupling if name in sparsity}
    if len(found) != 1:
        raise ValueError(
            f"{' + '.join(map(repr, coupling))} needs one sparsity; got {sorted(found) or 'none'}."
        )
    return found.pop()


def _warn_of_collapse(mask: Mask, within: Mask | None) -> None:
    emptied = [
        name
        for name, kept in mask.items()
        if not kept.any() and (within is None or within[name].any())
    ]
    if emptied:
        warnings.warn(
            f"no weight is left in {', '.join(map(repr, emptied))}: nothing passes through any "
            "more (layer collapse). Prune less, or prune each layer alike with scope=Layer().",
            LayerCollapseWarning,
            stacklevel=_level_outside(),
        )


def _level_outside() -> int:
    """How far up the first caller outside this package stands, so that a warning names it."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("pruning_lab."):
        frame, level = frame.f_back, level + 1
    return level
