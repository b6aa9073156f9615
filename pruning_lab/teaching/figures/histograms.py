"""Histograms of weights: what stays is solid, what goes fades."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, Weights
from pruning_lab.teaching.figures import style

Kind = TypeVar("Kind", bound=np.generic)

EDGES = np.linspace(-0.8, 0.8, 81)
TICKS = [-0.8, -0.4, 0, 0.4, 0.8]


def flat(tensors: Mapping[str, NDArray[Kind]]) -> NDArray[Kind]:
    """Return all numbers of a dictionary of matrices as one vector."""
    return np.concatenate([np.ravel(tensor) for tensor in tensors.values()])


def fill(ax: Axes, values: Array, kept: Bools, *, edges: Array = EDGES) -> None:
    """Draw all values as a pale trace and the kept ones solid in front of it.

    Parameters
    ----------
    values : (n,) weights; beyond the edges they count in the outermost bins.
    kept : (n,) True where the weight stays.
    """
    inside = np.clip(values, edges[0], np.nextafter(edges[-1], 0))
    everything, _ = np.histogram(inside, edges)
    survivors, _ = np.histogram(inside[kept], edges)
    ax.stairs(everything, edges, fill=True, facecolor=style.PRUNED, linewidth=0, label="all")
    ax.stairs(survivors, edges, fill=True, facecolor=style.KEPT, linewidth=0, label="kept")


def by_layer(weights: Weights) -> Figure:
    """Return one histogram a layer over one common axis, with the spread of each."""
    figure, rows = style.canvas(1.15 * len(weights) + 0.6, [1] * len(weights), left=0.25, gap=0.12)
    for ax, (name, matrix) in zip(rows, weights.items(), strict=True):
        fill(ax, matrix.ravel(), np.ones(matrix.size, bool))
        ax.set_xlim(EDGES[0], EDGES[-1])
        ax.set_xticks(TICKS)
        ax.set_yticks([])
        if ax is not rows[-1]:
            ax.tick_params(axis="x", labelbottom=False)
        style.write(ax, 0, 0.95, name, transform=ax.transAxes, va="top", weight="bold")
        size = f"{matrix.shape[0]} × {matrix.shape[1]} = {matrix.size:,} weights"
        words = f"{size}\nstandard deviation {matrix.std():.2f}"
        style.write(ax, 1, 0.95, words, transform=ax.transAxes, va="top", ha="right")
    rows[-1].set_xlabel("weight")
    return figure
