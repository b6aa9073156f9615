"""A random forest in a screen of numpy: inputs of few values, trees grown until they are pure."""

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.network.loss import Labels
from pruning_lab.trees import Tree
from pruning_lab.trees.tree import NONE, UNUSED

LEVELS = 17  # inputs are 0, 1/16, …, 1

Counts = NDArray[np.int64]


def forest(
    x: Array, y: Labels, trees: int, *, rng: np.random.Generator, features: int = 8
) -> list[Tree]:
    """Trees that each saw a sample of its own, drawn with replacement, and few features a node.

    Parameters
    ----------
    x : (n, inputs), whole sixteenths from 0 to 1, as the digits are
    y : (n,) labels from 0 on
    trees : how many
    rng : draws the samples and the features
    features : how many compete at each node, drawn anew each time
    """
    codes, classes = np.rint(x * (LEVELS - 1)).astype(np.int64), int(y.max()) + 1
    drawn = (rng.integers(0, len(x), len(x)) for _ in range(trees))
    return [_grown(codes[take], y[take], classes, features, rng) for take in drawn]


def _grown(codes: Counts, y: Labels, classes: int, features: int, rng: np.random.Generator) -> Tree:
    """One tree; its nodes are split until one class is left or no drawn feature divides them."""
    left: list[int] = []
    right: list[int] = []
    feature, threshold, counts = [], [], []
    waiting = [(np.arange(len(y)), -1, False)]
    while waiting:
        rows, parent, is_right = waiting.pop()
        node = len(left)
        if parent >= 0:
            (right if is_right else left)[parent] = node
        here = np.bincount(y[rows], minlength=classes)
        counts.append(here)
        drawn = rng.permutation(codes.shape[1])[:features]
        where, level = -1, 0
        if np.count_nonzero(here) > 1:
            where, level = _split(codes[np.ix_(rows, drawn)], y[rows], classes)
        splits = where >= 0
        left.append(NONE)
        right.append(NONE)
        feature.append(int(drawn[where]) if splits else UNUSED)
        threshold.append((level + 0.5) / (LEVELS - 1) if splits else UNUSED)
        if splits:
            goes_left = codes[rows, drawn[where]] <= level
            waiting += [(rows[~goes_left], node, True), (rows[goes_left], node, False)]
    table = np.array(counts)
    shares = table / table.sum(axis=1, keepdims=True)
    return Tree(
        left=np.array(left),
        right=np.array(right),
        feature=np.array(feature),
        threshold=np.array(threshold, float),
        values=shares,
        impurity=1 - (shares**2).sum(axis=1),
        samples=table.sum(axis=1),
        weights=table.sum(axis=1).astype(float),
    )


def _split(codes: Counts, y: Labels, classes: int) -> tuple[int, int]:
    """Column and value that divide the classes best by Gini's impurity; column −1 if none does.

    Parameters
    ----------
    codes : (n, columns) values from 0 to LEVELS − 1
    y : (n,) labels
    """
    columns = codes.shape[1]
    places = (np.arange(columns) * LEVELS + codes) * classes + y[:, None]
    flat = np.bincount(places.ravel(), minlength=columns * LEVELS * classes)
    low = flat.reshape(columns, LEVELS, classes).cumsum(axis=1)[:, :-1]  # (columns, cuts, classes)
    high = np.bincount(y, minlength=classes) - low
    few, many = low.sum(axis=2), high.sum(axis=2)
    purity = (low**2).sum(axis=2) / np.maximum(few, 1) + (high**2).sum(axis=2) / np.maximum(many, 1)
    purity[(few == 0) | (many == 0)] = -1
    best = int(purity.argmax())
    if purity.ravel()[best] < 0:
        return -1, 0
    return best // (LEVELS - 1), best % (LEVELS - 1)
