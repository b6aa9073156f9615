"""Weights that live or die together, and which groups of them compete."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Mask, Scores, as_floats
from pruning_lab.ranking.pools import Key, Pools
from pruning_lab.tiles import Everything, Layer, Layout, Tile, forgotten

CHUNK = 1 << 16  # scores of rows that are read at a time
Coupling = Mapping[str, Tile]  # name of a matrix -> how its share of each group lies
Granularity = Tile | Sequence[Coupling]


def couplings_of(scores: Scores, granularity: Granularity) -> Sequence[Coupling]:
    """Couplings that a granularity means: those of a list, or one for each matrix.

    Raises
    ------
    ValueError
        If it is neither a tile nor a list of couplings, or a matrix is not named exactly once.

    Examples
    --------
    >>> from pruning_lab.tiles import Row
    >>> couplings_of({"w": np.ones((2, 2))}, Row())
    [{'w': Tile(height=1, width=None, across_layers=False)}]
    """
    if isinstance(granularity, Tile):
        return [{name: granularity} for name in scores]
    if not isinstance(granularity, Sequence) or not all(
        isinstance(coupling, Mapping) and coupling for coupling in granularity
    ):
        raise ValueError(
            "granularity is a tile, such as Row(), or a list of couplings, such as "
            f"[{{'up': Row(), 'down': Column()}}]; got {granularity!r}.{forgotten(granularity)}"
        )
    named = [name for coupling in granularity for name in coupling]
    if len(named) != len(scores) or set(named) != set(scores):
        raise ValueError(
            f"couplings must name every matrix of the scores exactly once: {list(scores)}; "
            f"got {named}. A matrix on its own is a coupling too: {{'w': Single()}}."
        )
    return granularity


def pools_of(
    scores: Scores, coupling: Coupling, scope: Tile, within: Mask | None, key: Key | None
) -> Pools:
    """Scores of the groups of one coupling, laid out as pools: the mean of each group's weights.

    Parameters
    ----------
    scores : name -> (fan_out, fan_in)
    coupling : the i-th tiles of these matrices are a group
    scope : groups in the same tile of it make a row of the pools
    within : mask of an earlier round; a group that it took whole is not eligible
    key : applied to every score first

    Raises
    ------
    ValueError
        If tiles do not fit the matrices or each other.

    Examples
    --------
    >>> from pruning_lab.tiles import Everything, Row
    >>> scores = {"w": np.array([[1.0, 3.0], [5.0, 5.0]])}
    >>> pools_of(scores, {"w": Row()}, Everything(), None, None).numbers
    array([[2., 5.]])
    """
    layouts = {n: Layout.of(scores[n].shape, tile, scope) for n, tile in coupling.items()}
    _check_coupling(coupling, layouts, scope)
    first, name = next(iter(layouts.values())), " + ".join(map(repr, coupling))
    tables = [layout.cut(scores[n]) for n, layout in layouts.items()]
    eligible = None
    if within is not None:
        living = [layout.cut(within[n]).any(axis=1) for n, layout in layouts.items()]
        eligible = first.gather(np.any(living, axis=0))
    if len(tables) == 1 and tables[0].shape[1] == 1:  # single weights: read them lazily
        return Pools(first.gather(tables[0]), eligible, key, name)
    area = sum(table.shape[1] for table in tables)
    return Pools(first.gather(sum(_sums(t, key) for t in tables) / area), eligible, None, name)


def _sums(table: NDArray[Any], key: Key | None) -> Array:
    """Sum of each row, in floats, some rows at a time so that they stay in the cache."""
    rows = max(1, CHUNK // table.shape[1])
    sums = []
    with np.errstate(invalid="ignore"):  # inf - inf is NaN, which the ranking refuses
        for i in range(0, len(table), rows):
            numbers = as_floats(table[i : i + rows])
            sums.append((numbers if key is None else key(numbers)).sum(axis=1))
    return np.concatenate(sums)


def _check_coupling(coupling: Coupling, layouts: Mapping[str, Layout], scope: Tile) -> None:
    counts = {name: layout.n_groups for name, layout in layouts.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(
            f"coupled matrices need equally many groups; got {counts}. Rows of one layer "
            "feed columns of the next: {'up': Row(), 'down': Column()}."
        )
    if len(coupling) > 1 and scope not in (Layer(), Everything()):
        raise ValueError(
            f"coupled groups compete in a whole layer or everywhere; got {scope} as scope. "
            "Use scope=Layer() or scope=Everything()."
        )
