"""The pruning card: what must stand beside a pruned model before anyone else can judge it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pruning_lab.datasets import Split
from pruning_lab.measure import Classifier, nonzeros
from pruning_lab.network import Network

PRUNED, DENSE, RANDOM = "pruned", "dense", "random"  # what every card compares
SEEDS = 5  # at least
ALIKE = 0.05  # share by which the bytes of the random baseline may differ


@dataclass(frozen=True)
class Result:
    """What one network is and does, in counts, so that nothing is rounded.

    Parameters
    ----------
    seed : of everything: split, first weights and batches
    nbytes : of its file
    nonzeros : weights that are not zero
    right, samples : of each class, found and there

    Examples
    --------
    >>> one = Result(seed=0, nbytes=800, nonzeros=90, right=(9, 6), samples=(10, 10))
    >>> one.accuracy, one.worst_class
    (0.75, 0.6)
    """

    seed: int
    nbytes: int
    nonzeros: int
    right: tuple[int, ...]
    samples: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.right or len(self.right) != len(self.samples):
            raise ValueError(
                f"right and samples count the same classes; got {len(self.right)} and "
                f"{len(self.samples)}. One number for each class, in order."
            )
        if any(not 0 <= r <= n or n < 1 for r, n in zip(self.right, self.samples, strict=True)):
            raise ValueError(
                "of each class 0 to all samples are right, and there is at least one; got "
                f"{self.right} of {self.samples}. Were shares written instead of counts?"
            )

    @property
    def accuracy(self) -> float:
        """Share of all samples that are right."""
        return sum(self.right) / sum(self.samples)

    @property
    def worst_class(self) -> float:
        """Share that is right in the class where it is lowest."""
        return min(r / n for r, n in zip(self.right, self.samples, strict=True))


@dataclass(frozen=True)
class Way:
    """One way to make a network, over seeds.

    Parameters
    ----------
    epochs : of training and retraining, in all
    results : one a seed

    Examples
    --------
    >>> one, other = (Result(s, 800 + s, 90, (9, 6 + s), (10, 10)) for s in (0, 1))
    >>> Way(60, (one, other)).nbytes, Way(60, (one, other)).worst_class
    (801, 0.6)
    """

    epochs: int
    results: tuple[Result, ...]

    def __post_init__(self) -> None:
        seeds = [result.seed for result in self.results]
        if not seeds or len(set(seeds)) < len(seeds):
            raise ValueError(
                f"a way has one result for each seed, and at least one; got seeds {seeds}. "
                "Was one run entered twice?"
            )

    @property
    def nbytes(self) -> int:
        """Bytes of its largest file: a budget must hold for each."""
        return max(result.nbytes for result in self.results)

    @property
    def accuracy(self) -> float:
        """Mean over the seeds."""
        return sum(result.accuracy for result in self.results) / len(self.results)

    @property
    def worst_class(self) -> float:
        """Lowest of all classes of all seeds: what a customer may get."""
        return min(result.worst_class for result in self.results)


@dataclass(frozen=True)
class Card:
    """A pruned model's papers: seeds, baselines, classes, bytes and time. ``print(card)`` shows it.

    Parameters
    ----------
    team : who
    method : what was done, in words
    chosen_on : ``validation``, if the test digits were not looked at before the end
    ways : ``pruned``, and what it is compared with: ``dense``, ``random``, and others
    times_ms : for ``dense`` and ``pruned`` lower quartile, median and upper quartile
    machine : that took the times
    limits : what was not gained, in words

    Examples
    --------
    >>> one = Result(seed=0, nbytes=800, nonzeros=90, right=(9, 6), samples=(10, 10))
    >>> card = Card("ours", "by size", "test", {"pruned": Way(60, (one,))}, {}, "", "")
    >>> print(card)
    ours: by size
    way         seeds   epochs    bytes   all   worst class
    pruned          1       60      800  75.0%  60.0%
    """

    team: str
    method: str
    chosen_on: str
    ways: Mapping[str, Way]
    times_ms: Mapping[str, tuple[float, float, float]]
    machine: str
    limits: str

    def __post_init__(self) -> None:
        if PRUNED not in self.ways:
            raise ValueError(
                f"a card is about the way called {PRUNED!r}; got {list(self.ways)}. "
                "Give the network that you hand in that name."
            )

    @property
    def pruned(self) -> Way:
        """What is handed in."""
        return self.ways[PRUNED]

    @property
    def share_of_time(self) -> float | None:
        """Median of the pruned networks by that of the dense one; None if one is missing."""
        if not {PRUNED, DENSE} <= set(self.times_ms):
            return None
        return self.times_ms[PRUNED][1] / self.times_ms[DENSE][1]

    def __str__(self) -> str:
        head = f"{'way':10}{'seeds':>7}{'epochs':>9}{'bytes':>9}{'all':>6}   worst class"
        rows = [
            f"{name:10}{len(way.results):7}{way.epochs:9}{way.nbytes:9,}"
            f"{way.accuracy:7.1%}  {way.worst_class:.1%}"
            for name, way in self.ways.items()
        ]
        return "\n".join([f"{self.team}: {self.method}", head, *rows])


def result(model: Network, data: Split, *, seed: int, nbytes: int) -> Result:
    """What the card says of one network, counted on data it was not trained on.

    Parameters
    ----------
    model : as it was handed in
    data : such as ``data.test``
    seed : that it was made with
    nbytes : of its file, as `save_network` returns them

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> net = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> result(net, Split(np.eye(2)[[0, 1, 1]], np.array([0, 1, 0])), seed=0, nbytes=80)
    Result(seed=0, nbytes=80, nonzeros=2, right=(1, 1), samples=(2, 1))
    """
    right, samples = counts(model, data)
    return Result(seed, nbytes, nonzeros(model), right, samples)


def counts(model: Classifier, data: Split) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Samples of each class that are right, and that are there.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> net = Network({"only": Dense(np.eye(2), np.zeros(2))})
    >>> counts(net, Split(np.eye(2)[[0, 1, 1]], np.array([0, 1, 0])))
    ((1, 1), (2, 1))
    """
    found = np.asarray(model.predict(data.x)) == data.y
    classes = range(int(data.y.max()) + 1)
    return (
        tuple(int(np.sum(found[data.y == label])) for label in classes),
        tuple(int(np.sum(data.y == label)) for label in classes),
    )


def lacks(card: Card) -> list[str]:
    """What a card must say and does not, one sentence each; empty if it is complete.

    Examples
    --------
    >>> one = Result(seed=0, nbytes=800, nonzeros=90, right=(9, 6), samples=(10, 10))
    >>> card = Card("ours", "by size", "test", {"pruned": Way(60, (one,))}, {}, "", "slow")
    >>> for sentence in lacks(card):
    ...     print(sentence)
    pruned: 1 seed, 5 are asked for
    no way called dense
    no way called random
    chosen on test, not on validation
    no times of dense and pruned, or of which machine
    """
    found = [
        f"{name}: {len(way.results)} seed{'s'[: len(way.results) > 1]}, {SEEDS} are asked for"
        for name, way in card.ways.items()
        if len(way.results) < SEEDS
    ]
    found += [f"no way called {name}" for name in (DENSE, RANDOM) if name not in card.ways]
    found += _unequal(card)
    if card.chosen_on != "validation":
        found.append(f"chosen on {card.chosen_on or 'nobody knows what'}, not on validation")
    if card.share_of_time is None or not card.machine:
        found.append("no times of dense and pruned, or of which machine")
    if not card.team.strip():
        found.append("no name of a team")
    if not card.limits:
        found.append("nothing about what was not gained")
    return found


def _unequal(card: Card) -> list[str]:
    """Where the comparison with the other ways is not a fair one."""
    own, found = card.pruned, []
    seeds = {result.seed for result in own.results}
    for name, way in card.ways.items():
        if {result.seed for result in way.results} != seeds:
            found.append(f"{name}: not the seeds of pruned")
        if way.epochs != own.epochs:
            found.append(f"{name}: {way.epochs} epochs in all, pruned {own.epochs}")
    other = card.ways.get(RANDOM)
    if other and abs(other.nbytes - own.nbytes) > ALIKE * own.nbytes:
        found.append(f"random: {other.nbytes:,} bytes, pruned {own.nbytes:,}: no equal budget")
    return found
