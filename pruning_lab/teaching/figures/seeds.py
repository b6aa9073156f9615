"""Two methods over several seeds: their accuracies, and below the differences within seeds."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve

LOWEST = 0.9  # of the accuracies shown; the picture says so
REACH = (-2.6, 5.2)  # points of difference that are shown


def differences(
    ax: Axes, sparsities: Array, gap: Array, intervals: Sequence[tuple[float, float, float]]
) -> None:
    """Draw each seed's difference thin, their mean bold, an interval at each sparsity.

    Parameters
    ----------
    gap : (seeds, points), as shares
    intervals : mean, low, high at each sparsity, as shares; none for a single seed
    """
    ax.axhspan(REACH[0], 0, color=style.PRUNED, alpha=0.35, linewidth=0)
    ax.axhline(0, color=style.INK, linewidth=1, label="level")
    ax.plot(
        sparsities, 100 * gap.T, "-", color=style.KEPT, linewidth=0.6, alpha=0.55, label="each seed"
    )
    means = 100 * gap.mean(axis=0)
    for x, (_, low, high) in zip(sparsities, intervals, strict=False):
        ax.plot(
            [x, x],
            [100 * low, 100 * high],
            color=style.KEPT,
            linewidth=3,
            alpha=0.45,
            label="interval",
        )
    ax.plot(sparsities, means, "-o", color=style.KEPT, linewidth=2.2, markersize=5, label="mean")
    behind = means < -1e-9
    ax.plot(
        sparsities[behind],
        means[behind],
        "X",
        color=style.WARN,
        markersize=11,
        zorder=6,
        label="magnitude behind",
    )
    ax.set_ylim(*REACH)
    ax.set_yticks([-2, 0, 2, 4], ["−2", "0", "+2", "+4"])
    behind_words = {"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 0.5}
    style.write(ax, 0.515, 4.3, "magnitude ahead", style.KEPT, bbox=behind_words)
    style.write(ax, 0.515, -2.2, "random ahead", style.RANDOM, bbox=behind_words)


def sparsity_ticks(ax: Axes, sparsities: Array) -> None:
    """Tick every sparsity that was measured, and no other."""
    ax.set_xlim(sparsities[0] - 0.02, sparsities[-1] + 0.02)
    style.percents(ax, "x", sparsities.tolist())


def comparison(
    sparsities: Array,
    ours: Array,
    lot: Array,
    dense: Array,
    intervals: Sequence[tuple[float, float, float]],
) -> Figure:
    """Return the accuracies of two methods above the differences within each seed.

    Parameters
    ----------
    sparsities : (points,) rising.
    ours, lot : (seeds, points) accuracies by magnitude and at random, in pairs.
    dense : (seeds,) accuracies of the unpruned networks, trained as long.
    intervals : mean, low, high of the difference at each sparsity; none for a single seed.
    """
    figure, (above, below) = style.canvas(5.3, (1, 1.15), left=0.6, right=1.0)
    level = Curve(
        "dense", np.repeat(dense[:, None], len(sparsities), axis=1), style.INK, faint=True
    )
    curve_figures.draw(
        above,
        sparsities,
        [
            level,
            Curve("", lot, style.RANDOM, label_at=(0, 0), dashed=True),
            Curve("", ours, style.KEPT, label_at=(0, 0)),
        ],
    )
    ends = [("random", lot, style.RANDOM), ("magnitude", ours, style.KEPT)]
    heights = curve_figures.apart(
        sorted(float(np.clip(a.mean(axis=0)[-1], LOWEST, 1)) for _, a, _ in ends), gap=0.016
    )
    order = sorted(ends, key=lambda each: float(each[1].mean(axis=0)[-1]))
    for (name, _, color), height in zip(order, heights, strict=True):
        style.beside(above, sparsities[-1], height, name, color)
    above.set_ylim(LOWEST, 1.003)
    style.percents(above, "y", [0.9, 0.92, 0.94, 0.96, 0.98, 1])
    sparsity_ticks(above, sparsities)
    style.headline(above, "Test accuracy (the axis begins at 90\u202f%)")
    differences(below, sparsities, ours - lot, intervals)
    sparsity_ticks(below, sparsities)
    below.set_xlabel("sparsity: share of the weights pruned")
    style.headline(below, "Magnitude less random, in points, within each seed")
    return figure
