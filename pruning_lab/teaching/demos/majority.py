"""Demo: members leave a vote one after the other, and verdicts on doubtful digits flip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.ensembles import combined
from pruning_lab.network.loss import Labels
from pruning_lab.teaching.demos.polls import Order, Poll
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.ballots import ballot
from pruning_lab.teaching.figures.style import percent


def doubtful(votes: Labels, y: Labels, count: int) -> NDArray[np.int64]:
    """Samples whose right label leads its strongest rival, or trails it, by the fewest votes.

    On a tie the first come first; in the order in which they stand in the data.

    Parameters
    ----------
    votes : (members, n) labels from 0 on
    y : (n,)
    """
    shares = np.stack([(votes == label).sum(axis=0) for label in range(int(votes.max()) + 1)])
    own = shares[y, np.arange(len(y))]
    shares[y, np.arange(len(y))] = -1
    lead = np.abs(own - shares.max(axis=0))
    return np.sort(np.argsort(lead, kind="stable")[:count])


@dataclass(frozen=True, eq=False)
class Verdict:
    """What is decided by those who stay.

    Parameters
    ----------
    stays : (members,) who votes
    labels : (samples,) the majority's label of each sample shown
    right : how many of them are right
    tested : share of all test samples that is right
    """

    stays: NDArray[np.bool_]
    labels: Labels
    right: int
    tested: float


def decide(poll: Poll, samples: Order, order: Order, kept: int) -> Verdict:
    """Let the first `kept` members of an order vote."""
    stays = np.zeros(poll.members, bool)
    stays[order[:kept]] = True
    labels = combined(poll.test[:, samples], order[:kept])
    right = int(np.sum(labels == poll.test_y[samples]))
    return Verdict(stays, labels, right, poll.tested(order[:kept]))


def describe(verdict: Verdict, everyone: Verdict, leaves: str) -> str:
    """Say who decides, who leaves first, and what changed against the vote of all."""
    kept, shown = int(verdict.stays.sum()), len(verdict.labels)
    flipped = int(np.sum(verdict.labels != everyone.labels))
    who = f"All {kept} members vote" if verdict.stays.all() else f"{kept} members still vote"
    if kept == 1:
        who = "One member decides alone"
    verdicts = f"{flipped} verdict{'s' * (flipped != 1)}"
    change = (
        ""
        if verdict.stays.all()
        else f"; all {len(verdict.stays)} would decide {verdicts} otherwise"
    )
    return (
        f"{who} (leaving first: {leaves}): {verdict.right} of the {shown} doubtful digits are "
        f"read right{change}. Of all test digits {percent(verdict.tested, 1)} are right."
    )


def demo(
    poll: Poll,
    pictures: Array,
    samples: Order,
    leaving: Mapping[str, Order],
    kept: Sequence[int],
) -> Explorer:
    """Explorer over who leaves and how many stay.

    Parameters
    ----------
    poll : one ensemble
    pictures : (n, 64) the test digits
    samples : which of them are shown
    leaving : name -> an order whose last members leave first
    kept : rising numbers of members, the last one all
    """
    rows = next(iter(leaving.values()))
    everyone = decide(poll, samples, rows, poll.members)

    def state(leaves: str, stay: float) -> Verdict:
        return decide(poll, samples, leaving[leaves], int(stay))

    def render(leaves: str, stay: float) -> Figure:
        verdict, truth = state(leaves, stay), poll.test_y[samples]
        right = poll.test[np.ix_(rows, samples)] == truth
        return ballot(
            pictures[samples], truth, right, verdict.stays[rows], verdict.labels, everyone.labels
        )

    def caption(leaves: str, stay: float) -> str:
        return describe(state(leaves, stay), everyone, leaves)

    return Explorer(
        render,
        {"leaves": list(leaving), "stay": [int(k) for k in kept]},
        caption,
        title="Votes of each member on doubtful digits, and the verdict of the majority",
        labels={"leaves": "Who leaves first", "stay": "Members that stay"},
        text={"stay": lambda stay: f"{stay:g}"},
        start={"stay": kept[-1]},
    )
