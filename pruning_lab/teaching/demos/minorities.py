"""Demo: a class that is rare in training, and what pruning takes from it and from the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset, Split, digits
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.calendars import FIRST, SIZES, by_lot, small_sizes
from pruning_lab.teaching.demos.trials import RETRAINING_RATE, retrain
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.by_class import Level
from pruning_lab.teaching.figures.by_class import by_class as picture
from pruning_lab.teaching.figures.rivals import Rival
from pruning_lab.teaching.figures.style import percent

RARE = 8  # the class of the demo
SHARES = (0.05, 0.1, 0.25, 1.0)  # of its training digits that are left
SPARSITIES = (0.5, 0.8, 0.9, 0.95)
TENTH, DEEP = 0.1, 0.9  # where every class is the rare one in turn
MORE = 20  # epochs of retraining
DENSE, MAGNITUDE, LOTS, SMALL = "dense", "magnitude", "random", "small dense"
CUT, RETRAINED, REPEATED = "cut", "retrained", "repeated"
STAGES = {
    "Right after the cut": CUT,
    "Retrained": RETRAINED,
    "Retrained, rare digits repeated": REPEATED,
}
FILE = "minorities.csv"


class Row(NamedTuple):
    """Held-out digits that one network reads, class by class."""

    seed: int
    label: int
    share: float
    name: str
    sparsity: float
    stage: str
    right: tuple[int, ...]


def held_out(data: Dataset) -> Split:
    """Validation and test part together, where nothing is chosen: 719 digits instead of 360."""
    parts = (data.validation, data.test)
    return Split(np.concatenate([p.x for p in parts]), np.concatenate([p.y for p in parts]))


def rarer(data: Dataset, label: int, share: float, seed: int) -> Dataset:
    """Data whose training part has lost most digits of one class; smaller shares are nested.

    Parameters
    ----------
    data : a split
    label : of the class that becomes rare
    share : of its training digits that stay
    seed : decides which
    """
    part = data.train
    mine = np.random.default_rng([seed, 13]).permutation(np.flatnonzero(part.y == label))
    stays = np.ones(len(part), bool)
    stays[mine[round(share * len(mine)) :]] = False
    return replace(data, train=Split(part.x[stays], part.y[stays]))


def repeated(data: Dataset, label: int, times: int) -> Dataset:
    """Data whose training part has every digit of one class several times."""
    part = data.train
    again = np.repeat(np.arange(len(part)), np.where(part.y == label, times, 1))
    return replace(data, train=Split(part.x[again], part.y[again]))


def study(
    seed: int,
    label: int = RARE,
    shares: Sequence[float] = SHARES,
    sparsities: Sequence[float] = SPARSITIES,
    stages: Sequence[str] = tuple(STAGES.values()),
) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    for share in shares:
        rng = np.random.default_rng(seed)
        whole = digits(rng=rng)
        start = mlp(SIZES, rng=rng)
        seen = {RETRAINED: rarer(whole, label, share, seed)}
        seen[REPEATED] = repeated(seen[RETRAINED], label, round(1 / share))
        x, y = seen[RETRAINED].train.x, seen[RETRAINED].train.y
        net = train(start, x, y, epochs=FIRST, rng=rng)
        nets: dict[tuple[str, float], tuple[Network, Mask | None]] = {(DENSE, 0.0): (net, None)}
        for sparsity in sparsities:
            nets[MAGNITUDE, sparsity] = prune(net, magnitude, sparsity)
            nets[LOTS, sparsity] = prune(net, by_lot, sparsity)
            rng = np.random.default_rng([seed, 6])
            small = mlp(small_sizes(sparsity), rng=rng)
            nets[SMALL, sparsity] = (
                train(small, x, y, epochs=FIRST, rng=rng, learning_rate=RETRAINING_RATE),
                None,
            )
        for (name, sparsity), (now, mask) in nets.items():
            for stage in stages:
                if stage == CUT and name == SMALL:
                    continue  # nothing was cut
                last = now if stage == CUT else retrain(now, mask, seen[stage], epochs=MORE)
                yield Row(seed, label, share, name, sparsity, stage, _right(last, whole))


def _right(net: Network, data: Dataset) -> tuple[int, ...]:
    tests = held_out(data)
    found = tests.y[net.predict(tests.x) == tests.y]
    return tuple(np.bincount(found, minlength=10).tolist())


def every_class(seed: int) -> Iterator[Row]:
    """Yield the same with each of the other classes as the rare one, at one share and sparsity."""
    for label in range(10):
        if label != RARE:
            yield from study(seed, label, (TENTH,), (DEEP,), (RETRAINED, REPEATED))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(
            int(seed),
            int(label),
            float(share),
            name,
            float(sparsity),
            stage,
            tuple(map(int, right.split())),
        )
        for seed, label, share, name, sparsity, stage, right in studies.lines(FILE)
    ]


@cache
def totals() -> tuple[int, ...]:
    """How many held-out digits there are of each class; with every seed the same."""
    tests = held_out(digits(rng=np.random.default_rng(0)))
    return tuple(np.bincount(tests.y).tolist())


def by_class(
    rows: Sequence[Row],
    name: str,
    *,
    share: float,
    stage: str = RETRAINED,
    sparsity: float = 0.0,
    label: int = RARE,
) -> Array:
    """Accuracies (seeds, classes) of one network; no seeds if it has none at this stage."""
    wanted = (label, share, name, sparsity, stage)
    found = [
        np.array(row.right) / totals()
        for row in rows
        if (row.label, row.share, row.name, row.sparsity, row.stage) == wanted
    ]
    return np.array(found).reshape(-1, 10)


def others(accuracy: Array, label: int = RARE) -> Array:
    """Mean accuracy (seeds,) over all classes but one."""
    return np.asarray(np.delete(accuracy, label, axis=1).mean(axis=1))


def in_turn(rows: Sequence[Row], name: str, stage: str = RETRAINED) -> Array:
    """Accuracies (seeds, classes), each class where it is the rare one, at 90 % sparsity."""
    sparsity = 0.0 if name == DENSE else DEEP
    found = [
        by_class(rows, name, share=TENTH, stage=stage, sparsity=sparsity, label=label)[:, label]
        for label in range(10)
    ]
    return np.stack(found, axis=1)


def levels(found: Mapping[str, Array]) -> list[Level]:
    """How the rare class is read by each kind of network, with its mark and its colour.

    Parameters
    ----------
    found : ``dense``, ``small dense``, ``pruned`` or ``repeated`` -> (seeds, classes)
    """
    marks = {
        "dense": (style.INK, "D", "center"),
        "small dense": (style.SECOND, "^", "center"),
        "pruned": (style.KEPT, "s", "left"),
        "repeated": (style.KEPT, "o", "right"),
    }
    return [Level(name, accuracy, *marks[name]) for name, accuracy in found.items()]


def describe(
    rows: Sequence[Row], share: float, sparsity: float, stage: str, left: int, whole: int
) -> str:
    """Say how rare the class is, what of it is read, and what its rivals read.

    Parameters
    ----------
    left, whole : training digits of the rare class, and before it was made rare
    """
    own = by_class(rows, MAGNITUDE, share=share, sparsity=sparsity, stage=stage)
    mine = own[:, RARE]
    words = next(words for words, each in STAGES.items() if each == stage)
    rivals = [
        f"{name} {percent(found[:, RARE].mean())}"
        for name, found in _rivals(rows, share, sparsity, stage).items()
        if name != MAGNITUDE and len(found)
    ]
    return (
        f"{left} of {whole} training digits of class {RARE}; {percent(sparsity)} of the weights "
        f"pruned. {words}: class {RARE} is read at {percent(mine.mean())} on average "
        f"({percent(mine.min())} to {percent(mine.max())}), the other nine at "
        f"{percent(others(own).mean())}. Class {RARE} for the rivals: {', '.join(rivals)}."
    )


def _rivals(rows: Sequence[Row], share: float, sparsity: float, stage: str) -> dict[str, Array]:
    pruned = {
        name: by_class(rows, name, share=share, sparsity=sparsity, stage=stage)
        for name in (MAGNITUDE, LOTS, SMALL)
    }
    return {DENSE: by_class(rows, DENSE, share=share, stage=stage)} | pruned


COLORS = {DENSE: style.INK, MAGNITUDE: style.KEPT, LOTS: style.RANDOM, SMALL: style.SECOND}


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the share of the rare class in training, sparsity, and what follows the cut.

    Parameters
    ----------
    rows : the study
    """
    whole = int(np.sum(digits(rng=np.random.default_rng(0)).train.y == RARE))

    def nearest(values: Sequence[float], value: float) -> float:
        return min(values, key=lambda each: abs(each - value))

    def render(share: float, sparsity: float, stage: str) -> Figure:
        share, sparsity = nearest(SHARES, share), nearest(SPARSITIES, sparsity)
        found = _rivals(rows, share, sparsity, STAGES[stage])
        rivals = [
            Rival(name, each[:, RARE], COLORS[name], name == MAGNITUDE)
            for name, each in found.items()
        ]
        left = round(share * whole)
        return picture(found[MAGNITUDE], found[DENSE], RARE, f"{left} of {whole}", rivals)

    def caption(share: float, sparsity: float, stage: str) -> str:
        share, sparsity = nearest(SHARES, share), nearest(SPARSITIES, sparsity)
        return describe(rows, share, sparsity, STAGES[stage], round(share * whole), whole)

    return Explorer(
        render,
        {"share": list(SHARES), "sparsity": list(SPARSITIES), "stage": list(STAGES)},
        caption,
        title="Ten classes, one of them rare in training",
        labels={
            "share": f"Class {RARE} left in training",
            "sparsity": "Sparsity",
            "stage": "After the cut",
        },
        text={"share": percent, "sparsity": percent},
        start={"share": 1.0, "sparsity": 0.9, "stage": "Retrained"},
    )
