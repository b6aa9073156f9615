"""One network in several containers: bytes and time as bars, side by side."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.teaching import series
from pruning_lab.teaching.figures import style

LONGEST = 1.5  # a bar beyond it ends in an arrow


class Timed(Protocol):
    """What was timed, in microseconds."""

    @property
    def least_us(self) -> float:
        """The fastest call."""
        ...  # pragma: no cover


class Container(NamedTuple):
    """One way to write a network down.

    Parameters
    ----------
    name : stands at the left.
    nbytes : what it takes, or None where there is no such container.
    taken : how long it computes, or None if it has to be unpacked first.
    """

    name: str
    nbytes: int | None
    taken: Timed | None


def bar(ax: Axes, y: float, share: float, text: str) -> None:
    """Draw what is left solid, what went pale, what grew warm, and the number behind."""
    ax.barh(y, 1, 0.62, color=style.PRUNED, alpha=0.6, linewidth=0, label="dense")
    ax.barh(y, min(share, 1), 0.62, color=style.KEPT, linewidth=0, label="left")
    if share > 1:
        ax.barh(
            y,
            min(share, LONGEST) - 1,
            0.62,
            left=1,
            color=style.WARN,
            linewidth=0,
            label="grown to",
        )
    ax.plot([1, 1], [y - 0.42, y + 0.42], color=style.INK, linewidth=1, label=series.ASIDE)
    if share > LONGEST:
        ax.plot(LONGEST, y, ">", color=style.WARN, markersize=8, clip_on=False, label=series.ASIDE)
    style.write(ax, LONGEST + 0.1, y, text, va="center", size=11)


def containers(rows: Sequence[Container | tuple[str, str]], dense: int, dense_us: float) -> Figure:
    """Return bars of bytes and of time, in groups under heads.

    Parameters
    ----------
    rows : containers, and heads of two texts: how it was pruned, and what it reads
    dense, dense_us : bytes and microseconds of the network before, where the line stands
    """
    figure, (left, right) = style.canvas(4.5, columns=2, left=1.52, right=0.72, bottom=0.62)
    for ax, x in ((left, 1.52), (right, 3.52)):
        box = ax.get_position()
        ax.set_position((x / style.WIDTH, box.y0, 1.08 / style.WIDTH, box.height))
        ax.grid(visible=False)
    y = 0.0
    for row in rows:
        y -= 1.0
        if not isinstance(row, Container):
            y -= 0.25
            edge = left.get_yaxis_transform()
            style.write(left, -1.38, y, row[0], transform=edge, va="center", weight="bold")
            style.write(left, 0, y, row[1], transform=edge, va="center")
            continue
        ends = left.get_yaxis_transform()
        style.write(left, -0.05, y, row.name, transform=ends, ha="right", va="center", size=11)
        if row.nbytes is None:
            style.write(left, 0, y, "none", style.RANDOM, va="center", size=11)
            continue
        bar(left, y, row.nbytes / dense, f"{row.nbytes / 1000:.1f}\u202fkB")
        if row.taken is None:
            style.write(right, 0, y, "unpacked first", style.RANDOM, va="center", size=11)
        else:
            us = row.taken.least_us
            words = f"{us:.0f}\u202fµs" if us < 1000 else f"{us / 1000:.1f}\u202fms"
            bar(right, y, us / dense_us, words)
    for ax, words in ((left, "bytes"), (right, "time")):
        ax.set_ylim(y - 0.7, -0.6)
        ax.set_yticks([])
        ax.set_xlim(0, LONGEST)
        style.percents(ax, "x", [0, 1])
        ax.set_xlabel(f"{words}, of the dense")
    return figure
