"""What can be done to a network, a line each: what it brings, what it costs, where it fails."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.teaching.figures import style

COLUMNS = (0.575, 0.70, 0.825, 1.0)  # where the numbers end, in widths of the axes
HEADS = ("epochs", "file", "work", "worst class")


@dataclass(frozen=True)
class Line:
    """One treatment.

    Parameters
    ----------
    name : stands at the left
    cells : what each of `HEADS` shows
    failed : which of them does not do
    chosen : whether it is what the guide says
    """

    name: str
    cells: tuple[str, ...]
    failed: tuple[bool, ...]
    chosen: bool = False


def draw(ax: Axes, y: float, line: Line) -> None:
    """Draw one line: full where it stays, hollow and with a cross where it fails."""
    out = any(line.failed)
    color = style.RANDOM if out else style.KEPT
    if line.chosen:
        ax.axhspan(y - 0.45, y + 0.45, color=style.KEPT, alpha=0.16, linewidth=0)
    face = "none" if out else color
    shape, size = ("D", 9) if line.chosen else ("o", 7)
    ax.plot(0.015, y, shape, color=color, markerfacecolor=face, markersize=size)
    weight = "bold" if line.chosen else "normal"
    style.write(ax, 0.045, y, line.name, color, va="center_baseline", weight=weight)
    for x, cell, failed in zip(COLUMNS, line.cells, line.failed, strict=True):
        ink = style.WARN if failed else color
        style.write(ax, x, y, cell, ink, ha="right", va="center_baseline", weight=weight)
        if failed:
            left = x - 0.028 - 0.0135 * len(cell)
            ax.plot(left, y, "x", color=style.WARN, markersize=6, markeredgewidth=1.6)


def triage(lines: Sequence[Line]) -> Figure:
    """Return the lines below each other, those that fail with a cross where they do."""
    figure, (ax,) = style.canvas(0.3 * len(lines) + 0.75, left=0.05, right=0.1, bottom=0.1)
    ax.set(xlim=(-0.015, 1.01), ylim=(len(lines) - 0.4, -1.0))
    ax.axis("off")
    for x, head in zip(COLUMNS, HEADS, strict=True):
        style.write(ax, x, -0.85, head, ha="right", va="center_baseline")
    for y, line in enumerate(lines):
        draw(ax, y, line)
    return figure
