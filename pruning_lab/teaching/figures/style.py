"""What every figure of the book shares: colours that carry meaning, type, and quiet axes.

The hex values are a vocabulary: the page maps each of them to a colour of its theme.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1a1a1a"  # text, axes, the dense baseline
KEPT = "#0072b2"  # what stays; the method in question
PRUNED = "#c8cdd3"  # the trace of what went
RANDOM = "#7a7f87"  # the random baseline, always dashed
WARN = "#d55e00"
SECOND = "#009e73"
THIRD = "#cc79a7"
GRID = "#e3e6ea"
PAPER = "#ffffff"

WIDTH = 5.3  # inches; a page column on a desk, still readable on a phone
SIZE = 12  # points: 10.5 px on a phone 375 px wide


FACES = ("SourceSansPro", "SourceSansProBold")


def _family() -> str:
    """Source Sans Pro if its package is installed, else what matplotlib ships."""
    try:
        from font_source_sans_pro import font_files_ttf as files  # type: ignore[import-untyped]
    except ImportError:
        return "DejaVu Sans"
    for face in FACES:
        font_manager.fontManager.addfont(files[face])
    return "Source Sans Pro"


FONT = _family()
TYPE: Any = {"font.family": FONT, "font.size": SIZE, "axes.labelsize": SIZE, "axes.titlesize": SIZE}


def canvas(
    height: float,
    heights: Sequence[float] = (1,),
    *,
    columns: int = 1,
    left: float = 0.55,
    right: float = 0.25,
    gap: float = 0.85,
    bottom: float = 0.55,
) -> tuple[Figure, list[Axes]]:
    """Return a transparent figure with quiet axes in rows (or columns), in reading order.

    The margins are fixed, so that nothing moves from one state of a demo to the next.

    Parameters
    ----------
    height : of the figure, in inches.
    heights : of the rows, relative to each other.
    columns : how many axes stand side by side.
    left, right : margins, in inches.
    gap : between rows, in inches.
    bottom : margin, in inches.
    """
    top, rows = 0.32, len(heights)
    with mpl.rc_context(TYPE):
        figure = Figure(figsize=(WIDTH, height))
        figure.patch.set_alpha(0)
        average = (height - top - bottom - gap * (rows - 1)) / rows
        grid = figure.add_gridspec(
            rows,
            columns,
            left=left / WIDTH,
            right=1 - right / WIDTH,
            bottom=bottom / height,
            top=1 - top / height,
            hspace=gap / average,
            wspace=0.08,
            height_ratios=list(heights),
        )
        axes = [figure.add_subplot(grid[i]) for i in range(rows * columns)]
    return figure, [quiet(ax) for ax in axes]


def quiet(ax: Axes) -> Axes:
    """Return the axes with a light horizontal grid and no frame but the base line."""
    ax.patch.set_alpha(0)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(INK)
    ax.spines["bottom"].set_linewidth(0.8)
    ax.tick_params(length=0, labelsize=SIZE, labelcolor=INK, labelfontfamily=FONT)
    ax.tick_params(axis="x", length=3, width=0.8, color=INK)
    for text in (ax.xaxis.label, ax.yaxis.label, ax.title):
        text.set_color(INK)
    return ax


def write(ax: Axes, x: float, y: float, text: str, color: str = INK, **how: Any) -> None:
    """Write a direct label in the type of the book."""
    ax.text(x, y, text, color=color, family=FONT, **({"size": SIZE} | how))


def beside(ax: Axes, x: float, y: float, text: str, color: str) -> None:
    """Write a name right of a point, also beyond the axes."""
    ax.annotate(
        text,
        (x, y),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        color=color,
        family=FONT,
        size=SIZE,
        annotation_clip=False,
    )


def headline(ax: Axes, text: str) -> None:
    """Say above the axes, at their left edge, what is plotted."""
    ax.set_title(text, loc="left", family=FONT, size=SIZE, color=INK, pad=7)


def percent(value: float, digits: int = 0) -> str:
    """Write a share as a per cent with a thin space: 0.805 becomes '80.5 %'.

    >>> percent(0.805, 1)
    '80.5\u202f%'
    """
    return f"{100 * value:.{digits}f}\u202f%"


def percents(ax: Axes, axis: str, ticks: Sequence[float]) -> None:
    """Tick one axis of shares at these values, written as per cents."""
    words = [percent(tick) for tick in ticks]
    if axis == "x":
        ax.set_xticks(list(ticks), words)
    else:
        ax.set_yticks(list(ticks), words)
