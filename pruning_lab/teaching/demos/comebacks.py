"""Demo: how fast, how long and from where the rest learns again after one cut."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.lottery import ticket
from pruning_lab.masks import select
from pruning_lab.network import Network, mlp
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.calendars import SIZES, by_lot, chain, count, trained
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.comebacks import comeback
from pruning_lab.teaching.figures.style import percent

SPARSITY = 0.95
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)  # of Adam; the dense networks were trained at 1e-3
MARKS = (0, 1, 2, 5, 10, 20, 40)  # epochs of retraining
LAST = "their last values"
BACK = {"values after epoch 10": 10, "values after epoch 3": 3, "first values": 0}
FRESH, LOTS = "fresh lots", "another mask, by lot"
STARTS = (LAST, *BACK, FRESH)
FILE = "comebacks.csv"


class Row(NamedTuple):
    """Test digits read, of 360, after each of MARKS epochs."""

    seed: int
    start: str
    rate: float
    right: tuple[int, ...]


def starts(seed: int, net: Network, mask: Mask) -> dict[str, tuple[Network, Mask]]:
    """Return where retraining may begin: a network and the mask that it keeps."""
    found = {LAST: (net, mask)}
    found |= {name: (trained(seed, epochs)[0], mask) for name, epochs in BACK.items()}
    found[FRESH] = (mlp(SIZES, rng=np.random.default_rng([seed, 6])), mask)
    found[LOTS] = (net, select(by_lot(net), SPARSITY))
    return {name: (ticket(start, kept), kept) for name, (start, kept) in found.items()}


def study(
    seed: int, rates: Sequence[float] = RATES, names: Sequence[str] = (*STARTS, LOTS)
) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    net, data = trained(seed)
    mask = select(magnitude(net), SPARSITY)
    for name, (start, kept) in starts(seed, net, mask).items():
        for rate in rates:
            if name in names:
                nets = [start, *chain(start, data, MARKS[-1], kept, rate)]
                yield Row(seed, name, rate, tuple(count(nets[mark], data) for mark in MARKS))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), start, float(rate), tuple(map(int, right.split())))
        for seed, start, rate, right in studies.lines(FILE)
    ]


def accuracies(rows: Sequence[Row], start: str, rate: float, *, tests: int = 360) -> Array:
    """Accuracies (seeds, marks) from one start at one rate.

    Examples
    --------
    >>> accuracies([Row(0, "fresh lots", 0.001, (36, 90))], "fresh lots", 0.001)
    array([[0.1 , 0.25]])
    """
    wanted = (start, rate)
    return np.array([row.right for row in rows if (row.start, row.rate) == wanted]) / tests


def by_rate(rows: Sequence[Row], start: str, epochs: int) -> Array:
    """Accuracies (seeds, rates) after so many epochs from one start."""
    place = MARKS.index(epochs)
    return np.stack([accuracies(rows, start, rate)[:, place] for rate in RATES], axis=1)


def words(rate: float) -> str:
    """Write a rate as people do.

    >>> words(3e-4)
    '0.0003'
    """
    return f"{rate:.4f}".rstrip("0")


def describe(start: str, rate: float, epochs: int, tables: Mapping[str, Array]) -> str:
    """Say what this start reads at this rate, and what the rate and the start would change.

    Parameters
    ----------
    tables : start -> (seeds, rates) accuracies after these epochs
    """
    own = tables[start][:, RATES.index(rate)]
    means = tables[start].mean(axis=0)
    best = int(np.argmax(means))
    others = [tables[name][:, RATES.index(rate)].mean() for name in STARTS]
    return (
        f"From {start}, {epochs} epoch{'s' * (epochs > 1)} at rate {words(rate)}: "
        f"{percent(own.mean(), 1)} ({percent(own.min())} to {percent(own.max())}). Another rate "
        f"would give up to {percent(means[best], 1)}, at {words(RATES[best])}; another start, at "
        f"this rate, from {percent(min(others), 1)} to {percent(max(others), 1)}."
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over where retraining starts, its rate and its length.

    Parameters
    ----------
    rows : the study
    """
    rates = {words(rate): rate for rate in RATES}
    lengths = [mark for mark in MARKS if mark in (1, 5, 10, 20, 40)]

    def nearest(epochs: float) -> int:
        return min(lengths, key=lambda mark: abs(mark - epochs))

    def tables(epochs: float) -> dict[str, Array]:
        return {name: by_rate(rows, name, nearest(epochs)) for name in STARTS}

    def render(start: str, rate: str, epochs: float) -> Figure:
        histories = [accuracies(rows, start, each) for each in RATES]
        return comeback(
            np.array(MARKS),
            histories,
            np.array(RATES),
            tables(epochs),
            (start, list(rates).index(rate), MARKS.index(nearest(epochs))),
        )

    def caption(start: str, rate: str, epochs: float) -> str:
        return describe(start, rates[rate], nearest(epochs), tables(epochs))

    return Explorer(
        render,
        {"start": list(STARTS), "rate": list(rates), "epochs": lengths},
        caption,
        title="Retraining: from where, how fast, how long",
        labels={"start": "Weights start from", "rate": "Learning rate", "epochs": "Epochs"},
        text={"epochs": lambda epochs: f"{epochs:g}"},
        start={"rate": words(RATES[0]), "epochs": 20},
    )
