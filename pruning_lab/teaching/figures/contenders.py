"""Rivals side by side: every repetition a dot, the mean a stroke, what each one costs beside it."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import strips, style


def contenders(
    accuracy: Mapping[str, Array],
    weights: Sequence[int],
    loud: Sequence[str],
    *,
    low: float,
    unit: str = "weights",
) -> Figure:
    """Return one row a rival: its repetitions as dots over their mean.

    Parameters
    ----------
    accuracy : name -> (repetitions,).
    weights : how many each rival has, in the same order.
    loud : names in the colour of the method in question; the others are drawn in ink.
    low : where the axis begins.
    unit : what `weights` counts, if not weights.
    """
    names, cost = list(accuracy), dict(zip(accuracy, weights, strict=True))
    figure, (ax,) = style.canvas(0.47 * len(names) + 0.95, left=2.2, right=0.65)
    for place, name in enumerate(reversed(names)):
        color, values = style.KEPT if name in loud else style.INK, accuracy[name]
        strips.strip(ax, values, place, color)
        side = ax.get_yaxis_transform()
        style.write(ax, -0.03, place, name, color, transform=side, ha="right", va="bottom")
        style.write(
            ax,
            -0.03,
            place - 0.04,
            f"{cost[name]:,} {unit}",
            style.RANDOM,
            transform=side,
            ha="right",
            va="top",
        )
        style.write(
            ax, 1.03, place, style.percent(values.mean(), 1), color, transform=side, va="center"
        )
    ax.set_yticks([])
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xlim(low, 1)
    style.percents(ax, "x", [tick for tick in (0.8, 0.85, 0.9, 0.95, 1) if tick >= low])
    ax.set_xlabel("right on test samples")
    style.headline(ax, f"{len(accuracy[names[0]])} repetitions each, and their mean")
    return figure
