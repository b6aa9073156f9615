"""A transformer as a tower of layers, each with its heads and units, above a curve of marks."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching import series
from pruning_lab.teaching.figures import curves, style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.towers import boxes

HIGH = 0.72  # of a layer; the next one stands 1 higher
UNITS_FROM, UNITS_WIDE = 13.4, 10.6  # where the bar of units begins, and its full width
SHEET = 5.3  # inches
TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)


def tower(ax: Axes, heads: Bools, units: Array) -> None:
    """Draw layers from the bottom up: a box for each head, a bar for the units that are left.

    Parameters
    ----------
    heads : (layers, heads) True where a head is left; none in a layer that is gone
    units : (layers,) share of the units that are left
    """
    layers, width = heads.shape
    row, column = np.divmod(np.arange(heads.size), width)
    corners = np.stack([column + 0.14, row + (1 - HIGH) / 2], 1)
    for chosen, color in ((~heads.ravel(), style.PRUNED), (heads.ravel(), style.KEPT)):
        if chosen.any():
            ax.add_artist(PathPatch(boxes(corners[chosen], HIGH, HIGH), facecolor=color, lw=0))
    for layer, share in enumerate(units):
        for wide, color in ((1.0, style.PRUNED), (float(share), style.KEPT)):
            if wide:
                corner = np.array([[UNITS_FROM, layer + (1 - HIGH) / 2]])
                bar = boxes(corner, wide * UNITS_WIDE, HIGH)
                ax.add_artist(PathPatch(bar, facecolor=color, lw=0))
        gone = not heads[layer].any() and share == 0
        color = style.RANDOM if gone else style.INK
        words = f"layer {layer + 1}"
        style.write(ax, -0.35, layer + 0.5, words, color, ha="right", va="center_baseline")
    style.write(ax, width / 2, layers + 0.15, f"{width} heads", ha="center")
    middle = UNITS_FROM + UNITS_WIDE / 2
    style.write(ax, middle, layers + 0.15, "1,536 units", ha="center")
    ax.set(xlim=(-3.6, UNITS_FROM + UNITS_WIDE + 0.2), ylim=(-0.05, layers + 1.0))
    ax.set_axis_off()


def transformer(
    heads: Bools, units: Array, shares: Array, lines: Sequence[Curve], here: tuple[float, float],
    whole: float, none: float,
) -> Figure:  # fmt: skip
    """Return the tower above the curves of its kind.

    Parameters
    ----------
    heads, units : as in `tower`
    shares : (points,) of the parts that are gone
    lines : over them
    here : share and mark of this state
    whole, none : marks of the whole model, and of one without any layer
    """
    figure, (above, below) = style.canvas(SHEET, (1, 1.25), left=0.6, right=1.15, gap=0.5)
    box = above.get_position()
    above.set_position((0.0, box.y0, 1.0, 1 - box.y0))
    tower(above, heads, units)
    marks(below, whole, none)
    curves.draw(below, shares, lines)
    below.set_xlim(-0.02, 0.86)
    sixths = [i / 6 for i in range(6)]
    below.set_xticks(sixths, ["0", "1/6", "1/3", "1/2", "2/3", "5/6"])
    below.set_xlabel("share of the parts that is gone")
    curves.mark(below, *here)
    return figure


def marks(ax: Axes, whole: float, none: float) -> None:
    """Prepare axes for paraphrases found, with the two lines that give them their scale."""
    ax.set_ylim(0, 1.02)
    style.percents(ax, "y", TICKS)
    style.headline(ax, "Paraphrases found among 120")
    side = ax.get_yaxis_transform()
    dotted = (0, (1, 2))
    for level, name in ((whole, "whole"), (none, "no layers")):
        ax.axhline(level, color=style.INK, linewidth=0.9, linestyle=dotted, label=name)
    style.write(ax, 1.02, whole + 0.01, "whole", transform=side, va="center")
    style.write(ax, 0.02, none - 0.015, "no layers", transform=side, va="top")


def layer_bars(ax: Axes, turned: Array) -> None:
    """Draw how far tokens have turned behind each layer, (seeds, layers): mean and each seed."""
    place = np.arange(1, turned.shape[1] + 1)
    ax.bar(place, turned.mean(axis=0), width=0.6, color=style.KEPT, linewidth=0, label="mean")
    for each in turned:
        ax.plot(
            place, each, "_", color=style.INK, markersize=7, markeredgewidth=1, label="each seed"
        )
    ax.set(xlim=(0.4, turned.shape[1] + 0.6), ylim=(0, 1))
    ax.set_xticks(place, [f"layer {i}" for i in place])
    ax.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    style.headline(ax, "How far the tokens have turned (1 − cosine)")


def sparse(
    turned: Array, sparsities: Array, lines: Sequence[Curve], here: tuple[float, float],
    whole: float, none: float,
) -> Figure:  # fmt: skip
    """Return what each layer does to the tokens above the curves of all methods.

    Parameters
    ----------
    turned : (seeds, layers)
    sparsities : (points,) from 0
    lines : over them, the chosen one last
    here : sparsity and mark of this state
    whole, none : marks of the whole model, and of one without any layer
    """
    figure, (above, below) = style.canvas(SHEET, (1, 1.75), left=0.6, right=1.15, gap=0.9)
    layer_bars(above, turned)
    marks(below, whole, none)
    curves.draw(below, sparsities, lines)
    below.set_xlim(0, 0.92)
    style.percents(below, "x", [0, 0.2, 0.4, 0.6, 0.8])
    below.set_xlabel("weights pruned, in every matrix alike")
    curves.mark(below, *here)
    return figure


def moves(panels: Sequence[tuple[str, Array, Array, Bools]]) -> Figure:
    """Return scatters of weights before and after fine-tuning, side by side: kept ones solid.

    Parameters
    ----------
    panels : name, weights before (n,), after (n,), and which are kept
    """
    figure, axes = style.canvas(3.0, columns=len(panels), left=0.6, right=0.1)
    reach = max(float(np.abs(part).max()) for _, *both, _ in panels for part in both) * 1.05
    for ax, (name, before, after, kept) in zip(axes, panels, strict=True):
        for chosen, color, words in (
            (~kept, style.PRUNED, "pruned"),
            (kept, style.KEPT, "kept"),
        ):
            ax.plot(
                before[chosen], after[chosen], ".", color=color, markersize=4, mew=0, label=words
            )
        for line in (ax.axhline, ax.axvline):
            line(0, color=style.INK, linewidth=0.6, label=series.ASIDE)
        ax.set_xticks([-0.5, 0, 0.5], ["−0.5", "0", "0.5"])
        ax.set_yticks([-0.5, 0, 0.5], ["−0.5", "0", "0.5"] if ax is axes[0] else [])
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_xlabel("before")
        style.headline(ax, name)
    axes[0].set_ylabel("after")
    return figure
