"""Retraining after the cut: the surviving weights move, and the accuracy comes back."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve


def survivors(ax: Axes, now: Array, before: Array) -> None:
    """Draw where the surviving weights are now, over where they were after the cut."""
    edges = np.linspace(-2, 2, 101)
    counts = [np.histogram(np.clip(x, -1.99, 1.99), edges)[0] for x in (before, now)]
    ax.stairs(counts[1], edges, fill=True, facecolor=style.KEPT, linewidth=0, label="now")
    ax.stairs(counts[0], edges, color=style.RANDOM, linewidth=1, label="right after the cut")
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0, 1.25 * max(counts[0].max(), counts[1].max()))
    ax.set_yticks([])
    ax.set_xlabel(f"weight (the {len(now):,} that stayed)")
    words = "outline: right after the cut"
    style.write(ax, 1, 1.0, words, style.RANDOM, transform=ax.transAxes, ha="right", va="top")


def recovery(
    now: Array, before: Array, epochs: Array, curves: Sequence[Curve], place: int
) -> Figure:
    """Return the surviving weights above the accuracy over epochs, marked at one of them.

    Parameters
    ----------
    now, before : (kept,) surviving weights of one network at this epoch and after the cut.
    epochs : (points,) at which accuracy was measured, from 0 on.
    curves : accuracies (seeds, points); each gets a mark.
    place : which of the epochs is now.
    """
    figure, (above, below) = style.canvas(4.9, (1, 1.35), left=0.6, right=1.05)
    survivors(above, now, before)
    style.headline(above, "Surviving weights of one network, by magnitude")
    curve_figures.accuracy_axis(below)
    curve_figures.draw(below, epochs, curves)
    for curve in curves:
        curve_figures.mark(below, epochs[place], curve.mean[place], curve.color)
    below.set_xlim(-0.4, epochs[-1])
    below.set_xticks([0, 5, 10, 15, 20])
    below.set_xlabel("epochs of retraining")
    style.headline(below, "Test accuracy")
    return figure
