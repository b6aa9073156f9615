"""Fitted trees and forests of scikit-learn as arrays to prune, and back as fitted estimators.

Examples
--------
>>> import numpy as np
>>> from sklearn.tree import DecisionTreeClassifier
>>> from pruning_lab.trees import cost_complexity
>>> x, y = np.arange(8.0)[:, None], np.array([0, 0, 0, 1, 0, 1, 1, 1])
>>> fitted = DecisionTreeClassifier(random_state=0).fit(x, y)
>>> tree = from_fitted(fitted)
>>> tree, cost_complexity(tree, 0.1)
(Tree(7 nodes, 4 leaves, depth 3), Tree(3 nodes, 2 leaves, depth 1))
>>> pruned = to_fitted(cost_complexity(tree, 0.1), fitted)
>>> pruned.get_depth(), fitted.get_depth()
(1, 3)
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import is_classifier  # type: ignore[import-untyped]
from sklearn.ensemble import (  # type: ignore[import-untyped]
    BaggingClassifier,
    BaseEnsemble,
    ExtraTreesClassifier,
    RandomForestClassifier,
)
from sklearn.tree import BaseDecisionTree  # type: ignore[import-untyped]

from pruning_lab.trees import Tree

# their trees number the classes of the forest, instead of naming them
_NUMBERING = (RandomForestClassifier, ExtraTreesClassifier, BaggingClassifier)


def from_fitted(estimator: BaseDecisionTree) -> Tree:
    """Arrays of a fitted tree of scikit-learn; it predicts the same, to the last bit.

    Parameters
    ----------
    estimator : fitted DecisionTree… or ExtraTree…, classifier or regressor, with one output

    Raises
    ------
    ValueError
        If it is no such tree, is not fitted, or has several outputs.

    Examples
    --------
    See the module.
    """
    inside = _inside(estimator)
    return Tree(
        left=inside.children_left,
        right=inside.children_right,
        feature=inside.feature,
        threshold=inside.threshold,
        values=inside.value[:, 0] if is_classifier(estimator) else inside.value[:, 0, 0],
        impurity=inside.impurity,
        samples=inside.n_node_samples,
        weights=inside.weighted_n_node_samples,
        missing_left=inside.missing_go_to_left.astype(bool),
        classes=estimator.classes_ if is_classifier(estimator) else None,
        precision=np.float32,
    )


def to_fitted(tree: Tree, estimator: BaseDecisionTree) -> BaseDecisionTree:
    """Copy of a fitted estimator that holds this tree: predicts, draws with ``plot_tree``.

    Parameters
    ----------
    tree : from `from_fitted`, pruned
    estimator : the one that the tree came from; it is not changed

    Raises
    ------
    ValueError
        If the tree asks about features or names classes that the estimator does not know.

    Examples
    --------
    See the module.
    """
    inside = _inside(estimator)
    _check_fit(tree, estimator)
    make, arguments, state = inside.__reduce__()
    nodes = np.zeros(tree.left.size, state["nodes"].dtype)
    nodes["left_child"], nodes["right_child"] = tree.left, tree.right
    nodes["feature"], nodes["threshold"] = tree.feature, tree.threshold
    nodes["impurity"] = tree.impurity
    nodes["n_node_samples"], nodes["weighted_n_node_samples"] = tree.samples, tree.weights
    if tree.missing_left is not None:
        nodes["missing_go_to_left"] = tree.missing_left
    values = np.ascontiguousarray(tree.values, np.float64).reshape(nodes.size, 1, -1)
    new = make(*arguments)
    new.__setstate__(
        {"max_depth": tree.depth, "node_count": nodes.size, "nodes": nodes, "values": values}
    )
    return deepcopy(estimator, {id(inside): new})


def forest_from_fitted(forest: BaseEnsemble) -> list[Tree]:
    """Trees of a fitted forest, or of bagged or boosted (AdaBoost) trees, with its class labels.

    Raises
    ------
    ValueError
        If it is no such ensemble, is not fitted, or its trees see a part of the features only.
        Trees of gradient boosting hold answers at their leaves alone, so that no branch can
        become a leaf.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from pruning_lab.trees import pessimistic
    >>> x, y = np.arange(8.0)[:, None], np.array(list("aaabbabb"))
    >>> forest = RandomForestClassifier(3, random_state=0).fit(x, y)
    >>> trees = forest_from_fitted(forest)
    >>> pruned = forest_to_fitted([pessimistic(tree) for tree in trees], forest)
    >>> pruned.predict(x[:2])
    array(['a', 'a'], dtype='<U1')
    """
    members = _members(forest)
    trees = [from_fitted(member) for member in members]
    if not isinstance(forest, _NUMBERING):
        return trees
    labels = [forest.classes_[member.classes_.astype(int)] for member in members]
    return [replace(tree, classes=names) for tree, names in zip(trees, labels, strict=True)]


def forest_to_fitted(trees: Sequence[Tree], forest: BaseEnsemble) -> BaseEnsemble:
    """Copy of a fitted forest that holds these trees, without its out-of-bag results.

    Parameters
    ----------
    trees : from `forest_from_fitted`, pruned; as many, in the same order
    forest : the one that the trees came from; it is not changed

    Raises
    ------
    ValueError
        If there are not as many trees, or one does not fit.

    Examples
    --------
    See `forest_from_fitted`.
    """
    members = _members(forest)
    if len(trees) != len(members):
        raise ValueError(
            f"the forest has {len(members)} trees; got {len(trees)}. To leave trees out, prune "
            "the ensemble, not its trees."
        )
    pairs = zip(trees, members, strict=True)
    pruned = deepcopy(forest, {id(member): to_fitted(tree, member) for tree, member in pairs})
    for stale in [name for name in vars(pruned) if name.startswith("oob_") and name[-1] == "_"]:
        delattr(pruned, stale)
    return pruned


def _inside(estimator: BaseDecisionTree) -> Any:
    """The tree inside a fitted estimator, if it has one output."""
    if not isinstance(estimator, BaseDecisionTree):
        raise ValueError(
            f"expected a tree of scikit-learn; got {type(estimator).__name__}. A forest is many: "
            "forest_from_fitted(forest)."
        )
    if not hasattr(estimator, "tree_"):
        raise ValueError(f"{type(estimator).__name__} is not fitted; call its fit(x, y) first.")
    if estimator.n_outputs_ > 1:
        raise ValueError(
            f"a tree needs one output; this one has {estimator.n_outputs_}. Fit one tree each."
        )
    return estimator.tree_


def _members(forest: BaseEnsemble) -> list[BaseDecisionTree]:
    """Trees of a fitted ensemble, if every node of them could be a leaf."""
    members = getattr(forest, "estimators_", None)
    if not isinstance(members, list) or not all(isinstance(m, BaseDecisionTree) for m in members):
        raise ValueError(
            "expected a fitted forest, or bagged or AdaBoost trees; got "
            f"{type(forest).__name__}, fitted: {members is not None}. Trees of gradient boosting "
            "hold no answers at inner nodes: prune them in time, with fewer rounds."
        )
    if any(m.n_features_in_ != forest.n_features_in_ for m in members):
        raise ValueError(
            "these trees see a part of the features only, so that x would mean other columns to "
            "each. Prune them one by one: from_fitted(forest.estimators_[i])."
        )
    return members


def _check_fit(tree: Tree, estimator: BaseDecisionTree) -> None:
    inside = estimator.tree_
    classes = (inside.value.shape[2],) if is_classifier(estimator) else ()
    asked = int(tree.feature.max()) + 1
    if tree.values.shape[1:] != classes or asked > estimator.n_features_in_:
        raise ValueError(
            f"the estimator has {estimator.n_features_in_} features and values of shape "
            f"{classes} a node; the tree asks about {asked} and has {tree.values.shape[1:]}. "
            "Give back the tree to the estimator that it came from."
        )
