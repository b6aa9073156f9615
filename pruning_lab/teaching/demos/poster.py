"""Demo: a picture that misleads with true numbers, repaired one fault at a time."""

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.demos.intervals import Interval, paired
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.posters import poster
from pruning_lab.teaching.figures.style import percent

STEPS = ("as found", "axis from zero", "all seeds", "equal training", "the difference")


def lucky(before: Array, pruned: Array) -> int:
    """The seed that flatters pruning most; on a tie the first."""
    return int(np.argmax(np.round(pruned - before, 9)))


def gains(before: Array, longer: Array, pruned: Array) -> tuple[Interval, Interval]:
    """Pruned less the network it came from, and less the one that was trained as long."""
    return paired(pruned - before), paired(pruned - longer)


def describe(step: int, before: Array, longer: Array, pruned: Array) -> str:
    """Say what the picture shows now, and what was mended.

    Parameters
    ----------
    before, longer, pruned : (seeds,) accuracies of the dense network, of the same trained on, and
        of the pruned one after retraining
    """
    seed = lucky(before, pruned)
    first, second = gains(before, longer, pruned)
    n = len(pruned)
    up = int(np.sum(pruned > before + 1e-9))
    if step == 0:
        return (
            f"As found: one seed of {n} (number {seed}), bars cut off below. Half of the weights "
            f"are gone and accuracy rose from {percent(before[seed], 1)} to "
            f"{percent(pruned[seed], 1)}. Every number is true."
        )
    if step == 1:
        return (
            "The axis begins at zero, since the length of a bar is what is read. The same two "
            f"numbers, {100 * (pruned[seed] - before[seed]):.1f} points apart, look the same."
        )
    if step == 2:
        return (
            f"All {n} seeds, as points, each joined to itself. In {up} of {n} the pruned network "
            f"is ahead, on average by {100 * first.mean:.1f} points. Points may leave zero out: "
            "nobody reads them by their length."
        )
    if step == 3:
        return (
            "The pruned network had 20 epochs more than the dense one. Given the same 20 epochs, "
            f"the dense network reads {percent(longer.mean(), 1)}; the pruned one "
            f"{percent(pruned.mean(), 1)}."
        )
    return (
        f"The question itself: pruned less dense, seed by seed. As published {_points(first)}; "
        f"with equal training {_points(second)}."
    )


def _points(each: Interval) -> str:
    return (
        f"{100 * each.mean:+.2f} points (95\u202f% interval {100 * each.low:+.2f} to "
        f"{100 * each.high:+.2f})"
    )


def demo(before: Array, longer: Array, pruned: Array) -> Explorer:
    """Explorer over the repairs.

    Parameters
    ----------
    before, longer, pruned : (seeds,) as in `describe`
    """
    seed = lucky(before, pruned)
    both = gains(before, longer, pruned)

    def render(step: str) -> Figure:
        return poster(STEPS.index(step), before, longer, pruned, seed, both)

    def caption(step: str) -> str:
        return describe(STEPS.index(step), before, longer, pruned)

    return Explorer(
        render,
        {"step": list(STEPS)},
        caption,
        title="A misleading picture, repaired step by step",
        labels={"step": "Repair"},
    )
