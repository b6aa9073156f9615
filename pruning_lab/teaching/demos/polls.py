"""What the members of several ensembles say about samples that none of them was trained on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.datasets import Dataset
from pruning_lab.ensembles import (
    accuracy_by_size,
    best_first,
    combined,
    complementarity,
    kappa,
    margin_distance,
    orientation,
    reduce_error,
    votes,
)
from pruning_lab.network.loss import Labels

Order: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Poll:
    """Votes of one ensemble: on the samples it is pruned with, and on those it is judged by.

    Parameters
    ----------
    pruning, test : (members, n) votes
    pruning_y, test_y : (n,) labels
    """

    pruning: Labels
    pruning_y: Labels
    test: Labels
    test_y: Labels

    @property
    def members(self) -> int:
        """How many vote."""
        return len(self.test)

    def tested(self, group: Iterable[int] | None = None) -> float:
        """Share of the test samples that a group gets right by majority; None is everyone."""
        return float(np.mean(combined(self.test, _listed(group)) == self.test_y))

    def pruned(self, group: Iterable[int] | None = None) -> float:
        """Share of the pruning samples that a group gets right by majority."""
        return float(np.mean(combined(self.pruning, _listed(group)) == self.pruning_y))


def _listed(group: Iterable[int] | None) -> list[int] | None:
    return None if group is None else list(group)


def polled(members: Sequence[Any], data: Dataset) -> Poll:
    """Ask every member about the validation part, which serves to prune, and the test part."""
    held, test = data.validation, data.test
    return Poll(votes(members, held.x), held.y, votes(members, test.x), test.y)


class Line(NamedTuple):
    """Accuracies of the first 1, 2, … members of an order, (polls, members) each."""

    pruning: Array
    test: Array


Ordering: TypeAlias = Callable[[Labels, Labels], Order]

ORDERINGS: Mapping[str, Ordering] = {
    "best first": best_first,
    "reduce-error": reduce_error,
    "complementarity": complementarity,
    "margin": margin_distance,
    "orientation": orientation,
    "kappa": lambda outputs, y: kappa(outputs),
}


def lined_up(polls: Sequence[Poll], ordering: Ordering) -> Line:
    """Order each ensemble on its pruning samples; measure every size there and on the test part."""
    orders = [ordering(poll.pruning, poll.pruning_y) for poll in polls]
    return _line(polls, [[order] for order in orders])


def by_lot(polls: Sequence[Poll], *, rng: np.random.Generator, draws: int = 20) -> Line:
    """The same for random orders; each ensemble's accuracies are the mean over several draws."""
    return _line(polls, [[rng.permutation(p.members) for _ in range(draws)] for p in polls])


def _line(polls: Sequence[Poll], orders: Sequence[Sequence[Order]]) -> Line:
    pairs = list(zip(polls, orders, strict=True))
    return Line(
        np.array(
            [
                np.mean([accuracy_by_size(p.pruning, p.pruning_y, o) for o in several], axis=0)
                for p, several in pairs
            ]
        ),
        np.array(
            [
                np.mean([accuracy_by_size(p.test, p.test_y, o) for o in several], axis=0)
                for p, several in pairs
            ]
        ),
    )
