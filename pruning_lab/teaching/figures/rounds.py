"""What a boosted ensemble gets right after each of its rounds, on three sets of rows."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve, mark

LOW = 0.55


def rounds(train: Array, held: Array, test: Array, chosen: Sequence[int], kept: int) -> Figure:
    """Return three curves over the rounds, with marks at those that stay.

    Parameters
    ----------
    train, held, test : (repetitions, rounds) accuracies
    chosen : the rounds that held-out rows would keep, one a repetition
    kept : how many rounds stay
    """
    figure, (ax,) = style.canvas(4.2, left=0.62, right=0.95)
    x = np.arange(1.0, train.shape[1] + 1)
    ax.set_xscale("log")
    ax.set(xlim=(0.92, 1.08 * x[-1]), ylim=(LOW, 1.02))
    ax.set_xticks([], minor=True)
    ticks = [t for t in (1, 3, 10, 30, 100, 300) if t <= x[-1]]
    ax.set_xticks(ticks, [str(t) for t in ticks])
    style.percents(ax, "y", [0.6, 0.7, 0.8, 0.9, 1])
    lines = [
        Curve("training", train, style.SECOND, dashed=True),
        Curve("held out", held, style.THIRD, faint=True),
        Curve("test", test, style.KEPT),
    ]
    for curve in lines:
        _draw(ax, x, curve)
        mark(ax, kept, float(curve.mean[kept - 1]), curve.color)
    ends = sorted(lines, key=lambda curve: curve.mean[-1])
    height = 0.0
    for curve in ends:
        height = max(height + 0.035, float(curve.mean[-1]))
        style.beside(ax, x[-1], height, curve.name, curve.color)
    low = ax.get_xaxis_transform()
    ax.plot(chosen, np.full(len(chosen), 0.035), "^", color=style.THIRD, transform=low)
    words = "△ the held-out loss would stop here"
    behind = {"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.9, "pad": 0.5}
    style.write(ax, 0.99, 0.09, words, style.THIRD, transform=ax.transAxes, ha="right", bbox=behind)
    ax.set_xlabel("rounds that stay")
    style.headline(ax, "Labels right")
    return figure


def _draw(ax: Axes, x: Array, curve: Curve) -> None:
    line = "--" if curve.dashed else "-"
    if not curve.faint:
        ax.plot(x, curve.accuracy.T, line, color=curve.color, linewidth=0.5, alpha=0.45)
    ax.plot(x, curve.mean, line, color=curve.color, linewidth=1.3 if curve.faint else 2.2)
