"""What can be done to one small network, what each costs it, and which of them meets a wish."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab import measure
from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset, digits
from pruning_lab.masks import apply, select
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune
from pruning_lab.storage import Codebook, cheapest
from pruning_lab.teaching.demos import studies, trials, units
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.triage import Line, triage
from pruning_lab.tiles import Run

SIZES, FIRST, MORE = (64, 100, 50, 10), 40, 20
FILE = "treatments.csv"
LEAVE = "leave it alone"
TESTS = 360  # test digits a seed


class Row(NamedTuple):
    """What one treatment made of one network.

    Parameters
    ----------
    seed, name : which network, which treatment
    epochs : trained after the treatment
    accuracy, worst : on the test digits, and on the class that suffers most
    file_bytes : of its matrices in the smallest form that the library has
    macs : multiplications that plain matrix products carry out for a digit
    """

    seed: int
    name: str
    epochs: int
    accuracy: float
    worst: float
    file_bytes: int
    macs: int


class Treatment(NamedTuple):
    """One thing that can be done.

    Parameters
    ----------
    apply : from a network and its data to a network, and the mask to retrain it with
    lengths : epochs that may follow
    place : where the book tells of it
    halved : whether 2:4 units may halve its multiplications
    """

    apply: Callable[[Network, Dataset], tuple[Network, Mask | None]]
    lengths: tuple[int, ...]
    place: str
    halved: bool = False


def _weights(sparsity: float) -> Callable[[Network, Dataset], tuple[Network, Mask | None]]:
    return lambda net, _: prune(net, magnitude, sparsity)


def _neurons(share: float) -> Callable[[Network, Dataset], tuple[Network, Mask | None]]:
    def cut(net: Network, data: Dataset) -> tuple[Network, Mask | None]:
        return units.without(net, units.keep(units.relevance(net, data.train), share)), None

    return cut


def _whole(net: Network, _: Dataset) -> tuple[Network, Mask | None]:
    return net, None


def _pattern(net: Network, _: Dataset) -> tuple[Network, Mask | None]:
    scores = magnitude(net)
    fits = {name: w for name, w in scores.items() if w.shape[1] % 4 == 0}  # the last does not
    mask = {name: np.ones(w.shape, bool) for name, w in scores.items()}
    mask |= select(fits, 0.5, scope=Run(4))
    return net.with_weights(apply(net.weights, mask)), mask


def rounded(net: Network, bits: int) -> tuple[Network, int]:
    """Network whose weights share 2 ** bits values a layer, and the bytes that it then takes."""
    books = {name: Codebook.encode(w, bits=bits) for name, w in net.weights.items()}
    again = {name: book.decode() for name, book in books.items()}
    return net.with_weights(again), sum(book.nbytes for book in books.values())


def widths(share: float) -> tuple[int, ...]:
    """Layers of the network whose hidden layers keep a share of their units.

    Examples
    --------
    >>> widths(0.5)
    (64, 50, 25, 10)
    """
    return (64, *(max(1, round(share * n)) for n in SIZES[1:-1]), 10)


def _small(share: float) -> Callable[[Network, Dataset], tuple[Network, Mask | None]]:
    def begin(_: Network, data: Dataset) -> tuple[Network, Mask | None]:
        return mlp(widths(share), rng=np.random.default_rng([len(data.train.y), 14])), None

    return begin


ROUNDED = {"round to 8 bits": 8, "round to 4 bits": 4, "prune 90 %, round to 4 bits": 4}
TREATMENTS: dict[str, Treatment] = {
    LEAVE: Treatment(_whole, (0, MORE), "chapter 2"),
    "round to 8 bits": Treatment(_whole, (0,), "chapter 11"),
    "round to 4 bits": Treatment(_whole, (0,), "chapter 11"),
    "prune 50 % of the weights": Treatment(_weights(0.5), (0, MORE), "chapter 4"),
    "prune 90 % of the weights": Treatment(_weights(0.9), (0, MORE), "chapter 4"),
    "prune 90 %, round to 4 bits": Treatment(_weights(0.9), (MORE,), "chapter 11"),
    "2:4 pattern": Treatment(_pattern, (0, MORE), "chapter 11", halved=True),
    "keep half the neurons": Treatment(_neurons(0.5), (0, MORE), "chapter 7"),
    "keep a quarter of the neurons": Treatment(_neurons(0.25), (0, MORE), "chapter 7"),
    "half the width, from scratch": Treatment(_small(0.5), (FIRST + MORE,), "the fourth letter"),
    "a quarter, from scratch": Treatment(_small(0.25), (FIRST + MORE,), "the fourth letter"),
}


def trained(seed: int) -> tuple[Network, Dataset]:
    """Network of chapter 4 from a seed, and its data."""
    rng = np.random.default_rng(seed)
    data = digits(rng=rng)
    start = mlp(SIZES, rng=rng)
    return train(start, data.train.x, data.train.y, epochs=FIRST, rng=rng), data


def study(seed: int, names: Sequence[str] = tuple(TREATMENTS)) -> Iterator[Row]:
    """Yield what every treatment makes of one network; a part of it gives the same numbers."""
    net, data = trained(seed)
    for name in names:
        treatment = TREATMENTS[name]
        for epochs in treatment.lengths:
            after, mask = treatment.apply(net, data)
            if epochs:
                after = trials.retrain(after, mask, data, epochs=epochs)
            size = sum(cheapest(w).best.nbytes for w in after.weights.values())
            if name in ROUNDED:
                after, size = rounded(after, ROUNDED[name])
            x, y = data.test.x, data.test.y
            yield Row(
                seed,
                name,
                epochs,
                measure.accuracy(after, x, y),
                measure.worst_class(after, x, y)[1],
                size,
                measure.macs_per_sample(after),
            )


def recorded() -> list[Row]:
    """Rows of the study over ten seeds, from the file that ships with the library."""
    return [
        Row(int(seed), name, int(epochs), float(right), float(worst), int(size), int(macs))
        for seed, name, epochs, right, worst, size, macs in studies.lines(FILE)
    ]


class Summary(NamedTuple):
    """What a treatment with so much training brings and costs, over ten networks.

    Parameters
    ----------
    loss, worst : (seeds,) points lost against an unpruned network trained as long: in all, and
        by the class that suffers most
    file, work : times smaller, times fewer multiplications in plain matrix products
    """

    name: str
    epochs: int
    loss: Array
    worst: Array
    file: float
    work: float


def summary(rows: Sequence[Row], name: str, epochs: int) -> Summary:
    """Summary of one treatment with so many epochs after it."""
    own = [row for row in rows if (row.name, row.epochs) == (name, epochs)]
    equal = min(epochs, MORE)  # 60 epochs from scratch are the whole network's 40 and 20 more
    whole = [row for row in rows if (row.name, row.epochs) == (LEAVE, equal)]
    return Summary(
        name,
        epochs,
        100 * np.array([w.accuracy - o.accuracy for w, o in zip(whole, own, strict=True)]),
        100 * np.array([w.worst - o.worst for w, o in zip(whole, own, strict=True)]),
        whole[0].file_bytes / float(np.mean([row.file_bytes for row in own])),
        whole[0].macs / float(np.mean([row.macs for row in own])),
    )


# ---- the guide

TRAINING = {"none": 0, "20 epochs": MORE, "60 epochs, from scratch": FIRST + MORE}
FILE_GOAL, PLAIN, UNITS = "a smaller file", "less time, plain matrices", "less time, 2:4 units"
GOALS = (FILE_GOAL, PLAIN, UNITS)
FACTORS = (1.5, 2.0, 5.0, 20.0)
TOLERANCES = {"1 point": 1.0, "3 points": 3.0, "10 points": 10.0}


def halved_work(each: Summary) -> float:
    """Work on 2:4 units, which do the pruned layers at twice the speed; the last is left whole."""
    if not TREATMENTS[each.name].halved:
        return each.work
    sizes = [a * b for a, b in pairwise(SIZES)]
    return sum(sizes) / (sum(sizes[:-1]) / 2 + sizes[-1])


def candidates(rows: Sequence[Row], most: int) -> list[Summary | str]:
    """Each treatment with the longest training that is allowed, or its name if it needs more."""
    found: list[Summary | str] = []
    for name, treatment in TREATMENTS.items():
        lengths = [epochs for epochs in treatment.lengths if epochs <= most]
        found.append(summary(rows, name, max(lengths)) if lengths else name)
    return found


def gain(each: Summary, goal: str) -> float:
    """How many times smaller or faster, by the goal."""
    if goal == FILE_GOAL:
        return each.file
    return halved_work(each) if goal == UNITS else each.work


def meets(each: Summary, goal: str, factor: float, tolerance: float) -> bool:
    """Whether a treatment brings what is wanted at no more than what may be lost."""
    return gain(each, goal) >= factor and float(each.worst.mean()) <= tolerance


def advice(
    rows: Sequence[Row], training: int, goal: str, factor: float, tolerance: float
) -> Summary | None:
    """The treatment that meets a wish with the least training, then the least loss; or None.

    Parameters
    ----------
    rows : the study
    training : epochs that can be afforded
    goal : what must shrink, one of `GOALS`
    factor : how many times
    tolerance : points that the worst class may lose on average
    """
    found = [
        each
        for each in candidates(rows, training)
        if not isinstance(each, str) and meets(each, goal, factor, tolerance)
    ]
    return min(found, key=lambda each: (each.epochs, float(each.worst.mean())), default=None)


def lines(
    rows: Sequence[Row], training: int, goal: str, factor: float, tolerance: float
) -> list[Line]:
    """All treatments as lines of the picture; what is advised is marked."""
    best = advice(rows, training, goal, factor, tolerance)
    found = []
    for each in candidates(rows, training):
        if isinstance(each, str):
            least = str(min(TREATMENTS[each].lengths))
            found.append(Line(each, (least, "", "", ""), (True, False, False, False)))
            continue
        work = halved_work(each) if goal == UNITS else each.work
        worst = float(each.worst.mean())
        chosen = each.name == (best.name if best else LEAVE)
        short = gain(each, goal) < factor
        failed = (False, short and goal == FILE_GOAL, short and goal != FILE_GOAL)
        cells = (str(each.epochs), f"÷ {each.file:.1f}", f"÷ {work:.1f}", signed(worst))
        failed = (False, False, False) if each.name == LEAVE and chosen else failed
        found.append(Line(each.name, cells, (*failed, worst > tolerance), chosen))
    return found


def signed(loss: float) -> str:
    """Points gained or lost, with a sign.

    >>> signed(1.56), signed(0.0)
    ('−1.6', '0.0')
    """
    if abs(loss) < 0.05:
        return "0.0"
    return f"{'−' if loss > 0 else '+'}{abs(loss):.1f}"


def describe(rows: Sequence[Row], training: str, goal: str, factor: float, tolerance: str) -> str:
    """Say what the guide advises, with its measured case, and how many candidates were left."""
    wish = TRAINING[training], goal, factor, TOLERANCES[tolerance]
    best = advice(rows, *wish)
    left = sum(
        not isinstance(each, str) and meets(each, *wish[1:]) for each in candidates(rows, wish[0])
    )
    asked = (
        f"Wanted: {goal}, {factor:g} times; training: {training}; the worst class may lose "
        f"{tolerance}."
    )
    if best is None:
        return f"{asked} Nothing that we measured does it: leave it alone, or change the wish."
    told = TREATMENTS[best.name].place
    others = (
        f"{left} of {len(TREATMENTS)} candidates are left." if left > 1 else "Only one is left."
    )
    return (
        f"{asked} {others} Least training, then least loss: {best.name}. Measured on ten "
        f"networks: {gain(best, goal):.1f} times, worst class {signed(float(best.worst.mean()))}, "
        f"all digits {signed(float(best.loss.mean()))} points "
        f"({signed(float(best.loss.max()))} to {signed(float(best.loss.min()))}). See {told}."
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over four questions about a project.

    Parameters
    ----------
    rows : the study
    """

    def place(factor: float) -> float:
        return min(FACTORS, key=lambda each: abs(each - factor))

    def render(goal: str, factor: float, training: str, tolerance: str) -> Figure:
        wish = TRAINING[training], goal, place(factor), TOLERANCES[tolerance]
        return triage(lines(rows, *wish))

    def caption(goal: str, factor: float, training: str, tolerance: str) -> str:
        return describe(rows, training, goal, place(factor), tolerance)

    return Explorer(
        render,
        {
            "goal": list(GOALS),
            "training": list(TRAINING),
            "tolerance": list(TOLERANCES),
            "factor": list(FACTORS),
        },
        caption,
        title="Prune, or something else, or nothing",
        labels={
            "goal": "What is wanted?",
            "factor": "How many times?",
            "training": "Training that you can afford",
            "tolerance": "The worst class may lose",
        },
        text={"factor": lambda factor: f"{factor:g}×"},
        start={"goal": PLAIN, "training": "20 epochs", "tolerance": "1 point", "factor": 2.0},
    )
