"""Demo: heads, feed-forward units or whole layers taken out of a pretrained language model."""

import csv
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import combinations
from typing import NamedTuple

import numpy as np

from pruning_lab.arrays import Array, Bools
from pruning_lab.compaction import compact
from pruning_lab.network import Network
from pruning_lab.teaching import walks
from pruning_lab.teaching.demos import paraphrases
from pruning_lab.teaching.minilm import HEADS, LAYERS, MiniLM

HEAD, UNIT, LAYER = "heads", "units", "layers"
SCORE, LOT = "by score", "by lot"
SIXTHS = range(1, 6)
FILE = "language_parts.csv"


class Row(NamedTuple):
    """One result of the study.

    Parameters
    ----------
    kind : heads, units or layers
    order : what decided, or which heads or layers went
    seed : of the lot
    sixths : of all parts of the kind that went
    """

    kind: str
    order: str
    seed: int
    sixths: int
    found: float
    chosen: float
    told: float


def reader(kind: str, layer: int) -> str:
    """Name of the matrix whose columns read the parts of one layer, counted from 1."""
    return f"layer{layer}a.attention.o" if kind == HEAD else f"layer{layer}f.down"


def scores(network: Network, batches: Sequence[Array], kind: str) -> Array:
    """How loud each part is, (layers, parts): what it adds to the stream, root mean square.

    A head adds what it gathers times its columns of o, a unit its activation times its column
    of the matrix `down`. Columns are taken as if they stood at right angles to each other.
    """
    heard = walks.inputs(network, batches)
    found = []
    for layer in range(1, LAYERS + 1):
        name = reader(kind, layer)
        power = np.square(network.weights[name]).sum(axis=0) * np.square(heard[name]).mean(axis=0)
        found.append(power.reshape(HEADS, -1).sum(axis=1) if kind == HEAD else power)
    return np.sqrt(found)


def kept(values: Array, removed: int) -> Bools:
    """Which parts stay when so many of the lowest go, of all layers together."""
    order = np.argsort(values, axis=None, kind="stable")
    stay = np.ones(values.size, bool)
    stay[order[:removed]] = False
    return stay.reshape(values.shape)


def without(network: Network, kind: str, stay: Bools) -> Network:
    """Smaller network of which these heads or units, (layers, parts), are left."""
    mask = {name: np.ones(w.shape, bool) for name, w in network.weights.items()}
    for layer, parts in enumerate(stay, start=1):
        name = reader(kind, layer)
        mask[name] &= np.repeat(parts, mask[name].shape[1] // len(parts))
    return compact(network, mask)


def without_layers(network: Network, gone: Sequence[int]) -> Network:
    """Network without these whole layers, counted from 1: attention, feed-forward, both norms."""
    names = {f"{what}{i}{half}" for i in gone for what in ("layer", "norm") for half in "af"}
    return Network({name: layer for name, layer in network.layers.items() if name not in names})


def study(model: MiniLM) -> Iterator[Row]:
    """Yield every result: orders and lots of heads and units, each head alone, sets of layers."""
    net, marks = model.network, paraphrases.marks
    batches = [x for _, x in model.batches(paraphrases.calibration())]
    yield Row("whole", "whole", 0, 0, *marks(model))
    for kind in (HEAD, UNIT):
        loud = scores(net, batches, kind)
        lots = [np.random.default_rng(seed).random(loud.shape) for seed in range(5)]
        for order, seed, values in [(SCORE, 0, loud), *((LOT, s, lot) for s, lot in enumerate(lots))]:
            for sixths in SIXTHS:
                small = without(net, kind, kept(values, sixths * loud.size // 6))
                yield Row(kind, order, seed, sixths, *marks(model.with_network(small)))
    for count in range(1, LAYERS):
        for gone in combinations(range(1, LAYERS + 1), count):
            small = without_layers(net, gone)
            order = "+".join(map(str, gone))
            yield Row(LAYER, order, 0, count, *marks(model.with_network(small)))
    for layer in range(LAYERS):
        for head in range(HEADS):
            stay = np.ones((LAYERS, HEADS), bool)
            stay[layer, head] = False
            small = without(net, HEAD, stay)
            yield Row("head", f"{layer + 1}.{head + 1}", 0, 0, *marks(model.with_network(small)))


def recorded() -> list[Row]:
    """Rows of the study, from the file that ships with the library."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [
        Row(kind, order, int(seed), int(sixths), *map(float, marks))  # type: ignore[arg-type]
        for kind, order, seed, sixths, *marks in csv.reader(lines[1:])
    ]
