"""Neurons and channels: what removing one takes along, and scores of all of them."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from pruning_lab.arrays import Array, Bools
from pruning_lab.compaction import compact
from pruning_lab.datasets.dataset import Split
from pruning_lab.network import BatchNorm, Conv, Dense, Network
from pruning_lab.network.loss import Labels

UnitScores: TypeAlias = dict[str, Array]  # name of a layer -> (units,); low goes first
Criterion: TypeAlias = Callable[[Network, Split], UnitScores]

BATCH = 64  # samples that a relevance is squared over


def readers(net: Network) -> dict[str, str]:
    """Layer with weights -> the next one, which reads its units; the last has none.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> readers(mlp((4, 3, 3, 2), rng=np.random.default_rng(0)))
    {'dense1': 'dense2', 'dense2': 'dense3'}
    """
    names = list(net.weights)
    return dict(pairwise(names))


def mask_of(net: Network, kept: Mapping[str, Bools]) -> dict[str, Bools]:
    """Mask that prunes units whole: their row, and what the next layer reads of them.

    Parameters
    ----------
    net : layers in a row, without blocks
    kept : name of a layer -> (units,), True where a unit stays; layers left out keep all

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((2, 2, 1), rng=np.random.default_rng(0))
    >>> mask_of(net, {"dense1": np.array([True, False])})["dense2"]
    array([[ True, False]])
    """
    mask: dict[str, Bools] = {n: np.ones(w.shape, bool) for n, w in net.weights.items()}
    for name, stays in kept.items():
        mask[name][~stays] = False
        columns = mask[readers(net)[name]]
        width = columns.shape[1] // stays.size  # of the kernel, or of what is flattened
        columns[:, ~np.repeat(stays, width)] = False
    return mask


def keep(scores: Mapping[str, Array], share: float) -> dict[str, Bools]:
    """Best units of each layer: ``round(share * n)`` of n, at least one.

    Examples
    --------
    >>> keep({"dense1": np.array([0.1, 0.5, 0.3, 0.2])}, 0.5)
    {'dense1': array([False,  True,  True, False])}
    """
    stay = {}
    for name, values in scores.items():
        best = np.argsort(values, kind="stable")[len(values) - max(1, round(share * len(values))) :]
        stay[name] = np.isin(np.arange(len(values)), best)
    return stay


def without(net: Network, kept: Mapping[str, Bools]) -> Network:
    """Compacted network of the units that stay."""
    return compact(net, mask_of(net, kept))


def signals(net: Network, x: Array) -> dict[str, Array]:
    """What each hidden unit gives on, (n, units, places): the input of the next layer."""
    inputs = {}
    for name, layer in net.layers.items():
        if isinstance(layer, Dense | Conv):
            inputs[name] = x
        x = layer.forward(x)
    return {name: _by_unit(net, name, inputs[reader]) for name, reader in readers(net).items()}


def _by_unit(net: Network, name: str, x: Array) -> Array:
    return x.reshape(len(x), net.parts[name].fan_out, -1)


# ---- scores


def row_norm(net: Network, data: Split) -> UnitScores:
    """Sum of the absolute weights of a unit's row [Li2017]_; `data` is not looked at."""
    return {name: np.abs(net.weights[name]).sum(axis=1) for name in readers(net)}


def median_distance(net: Network, data: Split) -> UnitScores:
    """Sum of the distances of a unit's row to all others [He2019]_; `data` is not looked at."""
    rows = {name: net.weights[name] for name in readers(net)}
    return {n: np.linalg.norm(w[:, None] - w, axis=2).sum(axis=1) for n, w in rows.items()}


def scale(net: Network, data: Split) -> UnitScores:
    """Size of what batch norm multiplies a channel with [Liu2017]_; `data` is not looked at."""
    parts, found, last = net.parts, {}, ""
    for name, part in parts.items():
        if isinstance(part, BatchNorm):
            found[last] = np.abs(part.scale)
        last = name
    return found


def activity(net: Network, data: Split) -> UnitScores:
    """Share of the numbers a unit gives on that are not 0: 1 - APoZ [Hu2016]_."""
    return {name: (h != 0).mean(axis=(0, 2)) for name, h in signals(net, data.x).items()}


def relevance(net: Network, data: Split) -> UnitScores:
    """Squared slope of the loss by a gate on the unit, mean over batches [Molchanov2019]_.

    The gate multiplies what the unit gives on; [Mozer1988]_ call it attentional strength.
    """
    total: UnitScores = {name: np.zeros(net.parts[name].fan_out) for name in readers(net)}
    places = range(0, len(data.x), BATCH)
    for start in places:
        x, y = data.x[start : start + BATCH], data.y[start : start + BATCH]
        for name, slope in gates(net, x, y).items():
            total[name] += np.square(slope) / len(places)
    return total


def gates(net: Network, x: Array, y: Labels) -> dict[str, Array]:
    """Slope of the mean loss by each unit's gate, (units,): the sum of output times slope."""
    writers = {reader: name for name, reader in readers(net).items()}
    found = {}
    for name, part, inputs, slope in net.backpropagate(x, y):
        if name in writers:
            products = inputs * part.backward(inputs, slope)
            flat = _by_unit(net, writers[name], products)
            found[writers[name]] = flat.sum(axis=(0, 2))
    return found


def by_lot(net: Network, data: Split) -> UnitScores:
    """Lots, drawn once and for all; `data` is not looked at."""
    rng = np.random.default_rng(7)
    return {name: rng.random(net.parts[name].fan_out) for name in readers(net)}
