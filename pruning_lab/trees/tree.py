"""A fitted decision tree as plain arrays: it predicts, and branches of it can be cut."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, read_only
from pruning_lab.trees.checks import check_tree

Nodes: TypeAlias = NDArray[np.intp]

NONE = -1  # child of a leaf
UNUSED = -2  # feature and threshold of a leaf


@dataclass(frozen=True, eq=False, repr=False)
class Tree:
    """A fitted tree of n nodes; node 0 is the root, and children come after their parents.

    Parameters
    ----------
    left, right : (n,) children, −1 at a leaf
    feature, threshold : (n,) a sample goes left where ``x[feature] <= threshold``; −2 at a leaf
    values : (n, classes) share of each class, or (n,) mean, of the training samples of a node
    impurity : (n,) of those samples, for example Gini's
    samples : (n,) how many they are
    weights : (n,) sum of their weights; their number, where all weigh one
    missing_left : (n,) whether a missing value (NaN) goes left; right, if not given
    classes : (classes,) labels, in the order of `values`; 0, 1, …, if not given
    precision : inputs are rounded to it before they meet a threshold; scikit-learn: float32

    Raises
    ------
    ValueError
        If the arrays do not form one binary tree with parents before children, or hold NaN.

    Examples
    --------
    >>> stump = Tree(
    ...     left=np.array([1, -1, -1]), right=np.array([2, -1, -1]),
    ...     feature=np.array([0, -2, -2]), threshold=np.array([0.5, -2, -2]),
    ...     values=np.array([[0.6, 0.4], [1.0, 0.0], [0.0, 1.0]]),
    ...     impurity=np.array([0.48, 0.0, 0.0]),
    ...     samples=np.array([5, 3, 2]), weights=np.array([5.0, 3.0, 2.0]),
    ... )
    >>> stump
    Tree(3 nodes, 2 leaves, depth 1)
    >>> stump.predict(np.array([[0.2], [0.7]]))
    array([0, 1])
    """

    left: Nodes
    right: Nodes
    feature: Nodes
    threshold: Array
    values: Array
    impurity: Array
    samples: NDArray[np.integer[Any]]
    weights: Array
    missing_left: Bools | None = None
    classes: NDArray[Any] | None = None
    precision: type[np.floating[Any]] = np.float64

    def __post_init__(self) -> None:
        for field in fields(self)[:-1]:
            value = getattr(self, field.name)
            if value is not None:
                object.__setattr__(self, field.name, read_only(np.asarray(value)))
        arrays = {field.name: getattr(self, field.name) for field in fields(self)[:-1]}
        check_tree({name: array for name, array in arrays.items() if array is not None})

    def __repr__(self) -> str:
        return f"Tree({self.left.size} nodes, {self.leaves} leaves, depth {self.depth})"

    @cached_property
    def is_leaf(self) -> Bools:
        """Whether each node is a leaf, (n,)."""
        return read_only(self.left < 0)

    @property
    def leaves(self) -> int:
        """How many leaves there are: the size of a tree."""
        return self.left.size // 2 + 1

    @property
    def depth(self) -> int:
        """How many questions the longest way from the root to a leaf asks."""
        return len(self.levels) - 1

    @cached_property
    def levels(self) -> tuple[Nodes, ...]:
        """Nodes of each depth, the root's first."""
        found, level = [], np.zeros(1, np.intp)
        while level.size:
            found.append(level)
            children = np.concatenate([self.left[level], self.right[level]])
            level = children[children >= 0]
        return tuple(found)

    @cached_property
    def outputs(self) -> NDArray[Any]:
        """What each node predicts as a leaf, (n,): its majority (on a tie the first), or mean."""
        if self.values.ndim == 1:
            return self.values
        majority = self.values.argmax(axis=1)
        return np.asarray(majority if self.classes is None else self.classes[majority])

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """Weight of each class in each node, (n, classes): whole numbers, if all samples weigh one.

        Raises
        ------
        ValueError
            If the tree predicts numbers, not classes.
        """
        if self.values.ndim == 1:
            raise ValueError(
                "this method counts classes, and the tree predicts numbers. A regression tree "
                "is pruned by cost_complexity, reduced_error or critical_value."
            )
        counts = self.values * self.weights[:, None]
        whole = np.rint(counts)
        return np.where(np.abs(counts - whole) <= 1e-9 * np.maximum(whole, 1), whole, counts)

    def visits(self, x: Array) -> Iterator[tuple[Nodes, Nodes]]:
        """Which samples are in which nodes, level by level: pairs of rows of `x` and nodes."""
        x = _checked_inputs(x, self)
        rows, nodes = np.arange(len(x)), np.zeros(len(x), np.intp)
        while rows.size:
            yield rows, nodes
            inner = self.left[nodes] >= 0
            rows, nodes = rows[inner], nodes[inner]
            seen = x[rows, self.feature[nodes]]
            goes_left = seen <= self.threshold[nodes]
            if self.missing_left is not None:
                goes_left |= np.isnan(seen) & self.missing_left[nodes]
            nodes = np.where(goes_left, self.left[nodes], self.right[nodes])

    def leaf_of(self, x: Array) -> Nodes:
        """Leaf that each sample falls into, (samples,)."""
        found = np.zeros(len(x), np.intp)
        for rows, nodes in self.visits(x):
            found[rows] = nodes
        return found

    def predict(self, x: Array) -> NDArray[Any]:
        """Label or mean for each sample, (samples,).

        Parameters
        ----------
        x : (samples, features)

        Raises
        ------
        ValueError
            If `x` is no table of numbers, or has fewer features than the tree asks about.
        """
        return np.asarray(self.outputs[self.leaf_of(x)])

    def collapse(self, nodes: Bools) -> "Tree":
        """Tree in which the marked nodes are leaves, and everything below them is gone.

        Parameters
        ----------
        nodes : (n,) boolean; marked leaves stay as they are

        Raises
        ------
        ValueError
            If `nodes` is not one truth value for each node.

        Examples
        --------
        >>> from pruning_lab.trees import small_tree
        >>> tree = small_tree()
        >>> tree.collapse(np.arange(7) == 4)
        Tree(5 nodes, 3 leaves, depth 2)
        """
        nodes = np.asarray(nodes)
        if nodes.shape != self.left.shape or nodes.dtype != np.bool_:
            raise ValueError(
                f"nodes must be {self.left.size} truth values, one a node; got {nodes.dtype} of "
                f"shape {nodes.shape}. Numbers i become marks with np.isin(np.arange(n), i)."
            )
        kept, ends = self._kept(nodes), nodes | self.is_leaf
        new = np.cumsum(kept) - 1
        parts = {
            field.name: getattr(self, field.name)[kept]
            for field in fields(self)[:-2]
            if getattr(self, field.name) is not None
        }
        ends = ends[kept]
        parts["left"] = np.where(ends, NONE, new[parts["left"]])
        parts["right"] = np.where(ends, NONE, new[parts["right"]])
        parts["feature"] = np.where(ends, UNUSED, parts["feature"])
        parts["threshold"] = np.where(ends, UNUSED, parts["threshold"])
        if self.missing_left is not None:
            parts["missing_left"] = parts["missing_left"] & ~ends
        return replace(self, **parts)

    def _kept(self, nodes: Bools) -> Bools:
        """Nodes with no marked node above them."""
        kept = np.zeros(nodes.size, np.bool_)
        kept[0] = True
        for level in self.levels:
            going_on = level[kept[level] & ~nodes[level] & ~self.is_leaf[level]]
            kept[self.left[going_on]] = kept[self.right[going_on]] = True
        return kept


def _checked_inputs(x: Array, tree: Tree) -> Array:
    """Inputs in the tree's precision, if it can ask them everything it wants to know."""
    x = np.asarray(x)
    needed = int(tree.feature.max(initial=NONE)) + 1
    if x.ndim != 2 or x.shape[1] < needed or x.dtype.kind not in "biuf":
        raise ValueError(
            f"x must be numbers of shape (samples, {needed} or more features); got {x.dtype} of "
            f"shape {x.shape}. One sample is x[None, :]."
        )
    with np.errstate(over="ignore"):  # beyond float32 is beyond every threshold
        return x.astype(tree.precision, copy=False)
