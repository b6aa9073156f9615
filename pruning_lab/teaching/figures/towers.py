"""A committee as a street of towers: networks, layers as floors, neurons as windows."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import curves, style
from pruning_lab.teaching.figures.curves import Curve

COLUMNS = 8  # windows beside each other
PITCH, SIDE = 1.0, 0.62  # of a window and of its pane
FLOOR, GAP = 2.35, 1.9  # height of a floor of two rows; between towers
SHEET, STREET = 4.5, 1.4  # inches


def boxes(corners: Array, wide: float, high: float) -> Path:
    """Rectangles with these lower left corners, (n, 2), as one path.

    Examples
    --------
    >>> boxes(np.zeros((2, 2)), 1, 1).vertices.shape
    (10, 2)
    """
    steps = np.array([[0, 0], [wide, 0], [wide, high], [0, high], [0, 0]])
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    vertices = (corners[:, None] + steps).reshape(-1, 2).round(2)
    return Path(vertices, np.tile(codes, len(corners)))


def floor(ax: Axes, left: float, bottom: float, lit: Bools) -> None:
    """Draw the neurons of one layer, (neurons,): lit where they are left."""
    row, column = np.divmod(np.arange(lit.size), COLUMNS)
    above = int(row.max()) - row
    corners = np.stack([left + column, bottom + above], 1) * PITCH + (1 - SIDE) / 2
    for chosen, color in ((~lit, style.PRUNED), (lit, style.KEPT)):
        if chosen.any():
            panes = boxes(corners[chosen], SIDE, SIDE)
            ax.add_artist(PathPatch(panes, facecolor=color, linewidth=0))


def street(ax: Axes, lit: Bools) -> None:
    """Draw all networks, (networks, layers, neurons), side by side, first layers at the bottom."""
    networks, layers, _ = lit.shape
    wide = COLUMNS * PITCH + GAP
    for member in range(networks):
        for level in range(layers):
            floor(ax, member * wide, level * FLOOR + 0.15, lit[member, level])
    across, up = np.indices((networks, layers)).reshape(2, -1)
    corners = np.stack([across * wide - 0.25, up * FLOOR], 1)
    stands = lit.any(axis=2).ravel()
    for chosen, color in ((~stands, style.PRUNED), (stands, style.KEPT)):
        if chosen.any():
            frames = boxes(corners[chosen], COLUMNS * PITCH + 0.5, FLOOR - 0.06)
            ax.add_artist(PathPatch(frames, fill=False, edgecolor=color, linewidth=0.9))
    ax.set_axis_off()
    ax.set(xlim=(-0.4, networks * wide - GAP + 0.4), ylim=(-0.1, layers * FLOOR + 0.1))


def towers(
    lit: Bools, knives: Sequence[tuple[Array, Curve]], gone: float, here: Array, by_lot: float
) -> Figure:
    """Return the street above the price of each knife, with a mark where the reader is.

    Parameters
    ----------
    lit : (networks, layers, neurons) True where a neuron is left.
    knives : share of the bytes gone (points,), and the accuracy, for each knife alone.
    gone : share of the bytes gone in this state.
    here : (committees,) accuracies in this state.
    by_lot : mean accuracy when lots decide.
    """
    figure, (above, below) = style.canvas(
        SHEET, (STREET, SHEET - STREET - 1.2), left=0.6, right=0.85, gap=0.42
    )
    box = above.get_position()
    above.set_position((0.02, box.y0, 0.96, 1 - box.y0 - 0.01))
    street(above, lit)
    curves.accuracy_axis(below)
    for share, curve in knives:
        below.plot(share, curve.mean, "-", color=curve.color, linewidth=1.6, label=curve.name)
    ends = sorted(knives, key=lambda knife: knife[1].mean[-1])
    heights = curves.apart([float(curve.mean[-1]) for _, curve in ends], gap=0.12)
    for (share, curve), y in zip(ends, heights, strict=True):
        style.beside(below, float(share[-1]), y, curve.name, curve.color)
    if gone > 0:
        below.plot(
            [gone], [by_lot], "o", markersize=7, color=style.PAPER, markeredgecolor=style.RANDOM,
            label="by lot",
        )  # fmt: skip
        right = gone < 0.8
        style.write(
            below,
            gone + (0.02 if right else -0.02),
            by_lot - 0.01,
            "by lot",
            style.RANDOM,
            ha="left" if right else "right",
            va="top",
        )
    below.plot(
        np.full(here.size, gone), here, "_", color=style.INK, markersize=9, markeredgewidth=1,
        label="here, each committee",
    )  # fmt: skip
    below.plot(
        [gone], [here.mean()], "o", markersize=8, color=style.INK, markeredgecolor=style.PAPER,
        label="here, mean",
    )  # fmt: skip
    below.set_xlim(-0.02, 1)
    style.percents(below, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    below.set_xlabel("bytes removed")
    style.headline(below, "Test accuracy (a line: one knife alone; a dash: one committee)")
    return figure
