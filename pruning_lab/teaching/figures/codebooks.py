"""Weights that share a few values: the hill with its values, the bytes, and what is read."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.teaching.figures import histograms, strips, style


class Stage(NamedTuple):
    """Bytes after one step of the pipeline.

    Parameters
    ----------
    name : stands at the left.
    values, places, book : bytes of each part; where only the sum is known it is in the first.
    """

    name: str
    values: int
    places: int
    book: int


def codebooks(
    weights: Array, centres: Array, stages: Sequence[Stage], before: Array, after: Array
) -> Figure:
    """Return weights with their shared values, above the bytes of each stage, above accuracies.

    Parameters
    ----------
    weights : (n,) that are left in one layer
    centres : the values that they share
    stages : the first is what all are compared with
    before, after : (seeds,) accuracies without and with rounding
    """
    figure, (hill, bytes_, read) = style.canvas(
        5.6, (1.1, 1.25, 0.55), left=1.3, right=0.25, gap=0.72, bottom=0.55
    )
    histograms.fill(hill, weights, np.ones(len(weights), bool))
    top = hill.get_ylim()[1]
    inside = np.clip(centres, histograms.EDGES[0], histograms.EDGES[-1])
    hill.vlines(inside, 0, top, color=style.WARN, linewidth=1.1, label="shared values")
    hill.set(xlim=(histograms.EDGES[0], histograms.EDGES[-1]), ylim=(0, top), yticks=[])
    hill.set_xticks(histograms.TICKS)
    style.headline(hill, "Middle layer: weights, and the values they share")
    _bytes(bytes_, stages)
    for y, (name, accuracy) in enumerate((("as they are", before), ("rounded", after))):
        read.plot([0, 1], [y, y], color=style.GRID, linewidth=0.8, zorder=0)
        color = style.KEPT if y else style.INK
        strips.dots(read, accuracy, y, color, size=6)
        style.write(
            read, -0.03, y, name, color, transform=read.get_yaxis_transform(), ha="right",
            va="center",
        )  # fmt: skip
    read.set(xlim=(0, 1.02), ylim=(1.6, -0.6), yticks=[])
    read.grid(visible=False)
    style.percents(read, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    read.set_xlabel("test accuracy, five networks")
    return figure


def _bytes(ax: Axes, stages: Sequence[Stage]) -> None:
    """Draw one bar a stage, its parts in three shades, and how many times smaller it is."""
    whole = sum(stages[0][1:])
    ax.grid(visible=False)
    for y, stage in enumerate(stages):
        total, left = sum(stage[1:]), 0.0
        ax.barh(y, 1, 0.66, color=style.PRUNED, alpha=0.6, linewidth=0, label=stages[0].name)
        shades = (style.KEPT, style.SECOND, style.WARN)
        for what, part, color in zip(Stage._fields[1:], stage[1:], shades, strict=True):
            ax.barh(y, part / whole, 0.66, left=left, color=color, linewidth=0, label=what)
            left += part / whole
        edge = ax.get_yaxis_transform()
        style.write(ax, -0.03, y, stage.name, transform=edge, ha="right", va="center")
        words = f"{total:,} bytes"
        if y:
            words += f", {whole / total:.1f}×"
        if left > 0.55:
            style.write(ax, left - 0.02, y, words, style.PAPER, ha="right", va="center")
        else:
            style.write(ax, left + 0.02, y, words, va="center")
    ax.set(xlim=(0, 1), ylim=(len(stages) - 0.5, -0.6), yticks=[])
    style.percents(ax, "x", [0, 0.2, 0.4, 0.6, 0.8, 1])
    style.headline(ax, "Bytes (green: places)")
