"""Time over sparsity: a product with all zeros, without them, and one that is really smaller."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import mark
from pruning_lab.teaching.figures.style import percent

COLORS = {"matrices": style.INK, "CSR": style.KEPT, "smaller matrices": style.SECOND}
LINES = {"matrices": "-", "CSR": "-", "smaller matrices": "-."}


class Point(Protocol):
    """What was measured at one sparsity."""

    @property
    def sparsity(self) -> float:
        """Share of the weights that are zero."""
        ...  # pragma: no cover

    @property
    def least_us(self) -> float:
        """The fastest call."""
        ...  # pragma: no cover

    @property
    def high_us(self) -> float:
        """Third quartile."""
        ...  # pragma: no cover


@dataclass(frozen=True)
class Lane:
    """One way to compute.

    Parameters
    ----------
    name : stands at the right.
    points : by rising sparsity.
    """

    name: str
    points: Sequence[Point]


def paces(lanes: Sequence[Lane], sparsity: float, pays: float | None) -> Figure:
    """Return the fastest calls, with a band up to the third quartile, relative to the first lane.

    Parameters
    ----------
    lanes : the first is what all are compared with
    sparsity : where the reader stands
    pays : least sparsity from which on the second is faster, or None
    """
    figure, (ax,) = style.canvas(3.7, left=0.62, right=0.95, bottom=0.6)
    ax.set_yscale("log")
    x = np.arange(len(lanes[0].points))
    whole = min(point.least_us for point in lanes[0].points)
    for lane in lanes:
        color = COLORS[lane.name]
        least, high = (
            np.array([getattr(point, name) for point in lane.points]) / whole
            for name in ("least_us", "high_us")
        )
        ax.fill_between(
            x,
            least,
            high,
            color=color,
            alpha=0.18,
            linewidth=0,
            label=f"{lane.name}, fastest call to third quartile",
        )
        ax.plot(x, least, LINES[lane.name], color=color, linewidth=2.2, label=lane.name)
    shares = [point.sparsity for point in lanes[0].points]
    place = shares.index(sparsity)
    ends = [float(lane.points[-1].least_us / whole) for lane in lanes]
    ax.set_ylim(0.0015, 30)
    for lane, y in zip(lanes, _apart(ends), strict=True):
        words = lane.name.replace(" ", "\n")
        style.beside(ax, x[-1], y, words, COLORS[lane.name])
    if pays is not None:
        start = shares.index(pays)
        ax.axvspan(start - 0.5, x[-1] + 0.5, color=style.KEPT, alpha=0.08, linewidth=0)
        inside = {"transform": ax.get_xaxis_transform(), "va": "top", "ha": "right"}
        style.write(ax, x[-1] + 0.4, 0.98, "CSR is faster", style.KEPT, **inside)
    mark(ax, x[place], lanes[1].points[place].least_us / whole)
    ax.set_xlim(-0.5, x[-1] + 0.5)
    ax.set_xticks(x, [percent(s) for s in shares], fontsize=11)
    ax.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    ax.set_yticks([], minor=True)
    ax.set_xlabel("sparsity")
    style.headline(ax, "Time, of that of the dense product (log scale)")
    return figure


def _apart(ends: Sequence[float]) -> list[float]:
    """Heights of the names, a factor apart where the ends of the curves are close.

    >>> _apart([1.0, 1.0])[1] < 1
    True
    """
    order = sorted(range(len(ends)), key=lambda i: -ends[i])
    heights, last = list(ends), np.inf
    for i in order:
        heights[i] = float(min(ends[i], last / (4.5 if last < np.inf else 1)))
        last = heights[i]
    return heights
