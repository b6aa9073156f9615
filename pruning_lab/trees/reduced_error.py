"""Reduced-error pruning: held-out samples decide which branches are worth their leaves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.trees.subtrees import dear_branches
from pruning_lab.trees.tree import Tree


def held_out_errors(tree: Tree, x: Array, y: NDArray[Any]) -> NDArray[np.float64]:
    """Errors on the samples that reach each node, if it were a leaf, (n,).

    Of classes, how many samples get a wrong label; of numbers, the sum of squared errors.

    Parameters
    ----------
    x : (samples, features) held out: not those the tree was grown on
    y : (samples,) labels or numbers

    Raises
    ------
    ValueError
        If there are no samples, or not one target for each.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> held_out_errors(small_tree(), np.array([[0.0, 0.9]]), np.array([0]))
    array([0., 0., 0., 1., 0., 0., 0.])
    """
    y = np.asarray(y)
    if y.shape != (len(x),) or y.size == 0:
        raise ValueError(
            f"need one target for each held-out sample and at least one; got x {np.shape(x)}, "
            f"y {y.shape}."
        )
    if (y.dtype.kind in "biuf") != (tree.outputs.dtype.kind in "biuf") and y.dtype != object:
        raise ValueError(
            f"the tree predicts {tree.outputs.dtype} and the targets are {y.dtype}: they would "
            "never be equal. Give the labels that the tree was grown on."
        )
    if tree.values.ndim == 1 and (y.dtype.kind not in "biuf" or not np.isfinite(y).all()):
        raise ValueError(
            f"a tree of numbers needs finite numbers as targets; got {y.dtype} with others. "
            "Leave out samples without a target."
        )
    errors = np.zeros(tree.left.size)
    for rows, nodes in tree.visits(x):
        if tree.values.ndim == 1:
            loss = (y[rows].astype(np.float64) - tree.outputs[nodes]) ** 2
        else:
            loss = y[rows] != tree.outputs[nodes]
        errors += np.bincount(nodes, loss, errors.size)
    return errors


def reduced_error(tree: Tree, x: Array, y: NDArray[Any]) -> Tree:
    """Smallest of the prunings with the fewest errors on held-out samples [Quinlan1987]_.

    From the leaves up, a branch becomes a leaf if that makes no more errors than the branch,
    pruned as well as can be. So accuracy on these samples never falls; that it is the best
    pruning for them, and the smallest such, is proved in [Esposito1997]_. A branch that no
    held-out sample reaches goes too; papers differ here, see [Elomaa2001]_.

    Parameters
    ----------
    x : (samples, features) held out: not those the tree was grown on
    y : (samples,) labels as the tree predicts them; or numbers, with squared errors

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> x, y = np.array([[0.0, 0.9], [1.0, 0.1], [1.0, 0.9]]), np.array([0, 0, 1])
    >>> reduced_error(small_tree(), x, y)
    Tree(5 nodes, 3 leaves, depth 2)
    """
    return tree.collapse(dear_branches(tree, held_out_errors(tree, x, y)))
