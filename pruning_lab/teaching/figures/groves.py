"""What is left of a forest, above what forests of every size get right."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves, style
from pruning_lab.teaching.figures.curves import Curve

LOW = 0.6  # where the axis of accuracies begins
LEFT = 0.0005  # of the bytes: where names stand


class Gauge(NamedTuple):
    """One level bar.

    Parameters
    ----------
    name : what is measured
    share : of the whole forest's reading
    text : the reading itself
    """

    name: str
    share: float
    text: str


def gauges(ax: Axes, found: Sequence[Gauge]) -> None:
    """Draw level bars: solid what is left, pale what went."""
    ax.grid(visible=False)
    ends = ax.get_yaxis_transform()
    for place, gauge in enumerate(found):
        ax.barh(-place, 1, 0.62, color=style.PRUNED, alpha=0.6, linewidth=0, label="whole")
        ax.barh(-place, gauge.share, 0.62, color=style.KEPT, linewidth=0, label="left")
        style.write(ax, -0.02, -place, gauge.name, transform=ends, ha="right", va="center")
        style.write(ax, 1.02, -place, gauge.text, transform=ends, va="center")
    ax.set(xlim=(0, 1), ylim=(0.5 - len(found), 0.5), xticks=[], yticks=[])
    ax.spines["bottom"].set_visible(False)


def groves(found: Sequence[Gauge], bytes_: Array, accuracy: Array, at: tuple[int, int]) -> Figure:
    """Return the bars of one forest above the accuracies of all sizes at its price.

    Parameters
    ----------
    found : of the forest that is shown
    bytes_ : (sizes, prices) as shares of the whole forest's
    accuracy : (repetitions, sizes, prices); the last size at the first price is the whole forest
    at : places of the size and of the price that are shown
    """
    figure, (above, below) = style.canvas(5.0, (0.42, 2.4), left=0.95, right=0.85, gap=0.62)
    gauges(above, found)
    style.headline(above, "What is left of the whole forest")
    whole = float(accuracy[:, -1, 0].mean())
    below.axhline(whole, color=style.INK, linewidth=1, label="whole")
    side = below.get_yaxis_transform()
    style.write(below, 1.02, whole, "whole", transform=side, va="center")
    lot = Curve("uncut", accuracy[:, :, 0], style.RANDOM, (LEFT, 0.865), dashed=True)
    cut = Curve("cut at this price", accuracy[:, :, at[1]], style.KEPT, (LEFT, 0.91))
    for price, curve in ((0, lot), (at[1], cut)):
        curves.draw(below, bytes_[:, price], [curve])
    x, y = float(bytes_[at]), float(accuracy[:, *at].mean())
    below.set_xscale("log")
    below.set(xlim=(0.0004, 1.05), ylim=(LOW, 1))
    below.set_xticks([], minor=True)
    style.percents(below, "y", [0.6, 0.7, 0.8, 0.9, 1])
    ticks = [0.001, 0.01, 0.1, 1]
    below.set_xticks(ticks, [style.percent(t, 1 if t < 0.01 else 0) for t in ticks])
    curves.mark(below, x, max(y, LOW))
    below.set_xlabel("bytes, as a share of the whole forest's")
    style.headline(below, "Test digits read")
    return figure
