"""Accuracy class by class: what is still read solid, what the dense network read above it pale."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching import series
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.rivals import Rival, points


def bars(ax: Axes, accuracy: Array, dense: Array, rare: int) -> None:
    """Draw the mean of each class as a bar, its networks as dots, the dense mean as a stroke.

    Parameters
    ----------
    accuracy, dense : (seeds, classes)
    rare : the class whose name is bold
    """
    mean, before = accuracy.mean(axis=0), dense.mean(axis=0)
    x = np.arange(len(mean))
    ax.bar(x, before, 0.72, color=style.PRUNED, label="dense")
    ax.bar(x, mean, 0.72, color=style.KEPT, label="pruned")
    ax.hlines(before, x - 0.42, x + 0.42, color=style.INK, linewidth=2, label=series.ASIDE)
    spots = np.broadcast_to(x[:, None] + np.linspace(-0.22, 0.22, len(accuracy)), accuracy.T.shape)
    (dots,) = ax.plot(
        spots.ravel(),
        accuracy.T.ravel(),
        "o",
        color=style.INK,
        markersize=3,
        label="pruned, each network",
    )
    dots.set(markeredgecolor=style.PAPER, markeredgewidth=0.6)
    ax.set(xlim=(-0.6, len(mean) - 0.4), ylim=(0, 1.04))
    ax.set_xticks(x, [str(label) for label in x])
    ax.get_xticklabels()[rare].set_fontweight("bold")
    style.percents(ax, "y", [0, 0.25, 0.5, 0.75, 1])


def by_class(
    accuracy: Array, dense: Array, rare: int, left: str, rivals: Sequence[Rival]
) -> Figure:
    """Return accuracy class by class above the rare class of every rival.

    Parameters
    ----------
    accuracy, dense : (seeds, classes) of the pruned networks and of those that were not cut
    rare : the class in question
    left : how many training digits it has, in words
    rivals : accuracies on the rare class
    """
    figure, (above, below) = style.canvas(5.5, (1.45, 1), left=0.6, right=0.2, gap=1.05)
    bars(above, accuracy, dense, rare)
    style.headline(above, "Read right, by class (stroke: dense, as long)")
    above.set_xlabel(f"digit; training digits of class {rare}: {left}")
    box = below.get_position()
    shift = 0.55 / style.WIDTH
    below.set_position((box.x0 + shift, box.y0, box.width - shift, box.height))
    points(below, list(rivals), float(dense[:, rare].mean()))
    style.headline(below, f"Class {rare}, five networks each")
    below.set_xlabel(f"held-out digits of class {rare} read right")
    return figure


class Level(NamedTuple):
    """One kind of network on each class, where that class is the rare one.

    Parameters
    ----------
    name : written beside its mark in the row of means
    accuracy : (seeds, classes)
    color : one of the colours of the style
    shape : of its mark
    side : where the name stands: ``left`` of the mark, ``right`` of it, or above it (``center``)
    """

    name: str
    accuracy: Array
    color: str
    shape: str
    side: str = "center"


def in_turn(levels: Sequence[Level]) -> Figure:
    """Return how each class is read when it is the rare one, one row a class, their mean on top.

    Parameters
    ----------
    levels : the first decides the order of the rows
    """
    means = np.array([level.accuracy.mean(axis=0) for level in levels])  # (levels, classes)
    order = np.argsort(means[0])
    figure, (ax,) = style.canvas(4.8, left=0.75, right=0.3, bottom=0.6)
    top = len(order) + 0.6
    rows = [*zip(range(len(order)), order, strict=True)]
    for row, label in rows:
        ends = [means[:, label].min(), means[:, label].max()]
        ax.plot(ends, [row, row], color=style.PRUNED, linewidth=2, zorder=1, label=series.ASIDE)
    for level, mean in zip(levels, means, strict=True):
        how: dict[str, Any] = {"color": level.color, "markersize": 8, "zorder": 3}
        if level.shape == "o":
            how |= {"markerfacecolor": style.PAPER, "markeredgewidth": 2}
        ax.plot(
            mean[order], range(len(order)), level.shape, linestyle="none", **how, label=level.name
        )
        ax.plot(mean.mean(), top, level.shape, **how, label=f"{level.name}, mean of classes")
        x, y = {"left": (-0.022, 0.0), "right": (0.022, 0.0)}.get(level.side, (0.0, 0.8))
        where = {"ha": {"left": "right", "right": "left"}.get(level.side, "center"), "va": "center"}
        style.write(ax, mean.mean() + x, top + y, level.name, level.color, **where)
    ax.set_yticks([*range(len(order)), top], [*(str(label) for label in order), "mean"])
    ax.set(ylim=(-0.6, top + 1.3), xlim=(0.35, 1.0))
    style.percents(ax, "x", [0.4, 0.6, 0.8, 1])
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.grid(axis="y", visible=False)
    style.headline(ax, "Which digit is the rare one, and how it is read")
    ax.set_xlabel("held-out digits of that class read right, mean of five")
    return figure
