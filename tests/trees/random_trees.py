"""Random trees whose counts, means and impurities add up, without any framework."""

import numpy as np

from pruning_lab.trees import Tree

GRID = np.linspace(0, 1, 5)  # few values, so that inputs meet thresholds exactly


def skeleton(n_inner, rng, *, chain=False):
    """Children of a random binary tree; nodes are numbered as they are found."""
    left, right, leaves = [-1], [-1], [0]
    for _ in range(n_inner):
        node = leaves.pop() if chain else leaves.pop(rng.integers(len(leaves)))
        left[node], right[node] = len(left), len(left) + 1
        leaves += [len(left), len(left) + 1]
        left += [-1, -1]
        right += [-1, -1]
    return np.array(left), np.array(right)


def summed(left, right, leaves):
    """Numbers of leaves (n, …), those of inner nodes the sum of their children's."""
    total = leaves.copy()
    for node in range(len(left) - 1, -1, -1):
        if left[node] >= 0:
            total[node] = total[left[node]] + total[right[node]]
    return total


def random_tree(n_inner, rng, *, classes=2, chain=False, pure=False):
    """Classes: counts 0 to 4 a leaf, Gini. No classes: means of normal numbers, variance."""
    left, right = skeleton(n_inner, rng, chain=chain)
    n, inner = len(left), left >= 0
    if classes:
        counts = rng.integers(0, 5, (n, classes))
        if pure:
            counts *= np.eye(classes, dtype=int)[rng.integers(classes, size=n)]
        counts[np.arange(n), rng.integers(classes, size=n)] += counts.sum(axis=1) == 0
        counts = summed(left, right, counts)
        samples = counts.sum(axis=1)
        values = counts / samples[:, None]
        impurity = 1 - (values**2).sum(axis=1)
    else:
        samples = summed(left, right, rng.integers(1, 4, n))
        own = rng.normal(size=n)
        sums = summed(left, right, own * samples * ~inner)
        squares = summed(left, right, (own**2 + rng.random(n)) * samples * ~inner)
        values = sums / samples
        impurity = squares / samples - values**2
    return Tree(
        left=left,
        right=right,
        feature=np.where(inner, rng.integers(0, 3, n), -2),
        threshold=np.where(inner, rng.choice(GRID, n), -2),
        values=values,
        impurity=impurity,
        samples=samples,
        weights=samples.astype(float),
    )


def random_inputs(n, rng):
    return rng.choice(GRID, (n, 3))


def prunings(tree, node=0):
    """All sets of nodes to collapse, one for each pruning of the branch."""
    yield frozenset([node])
    if tree.left[node] >= 0:
        for a in prunings(tree, tree.left[node]):
            for b in prunings(tree, tree.right[node]):
                yield a | b


def collapsed(tree, nodes):
    return tree.collapse(np.isin(np.arange(tree.left.size), list(nodes)))


def same(a, b):
    """Whether two trees are equal in every array."""
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for name in ("left", "right", "feature", "threshold", "values", "impurity", "samples")
    )
