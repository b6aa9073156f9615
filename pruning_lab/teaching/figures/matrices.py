"""Corners of two masks as cells, above the results of all methods, one row a moment."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import style

# the mean of the method that is shown, and of all others
CHOSEN: Any = {
    "color": style.KEPT,
    "markersize": 9,
    "markeredgecolor": style.PAPER,
    "zorder": 5,
}
OTHERS: Any = {
    "color": style.PRUNED,
    "markersize": 4.5,
    "markeredgecolor": style.RANDOM,
    "markeredgewidth": 0.7,
}


def runs(kept: Bools) -> Array:
    """Return stretches of kept cells in each row, (stretches, 3): row, first column, one past.

    Examples
    --------
    >>> runs(np.array([[True, True, False, True]])).tolist()
    [[0, 0, 2], [0, 3, 4]]
    """
    edge = np.zeros((len(kept), 1), int)
    steps = np.diff(np.concatenate([edge, kept.astype(int), edge], axis=1), axis=1)
    row, first = np.nonzero(steps == 1)
    _, past = np.nonzero(steps == -1)
    return np.stack([row, first, past], axis=1)


def boxes(stretches: Array, rows: int) -> Path:
    """Return stretches of cells as one path, row 0 on top, with a thin gap between rows."""
    row, first, past = np.asarray(stretches, float).T
    low, high = rows - row - 0.92, rows - row - 0.08
    x = np.stack([first + 0.04, past - 0.04, past - 0.04, first + 0.04, first + 0.04], axis=1)
    y = np.stack([low, low, high, high, low], axis=1)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    return Path(np.stack([x, y], axis=2).reshape(-1, 2).round(2), np.tile(codes, len(row)))


def cells(ax: Axes, kept: Bools) -> None:
    """Draw a mask: kept cells solid on the pale trace of all."""
    rows, columns = kept.shape
    for chosen, color in ((np.ones_like(kept), style.PRUNED), (kept, style.KEPT)):
        stretches = runs(chosen)
        if len(stretches):
            ax.add_artist(PathPatch(boxes(stretches, rows), facecolor=color, linewidth=0))
    ax.set(xlim=(0, columns), ylim=(0, rows), aspect="equal", xticks=[], yticks=[])
    ax.spines["bottom"].set_visible(False)


def results(
    ax: Axes,
    rows: Mapping[str, Sequence[tuple[bool, Array]]],
    here: tuple[str, int],
    dense: float,
) -> None:
    """Draw the mean of every method, the five networks of the one that is chosen, and dense."""
    ax.axvline(dense, color=style.INK, linewidth=1, label="dense")
    top = ax.get_xaxis_transform()
    style.write(ax, dense, 1.01, "dense", transform=top, ha="center", va="bottom")
    names = list(rows)
    for level, (moment, methods) in enumerate(rows.items()):
        heights = level + np.linspace(0.34, -0.34, len(methods))
        for place, ((square, accuracy), y) in enumerate(zip(methods, heights, strict=True)):
            look = OTHERS
            if (moment, place) == here:
                ax.plot(
                    accuracy,
                    np.full(accuracy.size, y),
                    "|",
                    color=style.KEPT,
                    markersize=11,
                    label="each network",
                )
                look = CHOSEN
            mark, name = ("s", "neurons, mean") if square else ("o", "single weights, mean")
            ax.plot([accuracy.mean()], [y], mark, label=name, **look)
    ax.set_ylim(len(rows) - 0.45, -0.55)
    ax.set_yticks(range(len(names)), [name.replace(", ", ",\n") for name in names])
    ax.grid(visible=False)
    ax.set_xlim(0, 1.02)
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set_xlabel("test accuracy (circles: single weights; squares: neurons)")


def matrices(
    corners: Mapping[str, Bools],
    rows: Mapping[str, Sequence[tuple[bool, Array]]],
    here: tuple[str, int],
    dense: float,
) -> Figure:
    """Return what is kept of two matrices above what every method came to.

    Parameters
    ----------
    corners : name of a layer -> (rows, columns), True where a weight is kept.
    rows : moment -> its methods: whether it takes neurons, and (networks,) accuracies.
    here : moment and place of the method that is shown.
    dense : mean accuracy of the whole network.
    """
    figure, (above, below) = style.canvas(5.0, (1, 1.3), left=1.3, right=0.25, gap=0.62)
    box = above.get_position()
    above.remove()
    side = (1 - 0.05) / len(corners)
    for place, (name, kept) in enumerate(corners.items()):
        ax = style.quiet(figure.add_axes((0.02 + place * side, box.y0, side - 0.03, box.height)))
        cells(ax, kept)
        style.headline(ax, name)
    results(below, rows, here, dense)
    return figure
