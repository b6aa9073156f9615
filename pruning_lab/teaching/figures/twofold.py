"""Rivals in rows, each with two results: every repetition a dot, the mean a stroke."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import strips, style


@dataclass(frozen=True)
class Rival:
    """One rival over several seeds.

    Parameters
    ----------
    name : written at the left.
    first, second : (seeds,) shares for the left and the right panel; empty if there are none.
    color : one of the colours of the style.
    """

    name: str
    first: Array
    second: Array
    color: str = style.INK


def column(ax: Axes, rivals: Sequence[Rival], results: Sequence[Array]) -> None:
    """Draw one panel: a row of dots for each rival, the first on top, and its mean."""
    ax.grid(visible=False)
    ax.set(ylim=(len(rivals) - 0.5, -0.5), yticks=[])
    for y, (rival, values) in enumerate(zip(rivals, results, strict=True)):
        ax.axhline(y, color=style.GRID, linewidth=0.8, zorder=0)
        if not len(values):
            continue
        strips.strip(ax, values, y, rival.color)


def twofold(
    rivals: Sequence[Rival],
    titles: tuple[str, str],
    limits: tuple[tuple[float, float], tuple[float, float]],
    line: float | None = None,
    empty: str = "",
) -> Figure:
    """Return two panels over the same rows.

    Parameters
    ----------
    rivals : the first on top.
    titles : of the panels.
    limits : of their axes, as shares.
    line : an upright mark in the left panel.
    empty : said in the right panel if no rival has a second result.
    """
    figure, (left, right) = style.canvas(0.4 * len(rivals) + 1.2, columns=2, left=1.55, right=0.2)
    for ax, low, wide in ((left, 1.55, 1.85), (right, 3.95, 1.1)):
        box = ax.get_position()
        ax.set_position((low / style.WIDTH, box.y0, wide / style.WIDTH, box.height))
    column(left, rivals, [rival.first for rival in rivals])
    column(right, rivals, [rival.second for rival in rivals])
    for y, rival in enumerate(rivals):
        side = left.get_yaxis_transform()
        style.write(
            left,
            -0.05,
            y,
            rival.name,
            rival.color,
            transform=side,
            ha="right",
            va="center_baseline",
        )
    for ax, title, (low, high) in zip((left, right), titles, limits, strict=True):
        ax.set_xlim(low, high)
        style.percents(ax, "x", np.linspace(low, high, 3 if ax is left else 2).tolist())
        style.headline(ax, title)
    if line is not None:
        left.axvline(line, color=style.INK, linewidth=1, zorder=0, label="the line")
    if not any(len(rival.second) for rival in rivals):
        style.write(right, 0.5, 0.5, empty, transform=right.transAxes, ha="center", va="center")
    return figure
