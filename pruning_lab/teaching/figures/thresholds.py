"""A threshold on the histogram of all weights, and what it does to the accuracy."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import histograms, style
from pruning_lab.teaching.figures.curves import Curve


def cut(ax: Axes, values: Array, kept: Bools) -> None:
    """Draw the histogram and, where something went, the two sides of the threshold."""
    histograms.fill(ax, values, kept)
    low, high = histograms.EDGES[[0, -1]]
    ax.set_xlim(low, high)
    ax.set_xticks(histograms.TICKS)
    ax.set_yticks([])
    if kept.all():
        return
    threshold = float(np.abs(values[~kept]).max())
    if threshold < high:
        for side in (-threshold, threshold):
            ax.axvline(side, color=style.INK, linewidth=1, label="threshold")
    top = ax.get_xaxis_transform()
    words = f"pruned: |w| ≤ {threshold:.2f}"
    style.write(ax, 0, 1.02, words, transform=top, ha="center", va="bottom")


def threshold(
    values: Array, kept: Bools, sparsities: Array, curves: Sequence[Curve], dense: float
) -> Figure:
    """Return the pruned histogram above the curves, with a mark at this sparsity.

    Parameters
    ----------
    values : (n,) all weights of a network.
    kept : (n,) True where the weight stays.
    sparsities : (points,) of the curves; the first curve carries the mark.
    dense : the accuracy of the network before pruning
    """
    figure, (above, below) = style.canvas(4.9, (1, 1.25), left=0.6, right=0.3)
    cut(above, values, kept)
    above.set_xlabel("weight")
    style.headline(above, f"{values.size:,} weights")
    curve_figures.baseline(below, dense, f"dense {style.percent(dense, 1)}")
    curve_figures.draw(below, sparsities, curves)
    curve_figures.accuracy_axis(below)
    sparsity = 1 - float(np.mean(kept))
    here = float(np.interp(sparsity, sparsities, curves[0].mean))
    curve_figures.mark(below, sparsity, here)
    curve_figures.sparsity_axis(below)
    style.headline(below, "Test accuracy")
    return figure
