"""One claim drawn five ways: from two cut-off bars to the difference and its interval."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style

BEHIND = {"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.9, "pad": 0.5}
TITLES = (
    "Half the weights, better accuracy!",
    "Test accuracy, one seed",
    "Test accuracy, every seed",
    "Test accuracy, every seed, equal training",
    "Pruned less dense, in points",
)


def bars(ax: Axes, values: Sequence[float], low: float, high: float) -> None:
    """Draw two bars with their readings above an axis that begins where it is told to."""
    for x, (value, color) in enumerate(zip(values, (style.RANDOM, style.KEPT), strict=True)):
        ax.bar(x, value - low, 0.55, bottom=low, color=color, linewidth=0, label="accuracy")
        style.write(
            ax, x, value, style.percent(value, 1), color, ha="center", va="bottom", weight="bold"
        )
    ax.set_xlim(-0.6, 1.6)
    ax.set_xticks([0, 1], ["dense", "half pruned"])
    ax.set_ylim(low, high)


def points(ax: Axes, columns: Sequence[Array], names: Sequence[str]) -> None:
    """Draw every seed as a point in each column, joined to itself, and the means."""
    table = np.array(columns)  # (columns, seeds)
    places = np.arange(len(table))
    ax.plot(places, table, "-", color=style.RANDOM, linewidth=0.6, alpha=0.7, label="each seed")
    for x, column in enumerate(table):
        color = style.KEPT if x == len(table) - 1 else style.INK
        ax.plot(
            np.full(len(column), x),
            column,
            "o",
            color=color,
            markersize=5,
            alpha=0.6,
            label="each seed",
        )
        ax.plot([x - 0.16, x + 0.16], [column.mean()] * 2, color=color, linewidth=3, label="mean")
        words = style.percent(column.mean(), 1)
        style.write(ax, x + 0.2, column.mean(), words, color, va="center", bbox=BEHIND)
    ax.set_xlim(-0.4, len(table) - 0.35)
    ax.set_xticks(places, names)


def gaps(
    ax: Axes, columns: Sequence[Array], intervals: Sequence[tuple[float, float, float]]
) -> None:
    """Draw the differences of every seed, their mean and interval, and no difference as a line."""
    ax.axhline(0, color=style.INK, linewidth=1, label="no difference")
    for x, (column, (mean, low, high)) in enumerate(zip(columns, intervals, strict=True)):
        color = style.RANDOM if x == 0 else style.KEPT
        beside = x + np.linspace(-0.12, 0.12, len(column))
        ax.plot(beside, 100 * column, "o", color=color, markersize=5, alpha=0.6, label="each seed")
        ax.plot([x + 0.25] * 2, [100 * low, 100 * high], color=color, linewidth=3, label="interval")
        ax.plot(x + 0.25, 100 * mean, "D", color=color, markersize=7, label="mean")
        words = f"{100 * mean:+.2f}"
        style.write(ax, x + 0.31, 100 * mean, words, color, va="center", bbox=BEHIND)
    ax.set_xlim(-0.4, 1.65)
    ax.set_xticks([0, 1], ["as published", "equal training"])


def poster(
    step: int,
    before: Array,
    longer: Array,
    pruned: Array,
    seed: int,
    intervals: Sequence[tuple[float, float, float]],
) -> Figure:
    """Return one of five pictures of the same experiment.

    Parameters
    ----------
    step : 0 as found, 1 axis from zero, 2 every seed, 3 a dense network trained as long, 4 the
        differences.
    before, longer, pruned : (seeds,) accuracies.
    seed : which of them the first two pictures show.
    intervals : mean, low and high of the differences from `before` and from `longer`.
    """
    figure, (ax,) = style.canvas(3.9, left=0.72, right=0.3, bottom=0.75)
    one = [float(before[seed]), float(pruned[seed])]
    if step == 0:
        bars(ax, one, min(one) - 0.002, max(one) + 0.004)
        ax.set_yticks([])
    elif step == 1:
        bars(ax, one, 0, 1.12)
        style.percents(ax, "y", [0, 0.25, 0.5, 0.75, 1])
    elif step in (2, 3):
        dense = [before] if step == 2 else [before, longer]
        names = ["dense\n40 epochs", "dense\n60 epochs", "half pruned\n40 + 20 epochs"]
        points(ax, [*dense, pruned], [names[0], names[2]] if step == 2 else names)
        everything = np.concatenate([before, longer, pruned])
        low, high = float(everything.min()) - 0.004, float(everything.max()) + 0.004
        ax.set_ylim(low, high)
        ticks = np.arange(np.ceil(50 * low), 50 * high) / 50
        style.percents(ax, "y", ticks.tolist())
    else:
        gaps(ax, [pruned - before, pruned - longer], intervals)
        style.write(ax, 0.5, 0.02, "no difference", ha="center", va="bottom")
    style.headline(ax, TITLES[step])
    return figure
