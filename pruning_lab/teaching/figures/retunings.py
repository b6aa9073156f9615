"""Ways to half of a network, as points over several draws, beside the network they come from."""

from matplotlib.figure import Figure

from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.rivals import Rival, points


def retunings(found: list[Rival], before: float, words: str) -> Figure:
    """Return the points of every way on a line of its own.

    Parameters
    ----------
    found : the ways, the first on top
    before : mean of the network as it came, a vertical line
    words : what the points are
    """
    figure, (ax,) = style.canvas(3.1, left=1.45, right=0.25, bottom=0.62)
    points(ax, found, before)
    style.headline(ax, words)
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("share found within half a semitone; line: as it came")
    return figure
