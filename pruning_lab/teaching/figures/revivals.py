"""Weights that came back: a corner of a matrix, above their number and the accuracy."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.matrices import boxes, runs


def corner(ax: Axes, nonzero: Bools, allowed: Bools) -> None:
    """Draw kept weights solid, pruned ones pale, and those that came back in vermilion."""
    rows, columns = nonzero.shape
    everything = np.ones_like(nonzero)
    for chosen, color in (
        (everything, style.PRUNED),
        (nonzero & allowed, style.KEPT),
        (nonzero & ~allowed, style.WARN),
    ):
        stretches = runs(chosen)
        if len(stretches):
            ax.add_artist(PathPatch(boxes(stretches, rows), facecolor=color, linewidth=0))
    ax.set(xlim=(0, columns), ylim=(0, rows), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)


def lines(ax: Axes, values: Array, step: int) -> None:
    """Draw one thin line a network, the mean bold, and a mark at this step."""
    x = np.arange(float(values.shape[1]))
    curve_figures.bundle(ax, x, values, style.KEPT)
    ax.set_ylim(0, 1.04)
    style.percents(ax, "y", [0, 0.5, 1])
    curve_figures.mark(ax, step, float(values.mean(axis=0)[step]))
    ax.set_xlim(-1, x[-1] + 1)
    ax.set_xticks([0, 17, 34, 51, 68, 85])


def revival(
    nonzero: Bools, allowed: Bools, shares: Array, accuracy: Array, step: int, wanted: float
) -> Figure:
    """Return a corner of the first layer, the share of weights not zero, and the accuracy.

    Parameters
    ----------
    nonzero, allowed : (rows, columns) of the corner: what is there, and what may be
    shares, accuracy : (seeds, steps + 1)
    step : the one that is shown
    wanted : the share that the mask keeps
    """
    figure, axes = style.canvas(5.6, (0.9, 1, 1), left=0.6, right=0.25, gap=0.5)
    corner(axes[0], nonzero, allowed)
    style.headline(axes[0], "A corner of the first layer: kept, pruned, come back")
    lines(axes[1], shares, step)
    axes[1].axhline(wanted, color=style.INK, linewidth=1, label="what the mask keeps")
    style.headline(axes[1], f"Weights that are not zero (the line: {style.percent(wanted)})")
    axes[1].tick_params(axis="x", labelbottom=False)
    lines(axes[2], accuracy, step)
    style.headline(axes[2], "Test accuracy")
    axes[2].set_xlabel("steps of retraining (17 are an epoch)")
    return figure
