"""Demo: a schedule as a list of sparsities, one an epoch, and what the networks make of it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude, random
from pruning_lab.datasets import Dataset, digits
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune_in_steps
from pruning_lab.schedules import cubic, iterative, one_shot
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.trials import Criterion, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.calendars import calendar
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent

SIZES, FIRST, RATE = (64, 100, 50, 10), 40, 1e-3  # the dense network, its epochs, Adam's rate
SPARSITIES = (0.8, 0.9, 0.95, 0.98)
BUDGETS = (20, 100)  # epochs after the first 40
FAST = 1e-2  # the other rate, tried with the short budget
ROUNDS = 10
SETTLE = 0.25  # share of the budget that comes after the last cut of a ramp
ONE, TEN, LINEAR, CUBIC = "one cut", "ten rounds", "linear ramp", "cubic ramp"
SHAPES = (ONE, TEN, LINEAR, CUBIC)
LOTS, DENSE = "one cut, by lot", "dense"
CUT, LOT = "cut after", "by lot after"
SMALL, AFRESH = "small dense, from scratch", "cubic's mask, fresh weights"
DATES, TOTAL, DATED = (0, 1, 2, 5, 10, 20, 30, 40, 50, 55, 59), 60, 0.95
FILE = "calendars.csv"


class Row(NamedTuple):
    """Test digits read, of 360, after each of several epochs."""

    seed: int
    name: str
    sparsity: float
    epochs: int
    right: tuple[int, ...]


def trained(seed: int, epochs: int = FIRST) -> tuple[Network, Dataset]:
    """Network after so many epochs, and its data; a longer training begins like a shorter one."""
    rng = np.random.default_rng(seed)
    data = digits(rng=rng)
    start = mlp(SIZES, rng=rng)
    return train(start, data.train.x, data.train.y, epochs=epochs, rng=rng), data


def one_epoch(
    net: Network,
    mask: Mask | None,
    data: Dataset,
    number: int,
    rate: float = RATE,
    weight_decay: float = 0.0,
) -> Network:
    """Network after one more epoch; the epoch's number decides the order of the samples."""
    rng = np.random.default_rng([2017, number])
    x, y = data.train.x, data.train.y
    return train(
        net,
        x,
        y,
        epochs=1,
        rng=rng,
        learning_rate=rate,
        mask=mask,
        weight_decay=weight_decay,
    )


def path(shape: str, sparsity: float, epochs: int) -> list[float]:
    """Sparsity in each of these epochs.

    Examples
    --------
    >>> [round(sparsity, 3) for sparsity in path(TEN, 0.75, 20)[:4]]
    [0.129, 0.129, 0.242, 0.242]
    """
    ramp = round((1 - SETTLE) * epochs)
    each = max(1, epochs // ROUNDS)
    if shape == ONE:
        steps = [one_shot(sparsity)(1)] * epochs
    elif shape == TEN:
        schedule = iterative(sparsity, ROUNDS)
        steps = [schedule(1 + epoch // each) for epoch in range(epochs)]
    elif shape == LINEAR:
        steps = [sparsity * min(1.0, epoch / ramp) for epoch in range(1, epochs + 1)]
    else:
        schedule = cubic(sparsity, ramp)
        steps = [schedule(epoch) for epoch in range(1, epochs + 1)]
    return steps


def follow(
    net: Network,
    data: Dataset,
    sparsities: Sequence[float],
    criterion: Criterion = magnitude,
    rate: float = RATE,
    weight_decay: float = 0.0,
) -> Iterator[tuple[Network, Mask]]:
    """Yield network and mask after each epoch of a list of sparsities."""
    numbers = iter(range(len(sparsities)))

    def retrain(pruned: Network, mask: Mask) -> Network:
        return one_epoch(pruned, mask, data, next(numbers), rate, weight_decay)

    return prune_in_steps(net, criterion, sparsities, retrain=retrain)


def by_lot(net: Network) -> Mapping[str, Array]:
    """Scores by lot, the same for every network."""
    return random(net, rng=np.random.default_rng(7))


def marks(epochs: int) -> list[int]:
    """Epochs after which accuracy is kept: all of 20, every fourth of 100; and before the first.

    Examples
    --------
    >>> marks(100)[:3]
    [0, 4, 8]
    """
    return list(range(0, epochs + 1, max(1, epochs // 25)))


def count(net: Network, data: Dataset) -> int:
    """How many test digits it reads."""
    return round(tested(net, data) * len(data.test.y))


def small_sizes(sparsity: float) -> tuple[int, ...]:
    """Widths of a small network with about as many weights as the pruned one keeps.

    Both hidden layers shrink by one factor, the largest that does not keep more weights.

    Examples
    --------
    >>> small_sizes(0.9)
    (64, 15, 8, 10)
    """
    room = (1 - sparsity) * sum(a * b for a, b in pairwise(SIZES))
    best = (64, 1, 1, 10)
    for first in range(1, SIZES[1] + 1):
        sizes = (64, first, max(1, round(first / 2)), 10)
        if sum(a * b for a, b in pairwise(sizes)) <= room:
            best = sizes
    return best


def chain(
    net: Network,
    data: Dataset,
    epochs: int,
    mask: Mask | None,
    rate: float = RATE,
    weight_decay: float = 0.0,
    first: int = 0,
) -> Iterator[Network]:
    """Yield a network after each epoch with one mask, from a first epoch on."""
    for number in range(first, epochs):
        net = one_epoch(net, mask, data, number, rate, weight_decay)
        yield net


def study(
    seed: int,
    sparsities: Sequence[float] = SPARSITIES,
    budgets: Sequence[int] = BUDGETS,
    shapes: Sequence[str] = SHAPES,
    rivals: bool = True,
) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    net, data = trained(seed)
    first = count(net, data)
    for budget in budgets:
        kept = marks(budget)[1:]

        def row(name: str, sparsity: float, nets: Sequence[Network]) -> Row:
            found = [count(nets[mark - 1], data) for mark in kept]  # noqa: B023
            return Row(seed, name, sparsity, budget, (first, *found))  # noqa: B023

        for sparsity in sparsities:
            for shape in shapes:
                steps = list(follow(net, data, path(shape, sparsity, budget)))
                yield row(shape, sparsity, [each for each, _ in steps])
            if not rivals:
                continue
            lots = follow(net, data, path(ONE, sparsity, budget), by_lot)
            yield row(LOTS, sparsity, [each for each, _ in lots])
            *_, (_, mask) = follow(net, data, path(CUBIC, sparsity, budget))
            rng = np.random.default_rng([seed, 6])
            x, y = data.train.x, data.train.y
            for name, start, held in (
                (SMALL, mlp(small_sizes(sparsity), rng=rng), None),
                (AFRESH, mlp(SIZES, rng=rng), mask),
            ):
                begun = train(start, x, y, epochs=FIRST, rng=rng, mask=held)
                *_, last = chain(begun, data, budget, held)
                yield Row(seed, name, sparsity, budget, (count(last, data),))
        if rivals:
            yield row(DENSE, 0.0, list(chain(net, data, budget, None)))
    if rivals:
        yield from dates(seed)
        yield from hurried(seed)


def hurried(
    seed: int, sparsities: Sequence[float] = SPARSITIES, shapes: Sequence[str] = SHAPES
) -> Iterator[Row]:
    """Yield the short budget once more, at ten times the rate."""
    net, data = trained(seed)
    for sparsity in sparsities:
        for shape in shapes:
            *_, (last, _) = follow(net, data, path(shape, sparsity, BUDGETS[0]), rate=FAST)
            name = f"{shape}, fast"
            yield Row(seed, name, sparsity, BUDGETS[0], (count(last, data),))


def dates(seed: int, days: Sequence[int] = DATES) -> Iterator[Row]:
    """Yield one cut, by magnitude and by lot, on several dates of 60 epochs, and no cut at all."""
    start, data = trained(seed, 0)
    whole = [start, *chain(start, data, TOTAL, None)]
    for day in days:
        for name, criterion in ((CUT, magnitude), (LOT, by_lot)):
            *_, (net, mask) = prune_in_steps(whole[day], criterion, [DATED])
            *_, last = chain(net, data, TOTAL, mask, first=day)
            yield Row(seed, f"{name} {day}", DATED, TOTAL, (count(last, data),))
    yield Row(seed, DENSE, 0.0, TOTAL, (count(whole[TOTAL], data),))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), name, float(sparsity), int(epochs), tuple(map(int, right.split())))
        for seed, name, sparsity, epochs, right in studies.lines(FILE)
    ]


def accuracies(
    rows: Sequence[Row], name: str, sparsity: float, epochs: int, *, tests: int = 360
) -> Array:
    """Accuracies (seeds, marks) of one schedule or rival.

    Examples
    --------
    >>> accuracies([Row(0, "one cut", 0.9, 20, (360, 90))], "one cut", 0.9, 20)
    array([[1.  , 0.25]])
    """
    wanted = (name, sparsity, epochs)
    found = [row.right for row in rows if (row.name, row.sparsity, row.epochs) == wanted]
    return np.array(found) / tests


def ends(rows: Sequence[Row], name: str, epochs: int) -> Array:
    """Accuracies (seeds, sparsities) at the end."""
    return np.stack([accuracies(rows, name, s, epochs)[:, -1] for s in SPARSITIES], axis=1)


def describe(shape: str, sparsity: float, epochs: int, own: Array, one: Array) -> str:
    """Say when the last cut comes, what is read in the end, and how far that is from one cut.

    Parameters
    ----------
    own, one : (seeds,) accuracies at the end: of this schedule, and of one cut
    """
    steps = path(shape, sparsity, epochs)
    last = next(i for i, now in enumerate(steps) if now >= steps[-1])
    left = epochs - last
    start = (
        f"{shape.capitalize()} to {percent(sparsity)} in {epochs} epochs, the last "
        f"{left} of them at full sparsity: {percent(own.mean(), 1)} in the end "
        f"({percent(own.min())} to {percent(own.max())})"
    )
    if shape == ONE:
        return f"{start}."
    ahead = own - one
    wins = int(np.sum(ahead > 0))
    return (
        f"{start}. Against one cut, within networks: {100 * ahead.mean():+.1f} points, "
        f"ahead in {wins} of {len(ahead)}."
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over budget, shape and final sparsity.

    Parameters
    ----------
    rows : the study
    """
    budgets = {f"{budget} epochs": budget for budget in BUDGETS}

    def parts(epochs: str, shape: str, sparsity: float) -> tuple[int, float, Array, Array]:
        budget = budgets[epochs]
        final = min(SPARSITIES, key=lambda s: abs(s - sparsity))
        own, one = (accuracies(rows, name, final, budget) for name in (shape, ONE))
        return budget, final, own, one

    def render(epochs: str, shape: str, sparsity: float) -> Figure:
        budget, final, own, one = parts(epochs, shape, sparsity)
        curves = [Curve(shape, own, style.KEPT)]
        if shape != ONE:
            curves.insert(0, Curve(ONE, one, style.RANDOM, dashed=True, faint=True))
        dense = float(accuracies(rows, DENSE, 0.0, budget)[:, -1].mean())
        return calendar(path(shape, final, budget), np.array(marks(budget)), curves, dense)

    def caption(epochs: str, shape: str, sparsity: float) -> str:
        budget, final, own, one = parts(epochs, shape, sparsity)
        return describe(shape, final, budget, own[:, -1], one[:, -1])

    return Explorer(
        render,
        {"epochs": list(budgets), "shape": list(SHAPES), "sparsity": list(SPARSITIES)},
        caption,
        title="A schedule, and what five networks make of it",
        labels={"epochs": "Budget", "shape": "Shape", "sparsity": "Final sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.95},
    )
