"""A pruned tree above what its pruning is worth."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools
from pruning_lab.teaching.figures import branches, style
from pruning_lab.teaching.figures import curves as curve_figures
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.trees import Tree

LOWEST = 0.5


def canvas() -> tuple[Figure, Axes, Axes]:
    """A figure with room for a tree above and for curves below."""
    figure, (above, below) = style.canvas(5.8, (1.25, 1), left=0.6, right=0.98, gap=0.75)
    box = above.get_position()
    above.set_position((0.02, box.y0, 0.96, box.height))
    return figure, above, below


def prices(
    tree: Tree,
    cut: Bools,
    names: tuple[str, ...],
    alphas: Sequence[float],
    curves: Sequence[Curve],
    place: int,
) -> Figure:
    """Return the tree at one price of a leaf, above the accuracies at all prices.

    Parameters
    ----------
    tree : full-grown
    cut : (n,) nodes that the price makes leaves
    names : of the classes
    alphas : (points,) prices; each takes the same room
    curves : accuracies (seeds, points), that on test samples last; each gets a mark
    place : of the price that is shown
    """
    figure, above, below = canvas()
    branches.draw(above, tree, cut)
    branches.legend(above, names)
    steps = np.arange(len(alphas), dtype=np.float64)
    unpruned = float(curves[-1].mean[0])
    below.axhline(unpruned, color=style.INK, linewidth=1, label="test, unpruned")
    curve_figures.accuracy_axis(below, low=LOWEST, top=1.03)
    curve_figures.draw(below, steps, curves)
    for curve in curves:
        curve_figures.mark(below, place, float(curve.mean[place]), curve.color)
    shown = steps[::3]
    below.set_xticks(shown, [f"{alpha:g}" for alpha in alphas[::3]])
    below.set_xlim(-0.3, steps[-1] + 0.1)
    below.set_xlabel("price of a leaf, α")
    style.headline(below, "Accuracy (black: test, unpruned)")
    return figure


def methods(
    tree: Tree,
    cut: Bools,
    names: tuple[str, ...],
    noise: Array,
    chosen: Curve,
    others: Sequence[Curve],
    share: float,
) -> Figure:
    """Return the tree pruned by one method, above the accuracies of all over label noise.

    Parameters
    ----------
    tree : full-grown
    cut : (n,) nodes that the method makes leaves
    names : of the classes
    noise : (points,) shares of wrong labels
    chosen : the method, (seeds, points)
    others : the other methods, drawn faint, and the baselines, which have names
    share : the noise that is shown
    """
    figure, above, below = canvas()
    branches.draw(above, tree, cut)
    branches.legend(above, names)
    curve_figures.accuracy_axis(below, low=LOWEST, top=1.03)
    for other in others:
        line = "--" if other.dashed else "-"
        below.plot(noise, other.mean, line, color=other.color, linewidth=1.1, label=other.name)
    curve_figures.draw(below, noise, [chosen])
    for other in others:
        if other.color != style.PRUNED:
            style.beside(below, noise[-1], float(other.mean[-1]), other.name, other.color)
    curve_figures.mark(below, share, float(np.interp(share, noise, chosen.mean)), chosen.color)
    below.set_xlim(-0.006, noise[-1])
    style.percents(below, "x", noise.tolist())
    below.set_xlabel("wrong labels")
    style.headline(below, "Test accuracy")
    return figure


def validation(
    alphas: Array, error: Array, spread: Array, low: int, simple: int, leaves: Array
) -> Figure:
    """Return cross-validated errors along a path, with the lowest and the simplest as good.

    Parameters
    ----------
    alphas : (steps,) prices, rising; each takes the same room
    error, spread : (steps,) share of labels missed, and its standard error
    low, simple : steps of the least error, and of the smallest tree within one standard error
    leaves : (steps,) of the trees
    """
    figure, (ax,) = style.canvas(3.4, left=0.6, right=0.3)
    steps = np.arange(len(alphas))
    ax.fill_between(
        steps,
        error - spread,
        error + spread,
        color=style.GRID,
        linewidth=0,
        label="one standard error",
    )
    ax.plot(steps, error, color=style.KEPT, linewidth=2.2, label="error")
    limit = float(error[low] + spread[low])
    ax.plot(
        [0, steps[-1]],
        [limit, limit],
        "--",
        color=style.WARN,
        linewidth=1.2,
        label="least error + 1 standard error",
    )
    style.write(ax, 0, 2.2 * limit, "dashed: least error + 1 standard error", style.WARN)
    ticks = sorted({0, low, simple, int(steps[-1])})
    for place in {low, simple}:
        curve_figures.mark(ax, float(place), float(error[place]))
    ax.set_xlim(-0.3, steps[-1] + 0.3)
    ax.set_xticks(ticks, [str(leaves[i]) for i in ticks])
    ax.set_xlabel("leaves (the price rises to the right)")
    ax.set_ylim(0, None)
    style.percents(ax, "y", [0, 0.1, 0.2, 0.3, 0.4])
    style.headline(ax, "Labels missed by trees that never saw them")
    return figure


def orchard(trees: Sequence[tuple[Tree, Bools]], words: Sequence[str]) -> Figure:
    """Return several pruned trees side by side, three in a row, each with a line of words.

    Parameters
    ----------
    trees : each with the nodes that became leaves, (n,)
    words : one line a tree
    """
    rows = -(-len(trees) // 3)
    figure = style.canvas(1.75 * rows, (1,) * rows, columns=3, left=0.05, right=0.05, bottom=0.1)
    for ax, (tree, cut), line in zip(figure[1], trees, words, strict=False):
        branches.draw(ax, tree, cut)
        style.headline(ax, line)
    return figure[0]
