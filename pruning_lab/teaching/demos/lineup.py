"""Demo: line the members up by a rule, keep the front, and see on which data it pays."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.demos.polls import ORDERINGS, Line, Poll
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.lineups import lineup
from pruning_lab.teaching.figures.style import percent


def shown(poll: Poll, order: str) -> Array:
    """Accuracy of each member on the pruning samples, in the order, (members,)."""
    alone: Array = (poll.pruning == poll.pruning_y).mean(axis=1)
    return alone[ORDERINGS[order](poll.pruning, poll.pruning_y)]


def describe(order: str, size: int, line: Line, lot: Line) -> str:
    """Say the state in three sentences.

    Parameters
    ----------
    line, lot : of this order and of random ones
    """
    members, at = line.test.shape[1], size - 1
    held, test, drawn = line.pruning[:, at], line.test[:, at], lot.test[:, at]
    if size == members:
        return (
            f"All {members} vote, so the order, {order}, does not matter: of the pruning samples "
            f"{percent(held.mean(), 1)} are right, of the test samples {percent(test.mean(), 1)}."
        )
    ahead = 100 * (line.test[:, -1].mean() - test.mean())
    verdict = f"{abs(ahead):.1f} points {'below' if ahead > 0 else 'above'} all together"
    return (
        f"The first {size} of {members} by {order}: on the samples that ordered them "
        f"{percent(held.mean(), 1)} are right, on test samples {percent(test.mean(), 1)} (five "
        f"repetitions: {percent(test.min())} to {percent(test.max())}). That is {verdict}; as many "
        f"drawn by lot reach {percent(drawn.mean(), 1)}."
    )


def demo(
    polls: Mapping[str, Sequence[Poll]],
    lines: Mapping[tuple[str, str], Line],
    lots: Mapping[str, Line],
    sizes: Sequence[int],
) -> Explorer:
    """Explorer over the pool, the order and the size.

    Parameters
    ----------
    polls : pool -> repetitions; the first one's members are drawn
    lines : (pool, order) -> accuracies
    lots : pool -> accuracies of random orders
    sizes : rising, the last one all members
    """

    def render(pool: str, order: str, size: float) -> Figure:
        line, kept = lines[pool, order], int(size)
        return lineup(shown(polls[pool][0], order), kept, line.pruning, line.test, lots[pool].test)

    def caption(pool: str, order: str, size: float) -> str:
        return describe(order, int(size), lines[pool, order], lots[pool])

    return Explorer(
        render,
        {
            "pool": list(polls),
            "order": list(dict.fromkeys(order for _, order in lines)),
            "size": [int(np.int64(size)) for size in sizes],
        },
        caption,
        title="Accuracy of the first members of a line",
        labels={"pool": "Pool", "order": "Order", "size": "Members kept"},
        text={"size": lambda size: f"{size:g}"},
        start={"order": "reduce-error", "size": sizes[2]},
    )
