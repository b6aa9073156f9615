"""The capstone's brief: the network, the budget, ways to keep to it, and a study of them all."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pruning_lab.arrays import Scores
from pruning_lab.criteria import magnitude, random
from pruning_lab.datasets import Dataset, Split, digits
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune
from pruning_lab.report import Budget, Card, Result, Way, load_network, result, save_network
from pruning_lab.report.card import counts
from pruning_lab.teaching.demos import containers, studies, units
from pruning_lab.teaching.demos.trials import retrain

SIZES = (64, 100, 50, 10)
EPOCHS, MORE = 40, 20  # of the first training, and of retraining
BUDGET = Budget(nbytes=2048, share_of_time=0.75, worst_class=0.7)
SPARSITIES = (0.5, 0.75, 0.85, 0.9, 0.95)
WEIGHTS, NEURONS, SCRATCH, LOT = (
    containers.WEIGHTS,
    containers.NEURONS,
    containers.SCRATCH,
    containers.LOT,
)
WAYS = (WEIGHTS, WEIGHTS + LOT, NEURONS, NEURONS + LOT, SCRATCH)
FORMS = {"every bit": None, "4 bits": 4, "3 bits": 3}
SEEDS = range(5)
FILE = "briefs.csv"
Times = dict[str, tuple[float, float, float]]


class Row(NamedTuple):
    """One network in one file: its bytes, and of each digit how many are read."""

    seed: int
    way: str
    sparsity: float
    form: str
    nbytes: int
    nonzeros: int
    validation: tuple[int, ...]
    test: tuple[int, ...]


def dense(seed: int) -> tuple[Network, Dataset]:
    """The network that the customer has, and the digits of its seed."""
    return containers.trained(seed, SIZES)


def tests(seed: int) -> Split:
    """Test digits of a seed, which nobody chooses by."""
    return digits(rng=np.random.default_rng(seed)).test


def widths(sparsity: float) -> tuple[int, ...]:
    """Widths of the network without neurons that has about as many weights.

    Examples
    --------
    >>> widths(0.9)
    (64, 16, 8, 10)
    """
    share = containers.share_of_neurons(sparsity, SIZES)
    return (SIZES[0], *(max(1, round(share * size)) for size in SIZES[1:-1]), SIZES[-1])


def made(net: Network, data: Dataset, way: str, sparsity: float, *, seed: int) -> Network:
    """Network that was made smaller in some way, after 60 epochs in all.

    Parameters
    ----------
    net, data : of `dense`
    way : one of `WAYS`
    """
    if way == SCRATCH:
        rng = np.random.default_rng([seed, round(100 * sparsity)])
        start = mlp(widths(sparsity), rng=rng)
        net = train(start, data.train.x, data.train.y, epochs=EPOCHS, rng=rng)
        return retrain(net, None, data, epochs=MORE)
    if way.startswith(NEURONS):
        scores = (units.by_lot if way.endswith(LOT) else units.row_norm)(net, data.train)
        share = containers.share_of_neurons(sparsity, SIZES)
        return retrain(units.without(net, units.keep(scores, share)), None, data, epochs=MORE)

    def lots(model: Network) -> Scores:
        return random(model, rng=np.random.default_rng(seed))

    pruned, mask = prune(net, lots if way.endswith(LOT) else magnitude, sparsity)
    return retrain(pruned, mask, data, epochs=MORE)


def stored_as(net: Network, form: str) -> tuple[int, Network]:
    """Bytes of the file in one of `FORMS`, and the network that comes out of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.pruned"
        return save_network(file, net, bits=FORMS[form]), load_network(file)


def study(seed: int, ways: Sequence[str] = WAYS, at: Sequence[float] = SPARSITIES) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    net, data = dense(seed)
    longer = retrain(net, None, data, epochs=MORE)
    models = [("dense", 0.0, longer)]
    models += [(way, s, made(net, data, way, s, seed=seed)) for way, s in product(ways, at)]
    for (way, sparsity, model), form in product(models, FORMS):
        nbytes, back = stored_as(model, form)
        left = result(back, data.test, seed=seed, nbytes=nbytes)
        right, _ = counts(back, data.validation)
        yield Row(seed, way, sparsity, form, nbytes, left.nonzeros, right, left.right)


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""

    def numbers(field: str) -> tuple[int, ...]:
        return tuple(map(int, field.split()))

    return [
        Row(int(seed), way, float(s), form, int(size), int(left), numbers(one), numbers(other))
        for seed, way, s, form, size, left, one, other in studies.lines(FILE)
    ]


def way(rows: Sequence[Row], name: str, sparsity: float, form: str, *, part: str = "test") -> Way:
    """Results of one way over all seeds, as a card has them, on test or validation digits."""
    own = [row for row in rows if (row.way, row.sparsity, row.form) == (name, sparsity, form)]
    return Way(
        EPOCHS + MORE,
        tuple(
            Result(row.seed, row.nbytes, row.nonzeros, getattr(row, part), samples(row.seed, part))
            for row in own
        ),
    )


def samples(seed: int, part: str) -> tuple[int, ...]:
    """Digits of each class in a part of the split of a seed."""
    data = digits(rng=np.random.default_rng(seed))
    return tuple(int(count) for count in np.bincount(getattr(data, part).y))


def table(rows: Sequence[Row], budget: Budget = BUDGET) -> str:
    """What a team may look at: all choices that are small enough, by validation digits."""
    lines = [f"{'':24}{'pruned':>7}  {'stored':9}{'bytes':>6}  worst class, seeds"]
    for name, sparsity, form in product(WAYS, SPARSITIES, FORMS):
        found = way(rows, name, sparsity, form, part="validation")
        if found.nbytes <= budget.nbytes and found.worst_class >= budget.worst_class - 0.05:
            worst = " ".join(f"{100 * one.worst_class:.0f}" for one in found.results)
            lines.append(f"{name:24}{sparsity:7.0%}  {form:9}{found.nbytes:6,}  {worst}")
    return "\n".join(lines)


def card(team: str, rows: Sequence[Row], name: str, sparsity: float, times: Times) -> Card:
    """Complete card of one way, stored with 4 bits, from the study."""
    named = {
        "pruned": (name, sparsity),
        "dense": ("dense", 0.0),
        "random": (NEURONS + LOT, sparsity),
    }
    return Card(
        team,
        f"{name}, {sparsity:.0%}, 4 bits",
        "validation",
        {part: way(rows, *which, "4 bits") for part, which in named.items()},
        times,
        "the machine of this page",
        "no better than others of its size",
    )
