"""What a line of code leaves that is called several times, and how well that reads."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve


def calls(left: Array, curves: Sequence[Curve], place: int) -> Figure:
    """Return the weights left over the number of calls, and below them the accuracies.

    Parameters
    ----------
    left : (ways, calls + 1) weights left.
    curves : one a way, its points the calls.
    place : how many calls are marked.
    """
    figure, (above, below) = style.canvas(4.7, (1, 1.2), left=0.62, right=1.0)
    x = np.arange(float(left.shape[1]))
    for line, curve in zip(left, curves, strict=True):
        dash = "--" if curve.dashed else "-"
        above.plot(x, line / left[0, 0], dash, color=curve.color, linewidth=2.2, label=curve.name)
    ends = curve_figures.apart(sorted(left[:, -1] / left[0, 0]), gap=0.16)
    for y, k in zip(ends, np.argsort(left[:, -1], kind="stable"), strict=True):
        style.beside(above, float(x[-1]), y, curves[k].name, curves[k].color)
    curve_figures.draw(below, x, curves)
    for ax in (above, below):
        ax.set_xlim(0, x[-1])
        curve_figures.accuracy_axis(ax)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    for line, curve in zip(left, curves, strict=True):
        curve_figures.mark(above, place, float(line[place] / left[0, 0]), curve.color)
        curve_figures.mark(below, place, float(curve.mean[place]), curve.color)
    style.headline(above, "Weights left")
    style.headline(below, "Digits read right")
    below.set_xlabel("calls of the same line")
    return figure
