"""Ranks of several methods as seeds come in, and how far the leader is ahead after the last."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching import series
from pruning_lab.teaching.figures import style

REACH = 5.0  # points of lead that are shown


def ranks(ax: Axes, places: Mapping[str, Array], total: int, colors: Mapping[str, str]) -> None:
    """Draw each method's place after every seed so far.

    Parameters
    ----------
    places : name -> (seeds so far,) place, 1 is first
    total : seeds that there are
    """
    for name, place in places.items():
        seeds = np.arange(1, len(place) + 1)
        line = "--" if name == "random" else "-"
        ax.plot(seeds, place, line, color=colors[name], linewidth=2.2, label=name)
        ax.plot(seeds[-1], place[-1], "o", color=colors[name], markersize=7, label=series.ASIDE)
        style.beside(ax, total, place[-1], name, colors[name])
    ax.set(xlim=(0.4, total + 0.4), ylim=(len(places) + 0.5, 0.5))
    ax.set_yticks(range(1, len(places) + 1))
    ax.set_xticks([1, *range(5, total + 1, 5)])
    ax.set_xlabel("seeds so far", labelpad=2)


def leads(
    ax: Axes, names: Sequence[str], gaps: Sequence[tuple[float, float, float] | float]
) -> None:
    """Draw by how much the leader is ahead of each other method, with an interval if there is one.

    Parameters
    ----------
    names : of the others
    gaps : mean, low and high, or the mean alone, in points
    """
    ax.grid(visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    rail = ax.get_yaxis_transform()
    for y, (name, gap) in enumerate(zip(names, gaps, strict=True)):
        mean, low, high = gap if isinstance(gap, tuple) else (gap, gap, gap)
        open_ = low <= 0 or not isinstance(gap, tuple)
        color = style.WARN if open_ else style.KEPT
        ends = np.clip([low, high], -REACH, 2 * REACH)
        ax.plot(
            ends,
            [y, y],
            color=color,
            linewidth=4,
            alpha=0.5,
            solid_capstyle="butt",
            label="interval",
        )
        face = style.PAPER if open_ else color
        ax.plot(mean, y, "D", color=color, markerfacecolor=face, markersize=7, label="mean")
        style.write(ax, -0.02, y, name, transform=rail, ha="right", va="center_baseline")
    ax.axvline(0, color=style.INK, linewidth=1, label="level")
    ax.set(xlim=(-REACH, 2 * REACH), ylim=(len(names) - 0.4, -0.6), yticks=[])
    ax.set_xlabel("points ahead, within seeds")


def standings(
    places: Mapping[str, Array],
    total: int,
    colors: Mapping[str, str],
    leader: str,
    others: Sequence[str],
    gaps: Sequence[tuple[float, float, float] | float],
) -> Figure:
    """Return places after every seed above the leader's distance to the others."""
    figure, (above, below) = style.canvas(5.6, (1.15, 1), left=1.6, right=1.6, gap=1.05)
    ranks(above, places, total, colors)
    style.headline(above, "Place by the mean so far")
    leads(below, others, gaps)
    style.headline(below, f"{leader} less ...")
    return figure
