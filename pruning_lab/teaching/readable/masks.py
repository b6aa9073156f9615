"""Masks by sorting: over all matrices, in runs of m, and for any tile and scope."""

from collections.abc import Mapping, Sequence
from itertools import count

import numpy as np

from pruning_lab.arrays import Bools, Mask, Scores
from pruning_lab.teaching.readable.rows import highest_of_each_row
from pruning_lab.tiles import Tile


def global_mask(scores: Scores, sparsity: float) -> dict[str, Bools]:
    """Mask without the lowest scores of all matrices together.

    Parameters
    ----------
    scores : name -> (fan_out, fan_in)
    sparsity : fraction of all weights to prune

    Examples
    --------
    >>> global_mask({"a": np.array([[0.1, 0.9]]), "b": np.array([[0.5, 0.2]])}, 0.5)
    {'a': array([[False,  True]]), 'b': array([[ True, False]])}
    """
    row = np.concatenate([s.ravel() for s in scores.values()])
    kept = highest_of_each_row(row[None], round(sparsity * row.size))[0]
    ends = np.cumsum([s.size for s in scores.values()])
    parts = np.split(kept, ends[:-1])
    return {n: part.reshape(s.shape) for (n, s), part in zip(scores.items(), parts, strict=True)}


def mask_within_runs(scores: Scores, sparsity: float, m: int) -> dict[str, Bools]:
    """Mask without the lowest scores of each `m` neighbours in a row: at 0.5 and 4, 2:4.

    Parameters
    ----------
    scores : name -> (fan_out, fan_in); `m` divides fan_in
    sparsity : fraction of each run to prune
    m : length of a run

    Examples
    --------
    >>> mask_within_runs({"w": np.array([[4.0, 1.0, 3.0, 2.0]])}, 0.5, 4)
    {'w': array([[ True, False,  True, False]])}
    """
    k = round(sparsity * m)
    return {n: highest_of_each_row(s.reshape(-1, m), k).reshape(s.shape) for n, s in scores.items()}


def mask_by_lists(
    scores: Scores,
    sparsity: float | Mapping[str, float],
    couplings: Sequence[Mapping[str, Tile]],
    scope: Tile,
    within: Mask | None,
) -> dict[str, Bools]:
    """All that `select` can do, with lists and `sorted`: groups of (name, i, j), pools of groups.

    Parameters
    ----------
    scores, sparsity, scope, within : as in `select`
    couplings : its granularity, ``{name: tile}`` for matrices whose i-th tiles go together

    Examples
    --------
    >>> from pruning_lab.tiles import Everything, Row
    >>> scores = {"w": np.array([[0.0, 9.0], [3.0, 3.0]])}
    >>> mask_by_lists(scores, 0.5, [{"w": Row()}], Everything(), None)
    {'w': array([[ True,  True],
           [False, False]])}
    """
    pools: dict[tuple[int, ...], list[tuple[bool, float, int, list[tuple[str, int, int]]]]] = {}
    shares, order = dict[tuple[int, ...], float](), count()
    for number, coupling in enumerate(couplings):
        for members in _groups(scores, coupling):
            name, i, j = members[0]
            place: tuple[int, ...] = (number, *_part(scope, scores[name].shape, i, j))
            pool = () if scope.across_layers else place
            shares[pool] = sparsity[name] if isinstance(sparsity, Mapping) else sparsity
            mean = sum(float(scores[n][a, b]) for n, a, b in members) / len(members)
            alive = within is None or any(within[n][a, b] for n, a, b in members)
            pools.setdefault(pool, []).append((alive, mean, next(order), members))
    mask = {n: np.ones(s.shape, bool) for n, s in scores.items()}
    if within is not None:
        mask = {n: kept.copy() for n, kept in within.items()}
    for pool, groups in pools.items():
        groups.sort(key=lambda group: group[:3])
        for *_, members in groups[: round(shares[pool] * len(groups))]:
            for name, i, j in members:
                mask[name][i, j] = False
    return mask


def _groups(scores: Scores, coupling: Mapping[str, Tile]) -> list[list[tuple[str, int, int]]]:
    """Weights that go together, one list a group."""
    groups: dict[int, list[tuple[str, int, int]]] = {}
    for name, tile in coupling.items():
        seen: dict[tuple[int, int], int] = {}
        for i, j in np.ndindex(scores[name].shape):
            group = seen.setdefault(_part(tile, scores[name].shape, i, j), len(seen))
            groups.setdefault(group, []).append((name, i, j))
    return list(groups.values())


def _part(tile: Tile, shape: tuple[int, ...], i: int, j: int) -> tuple[int, int]:
    """In which tile a weight lies."""
    return i // (tile.height or shape[0]), j // (tile.width or shape[1])
