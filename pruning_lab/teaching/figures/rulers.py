"""One network under many rulers: each bar is a share of what the dense network shows."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from pruning_lab.teaching import series
from pruning_lab.teaching.figures import style

LONGEST = 1.5  # a bar beyond it ends in an arrow


class Ruler(NamedTuple):
    """One bar.

    Parameters
    ----------
    name : what is measured.
    share : of the dense network's reading; 1 is as before.
    text : the reading itself, with its unit.
    gap : whether a new group begins here.
    """

    name: str
    share: float
    text: str
    gap: bool = False


def rulers(scales: Sequence[Ruler]) -> Figure:
    """Return level bars, solid where something is left, pale where it went, warm where it grew."""
    figure, (ax,) = style.canvas(4.5, left=1.62, right=0.85, bottom=0.62)
    ax.grid(False)
    y = 0.0
    for scale in scales:
        y -= 1.55 if scale.gap else 1.0
        ax.barh(y, 1, 0.66, color=style.PRUNED, alpha=0.6, linewidth=0, label="dense")
        ax.barh(y, min(scale.share, 1), 0.66, color=style.KEPT, linewidth=0, label="left")
        if scale.share > 1:
            ax.barh(
                y,
                min(scale.share, LONGEST) - 1,
                0.66,
                left=1,
                color=style.WARN,
                linewidth=0,
                label="grown to",
            )
        if scale.share > LONGEST:
            ax.plot(
                LONGEST, y, ">", color=style.WARN, markersize=9, clip_on=False, label=series.ASIDE
            )
            style.write(
                ax, LONGEST - 0.03, y, f"{scale.share:.1f}×", style.PAPER, ha="right", va="center"
            )
        ends = ax.get_yaxis_transform()
        style.write(ax, -0.03, y, scale.name, transform=ends, ha="right", va="center")
        style.write(ax, 1.04, y, scale.text, transform=ends, va="center", size=11)
    ax.axvline(1, color=style.INK, linewidth=1, label="dense")
    ax.set_ylim(y - 0.7, -0.35)
    ax.set_yticks([])
    ax.set_xlim(0, LONGEST)
    style.percents(ax, "x", [0, 0.5, 1, 1.5])
    ax.set_xlabel("share of the dense network's")
    return figure
