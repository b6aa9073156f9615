"""Pessimistic pruning: the training samples decide, with half an error added to each leaf."""

import numpy as np

from pruning_lab.arrays import Number
from pruning_lab.trees.subtrees import sum_of_leaves
from pruning_lab.trees.tree import Tree


def pessimistic(tree: Tree, *, standard_errors: float = 1.0) -> Tree:
    """Tree without the branches that are within a standard error of a leaf [Quinlan1987]_.

    Each leaf's errors on the training samples are raised by ½, the continuity correction of
    the binomial distribution: a branch with L leaves makes E = errors + L / 2. Node t becomes
    a leaf if errors(t) + ½ ≤ E + SE, where SE = √(E (N − E) / N) and N is the weight of its
    samples. From the root down, and what is below a new leaf is not asked any more; see
    [Mingers1989]_ and [Esposito1997]_. No held-out samples are needed.

    Parameters
    ----------
    standard_errors : how many of them a branch must gain to stay; 1 is Quinlan's

    Raises
    ------
    ValueError
        If the tree predicts numbers, or `standard_errors` is negative.

    Examples
    --------
    Node 1 goes: 1 + ½ ≤ 1 + √(1 · 5 / 6). The root stays: 4 + ½ > 2 + √(2 · 8 / 10).

    >>> from pruning_lab.trees import small_tree
    >>> pessimistic(small_tree())
    Tree(3 nodes, 2 leaves, depth 1)
    """
    if not isinstance(standard_errors, Number) or not 0 <= standard_errors < np.inf:
        raise ValueError(f"standard_errors must be a number, 0 or more; got {standard_errors!r}.")
    errors = tree.weights - tree.counts.max(axis=1)
    corrected = errors + 0.5
    branch = sum_of_leaves(tree, corrected)
    # tiny branches may count more errors than samples: no spread is left then
    right = np.maximum(tree.weights - branch, 0)
    spread = np.sqrt(branch * right / np.where(tree.weights > 0, tree.weights, 1))
    return tree.collapse(corrected <= branch + standard_errors * spread)
