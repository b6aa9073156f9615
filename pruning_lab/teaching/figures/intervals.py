"""Ten differences and the intervals that can be put around their mean."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style


def intervals(
    differences: Array, ways: Mapping[str, tuple[float, float, float]], unit: str
) -> Figure:
    """Return the differences as points above one level bar for each way.

    Parameters
    ----------
    differences : (seeds,) in points.
    ways : name -> mean, low and high, in points.
    unit : what the axis says.
    """
    figure, (ax,) = style.canvas(0.52 * len(ways) + 1.75, left=1.35, right=0.25)
    ax.grid(False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ends = ax.get_yaxis_transform()
    ax.plot(
        differences,
        np.zeros(len(differences)),
        "o",
        color=style.KEPT,
        alpha=0.5,
        markersize=7,
        label="each seed",
    )
    style.write(ax, -0.03, 0, "each seed", transform=ends, ha="right", va="center")
    for y, (name, (mean, low, high)) in enumerate(ways.items(), start=1):
        color = style.WARN if low <= 0 <= high else style.KEPT
        ax.plot(
            [low, high], [-y, -y], color=color, linewidth=4, solid_capstyle="butt", label="interval"
        )
        ax.plot(mean, -y, "D", color=color, markersize=8, label="mean")
        style.write(ax, -0.03, -y, name, transform=ends, ha="right", va="center")
    ax.axvline(0, color=style.INK, linewidth=1, label="no difference")
    ax.set_ylim(-len(ways) - 0.6, 0.6)
    ax.set_yticks([])
    ax.set_xlabel(unit)
    return figure
