"""What a network keeps of each input pixel, beside what that pixel ever shows."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import style


def squares(ax: Axes, share: Array, color: str, *, field: bool = True) -> None:
    """Draw an (8, 8) grid of squares whose area is the share, row 0 on top.

    Parameters
    ----------
    field : whether pale cells are drawn below them
    """
    rows, columns = share.shape
    for row in range(rows):
        for column in range(columns):
            side = 0.94 * float(np.sqrt(share[row, column]))
            corner = (column + 0.5 - side / 2, rows - row - 0.5 - side / 2)
            if field:
                place = (column + 0.03, rows - row - 0.97)
                ax.add_patch(Rectangle(place, 0.94, 0.94, color=style.GRID))
            if side:
                ax.add_patch(Rectangle(corner, side, side, color=color, linewidth=0))
    ax.set(xlim=(0, columns), ylim=(0, rows), aspect="equal", xticks=[], yticks=[])
    ax.spines["bottom"].set_visible(False)


def circle(ax: Axes, pixels: Sequence[int], rows: int, columns: int) -> None:
    """Frame some pixels, given by their index in reading order."""
    for pixel in pixels:
        row, column = divmod(pixel, columns)
        corner = (column + 0.01, rows - row - 0.99)
        ax.add_patch(Rectangle(corner, 0.98, 0.98, fill=False, edgecolor=style.WARN, linewidth=1.8))


def pixels(ink: Array, kept: Array) -> Figure:
    """Return two pictures side by side: mean ink of a pixel, share of its weights kept.

    Parameters
    ----------
    ink : (64,) mean brightness of each pixel over the training images, in [0, 1].
    kept : (64,) share of the pixel's first-layer weights that a mask keeps.
    """
    figure, (left, right) = style.canvas(2.85, columns=2, left=0.1, bottom=0.1)
    dead = np.flatnonzero(ink == 0).tolist()
    for ax, share, color, words in (
        (left, ink / ink.max(), style.INK, "Ink that the pixel shows"),
        (right, kept / kept.max(), style.KEPT, "Weights that it keeps"),
    ):
        squares(ax, share.reshape(8, 8), color)
        circle(ax, dead, 8, 8)
        style.headline(ax, words)
    return figure
