"""Minimum-error pruning: errors expected of new samples, with a prior for each class."""

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Number
from pruning_lab.trees.subtrees import dear_branches
from pruning_lab.trees.tree import Tree


def expected_error(tree: Tree, m: float, prior: Array) -> NDArray[np.float64]:
    """Error rate to expect of each node as a leaf, (n,): the m-estimate [Cestnik1991]_, eq. 1.

    A leaf with n samples, n_c of them of class c, gives class c the probability
    (n_c + m · prior_c) / (n + m), as if it had seen m samples more; its expected error rate is
    1 − the highest of them.

    Examples
    --------
    With two classes, equal priors and m = 2 this is Laplace's (n_c + 1) / (n + 2).

    >>> from pruning_lab.trees import small_tree
    >>> expected_error(small_tree(), 2, np.array([0.5, 0.5])).round(2)
    array([0.42, 0.25, 0.14, 0.33, 0.33, 0.33, 0.2 ])
    """
    likely = (tree.counts + m * prior) / np.maximum(tree.weights + m, 1e-300)[:, None]
    return np.asarray(1 - likely.max(axis=1))


def minimum_error(tree: Tree, m: float, *, prior: Array | None = None) -> Tree:
    """Tree whose expected error rate is least, of all its prunings [Cestnik1991]_.

    From the leaves up: a branch becomes a leaf, if the error rate expected of it as a leaf is
    not above that of its two children, weighted by their samples. The higher `m`, the more
    the priors weigh, which mostly means a smaller tree; labels stay the majority's. The first
    version of the method, by Niblett and Bratko in 1986, is ``m`` = number of classes k with
    equal priors, ``np.full(k, 1 / k)``; see [Mingers1989]_ and [Esposito1997]_.

    Parameters
    ----------
    m : how many samples the priors are worth, 0 or more
    prior : (classes,) probabilities; shares of the training samples, if not given

    Raises
    ------
    ValueError
        If the tree predicts numbers, `m` is negative, or `prior` is no distribution.

    Examples
    --------
    Leaves as pure as these are worth their questions.

    >>> from pruning_lab.trees import small_tree
    >>> minimum_error(small_tree(), 2)
    Tree(7 nodes, 4 leaves, depth 2)
    """
    if not isinstance(m, Number) or not 0 <= m < np.inf:
        raise ValueError(f"m is how many samples the priors are worth, 0 or more; got {m!r}.")
    shares = tree.counts[0] / tree.weights[0] if prior is None else np.asarray(prior, np.float64)
    if shares.shape != tree.values.shape[1:] or not _is_distribution(shares):
        raise ValueError(
            f"prior must be {tree.values.shape[1]} probabilities with sum 1, one a class; got "
            f"{shares.tolist()}. Divide them by their sum."
        )
    errors = expected_error(tree, float(m), shares) * tree.weights
    return tree.collapse(dear_branches(tree, errors))


def _is_distribution(shares: Array) -> bool:
    return bool((shares >= 0).all() and abs(float(shares.sum()) - 1) < 1e-6)
