"""A card: a tool, the lines of code that use it, and the trap beside it."""

from collections.abc import Sequence
from textwrap import wrap

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pruning_lab.teaching.figures import style

CODE = "monospace"
LETTERS = 52  # of code in a line that fits


def card(tool: str, code: Sequence[str], trap: str) -> Figure:
    """Return the card, of one height for up to five lines of code and a trap of four lines.

    Parameters
    ----------
    tool : its name.
    code : lines of at most `LETTERS` letters.
    trap : a sentence or two.
    """
    figure, (ax,) = style.canvas(3.35, left=0.05, right=0.05, bottom=0.05)
    ax.set(xlim=(0, 100), ylim=(13.2, 0))
    ax.axis("off")
    style.write(ax, 0, 0.4, tool, style.KEPT, weight="bold", va="center_baseline", size=14)
    ax.add_patch(Rectangle((0, 1.4), 100, 6.2, facecolor=style.GRID, edgecolor="none", alpha=0.5))
    for i, line in enumerate(code):
        kept = line.replace(" ", "\u00a0")  # a browser folds other spaces
        ax.text(1.5, 2.3 + 1.12 * i, kept, family=CODE, size=11, color=style.INK, va="center")
    ax.plot([0.8, 0.8], [8.2, 13.0], color=style.WARN, linewidth=3)
    for i, line in enumerate(wrap(trap, 62)):
        style.write(ax, 3, 8.8 + 1.2 * i, line, va="center_baseline")
    return figure
