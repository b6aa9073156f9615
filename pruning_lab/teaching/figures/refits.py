"""What the same cut costs when the other weights may answer."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style


def points(ax: Axes, y: float, accuracy: Array, color: str, *, filled: bool) -> None:
    """Draw the networks as dots and their mean as a bar."""
    ax.plot(
        accuracy,
        np.full(len(accuracy), y),
        "o",
        color=color,
        markersize=5.5,
        fillstyle="full" if filled else "none",
        alpha=0.7 if filled else 1,
        markeredgewidth=0 if filled else 1.1,
    )
    mean = float(accuracy.mean())
    ax.plot([mean, mean], [y - 0.24, y + 0.24], color=color, linewidth=2.4)


def refits(results: Mapping[str, Array], dense: float) -> Figure:
    """Return one row a method: open dots as cut, filled dots after the refit.

    Parameters
    ----------
    results : name -> (networks,) test accuracies; 'a' and 'a, refitted' share a row
    dense : mean accuracy before the cut, a vertical line
    """
    names = [name for name in results if not name.endswith(", refitted")]
    figure, (ax,) = style.canvas(3.3, left=1.1, right=0.35)
    ax.grid(visible=False)
    ax.set(xlim=(0, 1.02), ylim=(len(names) - 0.5, -0.5), yticks=[])
    for y, name in enumerate(names):
        ax.plot([0, 1], [y, y], color=style.GRID, linewidth=0.8, zorder=0)
        style.write(
            ax, -0.04, y, name, transform=ax.get_yaxis_transform(), ha="right", va="center_baseline"
        )
        after = results.get(f"{name}, refitted")
        if after is None:
            points(ax, y, results[name], style.KEPT, filled=True)
            continue
        before = results[name]
        points(ax, y, before, style.RANDOM, filled=False)
        points(ax, y, after, style.KEPT, filled=True)
        ax.annotate(
            "",
            (float(after.mean()) - 0.02, y),
            (float(before.mean()) + 0.02, y),
            arrowprops={"arrowstyle": "->", "color": style.INK, "linewidth": 0.9},
        )
    ax.axvline(dense, color=style.INK, linewidth=1, zorder=0)
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set_xlabel("open: as cut; filled: refitted; line: dense")
    style.headline(ax, "Test accuracy, nothing retrained")
    return figure
