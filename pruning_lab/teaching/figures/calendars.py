"""A schedule as an area that is pruned away, above the accuracy over the same epochs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import strips, style
from pruning_lab.teaching.figures.curves import Curve


def painted(ax: Axes, sparsities: Sequence[float]) -> None:
    """Draw what is kept in each epoch solid, and what is gone pale."""
    edges = np.arange(len(sparsities) + 1)
    ax.stairs(
        np.ones(len(sparsities)), edges, fill=True, facecolor=style.PRUNED, linewidth=0, label="all"
    )
    kept = 1 - np.asarray(sparsities)
    ax.stairs(kept, edges, fill=True, facecolor=style.KEPT, linewidth=0, label="left")
    ax.set_ylim(0, 1)
    style.percents(ax, "y", [0, 0.5, 1])
    ax.grid(visible=False)


def calendar(
    sparsities: Sequence[float], epochs: Array, curves: Sequence[Curve], dense: float
) -> Figure:
    """Return the weights that are left above the accuracy, epoch by epoch.

    Parameters
    ----------
    sparsities : of each epoch
    epochs : (points,) after which accuracy was measured, from 0 on
    curves : accuracies (seeds, points)
    dense : mean accuracy of the dense networks trained as long
    """
    figure, (above, below) = style.canvas(4.9, (1, 1.7), left=0.6, right=1.1)
    painted(above, sparsities)
    style.headline(above, "Weights that are left")
    curve_figures.accuracy_axis(below)
    curve_figures.baseline(below, dense, f"dense, as long: {style.percent(dense, 1)}")
    curve_figures.draw(below, epochs, curves)
    style.headline(below, "Test accuracy")
    last = len(sparsities)
    for ax in (above, below):
        ax.set_xlim(0, last)
        ax.set_xticks(np.linspace(0, last, 5).round().astype(int).tolist())
    below.set_xlabel("epochs after the dense training")
    return figure


def dates(days: Sequence[int], curves: Sequence[Curve], dense: float, total: int) -> Figure:
    """Return the final accuracy over the date of the one cut.

    Parameters
    ----------
    days : epochs of dense training before the cut
    curves : accuracies (seeds, days) at the end of all
    dense : mean accuracy of the networks that were never cut
    total : epochs of dense and sparse training together
    """
    figure, (ax,) = style.canvas(3.2, left=0.6, right=1.1)
    curve_figures.accuracy_axis(ax)
    curve_figures.baseline(ax, dense, f"never cut: {style.percent(dense, 1)}")
    curve_figures.draw(ax, np.asarray(days, float), curves)
    ax.set_xlim(-1, total)
    ax.set_xticks(np.linspace(0, total, 7).round().astype(int).tolist())
    ax.set_xlabel(f"epoch of the cut, of {total} in all")
    style.headline(ax, "Test accuracy in the end")
    return figure


def pairs(differences: Mapping[str, Array], heads: Sequence[str], title: str) -> Figure:
    """Return differences of pairs as points, one row a schedule, one panel a sparsity.

    Parameters
    ----------
    differences : name -> (seeds, panels), in accuracy
    heads : of the panels
    title : what is subtracted from what
    """
    figure, axes = style.canvas(
        0.9 + 0.42 * len(differences) + 0.25, columns=len(heads), left=1.05, right=0.15, bottom=0.75
    )
    low = min(float(d.min()) for d in differences.values())
    high = max(float(d.max()) for d in differences.values())
    for panel, (ax, head) in enumerate(zip(axes, heads, strict=True)):
        ax.axvline(0, color=style.INK, linewidth=1, label="level")
        for row, (name, values) in enumerate(differences.items()):
            points = values[:, panel]
            color = style.KEPT if points.mean() > 0 else style.WARN
            strips.strip(ax, points, -row, color)
            if panel == 0:
                outside = ax.get_yaxis_transform()
                style.write(ax, -0.08, -row, name, transform=outside, ha="right", va="center")
        ax.set(xlim=(low - 0.05, high + 0.05), ylim=(0.6 - len(differences), 0.6), yticks=[])
        ax.grid(visible=False)
        style.headline(ax, head)
        ticks = [t for t in (-0.4, -0.2, 0, 0.2, 0.4) if low - 0.05 <= t <= high + 0.05]
        ax.set_xticks(ticks, [f"{100 * t:+.0f}" if t else "0" for t in ticks])
    figure.supxlabel(title, size=style.SIZE, family=style.FONT, color=style.INK, y=0.02)
    return figure
