"""Critical-value pruning: a question stays only where it, or one below it, told enough."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Number
from pruning_lab.trees.tree import Tree


def gain(tree: Tree) -> NDArray[np.float64]:
    """Fall of the impurity by the question of each node, (n,); 0 at leaves.

    Impurity − weighted mean of the children's: the measure by which the question was chosen.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> gain(small_tree()).round(3)
    array([0.163, 0.278, 0.   , 0.   , 0.375, 0.   , 0.   ])
    """
    inner = np.flatnonzero(~tree.is_leaf)
    fall = np.zeros(tree.left.size)
    fall[inner] = tree.impurity[inner]
    for children in (tree.left[inner], tree.right[inner]):
        weight = np.where(tree.weights[inner] > 0, tree.weights[inner], 1)
        fall[inner] -= tree.impurity[children] * (tree.weights[children] / weight)
    return fall


def g_statistic(tree: Tree) -> NDArray[np.float64]:
    """G of the question of each node, (n,): 2 × Σ observed × ln(observed / expected); 0 at leaves.

    Observed are the counts of the classes in the two children, expected those of children
    that differ in size only. Without any relation G is near χ² with classes − 1 degrees of
    freedom.

    Raises
    ------
    ValueError
        If the tree predicts numbers.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> g_statistic(small_tree()).round(2)
    array([3.55, 5.41, 0.  , 0.  , 4.5 , 0.  , 0.  ])
    """
    inner = np.flatnonzero(~tree.is_leaf)
    spread = _entropy(tree.counts, tree.weights)
    g = np.zeros(tree.left.size)
    g[inner] = spread[inner] - spread[tree.left[inner]] - spread[tree.right[inner]]
    return 2 * np.maximum(g, 0)


def critical_value(tree: Tree, value: float, *, measure: Callable[[Tree], Array] = gain) -> Tree:
    """Tree without the branches in which no question reaches a critical value [Mingers1989]_.

    A question that falls short stays, if one below it does not. The method is from Mingers,
    J. Oper. Res. Soc. 38 (1987) 39–47; see also [Esposito1997]_. The trees of rising values
    are nested; which of them to take is a matter of held-out accuracy.

    Parameters
    ----------
    value : a question must reach it, ``measure(tree) >= value``
    measure : of each question, (n,): `gain` or `g_statistic`, or one of your own

    Raises
    ------
    ValueError
        If `value` is NaN, or the measure is not one number a node.

    Examples
    --------
    The root tells less than 0.3, but node 4 below it more, and so both stay.

    >>> from pruning_lab.trees import small_tree
    >>> critical_value(small_tree(), 0.3)
    Tree(5 nodes, 3 leaves, depth 2)
    """
    if not isinstance(value, Number) or value != value:
        raise ValueError(f"value is what a question must reach, a number; got {value!r}.")
    told = np.asarray(measure(tree))
    if told.shape != tree.left.shape or np.isnan(told).any():
        raise ValueError(
            f"measure must give {tree.left.size} numbers, one a node, none of them NaN; got "
            f"shape {told.shape}."
        )
    stays = (told >= value) & ~tree.is_leaf
    for level in tree.levels[-2::-1]:
        inner = level[~tree.is_leaf[level]]
        stays[inner] |= stays[tree.left[inner]] | stays[tree.right[inner]]
    return tree.collapse(~stays)


def _entropy(counts: Array, total: Array) -> NDArray[np.float64]:
    """Entropy of each node times its weight, in nats, (n,)."""
    likely = counts / np.where(total > 0, total, 1)[:, None]
    return np.asarray(-(counts * np.log(np.where(likely > 0, likely, 1))).sum(axis=1))
