"""Demo: channels of a small convolutional network, chosen by several scores, and their rival."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.datasets import Dataset, mnist1d
from pruning_lab.datasets.dataset import Split
from pruning_lab.measure import accuracy
from pruning_lab.network import BatchNorm, Conv, Dense, Flatten, Network, ReLU, train
from pruning_lab.network.layers import Layer
from pruning_lab.teaching.demos import studies, units
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.rivals import Rival, rivals
from pruning_lab.teaching.figures.style import percent

WIDTHS = (16, 24, 32)  # channels of the three convolutions
SHARES = (0.75, 0.5, 0.25, 0.125)  # of the channels of each that stay
WORDS = ("three quarters", "a half", "a quarter", "an eighth")
EPOCHS, MORE, RATE = 40, 20, 3e-3  # first training, retraining, and Adam's rate in both
SCORES: dict[str, units.Criterion] = {
    "L1 norm": units.row_norm,
    "median": units.median_distance,
    "activity": units.activity,
    "scale": units.scale,
    "Taylor": units.relevance,
    "random": units.by_lot,
}

WHOLE, SCRATCH = "whole", "from scratch"
CUT, SETTLED, RETRAINED = "cut", "settled", "retrained"
STAGES = {CUT: "Right after the cut", SETTLED: "Measured anew", RETRAINED: "Retrained"}
FILE = "channels.csv"


class Row(NamedTuple):
    """One result of the study."""

    seed: int
    name: str
    share: float
    stage: str
    accuracy: float


def data_of(seed: int) -> tuple[Dataset, np.random.Generator]:
    """MNIST-1D as one channel of 40 points, and the generator that goes on."""
    rng = np.random.default_rng(seed)
    found = mnist1d(rng=rng)
    parts = {
        name: replace(part, x=part.x[:, None])
        for name, part in vars(found).items()
        if isinstance(part, Split)
    }
    return replace(found, **parts), rng


def untrained(widths: Sequence[int], *, rng: np.random.Generator) -> Network:
    """Three convolutions with batch norm, each halving the length, and a dense layer.

    Parameters
    ----------
    widths : channels of the convolutions
    rng : source of the He-normal weights
    """
    layers: dict[str, Layer] = {}
    before, length = 1, 40
    for i, (width, side) in enumerate(zip(widths, (5, 3, 3), strict=True), start=1):
        w = rng.standard_normal((width, before * side)) * np.sqrt(2 / (before * side))
        layers[f"conv{i}"] = Conv(
            w.astype(np.float32), np.zeros(width, np.float32), (side,), stride=2, padding=side // 2
        )
        zero, one = np.zeros(width, np.float32), np.ones(width, np.float32)
        layers[f"norm{i}"] = BatchNorm(one, zero, zero, one)
        layers[f"relu{i}"] = ReLU()
        before, length = width, length // 2
    layers["flatten"] = Flatten()
    w = rng.standard_normal((10, before * length)) * np.sqrt(2 / (before * length))
    layers["dense"] = Dense(w.astype(np.float32), np.zeros(10, np.float32))
    return Network(layers)


def trained(net: Network, data: Dataset, epochs: int, rng: np.random.Generator) -> Network:
    """Network after some epochs at the rate of this demo."""
    return train(net, data.train.x, data.train.y, epochs=epochs, rng=rng, learning_rate=RATE)


def tested(net: Network, data: Dataset) -> float:
    """Accuracy on the test part."""
    return accuracy(net, data.test.x, data.test.y)


def study(
    seed: int,
    shares: Sequence[float] = SHARES,
    scores: Mapping[str, units.Criterion] = SCORES,
) -> Iterator[Row]:
    """Yield what one seed gives: every score at every share, the whole network, the rival.

    The order of all draws is fixed by the seed, so a part of the study gives the same numbers.
    """
    data, rng = data_of(seed)
    net = trained(untrained(WIDTHS, rng=rng), data, EPOCHS, rng)
    yield Row(seed, WHOLE, 1.0, CUT, tested(net, data))
    longer = trained(net, data, MORE, np.random.default_rng(seed))
    yield Row(seed, WHOLE, 1.0, RETRAINED, tested(longer, data))
    for name, score in scores.items():
        values = score(net, data.train)
        for share in shares:
            small = units.without(net, units.keep(values, share))
            yield Row(seed, name, share, CUT, tested(small, data))
            yield Row(seed, name, share, SETTLED, tested(small.settled(data.train.x), data))
            again = trained(small, data, MORE, np.random.default_rng(seed))
            yield Row(seed, name, share, RETRAINED, tested(again, data))
    for share in shares:
        widths = [round(share * width) for width in WIDTHS]
        rng = np.random.default_rng([seed, widths[0]])
        small = trained(untrained(widths, rng=rng), data, EPOCHS + MORE, rng)
        yield Row(seed, SCRATCH, share, RETRAINED, tested(small, data))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), name, float(share), stage, float(right))
        for seed, name, share, stage, right in studies.lines(FILE)
    ]


def accuracies(rows: Sequence[Row], name: str, share: float, stage: str) -> Array:
    """Accuracies of one rival, (seeds,); empty if it has none at this stage.

    Examples
    --------
    >>> accuracies([Row(0, "random", 0.5, "retrained", 0.8)], "random", 0.5, "retrained")
    array([0.8])
    """
    wanted = (name, share, stage)
    return np.array([row.accuracy for row in rows if (row.name, row.share, row.stage) == wanted])


def table(rows: Sequence[Row], stage: str, shares: Sequence[float] = SHARES) -> dict[str, Array]:
    """Name -> (seeds, shares), of all that have a result at this stage."""
    names = [*SCORES, SCRATCH] if stage == RETRAINED else [*SCORES]
    return {
        name: np.stack([accuracies(rows, name, share, stage) for share in shares], axis=1)
        for name in names
    }


def describe(
    name: str, share: float, stage: str, rows: Sequence[Row], counts: Sequence[int]
) -> str:
    """Say which channels stay, what the chosen score gives, and what its rivals give."""
    own = accuracies(rows, name, share, stage)
    lot = accuracies(rows, "random", share, stage)
    how = "lot" if name == "random" else name
    start = (
        f"{' + '.join(map(str, counts))} channels stay, chosen by {how}. {STAGES[stage]}: "
        f"{percent(own.mean(), 1)} on average ({percent(own.min(), 1)} to {percent(own.max(), 1)})"
    )
    if stage == RETRAINED:
        afresh = accuracies(rows, SCRATCH, share, stage)
        more = f"; the same small network from scratch {percent(afresh.mean(), 1)}."
    else:
        more = "."
    rival = "" if name == "random" else f"; chosen by lot {percent(lot.mean(), 1)}"
    return start + rival + more


def demo(net: Network, data: Dataset, rows: Sequence[Row]) -> Explorer:
    """Explorer over the score, the share that stays, and the stage.

    Parameters
    ----------
    net : a trained network, whose channels are drawn
    data : what it was trained on
    rows : the study
    """
    scores = {name: score(net, data.train) for name, score in SCORES.items()}
    dense = float(accuracies(rows, WHOLE, 1.0, RETRAINED).mean())
    stages = {words: stage for stage, words in STAGES.items() if stage != SETTLED}
    shown = dict(zip(WORDS, SHARES, strict=True))

    def render(stage: str, share: str, score: str) -> Figure:
        kept = units.keep(scores[score], shown[share])
        found = [
            Rival(
                name,
                accuracies(rows, name, shown[share], stages[stage]),
                color(name, score),
                name == score,
            )
            for name in (*SCORES, SCRATCH)
        ]
        return rivals(scores[score], kept, found, dense, f"{stage}, five networks each")

    def caption(stage: str, share: str, score: str) -> str:
        kept = units.keep(scores[score], shown[share])
        counts = [int(stay.sum()) for stay in kept.values()]
        return describe(score, shown[share], stages[stage], rows, counts)

    return Explorer(
        render,
        {"stage": list(stages), "share": list(shown), "score": list(SCORES)},
        caption,
        title="Channels chosen by six scores, and their rival",
        labels={"stage": "Accuracy", "share": "Channels that stay", "score": "Score"},
        start={"stage": STAGES[RETRAINED], "share": "a quarter"},
    )


def color(name: str, chosen: str) -> str:
    """Blue for the chosen score, green for the rival, grey for lots, ink for the others."""
    if name == chosen:
        return style.KEPT
    return {SCRATCH: style.SECOND, "random": style.RANDOM}.get(name, style.INK)
