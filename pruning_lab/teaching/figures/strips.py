"""A strip: the networks of one method as dots on a level of their own, their mean a bar."""

import numpy as np
from matplotlib.axes import Axes

from pruning_lab.arrays import Array


def strip(
    ax: Axes, values: Array, y: float, color: str, *, size: float = 5, filled: bool = True
) -> None:
    """Draw dots and bar.

    Parameters
    ----------
    values : (networks,) along the axis
    y : the level
    """
    dots(ax, values, y, color, size=size, filled=filled)
    mean = float(values.mean())
    ax.plot([mean, mean], [y - 0.3, y + 0.3], color=color, linewidth=2.5, label="mean")


def dots(
    ax: Axes, values: Array, y: float, color: str, *, size: float = 5, filled: bool = True
) -> None:
    """Draw the dots alone."""
    (drawn,) = ax.plot(
        values, np.full(len(values), float(y)), "o", color=color, label="each network"
    )
    drawn.set(markersize=size, markeredgewidth=0 if filled else 1.2)
    drawn.set(alpha=0.6 if filled else 1, fillstyle="full" if filled else "none")
