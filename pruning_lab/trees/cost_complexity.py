"""Cost-complexity pruning: the weakest link goes first, and every branch has its price."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Number, read_only
from pruning_lab.trees.pooling import pooled
from pruning_lab.trees.subtrees import sum_of_leaves
from pruning_lab.trees.tree import Tree

SAME = 1e-14  # prices closer than this share of the root's impurity differ by rounding only


@dataclass(frozen=True, eq=False)
class Path:
    """The nested trees of cost-complexity pruning, from the largest to the root alone.

    Parameters
    ----------
    alphas : (steps,) rising from 0; the tree of step i is best from ``alphas[i]`` on
    impurities : (steps,) of the leaves of each tree, weighted by their share of the samples
    leaves : (steps,) of each tree

    Examples
    --------
    >>> Path(np.array([0.0, 0.5]), np.array([0.0, 0.5]), np.array([2, 1])).leaves
    array([2, 1])
    """

    alphas: NDArray[np.float64]
    impurities: NDArray[np.float64]
    leaves: NDArray[np.intp]

    def __post_init__(self) -> None:
        for name in ("alphas", "impurities", "leaves"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


def link_strength(tree: Tree) -> NDArray[np.float64]:
    """Rise of the training impurity for each leaf that is saved, g(t), (n,); −inf at leaves.

    g(t) = (R(t) − R(leaves below t)) / (leaves below t − 1) [Breiman1984]_, section 3.3, where
    R(t) is the impurity of node t times its share of the samples. This is the criterion of
    cost-complexity pruning: low goes first.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> link_strength(small_tree()).round(4)
    array([0.16  , 0.1667,   -inf,   -inf, 0.15  ,   -inf,   -inf])
    """
    risk, scale = _risk(tree)
    inner = ~tree.is_leaf
    strength = np.full(risk.size, -np.inf)
    saved = sum_of_leaves(tree, np.ones(risk.size)) - 1
    strength[inner] = (risk - sum_of_leaves(tree, risk))[inner] / saved[inner] * scale
    return strength


def weakest_links(tree: Tree) -> NDArray[np.float64]:
    """Price alpha at which each node becomes a leaf, (n,); −inf at leaves.

    Cutting the weakest link changes the strength of all links above it, so that weakest-link
    pruning seems to need a scan of the tree for each cut. It does not: with
    D(t) = R(t) − R(left) − R(right), the strength g(t) is the *mean* of D over the inner nodes
    of the branch, and cutting is averaging. The prices are the fit that never rises from a
    node to its children: isotonic regression of D on the tree, O(n log n).

    Examples
    --------
    Node 4 goes for 0.15. Node 1 is a stronger link than the root, so they go together.

    >>> from pruning_lab.trees import small_tree
    >>> weakest_links(small_tree()).round(4)
    array([0.165, 0.165,  -inf,  -inf, 0.15 ,  -inf,  -inf])
    """
    risk, scale = _risk(tree)
    inner = np.flatnonzero(~tree.is_leaf)
    place = np.full(risk.size, -1)
    place[inner] = np.arange(inner.size)
    left, right = tree.left[inner], tree.right[inner]
    gain = risk[inner] - risk[left] - risk[right]
    alphas = np.full(risk.size, -np.inf)
    alphas[inner] = pooled(gain, place[left], place[right]) * scale
    return alphas


def cost_complexity_path(tree: Tree) -> Path:
    """Every tree that is best for some price alpha of a leaf [Breiman1984]_, section 3.3.

    The same as scikit-learn's ``cost_complexity_pruning_path``, but that a price which several
    branches share is one step, and that the first tree is the smallest with the impurity of
    the whole, as in the book.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> path = cost_complexity_path(small_tree())
    >>> path.alphas, path.leaves
    (array([0.   , 0.15 , 0.165]), array([4, 3, 1]))
    """
    prices = weakest_links(tree)
    risk, scale = _risk(tree)
    whole = float(risk.compress(tree.is_leaf).sum()) * scale
    rising = np.sort(prices.compress(~tree.is_leaf))
    steps = np.append(0.0, rising)  # after cutting none, one, two, … links
    last = np.append(np.diff(steps) > _tolerance(tree), True)
    cut = np.flatnonzero(last)
    alphas = np.maximum(steps[cut], 0.0)
    alphas[0] = 0.0
    impurities = whole + np.append(0.0, np.cumsum(rising))[cut]
    return Path(alphas, impurities, tree.leaves - cut)


def cost_complexity(tree: Tree, alpha: float) -> Tree:
    """The smallest pruning of a tree whose impurity + alpha × leaves is least [Breiman1984]_.

    Equal to growing the tree again with scikit-learn's ``ccp_alpha=alpha``, without the data.

    Parameters
    ----------
    alpha : price of a leaf, in units of impurity, 0 or more. A price of the path itself counts
        as reached; between two of them the choice does not hang on rounding

    Raises
    ------
    ValueError
        If `alpha` is negative or no number.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> cost_complexity(small_tree(), 0.16)
    Tree(5 nodes, 3 leaves, depth 2)
    """
    if not isinstance(alpha, Number) or not alpha >= 0:
        raise ValueError(
            f"alpha is the price of a leaf, 0 or more; got {alpha!r}. cost_complexity_path(tree) "
            "lists all prices that matter."
        )
    return tree.collapse(weakest_links(tree) <= alpha + _tolerance(tree))


def _risk(tree: Tree) -> tuple[NDArray[np.float64], float]:
    """R of each node over the largest impurity, so that no sum overflows; and that impurity."""
    impurity = tree.impurity.astype(np.float64)
    scale = float(np.abs(impurity).max()) or 1.0
    return impurity / scale * (tree.weights / tree.weights[0]), scale


def _tolerance(tree: Tree) -> float:
    """Differences of prices up to this are rounding."""
    return SAME * abs(float(tree.impurity[0]))
