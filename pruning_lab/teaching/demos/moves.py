"""Demo: a trained network moves to a new task, whole, pruned or small."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset, digits
from pruning_lab.datasets.dataset import Split
from pruning_lab.measure import accuracy
from pruning_lab.network import Network, mlp, train
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.calendars import (
    CUBIC,
    SIZES,
    by_lot,
    chain,
    follow,
    path,
    small_sizes,
)
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.twofold import Rival, twofold

FIRST, BUDGET = 40, 100  # epochs before the first cut, and in all, on the old task
EPOCHS = 60  # on the new task
RATES = (1e-3, 3e-3, 1e-2, 3e-2)  # of which the new task's validation part chooses
SPARSITIES = (0.8, 0.9, 0.95)
EXAMPLES = (20, 100, 500)
SHIFTED, TURNED, OTHERS = "moved by a pixel", "turned on their side", "other digits"
TASKS = (SHIFTED, TURNED, OTHERS)
WHOLE, PRUNED, FREED = "dense", "pruned", "pruned, mask lifted"
LOTS, SMALL, AFRESH = "pruned by lot", "small dense", "dense, no past"
FILE = "moves.csv"


class Row(NamedTuple):
    """Accuracies on the old task before the move, and on both tasks after it.

    Parameters
    ----------
    rate : of Adam on the new task, chosen on its validation part
    before, old, new : test accuracies
    """

    seed: int
    task: str
    examples: int
    rival: str
    sparsity: float
    rate: float
    before: float
    old: float
    new: float


def _only(part: Split, low: int, high: int) -> Split:
    inside = (part.y >= low) & (part.y < high)
    return Split(part.x[inside], part.y[inside])


def _each(data: Dataset, change: Callable[[Split], Split]) -> Dataset:
    return Dataset(change(data.train), change(data.validation), change(data.test))


def tasks(name: str, data: Dataset) -> tuple[Dataset, Dataset]:
    """Old and new task of a move, by its name.

    Examples
    --------
    >>> data = digits(rng=np.random.default_rng(0))
    >>> old, new = tasks(OTHERS, data)
    >>> sorted(set(old.train.y.tolist())), sorted(set(new.train.y.tolist()))
    ([0, 1, 2, 3, 4], [5, 6, 7, 8, 9])
    """
    if name == OTHERS:
        return _each(data, lambda part: _only(part, 0, 5)), _each(
            data, lambda part: _only(part, 5, 10)
        )

    def change(part: Split) -> Split:
        images = part.x.reshape(-1, 8, 8)
        images = np.rot90(images, axes=(1, 2)) if name == TURNED else np.roll(images, 1, axis=2)
        return Split(images.reshape(-1, 64), part.y)

    return data, _each(data, change)


def movers(
    seed: int, old: Dataset, sparsities: Sequence[float]
) -> Iterator[tuple[str, float, Network, Mask | None]]:
    """Yield rival, sparsity, network and mask; all but the last learned the old task as long."""

    def fresh(sizes: Sequence[int] = SIZES) -> Network:
        return mlp(sizes, rng=np.random.default_rng([seed, 6]))

    whole = list(chain(fresh(), old, BUDGET, None))
    yield WHOLE, 0.0, whole[-1], None
    for sparsity in sparsities:
        plan = path(CUBIC, sparsity, BUDGET - FIRST)
        for rival, criterion in ((PRUNED, magnitude), (LOTS, by_lot)):
            *_, (net, mask) = follow(whole[FIRST - 1], old, plan, criterion)
            yield rival, sparsity, net, mask
            if rival == PRUNED:
                yield FREED, sparsity, net, None
        *_, net = chain(fresh(small_sizes(sparsity)), old, BUDGET, None)
        yield SMALL, sparsity, net, None
    yield AFRESH, 0.0, fresh(), None


def adapted(net: Network, mask: Mask | None, new: Dataset, examples: int, rate: float) -> Network:
    """Network after EPOCHS on the first so many examples of the new task."""
    x, y = new.train.x[:examples], new.train.y[:examples]
    rng = np.random.default_rng(2022)
    return train(net, x, y, epochs=EPOCHS, rng=rng, learning_rate=rate, mask=mask)


def study(
    seed: int,
    name: str,
    examples: Sequence[int] = EXAMPLES,
    sparsities: Sequence[float] = SPARSITIES,
) -> Iterator[Row]:
    """Yield what one seed gives in one move; a part of the study gives the same numbers."""
    old, new = tasks(name, digits(rng=np.random.default_rng(seed)))
    for rival, sparsity, net, mask in movers(seed, old, sparsities):
        before = accuracy(net, old.test.x, old.test.y)
        for count in examples:
            tries = {rate: adapted(net, mask, new, count, rate) for rate in RATES}
            held = new.validation
            rate = max(RATES, key=lambda rate: accuracy(tries[rate], held.x, held.y))
            after = tries[rate]
            here, there = (accuracy(after, d.test.x, d.test.y) for d in (new, old))
            yield Row(seed, name, count, rival, sparsity, rate, before, there, here)


def recorded() -> list[Row]:
    """Rows of the study, from the file that ships with the library."""
    return [
        Row(int(seed), name, int(examples), rival, *map(float, numbers))
        for seed, name, examples, rival, *numbers in studies.lines(FILE)
    ]


def of(rows: Sequence[Row], name: str, examples: int, rival: str, sparsity: float) -> list[Row]:
    """One row a seed; the dense rivals have no sparsity."""
    own = 0.0 if rival in (WHOLE, AFRESH) else sparsity
    wanted = (name, examples, rival, own)
    return [row for row in rows if (row.task, row.examples, row.rival, row.sparsity) == wanted]


def column(rows: Sequence[Row], what: str) -> Array:
    """One number of each row, (rows,).

    Examples
    --------
    >>> column([Row(0, TURNED, 20, WHOLE, 0, 0.001, 0.97, 0.3, 0.5)], "new")
    array([0.5])
    """
    return np.array([getattr(row, what) for row in rows])


SHOWN = {
    WHOLE: style.INK,
    PRUNED: style.KEPT,
    FREED: style.THIRD,
    LOTS: style.RANDOM,
    SMALL: style.RANDOM,
    AFRESH: style.SECOND,
}


def describe(rows: Sequence[Row], name: str, examples: int, sparsity: float) -> str:
    """Say what the rivals read after the move, and how far the pruned one is from the others."""
    new = {rival: column(of(rows, name, examples, rival, sparsity), "new") for rival in SHOWN}
    own = new[PRUNED]
    against = "; ".join(
        f"{rival} {100 * float(np.mean(own - new[rival])):+.1f} "
        f"(ahead in {int(np.sum(own > new[rival]))} of {len(own)})"
        for rival in (WHOLE, LOTS, SMALL)
    )
    return (
        f"{name.capitalize()}, {examples} examples, "
        f"{percent(sparsity)} pruned: the pruned network reads {percent(own.mean(), 1)}, the dense "
        f"one {percent(new[WHOLE].mean(), 1)}, one without a past {percent(new[AFRESH].mean(), 1)}."
        f" Pruned against its rivals, in points within pairs: {against}."
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the new task, the number of examples and the sparsity.

    Parameters
    ----------
    rows : the study
    """

    def nearest(known: Sequence[float], value: float) -> float:
        return min(known, key=lambda each: abs(each - value))

    def parts(examples: float, sparsity: float) -> tuple[int, float]:
        return int(nearest(EXAMPLES, examples)), nearest(SPARSITIES, sparsity)

    def render(task: str, examples: float, sparsity: float) -> Figure:
        count, share = parts(examples, sparsity)
        shown = {r: of(rows, task, count, r, share) for r in SHOWN}
        rivals = [
            Rival(
                rival,
                column(found, "new"),
                column(found, "old") if rival != AFRESH else np.array([]),
                SHOWN[rival],
            )
            for rival, found in shown.items()
        ]
        line = float(rivals[0].first.mean())
        titles = ("Reads the new task", "Still the old")
        return twofold(rivals, titles, ((0.0, 1.0), (0.0, 1.0)), line)

    def caption(task: str, examples: float, sparsity: float) -> str:
        return describe(rows, task, *parts(examples, sparsity))

    return Explorer(
        render,
        {"task": list(TASKS), "examples": list(EXAMPLES), "sparsity": list(SPARSITIES)},
        caption,
        title="A move to another task",
        labels={"task": "New task", "examples": "Examples of it", "sparsity": "Sparsity"},
        text={"sparsity": percent, "examples": lambda count: f"{count:g}"},
        start={"examples": 100, "sparsity": 0.9},
    )
