"""The columns of a table, those that left faded, above what is right without them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import curves, style
from pruning_lab.teaching.figures.curves import Curve


def sheet(ax: Axes, groups: Sequence[str], stay: Bools) -> None:
    """Draw one upright bar a column, in groups with their names: kept solid, the others faded."""
    place, start = 0.0, 0.0
    for i, (name, kept) in enumerate(zip(groups, stay, strict=True)):
        if i and name != groups[i - 1]:
            place += 0.7
        start = place if not i or name != groups[i - 1] else start
        color = style.KEPT if kept else style.PRUNED
        ax.add_patch(Rectangle((place, 0), 0.8, 1, color=color, linewidth=0))
        if i + 1 == len(groups) or groups[i + 1] != name:
            words = "nothing" if name == "–" else name
            style.write(ax, (start + place + 0.8) / 2, -0.12, words, ha="center", va="top")
        place += 1
    ax.set(xlim=(-0.2, place), ylim=(-0.7, 1), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)


def columns(
    groups: Sequence[str], stay: Bools, keep: Sequence[int], own: Array, lot: Array, at: int
) -> Figure:
    """Return the table's columns above the accuracies by how many of them stay.

    Parameters
    ----------
    groups : what each column records
    stay : whether each column does
    keep : rising numbers of columns
    own, lot : (repetitions, numbers) accuracies in the order in question and in a random one
    at : place of the number that is shown
    """
    figure, (above, below) = style.canvas(5.0, (0.62, 2.2), left=0.62, right=0.55, gap=0.55)
    sheet(above, groups, stay)
    style.headline(above, "Columns, by the cause that they record (first table)")
    x = np.arange(len(keep), dtype=np.float64)
    whole = float(own[:, -1].mean())
    below.axhline(whole, color=style.INK, linewidth=1, label="all")
    style.write(below, x[-1] + 0.25, whole, "all", va="center")
    rivals = [
        Curve("by lot", lot, style.RANDOM, (6.1, 0.49), dashed=True),
        Curve("in this order", own, style.KEPT, (6.1, 0.54)),
    ]
    curves.draw(below, x, rivals)
    below.set(xlim=(-0.4, x[-1] + 0.2), ylim=(0.45, 0.9))
    curves.mark(below, x[at], float(own[:, at].mean()))
    below.set_xticks(x, [str(k) for k in keep])
    style.percents(below, "y", [0.5, 0.6, 0.7, 0.8, 0.9])
    below.set_xlabel("columns that stay")
    style.headline(below, "Test rows right")
    return figure
