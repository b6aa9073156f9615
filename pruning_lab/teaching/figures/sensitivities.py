"""Layers side by side: what is still right if one of them alone is cut, and what each carries."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import strips, style


class Load(NamedTuple):
    """What a layer carries of the whole, each in [0, 1]."""

    work: float  # multiplications
    stored: float  # weights


def alone(ax: Axes, found: Mapping[str, Array], whole: float) -> None:
    """Draw for each layer its seeds as points and their mean as a bar."""
    ax.axvline(whole, color=style.INK, linewidth=1, label="whole")
    for y, (name, right) in zip(range(len(found) - 1, -1, -1), found.items(), strict=True):
        mean = float(right.mean())
        color = style.KEPT if mean > whole - 0.05 else style.WARN
        ax.barh(y, mean, height=0.5, color=color, label="mean")
        strips.dots(ax, right, y, style.INK, size=3)
        style.write(ax, -0.04, y, name, ha="right", va="center")
    ax.set(xlim=(0, 1.04), ylim=(-0.6, len(found) - 0.4), yticks=[])
    ax.grid(visible=False)
    style.percents(ax, "x", [0, 0.5, 1])


def carries(ax: Axes, loads: Sequence[Load]) -> None:
    """Draw for each layer its share of the multiplications above its share of the weights."""
    for y, load in zip(range(len(loads) - 1, -1, -1), loads, strict=True):
        for name, offset, share, color in (
            ("work", 0.16, load.work, style.INK),
            ("weights", -0.18, load.stored, style.RANDOM),
        ):
            ax.barh(y + offset, share, height=0.28, color=color, label=name)
    top = len(loads) - 1
    style.write(ax, loads[0].work + 0.02, top + 0.16, "work", va="center")
    style.write(ax, loads[0].stored + 0.02, top - 0.2, "weights", style.RANDOM, va="center")
    ax.set(xlim=(0, 0.62), ylim=(-0.6, len(loads) - 0.4), yticks=[])
    ax.grid(visible=False)
    style.percents(ax, "x", [0, 0.25, 0.5])


def sensitivities(found: Mapping[str, Array], whole: float, loads: Sequence[Load]) -> Figure:
    """Return both columns, layers from the first on top to the last.

    Parameters
    ----------
    found : name of a layer -> (seeds,) share of tones found with that layer cut alone
    whole : the same without any cut
    loads : what each layer carries
    """
    figure, (left, right) = style.canvas(3.7, columns=2, left=0.6, right=0.15, bottom=0.62)
    for ax, wide, x in ((left, 0.53, 0.0), (right, 0.4, 0.6)):
        box = figure.axes[0].get_position() if ax is left else right.get_position()
        start = 0.6 / style.WIDTH
        span = 1 - start - 0.15 / style.WIDTH
        ax.set_position((start + x * span, box.y0, wide * span, box.height))
    alone(left, found, whole)
    carries(right, loads)
    style.headline(left, "Tones found, cut alone")
    style.headline(right, "Share of the whole")
    return figure
