"""A ballot: one row a member, one column a digit, the verdict of those who still vote below."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pruning_lab.arrays import Array, Bools
from pruning_lab.network.loss import Labels
from pruning_lab.teaching.figures import style

PITCH = 6.2  # points from one member to the next
LEFT, RIGHT, TOP, BOTTOM = 62.0, 4.0, 66.0, 46.0  # points around the votes


CORNERS = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]])


def _boxes(centres: Array, width: float, height: float) -> Path:
    """Rectangles of one size around these points, (n, 2), as one path."""
    points = centres[:, None] + CORNERS * [width, height]
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    return Path(points.reshape(-1, 2).round(1), np.tile(codes, len(centres)))


def _row(ax: Axes, x: Array, y: float, right: Bools, *, stays: bool, width: float) -> None:
    """Draw one member's votes: a full bar where it is right, a thin line where it is wrong."""
    for chosen, color, height in ((right, style.KEPT, 4.6), (~right, style.WARN, 1.2)):
        if chosen.any():
            centres = np.stack([x[chosen], np.full(chosen.sum(), y)], axis=1)
            path = _boxes(centres, width, height)
            shade = color if stays else style.PRUNED
            ax.add_patch(PathPatch(path, facecolor=shade, linewidth=0))


def picture(
    ax: Axes, pixels: Array, x: float, y: float, size: float, *, faint: bool = False
) -> None:
    """Draw 8 by 8 pixels around a point, row 0 on top, dark where there is ink, unless faint."""
    frame = _boxes(np.array([[x, y]]), size, size)
    ax.add_patch(PathPatch(frame, facecolor=style.PAPER, edgecolor=style.GRID, linewidth=0.6))
    row, column = np.divmod(np.arange(64), 8)
    centres = np.array([x, y]) + (np.stack([column - 3.5, 3.5 - row], axis=1)) * size / 8
    levels = np.ceil(pixels * 4).astype(int)
    for level in range(1, 5):
        shade = level / 4 * (0.2 if faint else 1.0)
        if (levels == level).any():
            path = _boxes(centres[levels == level], size / 8, size / 8)
            ax.add_patch(PathPatch(path, facecolor=style.INK, linewidth=0, alpha=shade))


def ballot(
    pictures: Array, truth: Labels, right: Bools, stays: Bools, verdict: Labels, before: Labels
) -> Figure:
    """Return the votes of all members, those who left faded, and the verdict of the rest.

    Parameters
    ----------
    pictures : (samples, 64) in [0, 1].
    truth : (samples,) labels.
    right : (members, samples) whether each vote is right.
    stays : (members,) who still votes.
    verdict, before : (samples,) majority of those who stay, and of all.
    """
    members, samples = right.shape
    wide, high = 72 * style.WIDTH, TOP + PITCH * members + BOTTOM
    figure = Figure(figsize=(style.WIDTH, high / 72))
    figure.patch.set_alpha(0)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, wide), ylim=(0, high))
    ax.set_axis_off()
    pitch = (wide - LEFT - RIGHT) / samples
    x = LEFT + pitch * (np.arange(samples) + 0.5)
    for place in range(members):
        y = high - TOP - PITCH * (place + 0.5)
        _row(ax, x, y, right[place], stays=bool(stays[place]), width=0.84 * pitch)
    for column, (pixels, label) in enumerate(zip(pictures, truth, strict=True)):
        picture(ax, pixels, x[column], high - 19, 0.86 * pitch)
        style.write(ax, x[column], high - 46, str(label), ha="center", va="center")
    style.write(ax, 0, high - 46, "truth", va="center")
    top = high - TOP - 0.5 * PITCH
    style.write(ax, 0, top, "best", va="center")
    style.write(ax, 0, BOTTOM + 0.5 * PITCH, "worst", va="center")
    style.write(ax, 0, 24, "majority", va="center", weight="bold")
    for column, label in enumerate(verdict):
        good = bool(label == truth[column])
        color, weight = (style.KEPT, "bold") if good else (style.WARN, "normal")
        how = {"ha": "center", "va": "center", "size": 17, "weight": weight}
        style.write(ax, x[column], 24, str(label), color, **how)
        if label != before[column]:
            ax.plot(x[column] + np.array([-8, 8]), [8, 8], color=color, linewidth=2.4)
    return figure
