"""What a score says of removed weights, against what the loss really did."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style

LOSS = (1e-8, 2.0)  # the range of a change of the loss


@dataclass(frozen=True)
class Axis:
    """The horizontal axis of a score.

    Parameters
    ----------
    label : what is plotted
    limits : of the axis
    is_loss : whether the score predicts a change of the loss, and so may lie on the diagonal
    """

    label: str
    limits: tuple[float, float]
    is_loss: bool = False


AXES = {
    "magnitude": Axis("sum of |w|", (1e-4, 1e3)),
    "Wanda": Axis("sum of |w| × input norm", (1e-4, 1e5)),
    "slope": Axis("predicted change of the loss", LOSS, is_loss=True),
    "curvature": Axis("predicted change of the loss", LOSS, is_loss=True),
    "slope + curvature": Axis("predicted change of the loss", LOSS, is_loss=True),
}


def power(exponent: int) -> str:
    """Write a power of ten as a computer does, or in full where it is short.

    >>> power(-6), power(-2), power(0), power(4)
    ('1e−6', '0.01', '1', '10,000')
    """
    if -2 <= exponent <= 4:
        return f"{10.0**exponent:,.{max(0, -exponent)}f}"
    return f"1e{exponent}".replace("-", "−")


def logarithmic(ax: Axes, axis: str, limits: tuple[float, float], step: int = 2) -> None:
    """Give one axis powers of ten, every second of them with its name."""
    low, high = (int(np.floor(np.log10(limit))) for limit in limits)
    exponents = range(low, high + 1, step)
    ticks, names = [10.0**e for e in exponents], [power(e) for e in exponents]
    if axis == "x":
        ax.set_xscale("log")
        ax.set_xlim(*limits)
        ax.set_xticks(ticks, names)
        ax.xaxis.set_minor_locator(NullLocator())
    else:
        ax.set_yscale("log")
        ax.set_ylim(*limits)
        ax.set_yticks(ticks, names)
        ax.yaxis.set_minor_locator(NullLocator())


def key(ax: Axes) -> None:
    """Say below the axes what the three marks mean."""
    kinds = (
        ("o", "loss rose", style.KEPT),
        ("o", "loss fell", style.WARN),
        ("x", "no change", style.RANDOM),
    )
    for place, (marker, words, color) in zip((0.02, 0.36, 0.69), kinds, strict=True):
        fill = "none" if color == style.WARN else "full"
        ax.plot(
            [place],
            [-0.265],
            marker,
            color=color,
            markersize=5.5,
            fillstyle=fill,
            transform=ax.transAxes,
            clip_on=False,
        )
        style.write(ax, place + 0.03, -0.29, words, color, transform=ax.transAxes)


def removals(said: Array, true: Array, axis: Axis) -> Figure:
    """Return the scatter: filled where the loss rose, open where it fell, crosses for nothing.

    Parameters
    ----------
    said, true : (groups,) of each removal, of any sign; what is too small stands at the edge
    axis : of the score
    """
    figure, (ax,) = style.canvas(4.4, left=0.72, right=0.3, bottom=0.95)
    low, high = axis.limits
    x = np.clip(np.abs(said), 1.3 * low, high / 1.3)
    y = np.clip(np.abs(true), 1.3 * LOSS[0], LOSS[1])
    logarithmic(ax, "x", axis.limits)
    logarithmic(ax, "y", LOSS)
    if axis.is_loss:
        ax.plot(LOSS, LOSS, color=style.INK, linewidth=0.8, label="as predicted")
    rose, fell, nothing = true > 0, true < 0, true == 0
    ax.plot(
        x[rose],
        y[rose],
        "o",
        color=style.KEPT,
        markersize=4.5,
        alpha=0.7,
        markeredgewidth=0,
        label="loss rose",
    )
    ax.plot(
        x[fell], y[fell], "o", color=style.WARN, markersize=4.5, fillstyle="none",
        markeredgewidth=1, label="loss fell",
    )  # fmt: skip
    ax.plot(x[nothing], y[nothing], "x", color=style.RANDOM, markersize=5, label="no change")
    ax.set_xlabel(axis.label)
    style.headline(ax, "True change of the loss")
    key(ax)
    if axis.is_loss:
        words = "on the line: as predicted"
        style.write(ax, 0.03, 0.93, words, transform=ax.transAxes, va="top")
    return figure
