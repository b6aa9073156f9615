"""Members in a line, the front of it kept, above what the front of the line gets right."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve, bundle, mark

LOW = 0.7  # where the axis of accuracies begins


def queue(ax: Axes, alone: Array, size: int) -> None:
    """Draw a bar for each member in order: kept solid, the others faded."""
    places = np.arange(1, len(alone) + 1)
    for chosen, color, name in (
        (places <= size, style.KEPT, "kept"),
        (places > size, style.PRUNED, "left out"),
    ):  # lines are faster than bars
        ax.vlines(places[chosen], 0, alone[chosen], color, linewidth=6.2, label=name)
    ax.set_xlim(0, len(alone) + 1)
    ax.set_ylim(0, 1.05)
    ax.set_xticks([])
    style.percents(ax, "y", [0, 0.5, 1])


def lineup(alone: Array, size: int, held: Array, test: Array, lot: Array) -> Figure:
    """Return the line of members above the accuracies of its first 1, 2, 3, … members.

    Parameters
    ----------
    alone : (members,) accuracy of each by itself, in order
    size : how many are kept
    held, test : (repetitions, members) accuracies on the samples that made the order, and on others
    lot : the same as `test` for random orders
    """
    figure, (above, below) = style.canvas(5.2, (0.6, 2.1), left=0.62, right=0.2, gap=0.62)
    queue(above, alone, size)
    style.headline(above, "Each member alone, in order (first repetition)")
    sizes = np.arange(1.0, len(alone) + 1)
    below.set_xlim(0, len(alone) + 1)
    below.set_ylim(LOW, 1.01)
    style.percents(below, "y", [0.7, 0.8, 0.9, 1])
    curves = [
        Curve("in order, on the samples that ordered it", held, style.SECOND),
        Curve("in order, on test samples", test, style.KEPT),
        Curve("by lot, on test samples", lot, style.RANDOM, dashed=True),
    ]
    for height, curve in zip((0.28, 0.17, 0.06), curves, strict=True):
        line, voted = "--" if curve.dashed else "-", float(curve.mean[size - 1])
        bundle(below, sizes, curve.accuracy, curve.color, curve.name, line=line, each="repetition")
        if voted >= LOW:  # else below the axis, and the caption says it
            mark(below, size, voted, curve.color)
        where = {"transform": below.transAxes, "ha": "right"}
        style.write(below, 0.985, height, curve.name, curve.color, **where)
    below.set_xticks([1, 10, 20, 30, 40] if len(alone) == 40 else [1, len(alone)])
    below.set_xlabel("members that vote")
    style.headline(below, "Majority vote: right")
    return figure
