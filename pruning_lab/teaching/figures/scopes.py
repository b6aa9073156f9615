"""One cut for the whole network, or one cut a layer: who pays."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools, Mask, Weights
from pruning_lab.masks import sparsity_of
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import histograms, style
from pruning_lab.teaching.figures.curves import Curve


def layer(ax: Axes, name: str, matrix: Array, kept: Bools) -> None:
    """Draw one layer's histogram, its own threshold, and what is left of it."""
    values, stays = matrix.ravel(), kept.ravel()
    histograms.fill(ax, values, stays)
    low, high = histograms.EDGES[[0, -1]]
    ax.set_xlim(low, high)
    ax.set_xticks(histograms.TICKS)
    ax.set_yticks([])
    for side in (-1, 1):
        edge = np.abs(values[~stays]).max(initial=0.0)
        if 0 < edge < high:
            ax.axvline(side * edge, color=style.INK, linewidth=1, label="threshold")
    style.write(ax, -0.02, 0.1, name, transform=ax.transAxes, ha="right", weight="bold")
    words = f"{stays.sum():,} stay\n{style.percent(stays.mean(), 1)}"
    style.write(ax, 1.02, 0.1, words, style.KEPT, transform=ax.transAxes)


def fewer(sparsities: Array) -> Array:
    """Place sparsities so that every step to the right divides the survivors alike."""
    result: Array = -np.log10(1 - np.asarray(sparsities))
    return result


def lower(ax: Axes, room: float) -> None:
    """Take room, a share of the figure's height, away from the top of the axes."""
    box = ax.get_position()
    ax.set_position((box.x0, box.y0, box.width, box.height - room))


def scope(
    weights: Weights,
    mask: Mask,
    sparsities: Array,
    curves: Sequence[Curve],
    dense: float,
    marked: Sequence[Curve],
) -> Figure:
    """Return a cut through every layer above the accuracies of both scopes.

    Parameters
    ----------
    mask : over the weights, at the sparsity that gets the mark.
    sparsities : (points,) of the curves, below 1.
    curves : accuracies (seeds, points).
    dense : the accuracy of the network before pruning.
    marked : those of the curves that belong to the scope shown.
    """
    figure, (*rows, below) = style.canvas(
        6.0, [0.62] * len(weights) + [1.9], right=0.95, left=0.76, gap=0.3
    )
    lower(below, 0.09)
    for ax, (name, matrix) in zip(rows, weights.items(), strict=True):
        layer(ax, name, matrix, mask[name])
        if ax is not rows[-1]:
            ax.tick_params(axis="x", labelbottom=False)
    style.headline(rows[0], "Weights of each layer")
    rows[-1].set_xlabel("weight")
    curve_figures.accuracy_axis(below)
    curve_figures.baseline(below, dense, f"dense {style.percent(dense, 1)}")
    places, here = fewer(sparsities), float(fewer(np.array(sparsity_of(mask))))
    curve_figures.draw(below, places, curves)
    for curve in marked:
        curve_figures.mark(below, here, float(np.interp(here, places, curve.mean)), curve.color)
    words = "thin: right after the cut\nbold: after retraining"
    style.write(below, 0.05, 0.12, words)
    below.set_xlim(0, places[-1] + 0.02)
    below.set_xticks(places, [style.percent(s) for s in sparsities])
    below.set_xlabel("sparsity (the axis is stretched at its right end)")
    style.headline(below, "Test accuracy")
    return figure
