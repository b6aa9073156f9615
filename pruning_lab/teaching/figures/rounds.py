"""What a boosted ensemble gets right after each of its rounds, on three sets of rows."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves, style
from pruning_lab.teaching.figures.curves import Curve

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
    height = 0.0
    for name, values, color in sorted(
        (
            ("training", train, style.SECOND),
            ("held out", held, style.THIRD),
            ("test", test, style.KEPT),
        ),
        key=lambda line: float(line[1][:, -1].mean()),
    ):
        height = max(height + 0.035, float(values[:, -1].mean()))
        how = {"dashed": name == "training", "faint": name == "held out"}
        curve = Curve(name, values, color, (1.1 * x[-1], height - 0.01), **how)
        curves.draw(ax, x, [curve])
        curves.mark(ax, kept, float(curve.mean[kept - 1]), color)
    low = ax.get_xaxis_transform()
    ax.plot(
        chosen,
        np.full(len(chosen), 0.035),
        "^",
        color=style.THIRD,
        transform=low,
        label="the held-out loss would stop here",
    )
    words = "△ the held-out loss would stop here"
    behind = {"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.9, "pad": 0.5}
    style.write(ax, 0.99, 0.09, words, style.THIRD, transform=ax.transAxes, ha="right", bbox=behind)
    ax.set_xlabel("rounds that stay")
    style.headline(ax, "Labels right")
    return figure
