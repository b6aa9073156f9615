"""Sums and choices from the leaves of a tree up to its root, a level at a time."""

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools
from pruning_lab.trees.tree import Tree

ROUNDING = 1e-12  # relative: costs that differ by less are equal


def sum_of_leaves(tree: Tree, values: Array) -> NDArray[np.float64]:
    """Sum of the values of all leaves below each node, (n,).

    Parameters
    ----------
    values : (n,) one a node; those of inner nodes are not used

    Examples
    --------
    How many leaves each branch has:

    >>> from pruning_lab.trees import small_tree
    >>> sum_of_leaves(small_tree(), np.ones(7))
    array([4., 2., 1., 1., 2., 1., 1.])
    """
    total = np.where(tree.is_leaf, values, 0).astype(np.float64)
    for level in tree.levels[-2::-1]:
        inner = level[tree.left[level] >= 0]
        total[inner] = total[tree.left[inner]] + total[tree.right[inner]]
    return total


def dear_branches(tree: Tree, costs: Array) -> Bools:
    """Nodes that cost no more as a leaf than the cheapest pruning of their branch, (n,).

    Collapsing them gives the pruned tree whose leaves cost least together; of several such
    trees, the smallest.

    Parameters
    ----------
    costs : (n,) what each node costs as a leaf; costs of leaves add up

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> dear_branches(small_tree(), np.array([4.0, 1.0, 1.0, 1.0, 2.0, 0.0, 0.0]))
    array([False,  True,  True,  True, False,  True,  True])
    """
    cheapest = np.array(costs, np.float64)
    dear = tree.is_leaf.copy()
    for level in tree.levels[-2::-1]:
        inner = level[tree.left[level] >= 0]
        branch = cheapest[tree.left[inner]] + cheapest[tree.right[inner]]
        dear[inner] = cheapest[inner] <= branch + ROUNDING * np.abs(branch)
        cheapest[inner] = np.minimum(cheapest[inner], branch)
    return dear
