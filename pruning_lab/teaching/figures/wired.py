"""Which pixels a network still reads, and what it reads with them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.pixels import squares


def wired(
    kept: Array, readers: Array, sparsities: Array, curves: Sequence[Curve], place: int, what: str
) -> Figure:
    """Return two pictures of the pixels above the curves, marked at one sparsity.

    Parameters
    ----------
    kept : (64,) share of its first weights that each pixel keeps in one network; 0 if unread.
    readers : (64,) share of the networks that still read it.
    sparsities : (points,) of the curves.
    curves : the first carries the mark.
    place : which of the sparsities is shown.
    what : of which the sparsity counts the share.
    """
    figure, axes = style.canvas(5.1, (1.35, 1), columns=2, left=0.6, right=0.3, gap=0.5)
    left, right, below, spare = axes
    spare.remove()
    box = below.get_position()
    below.set_position((box.x0, box.y0, 1 - 0.3 / style.WIDTH - box.x0, box.height))
    for ax, share, words in (
        (left, kept / max(float(kept.max()), 1e-9), "One network's wires"),
        (right, readers, "How many of five read it"),
    ):
        squares(ax, share.reshape(8, 8), style.KEPT)
        style.headline(ax, words)
    curve_figures.accuracy_axis(below)
    curve_figures.draw(below, sparsities, curves)
    for curve in curves:
        curve_figures.mark(below, sparsities[place], float(curve.mean[place]), curve.color)
    curve_figures.sparsity_axis(below)
    below.set_xlabel(f"share of the {what} pruned")
    return figure


def templates(weights: Array) -> Figure:
    """Return ten pictures: what each output of a network without hidden layers weighs.

    Parameters
    ----------
    weights : (10, 64), perhaps times what a pixel varies; for the digit blue, against it
        vermilion, the area the size.
    """
    figure, axes = style.canvas(2.75, (1, 1), columns=5, left=0.1, right=0.1, gap=0.35, bottom=0.1)
    most = float(np.abs(weights).max())
    for digit, (ax, row) in enumerate(zip(axes, weights, strict=True)):
        for sign, color in ((1, style.KEPT), (-1, style.WARN)):
            share = np.clip(sign * row, 0, None) / most
            squares(ax, share.reshape(8, 8), color, field=sign > 0)
        style.headline(ax, str(digit))
    return figure
