"""A map of choices: bytes across, the worst class upwards, and the corner that a customer buys."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pruning_lab.teaching import series
from pruning_lab.teaching.figures import style

LEFT, RIGHT = 700, 60_000  # bytes
TICKS = {1024: "1 kB", 4096: "4 kB", 16384: "16 kB"}


class Spot(NamedTuple):
    """One way at one sparsity: bytes, and the worst class of each seed."""

    nbytes: int
    worst: tuple[float, ...]


def choices(
    all_trails: Sequence[Sequence[Spot]],
    own: Sequence[Spot],
    here: int,
    *,
    nbytes: int,
    worst: float,
    dense: Spot,
    by_lot: bool,
) -> Figure:
    """Return the map, one trail of choices drawn strongly, and one choice on it with its seeds.

    Parameters
    ----------
    all_trails : each from sparse to dense; drawn faintly
    own : the trail that is shown
    here : place on it
    nbytes, worst : the budget: bytes at most, accuracy at least
    dense : where all began
    by_lot : the trail is a random baseline
    """
    figure, (ax,) = style.canvas(3.9, left=0.75)
    corner(ax, nbytes, worst)
    for trail in all_trails:
        ax.plot(*_line(trail), color=style.PRUNED, linewidth=1.2, zorder=1, label="another way")
    color = style.RANDOM if by_lot else style.KEPT
    ax.plot(
        *_line(own),
        "o",
        color=color,
        linestyle="--" if by_lot else "-",
        markersize=4.5,
        label="this way",
    )
    ax.plot(dense.nbytes, min(dense.worst), "s", color=style.INK, markersize=6, label="dense")
    style.write(ax, dense.nbytes, 1.03, "dense", ha="center")
    spot = own[here]
    ax.plot(
        [spot.nbytes] * 2,
        [min(spot.worst), max(spot.worst)],
        color=color,
        linewidth=1.2,
        label=series.ASIDE,
    )
    ax.plot(
        [spot.nbytes] * len(spot.worst),
        spot.worst,
        "_",
        color=style.INK,
        markersize=9,
        label="each seed",
    )
    good = spot.nbytes <= nbytes and min(spot.worst) >= worst
    mark = style.KEPT if good else style.WARN
    ax.plot(
        spot.nbytes,
        min(spot.worst),
        "o",
        color=mark,
        markersize=11,
        zorder=4,
        label="here, the worst seed",
    )
    word = "within the budget" if good else "not within the budget"
    style.write(ax, 0.98, 0.06, word, mark, transform=ax.transAxes, ha="right", weight="bold")
    return figure


def corner(ax: Axes, nbytes: int, worst: float) -> None:
    """Draw the axes and the corner within the budget."""
    ax.add_patch(
        Rectangle((LEFT, worst), nbytes - LEFT, 1.1 - worst, color=style.SECOND, alpha=0.16, lw=0)
    )
    ax.plot(
        [nbytes, nbytes, LEFT],
        [1.1, worst, worst],
        color=style.SECOND,
        linewidth=1.4,
        label="the budget",
    )
    style.write(ax, LEFT * 1.06, 1.02, "the budget", style.SECOND)
    ax.set(xscale="log", xlim=(LEFT, RIGHT), ylim=(-0.04, 1.1))
    ax.set_xticks(list(TICKS), list(TICKS.values()))
    ax.set_xticks([], minor=True)
    style.percents(ax, "y", (0, 0.25, 0.5, 0.75, 1))
    ax.set_xlabel("bytes of the largest file", labelpad=2)
    style.headline(ax, "Accuracy of the worst class of the worst seed")


def promises(rows: dict[str, tuple[Sequence[float], float]], *, limit: float, dense: str) -> Figure:
    """Return what is promised of each way beside the five networks it stands for.

    Parameters
    ----------
    rows : name -> (seeds, the number that is promised)
    limit : what the customer asks for
    dense : name of the row that is the baseline
    """
    figure, (ax,) = style.canvas(3.7, left=1.95)
    ax.grid(visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    rail = ax.get_yaxis_transform()
    for y, (name, (seeds, said)) in enumerate(rows.items()):
        good = said >= limit
        color = style.INK if name == dense else style.KEPT if good else style.WARN
        ax.plot(
            [min(seeds), max(seeds)],
            [y, y],
            color=style.PRUNED,
            linewidth=1.5,
            zorder=1,
            label=series.ASIDE,
        )
        ax.plot(
            seeds, np.full(len(seeds), y), "|", color=style.RANDOM, markersize=10, label="each seed"
        )
        face = color if good else style.PAPER
        ax.plot(
            said,
            y,
            "D",
            color=color,
            markerfacecolor=face,
            markersize=8,
            zorder=3,
            label="promised",
        )
        style.write(ax, -0.03, y, name, transform=rail, ha="right", va="center_baseline")
    ax.axvline(limit, color=style.SECOND, linewidth=1.6, label="asked for")
    ax.set(xlim=(-0.03, 1.03), ylim=(len(rows) - 0.4, -0.6), yticks=[])
    style.percents(ax, "x", (0, 0.25, 0.5, 0.75, 1))
    style.headline(ax, f"What is promised; the line is {style.percent(limit)}")
    return figure


def _line(trail: Sequence[Spot]) -> tuple[list[int], list[float]]:
    return [spot.nbytes for spot in trail], [min(spot.worst) for spot in trail]
