"""Demo: labels are wrong, and pruning stands beside the other remedies against overfitting."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset, digits
from pruning_lab.datasets.dataset import Split
from pruning_lab.network import Network, mlp
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
from pruning_lab.teaching.demos.noisy_trees import Labels, spoiled
from pruning_lab.teaching.demos.trials import Criterion
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.twofold import Rival, twofold

RATE, FIRST, BUDGET = 3e-3, 40, 100  # Adam's rate, epochs before the first cut, epochs in all
SPARSITIES = (0.5, 0.8, 0.9, 0.95)
DECAYS = (0.1, 0.3, 1.0, 3.0)
WITH = 1.0  # the decay of the networks that get both
MARKS = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100)
DENSE, PRUNED, LOTS, SMALL = "dense", "pruned", "pruned by lot", "small dense"
DECAY, BOTH, STOPPED = "weight decay", "decay and pruned", "stopped early"
KNOBS: Mapping[str, tuple[float, ...]] = {
    DENSE: MARKS,
    PRUNED: SPARSITIES,
    LOTS: SPARSITIES,
    SMALL: SPARSITIES,
    DECAY: DECAYS,
    BOTH: SPARSITIES,
}
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4)
FEW = "few"  # true labels, but few of them
TRAINED, HELD = 150, 50  # how few
TASKS = (*(f"{share:g}" for share in SHARES), FEW)
FILE = "remedies.csv"


class Row(NamedTuple):
    """What one method reaches at each setting of its knob, as counts.

    Parameters
    ----------
    task : the share of wrong labels, or FEW
    test : true test labels that it gives, of 360
    held : labels of the validation part that it gives, wrong ones counted as they stand
    true : the same with the true labels
    lies : wrong training labels that it repeats
    """

    seed: int
    task: str
    method: str
    test: tuple[int, ...]
    held: tuple[int, ...]
    true: tuple[int, ...]
    lies: tuple[int, ...]


class Task(NamedTuple):
    """Data as the learner sees them, and the true labels of training and validation parts."""

    data: Dataset
    train: Labels
    validation: Labels


def task(seed: int, share: float) -> Task:
    """Digits with this share of wrong labels to train and to validate; those to test are true."""
    clean = digits(rng=np.random.default_rng(seed))
    data = spoiled(clean, share, rng=np.random.default_rng([seed, 12]))
    return Task(data, clean.train.y, clean.validation.y)


def few(seed: int) -> Task:
    """A handful of digits with true labels."""
    clean = digits(rng=np.random.default_rng(seed))
    train = Split(clean.train.x[:TRAINED], clean.train.y[:TRAINED])
    held = Split(clean.validation.x[:HELD], clean.validation.y[:HELD])
    return Task(Dataset(train, held, clean.test), train.y, held.y)


def named(name: str, seed: int) -> Task:
    """A task by its name in the study."""
    return few(seed) if name == FEW else task(seed, float(name))


def fresh(seed: int, sizes: Sequence[int] = SIZES) -> Network:
    """Network before training."""
    return mlp(sizes, rng=np.random.default_rng([seed, 6]))


def counted(net: Network, given: Task) -> tuple[int, int, int, int]:
    """Counts of a row: test, validation as labelled, validation in truth, repeated lies."""
    data = given.data
    test, held, train = (net.predict(part.x) for part in (data.test, data.validation, data.train))
    wrong = data.train.y != given.train
    return (
        int(np.sum(test == data.test.y)),
        int(np.sum(held == data.validation.y)),
        int(np.sum(held == given.validation)),
        int(np.sum((train == data.train.y) & wrong)),
    )


def study(seed: int, task_name: str, methods: Sequence[str] = tuple(KNOBS)) -> Iterator[Row]:
    """Yield what one seed gives on one task; a part of the study gives the same numbers."""
    given = named(task_name, seed)
    data = given.data
    whole = list(chain(fresh(seed), data, BUDGET, None, RATE))
    decayed = {}

    def with_decay(strength: float) -> list[Network]:
        if strength not in decayed:
            nets = chain(fresh(seed), data, BUDGET, None, RATE, strength)
            decayed[strength] = list(nets)
        return decayed[strength]

    def ramp(net: Network, sparsity: float, by: Criterion, decay: float = 0.0) -> Network:
        plan = path(CUBIC, sparsity, BUDGET - FIRST)
        *_, (last, _) = follow(net, data, plan, by, RATE, decay)
        return last

    def small(sparsity: float) -> Network:
        *_, last = chain(fresh(seed, small_sizes(sparsity)), data, BUDGET, None, RATE)
        return last

    make: Mapping[str, Callable[[float], Network]] = {
        DENSE: lambda mark: whole[int(mark) - 1],
        PRUNED: lambda sparsity: ramp(whole[FIRST - 1], sparsity, magnitude),
        LOTS: lambda sparsity: ramp(whole[FIRST - 1], sparsity, by_lot),
        SMALL: small,
        DECAY: lambda strength: with_decay(strength)[-1],
        BOTH: lambda sparsity: ramp(with_decay(WITH)[FIRST - 1], sparsity, magnitude, WITH),
    }
    for method in methods:
        counts = [counted(make[method](knob), given) for knob in KNOBS[method]]
        yield Row(seed, task_name, method, *zip(*counts, strict=True))


def recorded() -> list[Row]:
    """Rows of the study, from the file that ships with the library."""
    return [
        Row(int(seed), name, method, *(tuple(map(int, each.split())) for each in counts))
        for seed, name, method, *counts in studies.lines(FILE)
    ]


def of(rows: Sequence[Row], task_name: str, method: str) -> list[Row]:
    """One row a seed."""
    return [row for row in rows if (row.task, row.method) == (task_name, method)]


NOISY, TRUE = "by labels as noisy", "by true labels"
JUDGES = (NOISY, TRUE)


def chosen(rows: Sequence[Row], judge: str = NOISY) -> list[int]:
    """Place of the setting that reads most of the validation part, for each row; ties: the first.

    Examples
    --------
    >>> row = Row(0, "0.2", DECAY, (90, 95), (70, 69), (80, 85), (0, 0))
    >>> chosen([row]), chosen([row], TRUE)
    ([0], [1])
    """
    read = [row.held if judge == NOISY else row.true for row in rows]
    return [counts.index(max(counts)) for counts in read]


def results(
    rows: Sequence[Row], task_name: str, method: str, judge: str = NOISY
) -> tuple[Array, Array]:
    """Test accuracy and share of lies repeated, each (seeds,), with the knob set by a judge.

    Parameters
    ----------
    method : one of KNOBS; DENSE after all of its epochs, STOPPED where the judge liked it best
    """
    found = of(rows, task_name, DENSE if method == STOPPED else method)
    places = [len(MARKS) - 1] * len(found) if method == DENSE else chosen(found, judge)
    test = np.array([row.test[at] for row, at in zip(found, places, strict=True)]) / 360
    if task_name == FEW or float(task_name) == 0:
        return test, np.array([])
    lies = round(float(task_name) * 1078)
    return test, np.array([row.lies[at] for row, at in zip(found, places, strict=True)]) / lies


def after(rows: Sequence[Row], task_name: str, epochs: int) -> Array:
    """Test accuracy (seeds,) of the dense networks after so many epochs."""
    place = MARKS.index(epochs)
    return np.array([row.test[place] for row in of(rows, task_name, DENSE)]) / 360


def settings(rows: Sequence[Row], task_name: str, method: str, judge: str = NOISY) -> list[float]:
    """What the judge set the knob to, for each seed."""
    knob = KNOBS[DENSE if method == STOPPED else method]
    found = of(rows, task_name, DENSE if method == STOPPED else method)
    return [knob[place] for place in chosen(found, judge)]


SHOWN = {
    DENSE: style.INK,
    LOTS: style.RANDOM,
    SMALL: style.RANDOM,
    PRUNED: style.KEPT,
    STOPPED: style.SECOND,
    DECAY: style.SECOND,
    BOTH: style.THIRD,
}


def describe(rows: Sequence[Row], share: float, judge: str) -> str:
    """Say how the remedies rank in this state, and where pruning stands.

    Parameters
    ----------
    share : of wrong labels, one of SHARES
    """
    name = f"{share:g}"
    test = {method: results(rows, name, method, judge)[0] for method in SHOWN}
    words = ", ".join(
        f"{method} {percent(test[method].mean(), 1)}" for method in (STOPPED, DECAY, PRUNED, DENSE)
    )
    over, under = (test[PRUNED] - test[DENSE], test[PRUNED] - test[DECAY])
    return (
        f"{percent(share)} of the labels are wrong, knobs set {judge}. Right on the test part: "
        f"{words}. Within pairs pruning is {_points(over)} the equally long dense network (ahead "
        f"in {np.sum(over > 0)} of {len(over)}) and {_points(under)} weight decay (ahead in "
        f"{np.sum(under > 0)})."
    )


def _points(differences: Array) -> str:
    points = 100 * float(differences.mean())
    return f"{abs(points):.1f} points {'above' if points >= 0 else 'below'}"


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the share of wrong labels, and who sets the knobs.

    Parameters
    ----------
    rows : the study
    """

    def nearest(share: float) -> float:
        return min(SHARES, key=lambda known: abs(known - share))

    def render(share: float, judge: str) -> Figure:
        name = f"{nearest(share):g}"
        rivals = [
            Rival(method, *results(rows, name, method, judge), color)
            for method, color in SHOWN.items()
        ]
        return twofold(
            rivals,
            ("Right on the test part", "Lies repeated"),
            ((0.6, 1.0), (0.0, 1.0)),
            float(results(rows, name, DENSE)[0].mean()),
            "there are none",
        )

    def caption(share: float, judge: str) -> str:
        return describe(rows, nearest(share), judge)

    return Explorer(
        render,
        {"share": list(SHARES), "judge": list(JUDGES)},
        caption,
        title="Remedies against wrong labels",
        labels={"share": "Wrong labels", "judge": "Knobs are set"},
        text={"share": percent},
    )
