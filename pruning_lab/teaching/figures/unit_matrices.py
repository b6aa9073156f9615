"""Two layers as matrices: a neuron's row, its bias and its column, masked and then cut out."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pruning_lab.arrays import Array, Bools
from pruning_lab.network import Network
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve

WIDTH, HEIGHT, STRIP = 72 * style.WIDTH, 246.0, 142.0  # points; the strip holds the curve
ROW, IN, OUT = 4.8, 3.4, 5.0  # heights of all cells, widths of those in and out
LEFT, GAP, BIAS = 6.0, 9.0, 7.0
TOPS = (HEIGHT - 22, HEIGHT - 144)  # upper edges of the masked and the compacted matrices
SHADES = ((0.0, 0.22), (0.2, 0.5), (0.5, 0.95))  # from this share of the largest: this opacity


def dashes(corners: Array, width: float) -> Path:
    """Cells as dashes, to be drawn as thick as a cell is high: half the vertices of boxes.

    Examples
    --------
    >>> len(dashes(np.zeros((3, 2)), 1.0).vertices)
    6
    """
    ends = corners[:, None] + np.array([[0, 0], [width, 0]])  # (n, 2 ends, 2)
    return Path(ends.reshape(-1, 2).round(1), np.tile([Path.MOVETO, Path.LINETO], len(corners)))


def strip(ax: Axes, values: Array, corners: Array, width: float, kept: bool, top: float) -> None:
    """Draw one unit's numbers: darker where larger, or all pale.

    Parameters
    ----------
    values : (n,) numbers
    corners : (n, 2) left end of each cell, in the middle of its height
    width : of a cell
    kept : whether the unit stays
    top : the largest magnitude there is
    """
    how = {"fill": False, "linewidth": ROW - 0.6, "capstyle": "butt"}
    if not kept:
        trace = dashes(corners, width)
        ax.add_artist(PathPatch(trace, edgecolor=style.PRUNED, alpha=0.45, **how))
        return
    share = np.abs(values) / top
    edges = [shade[0] for shade in SHADES] + [np.inf]
    for (low, high), (_, alpha) in zip(pairwise(edges), SHADES, strict=True):
        chosen = (share >= low) & (share < high)
        if chosen.any():
            cells = dashes(corners[chosen], width)
            ax.add_artist(PathPatch(cells, edgecolor=style.KEPT, alpha=alpha, **how))


def layers(ax: Axes, net: Network, kept: Bools, top: float, scales: Sequence[float]) -> None:
    """Draw weights in, biases and weights out of the hidden neurons, the first on top.

    Parameters
    ----------
    net : of two dense layers
    kept : (neurons,) True where a neuron stays
    top : where the first row begins
    scales : the largest magnitudes of the three
    """
    (first, second), bias = net.weights.values(), next(iter(net.biases.values()))
    x_bias = LEFT + IN * first.shape[1] + GAP
    x_out = x_bias + BIAS + GAP + 6
    down = top - ROW * (0.5 + np.arange(max(len(first), len(second))))
    for i, stays in enumerate(kept):
        x = LEFT + IN * np.arange(first.shape[1])
        row = np.stack([x, np.full_like(x, down[i])], axis=1)
        strip(ax, first[i], row, IN - 0.4, stays, scales[0])
        spot = np.array([[x_bias, down[i]]])
        strip(ax, bias[i : i + 1], spot, BIAS, stays, scales[1])
        column = np.stack([np.full(len(second), x_out + OUT * i), down[: len(second)]], axis=1)
        strip(ax, second[:, i], column, OUT - 0.6, stays, scales[2])


def names(ax: Axes, top: float, what: str, shapes: Sequence[tuple[int, ...]]) -> None:
    """Write over the matrices what they are and how large."""
    (n, inputs), (outputs, _) = shapes
    x_bias = LEFT + IN * inputs + GAP
    how = {"va": "bottom"}
    style.write(ax, LEFT, top + 3, f"{what}: weights in, {n} × {inputs}", **how)
    style.write(ax, x_bias + BIAS / 2, top + 3, "b", ha="center", **how)
    style.write(ax, x_bias + BIAS + GAP + 6, top + 3, f"out, {outputs} × {n}", **how)


def unit_matrices(
    net: Network, kept: Bools, small: Network, counts: Array, curves: Sequence[Curve]
) -> Figure:
    """Return the masked matrices, the compacted ones at the same scale, and the accuracy.

    Parameters
    ----------
    net : of two dense layers, before pruning
    kept : (neurons,) True where a hidden neuron stays
    small : the compacted network
    counts : (points,) neurons removed, of the curves; the first curve carries the mark
    """
    figure = Figure(figsize=(style.WIDTH, (HEIGHT + STRIP) / 72))
    figure.patch.set_alpha(0)
    share = STRIP / (HEIGHT + STRIP)
    ax = figure.add_axes((0, share, 1, 1 - share))
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.set_axis_off()
    ax.patch.set_alpha(0)
    parts = [*net.weights.values(), next(iter(net.biases.values()))]
    scales = [float(np.abs(parts[i]).max()) or 1.0 for i in (0, 2, 1)]
    shown = ((net, kept, "Masked"), (small, np.ones(int(kept.sum()), bool), "Compacted"))
    for top, (each, alive, what) in zip(TOPS, shown, strict=True):
        names(ax, top, what, [w.shape for w in each.weights.values()])
        layers(ax, each, alive, top, scales)
    below = style.quiet(figure.add_axes((0.115, 0.32 * share, 0.85, 0.5 * share)))
    curve_figures.draw(below, counts, curves)
    removed = int((~kept).sum())
    here = float(np.interp(removed, counts, curves[0].mean))
    below.set_ylim(0, 1.12)
    style.percents(below, "y", [0, 0.5, 1])
    curve_figures.mark(below, removed, here)
    below.set_xlim(-0.3, counts[-1] + 0.3)
    below.set_xticks(range(0, int(counts[-1]) + 1, 5))
    below.set_xlabel("neurons removed", family=style.FONT, size=style.SIZE)
    style.headline(below, "Test accuracy right after the cut, five networks")
    return figure
