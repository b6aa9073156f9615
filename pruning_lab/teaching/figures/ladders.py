"""A chain of residual blocks, some of them taken out, above what the networks still read."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures import strips, style
from pruning_lab.teaching.figures.curves import Curve

HALF = 0.3  # of a block's width


def chain(ax: Axes, kept: Sequence[bool]) -> None:
    """Draw the straight line from input to output, and on it each block with its way around."""
    n = len(kept)
    ax.set_xlim(-0.1, n + 1.1)
    ax.set_ylim(-1.05, 0.62)
    ax.axis("off")
    ax.plot([0, n + 1], [0, 0], color=style.INK, linewidth=1.5, zorder=1)
    for place, stays in enumerate(kept, 1):
        block(ax, place, stays)
    for x, word, side in ((-0.05, "in", "left"), (n + 1.05, "out", "right")):
        style.write(ax, x, 0.16, word, ha=side)


def block(ax: Axes, place: int, stays: bool) -> None:
    """Draw a block beside the line it adds to, or the outline that it left."""
    color = style.KEPT if stays else style.PRUNED
    box = Rectangle(
        (place - HALF, -0.92),
        2 * HALF,
        0.6,
        facecolor=color if stays else "none",
        edgecolor=color,
        linewidth=1.2,
        linestyle="-" if stays else (0, (3, 2)),
        zorder=2,
    )
    ax.add_patch(box)
    number = style.PAPER if stays else style.RANDOM
    style.write(ax, place, -0.63, str(place), number, ha="center", va="center", weight="bold")
    if not stays:
        return
    left, right = place - HALF - 0.13, place + HALF + 0.13
    for start, end, head in (
        ((left, 0), (place - HALF, -0.62), "-"),
        ((place + HALF, -0.62), (right, 0), "-|>"),
    ):
        ax.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle=head,
                mutation_scale=9,
                shrinkA=0,
                shrinkB=0,
                color=style.KEPT,
                linewidth=1.2,
                zorder=2,
            )
        )


def lanes(ax: Axes, rows: Mapping[str, Array], colors: Mapping[str, str], dense: float) -> None:
    """Draw one row of points a way of training: every network a ring, their mean a bar."""
    ax.axvline(dense, color=style.INK, linewidth=1, label="nothing removed")
    for height, (name, accuracies) in enumerate(rows.items()):
        y, color = -height, colors[name]
        strips.strip(ax, accuracies, y, color, size=7, filled=False)
        style.write(ax, 0.0, y + 0.33, name, color, va="bottom")
    ax.set_ylim(-len(rows) + 0.55, 0.95)
    ax.set_yticks([])
    ax.grid(axis="y", visible=False)
    ax.set_xlim(-0.01, 1.03)
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.set_xlabel("test accuracy (the line: nothing removed)")


def ladder(
    kept: Sequence[bool], rows: Mapping[str, Array], colors: Mapping[str, str], dense: float
) -> Figure:
    """Return the chain with its missing blocks above the accuracy of several networks.

    Parameters
    ----------
    kept : one for each block, in the order of the data
    rows : way of training -> (seeds,) test accuracies of the networks without these blocks
    colors : way of training -> colour
    dense : mean accuracy with all blocks, trained plainly
    """
    figure, (above, below) = style.canvas(4.0, (0.75, 1.7), left=0.3, right=0.3, gap=0.35)
    chain(above, kept)
    lanes(below, rows, colors, dense)
    return figure


def depths(removed: Array, curves: Sequence[Curve], place: int, dense: float) -> Figure:
    """Return accuracies over the number of blocks removed, marked at one of them.

    Parameters
    ----------
    removed : (points,) from 0 on
    curves : accuracies (seeds, points); each gets a mark
    place : which of the points is shown
    dense : the mean accuracy with all blocks
    """
    figure, (ax,) = style.canvas(3.9, left=0.6, right=1.15)
    curve_figures.accuracy_axis(ax)
    curve_figures.baseline(ax, dense, f"all blocks {style.percent(dense, 1)}")
    curve_figures.draw(ax, removed, curves)
    for curve in curves:
        curve_figures.mark(ax, removed[place], float(curve.mean[place]), curve.color)
    ax.set_xlim(-0.1, removed[-1])
    ax.set_xticks([int(n) for n in removed])
    ax.set_xlabel("blocks removed, of six")
    style.headline(ax, "Test accuracy")
    return figure


def influences(influence: Mapping[str, Array], cost: Mapping[str, Array]) -> Figure:
    """Return Block Influence against the loss that a block's removal costs, one panel a training.

    Parameters
    ----------
    influence, cost : way of training -> (seeds, blocks)
    """
    figure, axes = style.canvas(3.7, columns=2, left=0.65, right=0.15)
    for ax, name in zip(axes, influence, strict=True):
        for network in range(len(influence[name])):
            ax.plot(
                influence[name][network],
                cost[name][network],
                "os^Dv"[network % 5],
                markersize=6,
                markerfacecolor="none",
                markeredgecolor=style.KEPT,
                markeredgewidth=1.3,
                label="a network's blocks",
                clip_on=False,
            )
        ax.axhline(0, color=style.INK, linewidth=0.8, label="nothing lost")
        ax.set_xlim(0, 0.34)
        ax.set_xticks([0, 0.1, 0.2, 0.3])
        style.headline(ax, name)
        ax.set_xlabel("Block Influence")
    low = min(float(c.min()) for c in cost.values())
    high = max(float(c.max()) for c in cost.values())
    for ax in axes:
        ax.set_ylim(min(low - 0.1, -0.3), high + 0.2)
    axes[1].tick_params(axis="y", labelleft=False)
    axes[0].set_ylabel("loss added by removing it")
    return figure
