"""Channels ranked in each layer, and below them every rival's five networks as points."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import strips, style


@dataclass(frozen=True)
class Rival:
    """One way to a small network, over several seeds.

    Parameters
    ----------
    name : written at the left of its points.
    accuracy : (seeds,), in [0, 1]; empty if it has none at this stage.
    color : one of the colours of the style.
    loud : whether its points are large.
    """

    name: str
    accuracy: Array
    color: str
    loud: bool = False


def bars(ax: Axes, values: Array, kept: Bools) -> None:
    """Draw the scores of a layer's channels, the highest first: kept solid, pruned pale."""
    order = np.argsort(-values, kind="stable")
    heights = values[order] / (values.max() or 1.0)
    x = np.arange(len(values), dtype=float)
    for chosen, color in ((kept[order], style.KEPT), (~kept[order], style.PRUNED)):
        if not chosen.any():
            continue
        low = np.zeros(chosen.sum())
        ends = np.stack([x[chosen], low, x[chosen], heights[chosen] + 0.02], 1).reshape(-1, 2)
        path = Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(low)))
        ax.add_artist(PathPatch(path, fill=False, edgecolor=color, linewidth=3, capstyle="butt"))
    ax.set(xlim=(-1, 32), ylim=(0, 1.05), xticks=[], yticks=[])
    ax.grid(visible=False)
    words = f"{int(kept.sum())} of {len(kept)}"
    style.write(ax, -2, 0.45, words, ha="right", va="center")


def points(ax: Axes, rivals: list[Rival], dense: float) -> None:
    """Draw each rival's networks as points on its own line, and their mean as a bar."""
    ax.axvline(dense, color=style.INK, linewidth=1, label="dense")
    for i, rival in enumerate(rivals):
        y = len(rivals) - 1 - i
        ax.axhline(y, color=style.GRID, linewidth=0.8, zorder=0)
        style.write(
            ax, -0.03, y, rival.name, rival.color, ha="right", va="center",
            weight="bold" if rival.loud else "normal",
        )  # fmt: skip
        if not len(rival.accuracy):
            behind = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 1}
            words = "starts afresh: see Retrained"
            style.write(ax, 0.02, y, words, style.RANDOM, va="center", bbox=behind)
            continue
        strips.strip(ax, rival.accuracy, y, rival.color, size=7 if rival.loud else 5)
    ax.set(xlim=(0, 1), ylim=(-0.6, len(rivals) - 0.3), yticks=[])
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.grid(visible=False)


def rivals(
    scores: Mapping[str, Array],
    kept: Mapping[str, Bools],
    found: list[Rival],
    dense: float,
    words: str,
) -> Figure:
    """Return the channels of each layer above the accuracies of all rivals.

    Parameters
    ----------
    scores : name of a layer -> (channels,)
    kept : the same -> True where a channel stays
    found : the rivals, the first on top
    dense : mean accuracy of the network before pruning, trained as long
    words : what the points are
    """
    figure, axes = style.canvas(5.6, (1, 1, 1, 7.2), left=1.15, right=0.22, gap=0.16)
    for ax, (name, values) in zip(axes, scores.items(), strict=False):
        bars(ax, values, kept[name])
    style.headline(axes[0], "Channels of each layer, by score, in one network")
    below = axes[-1]
    box = below.get_position()
    below.set_position((box.x0, box.y0, box.width, box.height - 0.085))
    points(below, found, dense)
    style.headline(below, words)
    high = below.get_xaxis_transform()
    style.write(below, dense + 0.01, 0.985, "whole", ha="left", va="top", transform=high)
    below.set_xlabel("test accuracy")
    return figure
