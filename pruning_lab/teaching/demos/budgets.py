"""A network cut down to fewer units against the same small network from scratch, by work."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.datasets import Dataset
from pruning_lab.network import Network, mlp
from pruning_lab.teaching.demos import studies, treatments, trials, units
from pruning_lab.teaching.demos.treatments import SIZES, widths

SHARES = (0.5, 0.25, 0.125)  # of the hidden units that stay
MARKS = (1, 2, 5, 10, 20, 50, 100)  # epochs of the small network
LONGER = (200, 300)  # further marks of the rival
RATE = 3e-3  # of both
PRUNED, LOTS, SCRATCH, WHOLE = "pruned", "pruned by lot", "from scratch", "whole"
CHOICES = {PRUNED: units.relevance, LOTS: units.by_lot}  # of the units that stay
ROUTES = (*CHOICES, SCRATCH)
FILE = "budgets.csv"


class Row(NamedTuple):
    """Test digits read, of 360, after some epochs."""

    seed: int
    name: str
    share: float
    epochs: int
    right: int


def price(share: float) -> float:
    """Epochs of the small network that cost as much as one epoch of the whole, in multiplications.

    Examples
    --------
    >>> round(price(0.5), 2)
    2.53
    """
    whole, small = (sum(a * b for a, b in pairwise(sizes)) for sizes in (SIZES, widths(share)))
    return whole / small


def further(net: Network, data: Dataset, epochs: int) -> Network:
    """Network after some epochs at the rate of this study, always in the same order."""
    return trials.retrain(net, None, data, epochs=epochs, learning_rate=RATE)


def study(
    seed: int, shares: Sequence[float] = SHARES, marks: Sequence[int] = (*MARKS, *LONGER)
) -> Iterator[Row]:
    """Yield all routes after each number of epochs; a part of it gives the same numbers."""
    net, data = treatments.trained(seed)

    def count(after: Network) -> int:
        return round(trials.tested(after, data) * len(data.test.y))

    yield Row(seed, WHOLE, 1.0, 0, count(net))
    for share in shares:
        starts = {
            name: units.without(net, units.keep(score(net, data.train), share))
            for name, score in CHOICES.items()
        }
        starts[SCRATCH] = mlp(widths(share), rng=np.random.default_rng([seed, round(1 / share)]))
        for epochs in (0, *marks):
            for name, start in starts.items():
                if name == SCRATCH or epochs not in LONGER:
                    yield Row(seed, name, share, epochs, count(further(start, data, epochs)))


def recorded() -> list[Row]:
    """Rows of the study over ten seeds, from the file that ships with the library."""
    return [
        Row(int(seed), name, float(share), int(epochs), int(right))
        for seed, name, share, epochs, right in studies.lines(FILE)
    ]


def curve(rows: Sequence[Row], name: str, share: float) -> tuple[Array, Array]:
    """Epochs (marks,) and accuracies (seeds, marks) of one route."""
    own = [row for row in rows if (row.name, row.share) == (name, share)]
    epochs = sorted({row.epochs for row in own})
    right = [[row.right for row in own if row.epochs == mark] for mark in epochs]
    return np.array(epochs), np.array(right).T / 360
