"""Several methods side by side: every network a dot, the mean a bar, and what the layers keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import strips, style

COLUMNS = (1.19, 1.37, 1.55)  # where the layers' shares stand, in widths of the axes


@dataclass(frozen=True)
class Lane:
    """One method.

    Parameters
    ----------
    name : stands at the left
    accuracy : (networks,)
    kept : (layers,) share of each layer's weights that stayed
    color : one of the colours of the style
    """

    name: str
    accuracy: Array
    kept: Array
    color: str


def lane(ax: Axes, y: float, each: Lane, density: float) -> None:
    """Draw one method: dots, mean, name, and the shares, a starved layer marked."""
    rail = ax.get_yaxis_transform()
    ax.plot([0, 1], [y, y], color=style.GRID, linewidth=0.8, zorder=0)
    strips.strip(ax, each.accuracy, y, each.color)
    style.write(
        ax, -0.04, y, each.name, each.color, transform=rail, ha="right", va="center_baseline"
    )
    for place, share in zip(COLUMNS, each.kept, strict=True):
        starved = share < density / 3
        style.write(
            ax,
            place,
            y,
            share_words(float(share)),
            style.WARN if starved else style.INK,
            transform=rail,
            ha="right",
            va="center_baseline",
            weight="bold" if starved else "normal",
        )


def share_words(share: float) -> str:
    """Write a share in per cent, with one digit where it is small.

    >>> share_words(0.052), share_words(0.5), share_words(0.0)
    ('5.2', '50', '0')
    """
    value = 100 * share
    return f"{value:.1f}" if 0 < value < 9.95 else f"{value:.0f}"


def race(lanes: Sequence[Lane], dense: float, density: float) -> Figure:
    """Return the lanes above each other over one axis of accuracy.

    Parameters
    ----------
    dense : accuracy of the networks that were not cut, a vertical line
    density : share of all weights that is left; a layer with less than a third of it is starved
    """
    figure, (ax,) = style.canvas(4.5, left=1.45, right=1.4)
    ax.grid(visible=False)
    ax.set(xlim=(0, 1.02), ylim=(len(lanes) - 0.45, -0.6), yticks=[])
    for y, each in enumerate(lanes):
        lane(ax, y, each, density)
    ax.axvline(dense, color=style.INK, linewidth=1, zorder=0, label="dense")
    style.percents(ax, "x", [0, 0.5, 1])
    ax.set_xlabel("test accuracy (line: dense)")
    for place, words in zip(COLUMNS, ("layer 1", "2", "3"), strict=True):
        style.write(ax, place, 1.015, words, transform=ax.transAxes, ha="right", va="bottom")
    style.write(ax, COLUMNS[-1], -0.135, "% of weights kept", transform=ax.transAxes, ha="right")
    style.headline(ax, "Five networks")
    return figure
