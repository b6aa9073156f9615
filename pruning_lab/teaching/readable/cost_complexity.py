"""Cost complexity as Breiman's loop: cut all weakest links, start again."""

import numpy as np
from numpy.typing import NDArray

from pruning_lab.trees import Tree

SAME = 1e-13  # prices that differ by less differ by rounding


def risk(tree: Tree) -> NDArray[np.float64]:
    """Impurity of each node by its share of the samples, R(t).

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> float(risk(small_tree())[0])
    0.48
    """
    found: NDArray[np.float64] = tree.impurity * (tree.weights / tree.weights[0])
    return found


def leaves_below(tree: Tree, node: int) -> list[int]:
    """Leaves of the branch at a node.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> len(leaves_below(small_tree(), 0))
    4
    """
    if tree.left[node] < 0:
        return [node]
    return leaves_below(tree, tree.left[node]) + leaves_below(tree, tree.right[node])


def link_strength(tree: Tree, node: int) -> float:
    r"""What a branch earns a leaf, :math:`(R(t) - R(T_t)) / (|T_t| - 1)` [Breiman1984]_.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> round(link_strength(small_tree(), 0), 3)
    0.16
    """
    below = leaves_below(tree, node)
    return float(risk(tree)[node] - risk(tree)[below].sum()) / (len(below) - 1)


def cost_complexity_path(tree: Tree) -> list[tuple[float, float, int]]:
    """Price, impurity of the leaves and their number, for each of the nested trees.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> [leaves for _, _, leaves in cost_complexity_path(small_tree())]
    [4, 3, 1]
    """
    alpha, path = 0.0, []
    while True:
        inner = np.flatnonzero(~tree.is_leaf)
        links = np.full(tree.left.size, np.inf)
        links[inner] = [link_strength(tree, int(node)) for node in inner]
        if links.min() > alpha + SAME:
            path.append((alpha, float(risk(tree)[tree.is_leaf].sum()), tree.leaves))
            alpha = float(links.min())
        if not inner.size:
            return path
        tree = tree.collapse(links <= alpha + SAME)
