"""A decision tree drawn as a tree: branches as wide as the samples they carry."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import style
from pruning_lab.trees import Tree

TRUNK = 11.0  # points: the width of all samples together
MARKERS = "os^Dv<>pPX"  # of the classes, in their order


def places(tree: Tree) -> NDArray[np.float64]:
    """Where each node stands, (n, 2): leaves side by side, an inner node between its children.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> places(small_tree())[:, 0]
    array([1.5, 0.5, 0. , 1. , 2.5, 2. , 3. ])
    """
    spots = np.zeros((tree.left.size, 2))
    for depth, level in enumerate(tree.levels):
        spots[level, 1] = -depth
    waiting, met = [0], 0
    while waiting:
        node = waiting.pop()
        if tree.is_leaf[node]:
            spots[node, 0], met = met, met + 1
        else:
            waiting += [int(tree.right[node]), int(tree.left[node])]
    for level in tree.levels[-2::-1]:
        inner = level[~tree.is_leaf[level]]
        spots[inner, 0] = (spots[tree.left[inner], 0] + spots[tree.right[inner], 0]) / 2
    return spots


def standing(tree: Tree, cut: Bools) -> tuple[Bools, Bools]:
    """Which nodes are left when some become leaves, and which of those are leaves then.

    Parameters
    ----------
    cut : (n,) nodes that become leaves
    """
    there = np.zeros(tree.left.size, np.bool_)
    there[0] = True
    for level in tree.levels:
        going_on = level[there[level] & ~cut[level] & ~tree.is_leaf[level]]
        there[tree.left[going_on]] = there[tree.right[going_on]] = True
    return there, there & (cut | tree.is_leaf)


def branch(start: Array, end: Array) -> Path:
    """A curve that leaves and arrives upright."""
    middle = (start[1] + end[1]) / 2
    points = np.array([start, (start[0], middle), (end[0], middle), end])
    return Path(points.round(3), [Path.MOVETO, *[Path.CURVE4] * 3])


def draw(ax: Axes, tree: Tree, cut: Bools) -> None:
    """Draw the whole tree as a pale trace, and what is left of it solid in front.

    Parameters
    ----------
    cut : (n,) nodes that become leaves
    """
    spots, share = places(tree), tree.weights / tree.weights[0]
    there, tips = standing(tree, cut)
    parent = np.full(tree.left.size, -1)
    inner = np.flatnonzero(~tree.is_leaf)
    parent[tree.left[inner]] = parent[tree.right[inner]] = inner
    edges = [branch(spots[parent[node]], spots[node]) for node in range(1, tree.left.size)]
    gone = np.flatnonzero(tree.is_leaf & ~tips)
    _trace(ax, Path.make_compound_path(*edges) if edges else None)
    ax.plot(*spots[gone].T, "o", color=style.PAPER, markeredgecolor=style.PRUNED, markersize=3)
    for node in np.flatnonzero(there)[1:]:
        width = max(0.9, TRUNK * float(share[node]))
        how: Any = {"edgecolor": style.KEPT, "linewidth": width, "capstyle": "round"}
        ax.add_patch(PathPatch(edges[node - 1], fill=False, **how))
    _leaves(ax, tree, spots, tips, share)
    across, deep = max(spots[:, 0].max(), 1.0), max(-spots[:, 1].min(), 1.0)
    ax.set(xlim=(-0.04 * across - 0.3, 1.04 * across + 0.3), ylim=(-1.07 * deep - 0.1, 0.3))
    ax.set_axis_off()


def _trace(ax: Axes, path: Path | None) -> None:
    if path is not None:
        ax.add_patch(PathPatch(path, fill=False, edgecolor=style.PRUNED, linewidth=0.8))


def _leaves(ax: Axes, tree: Tree, spots: Array, tips: Bools, share: Array) -> None:
    """Leaves as dots whose area is their samples and whose shape is their class."""
    winner = tree.values.argmax(axis=1)
    for node in np.flatnonzero(tips):
        mark = MARKERS[winner[node] % len(MARKERS)]
        size = 4.0 + 11.0 * float(np.sqrt(share[node]))
        ink = style.KEPT if winner[node] == 0 else style.PAPER
        ax.plot(
            *spots[node],
            mark,
            color=ink,
            markersize=size,
            markeredgecolor=style.KEPT,
            markeredgewidth=1.4,
        )


def legend(ax: Axes, names: tuple[str, ...]) -> None:
    """Say below the tree which shape is which class."""
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=MARKERS[i],
            markersize=7,
            color=style.KEPT if i == 0 else style.PAPER,
            markeredgecolor=style.KEPT,
            markeredgewidth=1.4,
            label=name,
        )
        for i, name in enumerate(names)
    ]
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.03, 0.02),
        ncols=len(handles),
        frameon=False,
        borderaxespad=0,
        handletextpad=0.1,
        columnspacing=1.2,
        labelcolor=style.INK,
        prop={"family": style.FONT, "size": style.SIZE},
    )
