"""How sure a network is beside how often it is right: on the diagonal the two agree."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve


class Group(NamedTuple):
    """Some digits, as several networks answer them.

    Parameters
    ----------
    name : written beside the point
    sure : (seeds,) mean probability of the answers
    right : (seeds,) share of them that is right
    color : one of the colours of the style
    shape : of the point
    side : where the name stands, ``left``, ``right`` or ``above``
    """

    name: str
    sure: Array
    right: Array
    color: str
    shape: str = "o"
    side: str = "right"


def sureness(groups: Sequence[Group]) -> Figure:
    """Return one point a group, its networks small around it, over the diagonal.

    Parameters
    ----------
    groups : points above the diagonal are too modest, those below it too sure
    """
    figure, (ax,) = style.canvas(4.6, left=0.65, right=0.25)
    ax.plot([0, 1], [0, 1], color=style.INK, linewidth=1, label="as sure as right")
    where: dict[str, dict[str, Any]] = {
        "left": {"shift": (-0.025, 0.0), "ha": "right", "va": "center"},
        "right": {"shift": (0.025, 0.0), "ha": "left", "va": "center"},
        "above": {"shift": (0.015, 0.035), "ha": "right", "va": "bottom"},
    }
    for group in groups:
        ax.plot(
            group.sure,
            group.right,
            group.shape,
            color=group.color,
            markersize=3,
            alpha=0.5,
            label=f"{group.name}, each network",
        )
        x, y = float(group.sure.mean()), float(group.right.mean())
        ax.plot(
            x,
            y,
            group.shape,
            color=group.color,
            markersize=9,
            markeredgecolor=style.PAPER,
            label=f"{group.name}, mean",
        )
        how = dict(where[group.side])
        dx, dy = how.pop("shift")
        style.write(ax, x + dx, y + dy, group.name, group.color, **how)
    ax.set(xlim=(0.2, 1.03), ylim=(0.2, 1.12))
    ticks = [0.2, 0.4, 0.6, 0.8, 1]
    style.percents(ax, "x", ticks)
    style.percents(ax, "y", ticks)
    style.write(ax, 0.23, 0.97, "too modest", style.RANDOM)
    style.write(ax, 1.0, 0.23, "too sure", style.RANDOM, ha="right")
    ax.set_xlabel("how sure: mean probability of its answers")
    style.headline(ax, "How often right")
    return figure


def noises(strengths: Sequence[float], curves: Sequence[Curve]) -> Figure:
    """Return accuracy over the strength of the noise, one curve a kind of network.

    Parameters
    ----------
    strengths : standard deviations of the noise, in the units of the inputs
    curves : accuracies (seeds, strengths)
    """
    figure, (ax,) = style.canvas(3.4, left=0.6, right=1.15)
    curve_figures.accuracy_axis(ax, low=0.3, top=1.02)
    curve_figures.draw(ax, strengths, curves)  # type: ignore[arg-type]
    ax.set_xlim(strengths[0], strengths[-1])
    ax.set_xticks(list(strengths), [f"{strength:g}" for strength in strengths])
    ax.set_xlabel("noise: standard deviation, where ink is 1")
    style.headline(ax, "Held-out digits read right")
    return figure
