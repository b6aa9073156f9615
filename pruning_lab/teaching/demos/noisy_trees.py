"""Trees grown on data some of whose labels are wrong, and what a pruning of them is worth."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.datasets.dataset import Dataset, Split, divide
from pruning_lab.trees import Tree, cost_complexity

Labels: TypeAlias = NDArray[np.int64]
Grow: TypeAlias = Callable[[Array, Labels], Tree]


class Trial(NamedTuple):
    """A full-grown tree and its data.

    Parameters
    ----------
    tree : grown on the training part until its leaves are pure
    data : labels of the training and the validation part are partly wrong, those to test true
    """

    tree: Tree
    data: Dataset


def wrong_labels(y: Labels, share: float, *, rng: np.random.Generator) -> Labels:
    """Labels of which exactly round(share × n) were replaced by another class.

    Parameters
    ----------
    y : (n,) labels, of two or more classes
    share : between 0 and 1

    Examples
    --------
    >>> y = np.repeat([0, 1, 2], 10)
    >>> int((wrong_labels(y, 0.2, rng=np.random.default_rng(0)) != y).sum())
    6
    """
    classes = np.unique(y)
    changed = np.array(y)
    chosen = rng.permutation(len(y))[: round(share * len(y))]
    step = rng.integers(1, len(classes), size=len(chosen))
    changed[chosen] = classes[(np.searchsorted(classes, y[chosen]) + step) % len(classes)]
    return changed


def trial(x: Array, y: Labels, grow: Grow, share: float, seed: int) -> Trial:
    """Split the data, spoil labels, grow a tree.

    Parameters
    ----------
    x, y : (n, features), (n,)
    grow : from inputs and labels to a tree
    share : of the labels to learn from, training and validation, that are wrong
    seed : decides about the split and about which labels are wrong
    """
    rng = np.random.default_rng(seed)
    data = spoiled(divide(x, y, rng=rng), share, rng=rng)
    return Trial(grow(data.train.x, data.train.y), data)


def spoiled(clean: Dataset, share: float, *, rng: np.random.Generator) -> Dataset:
    """Data whose labels to train and to validate are wrong in this share; those to test stay true.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> clean = divide(np.ones((50, 1)), np.arange(50) % 2, rng=rng)
    >>> int((spoiled(clean, 0.2, rng=rng).train.y != clean.train.y).sum())
    6
    """
    train, held_out = (
        Split(part.x, wrong_labels(part.y, share, rng=rng))
        for part in (clean.train, clean.validation)
    )
    return Dataset(train, held_out, clean.test)


def right(tree: Tree, part: Split) -> float:
    """Share of a part's labels that a tree gives."""
    return float(np.mean(tree.predict(part.x) == part.y))


def along(trials: Sequence[Trial], alphas: Sequence[float]) -> dict[str, NDArray[Any]]:
    """What cost-complexity pruning leaves at each price, each (trials, alphas).

    'train' and 'test' accuracy, and 'leaves'.
    """
    cut = [[(cost_complexity(tree, alpha), data) for alpha in alphas] for tree, data in trials]
    return {
        "train": np.array([[right(tree, data.train) for tree, data in row] for row in cut]),
        "test": np.array([[right(tree, data.test) for tree, data in row] for row in cut]),
        "leaves": np.array([[tree.leaves for tree, _ in row] for row in cut]),
    }


def cross_validated(
    x: Array,
    y: Labels,
    grow: Grow,
    alphas: Sequence[float],
    *,
    folds: int = 10,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Which labels are missed by trees that never saw them, (alphas, n).

    The samples are dealt into folds. For each fold a tree is grown on all the others, and
    pruned at every price.
    """
    fold = rng.permutation(len(y)) % folds
    missed = np.empty((len(alphas), len(y)), np.bool_)
    for k in range(folds):
        out = fold == k
        tree = grow(x[~out], y[~out])
        for i, alpha in enumerate(alphas):
            missed[i, out] = cost_complexity(tree, float(alpha)).predict(x[out]) != y[out]
    return missed
