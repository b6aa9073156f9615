"""A picture and the places where a network sees a face."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from pruning_lab.teaching.figures import style

Box = Sequence[float]  # left, top, right, bottom


def frames(ax: Axes, boxes: Sequence[Box], color: str, width: float) -> None:
    """Draw rectangles as one path."""
    if not boxes:
        return
    left, top, right, bottom = np.asarray(boxes).T
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    points = np.stack([np.stack(corner, axis=1) for corner in corners], axis=1)  # (n, 5, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(points)
    path = Path(points.reshape(-1, 2), codes)
    ax.add_patch(PathPatch(path, fill=False, edgecolor=color, linewidth=width))


def faces(
    gray: NDArray[np.uint8],
    size: tuple[int, int],
    boxes: Sequence[Box],
    right: Sequence[bool],
) -> Figure:
    """Return the picture with every box, those on the face in another colour.

    Parameters
    ----------
    gray : (height, width) small copy of the picture
    size : width and height that the boxes count in
    boxes : left, top, right, bottom of each
    right : which of them lie on the face
    """
    figure, (ax,) = style.canvas(4.9, left=0.1, right=0.1, bottom=0.1)
    ax.imshow(
        gray // 8 * 8,  # 32 levels, which take fewer bytes
        cmap="gray",
        extent=(0, size[0], size[1], 0),
        vmin=-60,
        vmax=255,
        interpolation="none",
    )
    pairs = list(zip(boxes, right, strict=True))
    frames(ax, [box for box, good in pairs if not good], style.WARN, 0.8)
    frames(ax, [box for box, good in pairs if good], style.KEPT, 2.4)
    ax.set(xlim=(0, size[0]), ylim=(size[1], 0), xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    hits = sum(right)
    style.headline(ax, f"{len(boxes)} proposals, {hits} of them on the face")
    return figure
