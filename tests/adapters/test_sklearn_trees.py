"""Trees and forests of scikit-learn as arrays and back: the same answers, the same pictures."""

import pickle

import matplotlib as mpl
import numpy as np
import pytest
from sklearn.base import is_classifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    export_text,
    plot_tree,
)

from pruning_lab.adapters.sklearn_trees import (
    forest_from_fitted,
    forest_to_fitted,
    from_fitted,
    to_fitted,
)
from pruning_lab.measure import accuracy
from pruning_lab.trees import Tree, cost_complexity, pessimistic, reduced_error, small_tree

TREES = [DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor]
FORESTS = [
    RandomForestClassifier(25, random_state=0, oob_score=True),
    RandomForestRegressor(5, random_state=0),
    ExtraTreesClassifier(5, random_state=0),
    ExtraTreesRegressor(5, random_state=0),
    BaggingClassifier(DecisionTreeClassifier(), 5, random_state=0),
    BaggingRegressor(DecisionTreeRegressor(), 5, random_state=0),
    AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=5, random_state=0),
]
named = {"ids": lambda value: getattr(value, "__name__", type(value).__name__)}


def data(n, seed=0, *, classifier=True):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    if classifier:
        return x, np.array(["no", "yes", "maybe"])[1 * (x[:, 0] > 0) + (rng.random(n) < 0.3)]
    return x, x[:, 0] + rng.normal(size=n)


def fitted(kind, n=300):
    estimator = kind(random_state=0) if isinstance(kind, type) else kind
    x, y = data(n, classifier=is_classifier(estimator))
    return estimator.fit(x, y)


@pytest.fixture(params=FORESTS, **named)
def forest(request):
    return fitted(request.param)


@pytest.mark.parametrize("kind", TREES, **named)
def test_a_tree_predicts_what_the_estimator_predicts(kind):
    estimator, x = fitted(kind), data(2000, 1)[0]
    tree = from_fitted(estimator)
    assert np.array_equal(tree.leaf_of(x), estimator.apply(x))
    assert np.array_equal(tree.predict(x), estimator.predict(x))
    assert (tree.leaves, tree.depth) == (estimator.get_n_leaves(), estimator.get_depth())


@pytest.mark.parametrize("kind", TREES, **named)
def test_there_and_back_is_the_same_estimator(kind):
    estimator = fitted(kind)
    back = to_fitted(from_fitted(estimator), estimator)
    assert back is not estimator
    assert back.tree_ is not estimator.tree_
    for one, other in zip(
        estimator.tree_.__getstate__().values(), back.tree_.__getstate__().values(), strict=True
    ):
        assert np.array_equal(one, other)
    assert back.get_params() == estimator.get_params()


@pytest.mark.parametrize("kind", TREES, **named)
def test_a_pruned_estimator_predicts_as_the_pruned_tree(kind):
    estimator, x = fitted(kind), data(500, 1)[0]
    before = pickle.dumps(estimator)
    tree = cost_complexity(from_fitted(estimator), 0.01)
    pruned = to_fitted(tree, estimator)
    assert np.array_equal(pruned.predict(x), tree.predict(x))
    assert np.array_equal(pruned.apply(x), tree.leaf_of(x))
    assert pruned.get_n_leaves() == tree.leaves < estimator.get_n_leaves()
    assert pruned.get_depth() == tree.depth
    assert len(pruned.feature_importances_) == 4
    assert np.array_equal(pickle.loads(pickle.dumps(pruned)).predict(x), pruned.predict(x))
    assert pickle.dumps(estimator) == before


def test_a_pruned_estimator_draws():
    mpl.use("Agg")
    estimator = fitted(DecisionTreeClassifier)
    tree = cost_complexity(from_fitted(estimator), 0.02)
    pruned = to_fitted(tree, estimator)
    drawn = plot_tree(pruned)
    assert len([label for label in drawn if "samples" in label.get_text()]) == tree.left.size
    assert export_text(pruned).count("class:") == tree.leaves
    mpl.pyplot.close("all")


def test_a_pruned_estimator_is_the_one_grown_with_ccp_alpha():
    x, y = data(300)
    pruned = to_fitted(
        cost_complexity(from_fitted(fitted(DecisionTreeClassifier)), 0.0123),
        fitted(DecisionTreeClassifier),
    )
    again = DecisionTreeClassifier(random_state=0, ccp_alpha=0.0123).fit(x, y)
    assert export_text(pruned, decimals=9) == export_text(again, decimals=9)
    assert np.array_equal(pruned.predict_proba(x), again.predict_proba(x))


def test_missing_values_go_the_same_way():
    x, y = data(400)
    x[np.random.default_rng(0).random(x.shape) < 0.2] = np.nan
    estimator = DecisionTreeClassifier(random_state=0).fit(x, y)
    tree = from_fitted(estimator)
    assert np.array_equal(tree.predict(x), estimator.predict(x))
    pruned = cost_complexity(tree, 0.005)
    assert np.array_equal(pruned.predict(x), to_fitted(pruned, estimator).predict(x))


def test_weighted_and_breadth_first_trees_convert():
    x, y = data(300)
    estimator = DecisionTreeClassifier(
        random_state=0, max_leaf_nodes=40, class_weight="balanced", max_depth=9
    ).fit(x, y, np.random.default_rng(0).random(300))
    tree = from_fitted(estimator)
    assert np.array_equal(tree.predict(x), estimator.predict(x))
    pruned = pessimistic(tree)
    assert np.array_equal(to_fitted(pruned, estimator).predict(x), pruned.predict(x))


def test_held_out_samples_prune_by_their_labels():
    estimator, (x, y) = fitted(DecisionTreeClassifier), data(200, 5)
    pruned = to_fitted(reduced_error(from_fitted(estimator), x, y), estimator)
    assert accuracy(pruned, x, y) >= accuracy(estimator, x, y)
    assert pruned.get_n_leaves() < estimator.get_n_leaves()


def test_a_forest_is_a_list_of_trees_and_comes_back(forest):
    x, _ = data(300, 1)
    before = pickle.dumps(forest)
    trees = forest_from_fitted(forest)
    assert all(isinstance(tree, Tree) for tree in trees)
    assert np.array_equal(forest_to_fitted(trees, forest).predict(x), forest.predict(x))
    pruned = forest_to_fitted([cost_complexity(tree, 0.02) for tree in trees], forest)
    assert all(
        new.get_n_leaves() < old.get_n_leaves()
        for new, old in zip(pruned.estimators_, forest.estimators_, strict=True)
    )
    assert pruned.predict(x).shape == (300,)
    assert not hasattr(pruned, "oob_score_")
    assert pruned.get_params(deep=False).keys() == forest.get_params(deep=False).keys()
    assert pickle.dumps(forest) == before


def test_the_trees_of_a_forest_know_its_labels(forest):
    x, y = data(200, 7, classifier=is_classifier(forest))
    for tree in forest_from_fitted(forest):
        predicted = tree.predict(x)
        assert predicted.dtype.kind == ("U" if is_classifier(forest) else "f")
        pruned = reduced_error(tree, x, y)
        if is_classifier(forest):
            assert accuracy(pruned, x, y) >= accuracy(tree, x, y)
        else:
            worse = ((pruned.predict(x) - y) ** 2).sum()
            assert worse <= ((predicted - y) ** 2).sum() * (1 + 1e-9)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (DecisionTreeClassifier(), "not fitted"),
        (LogisticRegression(), "expected a tree"),
        (RandomForestClassifier(), "forest_from_fitted"),
        (DecisionTreeClassifier().fit(np.eye(4), np.eye(4)), "one output"),
    ],
)
def test_what_is_no_fitted_tree_is_refused(estimator, message):
    with pytest.raises(ValueError, match=message):
        from_fitted(estimator)
    with pytest.raises(ValueError, match=message):
        to_fitted(small_tree(), estimator)


@pytest.mark.parametrize(
    ("ensemble", "message"),
    [
        (RandomForestClassifier(), "fitted: False"),
        (fitted(GradientBoostingClassifier(n_estimators=2)), "gradient boosting"),
        (fitted(BaggingClassifier(LogisticRegression(), 2)), "expected a fitted forest"),
        (fitted(BaggingClassifier(DecisionTreeClassifier(), 2, max_features=2)), "part of the"),
    ],
)
def test_an_ensemble_that_cannot_be_pruned_is_refused(ensemble, message):
    with pytest.raises(ValueError, match=message):
        forest_from_fitted(ensemble)


def test_a_tree_of_another_estimator_is_refused():
    for kind in (DecisionTreeClassifier, DecisionTreeRegressor):  # of three classes; of numbers
        with pytest.raises(ValueError, match="Give back the tree"):
            to_fitted(small_tree(), fitted(kind))
    forest = fitted(RandomForestClassifier(2, random_state=0))
    with pytest.raises(ValueError, match="has 2 trees; got 1"):
        forest_to_fitted(forest_from_fitted(forest)[:1], forest)


def test_targets_too_large_to_square_are_refused_with_a_fix():
    x = np.arange(6.0)[:, None]
    with np.errstate(all="ignore"):
        estimator = DecisionTreeRegressor().fit(x, np.arange(6.0) * 1e200)
    with pytest.raises(ValueError, match="Divide them by their maximum"):
        from_fitted(estimator)
