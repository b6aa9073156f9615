"""Demo: heads, feed-forward units or whole layers taken out of a pretrained language model."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools
from pruning_lab.compaction import compact
from pruning_lab.network import Dense, Network
from pruning_lab.teaching import walks
from pruning_lab.teaching.demos import paraphrases, studies
from pruning_lab.teaching.demos.language_weights import states, turned
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.transformers import transformer
from pruning_lab.teaching.minilm import HEADS, LAYERS, MiniLM

HEAD, UNIT, LAYER = "heads", "units", "layers"
SCORE, LOT, LAST = "lowest score first", "by lot", "last layer first"
WIDTH = 1536  # units of a layer
SIXTHS = range(1, 6)
FILE, SCORES_FILE = "language_parts.csv", "language_scores.csv"


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


def influence(model: MiniLM) -> Array:
    """Block Influence of each layer [Men2025]_: one minus the mean cosine of a token with itself.

    Between what enters the whole layer and what leaves it, over the calibration sentences.
    """
    batches = [x for _, x in model.batches(paraphrases.calibration())]
    behind = [batches, *states(model.network, batches)[:-1]]
    return np.array([turned([a], [b])[0] for a, b in pairwise(behind)])


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
        mask[name] &= np.repeat(parts, network.weights[name].shape[1] // len(parts))
    return compact(network, mask)


def without_layers(model: MiniLM, gone: Sequence[int]) -> MiniLM:
    """Model without these whole layers, counted from 1: attention, feed-forward, both norms."""
    names = {f"{what}{i}{half}" for i in gone for what in ("layer", "norm") for half in "af"}
    left = {name: layer for name, layer in model.network.layers.items() if name not in names}
    if len(left) == 1:  # a Network needs weights: one that passes everything on
        width = model.words.shape[1]
        left["same"] = Dense(np.eye(width, dtype=np.float32), np.zeros(width, np.float32))
    return model.with_network(Network(left))


def study(model: MiniLM, seed: int) -> Iterator[Row]:
    """Yield a fifth of the results: lots of this seed, every fifth set of layers."""
    net, marks = model.network, paraphrases.marks
    if seed == 0:
        yield Row("whole", "whole", 0, 0, *marks(model))
    batches = [x for _, x in model.batches(paraphrases.calibration())]
    for kind in (HEAD, UNIT):
        loud = scores(net, batches, kind)
        lots = np.random.default_rng(seed).random(loud.shape)
        for order, values in ((SCORE, loud), (LOT, lots))[seed > 0 :]:
            for sixths in SIXTHS:
                small = without(net, kind, kept(values, sixths * loud.size // 6))
                yield Row(kind, order, seed, sixths, *marks(model.with_network(small)))
    numbers = range(1, LAYERS + 1)
    sets = [gone for count in numbers for gone in combinations(numbers, count)]
    for gone in sets[seed::5]:
        order = "+".join(map(str, gone))
        yield Row(LAYER, order, seed, len(gone), *marks(without_layers(model, gone)))


def recorded() -> list[Row]:
    """Rows of the study, from the file that ships with the library."""
    return [
        Row(kind, order, int(seed), int(sixths), float(found), float(chosen))
        for kind, order, seed, sixths, found, chosen in studies.lines(FILE)
    ]


def stored_scores(kind: str) -> Array:
    """Scores of heads (6, 12), or of layers (6,); of units how many stay, (sixths from 1, 6)."""
    rows = [list(map(float, row)) for name, *row in studies.lines(SCORES_FILE) if name == kind]
    return np.array(rows[0] if kind == LAYER else rows)


def all_scores(model: MiniLM) -> Iterator[list[str]]:
    """Yield the lines of the file that `stored_scores` reads."""
    batches = [x for _, x in model.batches(paraphrases.calibration())]
    loud = scores(model.network, batches, UNIT)
    stay = [kept(loud, sixths * loud.size // 6).sum(axis=1) for sixths in SIXTHS]
    tables: dict[str, Sequence[Array]] = {
        HEAD: list(scores(model.network, batches, HEAD)),
        UNIT: stay,
        LAYER: [influence(model)],
    }
    for kind, rows in tables.items():
        for row in rows:
            yield [kind, *(f"{value:.4g}" for value in row)]


def left(kind: str, order: str, sixths: int) -> tuple[Bools, Array]:
    """What stays: heads (layers, heads), and the share of each layer's units, (layers,).

    Of what goes by lot, the lot of seed 0.
    """
    heads, units = np.ones((LAYERS, HEADS), bool), np.ones(LAYERS)
    rng = np.random.default_rng(0)
    if kind == HEAD:
        values = stored_scores(HEAD) if order == SCORE else rng.random(heads.shape)
        heads = kept(values, sixths * heads.size // 6)
    elif kind == UNIT and sixths:
        if order == SCORE:
            units = stored_scores(UNIT)[sixths - 1] / WIDTH
        else:
            units = kept(rng.random((LAYERS, WIDTH)), sixths * LAYERS * WIDTH // 6).mean(axis=1)
    elif kind == LAYER:
        gone = [layer - 1 for layer in layers_gone(order, 0, sixths)]
        heads[gone], units[gone] = False, 0.0
    return heads, units


def layers_gone(order: str, seed: int, count: int) -> list[int]:
    """Which layers go, counted from 1, in ascending order."""
    by_lot = np.random.default_rng(seed).permutation(LAYERS)
    ranked = {SCORE: np.argsort(stored_scores(LAYER)), LOT: by_lot, LAST: np.arange(LAYERS)[::-1]}
    return sorted(int(layer) + 1 for layer in ranked[order][:count])


def curve(rows: Sequence[Row], kind: str, order: str) -> Array:
    """Paraphrases found with 0 to 5 sixths gone, (seeds, 6); one row where no lot is drawn."""
    whole = next(row.found for row in rows if row.kind == "whole")
    seeds = range(5) if order == LOT else range(1)
    found = np.full((len(seeds), LAYERS), whole)
    if kind == LAYER:
        by_set = {row.order: row.found for row in rows if row.kind == LAYER}
        for seed in seeds:
            for count in SIXTHS:
                gone = layers_gone(order, seed, count)
                found[seed, count] = by_set["+".join(map(str, gone))]
        return found
    for row in rows:
        if (row.kind, row.order) == (kind, order):
            found[row.seed, row.sixths] = row.found
    return found


def nothing_left(rows: Sequence[Row]) -> float:
    """Paraphrases found without any layer: by the mean of the words alone."""
    return next(row.found for row in rows if row.kind == LAYER and row.sixths == LAYERS)


def pruned_weights(kind: str, sixths: int) -> int:
    """How many of the layers' 10.6 million weights go with so many sixths of the parts."""
    attention, block = LAYERS * 4 * 384 * 384, LAYERS * 2 * 384 * WIDTH
    return sixths * {HEAD: attention, UNIT: block, LAYER: attention + block}[kind] // 6


def describe(rows: Sequence[Row], kind: str, order: str, sixths: int) -> str:
    """Say how much is gone and what is still found."""
    found, lots = curve(rows, kind, order)[:, sixths], curve(rows, kind, LOT)[:, sixths]
    whole, every = curve(rows, kind, order)[0, 0], {HEAD: 72, UNIT: LAYERS * WIDTH, LAYER: LAYERS}
    start = f"{sixths * every[kind] // 6:,} of {every[kind]:,} {kind} gone, {order}"
    if kind == LAYER and sixths and order != LOT:
        start += f" ({', '.join(map(str, layers_gone(order, 0, sixths)))})"
    words = (
        f"{start}: {pruned_weights(kind, sixths) / 1e6:.1f} of 10.6 million weights. "
        f"{percent(found.mean())} of the paraphrases are found; the whole model finds "
        f"{percent(whole)}."
    )
    if sixths and order != LOT:
        words += f" By lot it would be {percent(lots.mean())}"
        words += f" ({percent(lots.min())} to {percent(lots.max())})."
    elif sixths:
        words += f" Lowest and highest of five lots: {percent(lots.min())}, {percent(lots.max())}."
    return words


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over what goes, in which order, and how much of it."""
    shares = np.arange(LAYERS) / LAYERS

    def render(kind: str, order: str, sixths: float) -> Figure:
        count = round(sixths)
        lots = Curve("by lot", curve(rows, kind, LOT), style.RANDOM, dashed=True)
        own = curve(rows, kind, order)
        lines = [lots] if order == LOT else [lots, Curve(order, own, style.KEPT)]
        heads, units = left(kind, order, count)
        here = (count / LAYERS, float(own[:, count].mean()))
        whole = float(own[0, 0])
        return transformer(heads, units, shares, lines, here, whole, nothing_left(rows))

    def caption(kind: str, order: str, sixths: float) -> str:
        return describe(rows, kind, order, round(sixths))

    return Explorer(
        render,
        {"kind": [HEAD, UNIT, LAYER], "order": [SCORE, LOT], "sixths": [0, *SIXTHS]},
        caption,
        title="Heads, units or layers taken out of a pretrained language model",
        labels={"kind": "What goes", "order": "Order", "sixths": "Share gone"},
        text={"sixths": lambda sixths: f"{round(sixths)}/6"},
        start={"sixths": 0},
    )
