"""One matrix, pruned by the same share in several grains."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from pruning_lab.arrays import Bools
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.matrices import cells


def grains(masks: Mapping[str, Bools]) -> Figure:
    """Return masks of one matrix side by side, two a row, each with its name.

    Parameters
    ----------
    masks : name -> (rows, columns), all of one shape, True where a weight is kept.
    """
    rows = (len(masks) + 1) // 2
    figure, axes = style.canvas(
        1.75 * rows, [1] * rows, columns=2, left=0.05, right=0.05, gap=0.42, bottom=0.08
    )
    for ax, (name, kept) in zip(axes, masks.items(), strict=False):
        cells(ax, kept)
        style.headline(ax, name)
    for ax in axes[len(masks) :]:
        ax.set_axis_off()
    return figure
