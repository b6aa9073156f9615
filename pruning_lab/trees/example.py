"""A tree small enough to prune by hand, for examples."""

import numpy as np

from pruning_lab.trees.tree import Tree


def small_tree() -> Tree:
    """Tree of three questions and four pure leaves, grown on ten samples of two classes.

    Nodes and counts of both classes: 0 (6, 4) asks x[0] ≤ 0.5; on its left 1 (5, 1) asks
    x[1] ≤ 0.8 and has the leaves 2 (5, 0) and 3 (0, 1); on its right 4 (1, 3) asks
    x[1] ≤ 0.2 and has the leaves 5 (1, 0) and 6 (0, 3).

    Examples
    --------
    >>> small_tree()
    Tree(7 nodes, 4 leaves, depth 2)
    >>> small_tree().predict(np.array([[0.0, 0.5], [1.0, 0.5]]))
    array([0, 1])
    """
    counts = np.array([[6, 4], [5, 1], [5, 0], [0, 1], [1, 3], [1, 0], [0, 3]])
    samples = counts.sum(axis=1)
    shares = counts / samples[:, None]
    return Tree(
        left=np.array([1, 2, -1, -1, 5, -1, -1]),
        right=np.array([4, 3, -1, -1, 6, -1, -1]),
        feature=np.array([0, 1, -2, -2, 1, -2, -2]),
        threshold=np.array([0.5, 0.8, -2.0, -2.0, 0.2, -2.0, -2.0]),
        values=shares,
        impurity=1 - (shares**2).sum(axis=1),
        samples=samples,
        weights=samples.astype(np.float64),
    )
