"""What is left of each layer, and whether a way leads from input to output."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve


def survivors(kept: Sequence[int], sizes: Sequence[int], flows: bool) -> Figure:
    """Return a bar a layer, its surviving weights on a logarithmic axis, the input on the left.

    Parameters
    ----------
    kept, sizes : weights that stay and all weights, layer by layer
    flows : whether any path of kept weights leads from an input to an output
    """
    figure, (ax,) = style.canvas(3.5, left=0.75, right=0.25)
    color = style.KEPT if flows else style.WARN
    places = list(range(1, len(kept) + 1))
    ax.bar(places, sizes, width=0.7, color=style.PRUNED, zorder=1, label="all weights")
    ax.bar(
        places, [max(k, 0.5) for k in kept], width=0.7, color=color, zorder=2, label="weights left"
    )
    ax.set_yscale("log")
    ax.set_ylim(0.5, 60_000)
    ax.set_yticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    ax.minorticks_off()
    for x, count, size in zip(places, kept, sizes, strict=True):
        top = size if 4 * count > size else max(count, 0.5)  # no number across the grey edge
        style.write(ax, x, top * 1.15, f"{count:,}", ha="center", va="bottom", zorder=3)
    ax.set_xticks(places)
    ax.set_xlabel("layer, from input to output")
    words = "signal passes" if flows else "no way through"
    style.headline(ax, f"Weights left (grey: all) · {words}")
    return figure


def races(left: Array, curves: Sequence[Curve], place: int, dense: float) -> Figure:
    """Return accuracies over the share of weights left, on an axis of halvings, with a mark.

    Parameters
    ----------
    left : (points,) falling shares of the weights
    curves : accuracies (seeds, points); each gets a mark
    place : which of the points is shown
    dense : the mean accuracy with all weights
    """
    figure, (ax,) = style.canvas(4.1, left=0.6, right=1.35)
    curve_figures.accuracy_axis(ax)
    curve_figures.baseline(ax, dense, f"all weights {style.percent(dense, 1)}")
    halvings = -np.log2(left)
    curve_figures.draw(ax, halvings, curves)
    for curve in curves:
        curve_figures.mark(ax, halvings[place], float(curve.mean[place]), curve.color)
    ax.set_xlim(halvings[0] - 0.1, halvings[-1])
    ax.set_xticks(halvings, [style.percent(share, 0 if share > 0.2 else 1) for share in left])
    ax.set_xlabel("weights left (halved at each step)")
    style.headline(ax, "Test accuracy")
    return figure
