"""Cost complexity: the book's loop over weakest links, every pruning, and scikit-learn agree."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_trees import collapsed, prunings, random_tree, same
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from pruning_lab.adapters.sklearn_trees import from_fitted
from pruning_lab.teaching.readable import cost_complexity as readable
from pruning_lab.trees import (
    cost_complexity,
    cost_complexity_path,
    link_strength,
    small_tree,
    weakest_links,
)
from pruning_lab.trees.subtrees import dear_branches

SEEDS = st.integers(0, 10**6)
INNER = st.integers(0, 30)
CLASSES = st.sampled_from([0, 1, 2, 5])


def test_the_hand_worked_tree():
    tree, path = small_tree(), cost_complexity_path(small_tree())
    assert np.allclose(path.alphas, [0, 0.15, 0.165])
    assert np.allclose(path.impurities, [0, 0.15, 0.48])
    assert path.leaves.tolist() == [4, 3, 1]
    assert cost_complexity(tree, 0).leaves == 4
    assert cost_complexity(tree, 0.149).leaves == 4
    assert cost_complexity(tree, 0.15).feature.tolist() == [0, 1, -2, -2, -2]
    assert cost_complexity(tree, 0.17).leaves == cost_complexity(tree, np.inf).leaves == 1


@given(INNER, SEEDS, CLASSES)
def test_link_strength_is_its_definition(n_inner, seed, classes):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes)
    found, inner = link_strength(tree), np.flatnonzero(~tree.is_leaf)
    assert np.allclose(
        found[inner], [readable.link_strength(tree, node) for node in inner], atol=1e-12
    )
    assert (found[tree.is_leaf] == -np.inf).all()


@given(st.integers(0, 12), SEEDS, CLASSES)
def test_the_path_is_that_of_the_readable_loop(n_inner, seed, classes):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes)
    path, expected = cost_complexity_path(tree), readable.cost_complexity_path(tree)
    assert path.leaves.tolist() == [leaves for _, _, leaves in expected]
    assert np.allclose(path.alphas, [alpha for alpha, _, _ in expected], rtol=0, atol=1e-12)
    assert np.allclose(path.impurities, [r for _, r, _ in expected], rtol=0, atol=1e-12)


@given(INNER, SEEDS, CLASSES, st.booleans())
def test_alphas_rise_and_trees_are_nested(n_inner, seed, classes, chain):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes, chain=chain)
    path = cost_complexity_path(tree)
    assert path.alphas[0] == 0
    assert (np.diff(path.alphas) > 0).all()
    assert (np.diff(path.leaves) < 0).all()
    assert (np.diff(path.impurities) > -1e-12).all()
    assert path.leaves[-1] == 1
    numbered = replace(tree, samples=np.arange(tree.left.size))  # samples say who is who
    nodes = [set(cost_complexity(numbered, alpha).samples.tolist()) for alpha in path.alphas]
    assert all(later < earlier for earlier, later in pairwise(nodes))
    for alpha, impurity, leaves in zip(path.alphas, path.impurities, path.leaves, strict=True):
        pruned = cost_complexity(tree, alpha)
        assert pruned.leaves == leaves
        shares = pruned.weights[pruned.is_leaf] / tree.weights[0]
        assert abs((pruned.impurity[pruned.is_leaf] * shares).sum() - impurity) < 1e-12


@given(st.integers(0, 7), SEEDS, CLASSES, st.floats(0, 0.3))
def test_no_pruning_costs_less(n_inner, seed, classes, alpha):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes)
    costs = [
        sum(readable.risk(tree)[list(leaves)]) + alpha * len(leaves) for leaves in prunings(tree)
    ]
    pruned = cost_complexity(tree, alpha)
    share = pruned.weights[pruned.is_leaf] / tree.weights[0]
    cost = (pruned.impurity[pruned.is_leaf] * share).sum() + alpha * pruned.leaves
    assert cost <= min(costs) + 1e-12
    smallest = min(len(p) for p, c in zip(prunings(tree), costs, strict=True) if c <= cost + 1e-12)
    assert pruned.leaves == smallest


@given(st.integers(0, 300), SEEDS, CLASSES)
def test_for_one_alpha_it_is_the_linear_choice_of_the_cheaper_from_the_leaves_up(
    n_inner, seed, classes
):
    rng = np.random.default_rng(seed)
    tree = random_tree(n_inner, rng, classes=classes)
    path = cost_complexity_path(tree)
    for low, high in zip(path.alphas[:-1], path.alphas[1:], strict=True):
        if high - low > 1e-9:
            alpha = (low + high) / 2
            cheaper = tree.collapse(dear_branches(tree, readable.risk(tree) + alpha))
            assert same(cost_complexity(tree, alpha), cheaper)


def data(n, kind, rng):
    """Rounded, so that there are many ties."""
    x = np.round(rng.standard_normal((n, 4)), 1)
    if kind is DecisionTreeRegressor:
        return x, x[:, 0] + rng.standard_normal(n)
    return x, ((x[:, 0] * x[:, 1] > 0) ^ (rng.random(n) < 0.25)).astype(int)


@pytest.mark.parametrize("kind", [DecisionTreeClassifier, DecisionTreeRegressor])
@pytest.mark.parametrize("n", [2, 10, 100, 1000, 6000])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_path_is_scikit_learns(kind, n, weighted):
    rng = np.random.default_rng(n)
    x, y = data(n, kind, rng)
    weight = rng.random(n) if weighted else None
    estimator = kind(random_state=0).fit(x, y, weight)
    theirs = estimator.cost_complexity_pruning_path(x, y, weight)
    last = np.append(np.diff(theirs.ccp_alphas) > 1e-14 * estimator.tree_.impurity[0], True)
    ours = cost_complexity_path(from_fitted(estimator))
    assert ours.alphas.shape == theirs.ccp_alphas[last].shape
    assert np.abs(ours.alphas - theirs.ccp_alphas[last]).max() < 1e-12
    assert np.abs(ours.impurities - theirs.impurities[last]).max() < 1e-12


@pytest.mark.parametrize("kind", [DecisionTreeClassifier, DecisionTreeRegressor])
@pytest.mark.parametrize("criterion", [0, 1])
def test_pruning_is_growing_again_with_ccp_alpha(kind, criterion):
    rng = np.random.default_rng(0)
    x, y = data(1000, kind, rng)
    options = {
        "random_state": 0,
        "criterion": (["gini", "entropy"], ["squared_error", "friedman_mse"])[
            kind is DecisionTreeRegressor
        ][criterion * (kind is DecisionTreeClassifier)],
    }
    tree = from_fitted(kind(**options).fit(x, y))
    path = cost_complexity_path(tree)
    for step in rng.choice(len(path.alphas) - 1, 12, replace=False):
        alpha = (path.alphas[step] + path.alphas[step + 1]) / 2
        again = from_fitted(kind(**options, ccp_alpha=alpha).fit(x, y))
        pruned = cost_complexity(tree, alpha)
        assert same(pruned, again)
        assert np.array_equal(pruned.predict(x), again.predict(x))


def test_a_price_of_scikit_learns_path_counts_as_reached():
    x, y = data(500, DecisionTreeClassifier, np.random.default_rng(0))
    estimator = DecisionTreeClassifier(random_state=0).fit(x, y)
    theirs = estimator.cost_complexity_pruning_path(x, y).ccp_alphas
    tree = from_fitted(estimator)
    ours = cost_complexity_path(tree)
    for alpha in theirs:
        step = np.searchsorted(ours.alphas, alpha + 1e-12, side="right") - 1
        assert cost_complexity(tree, alpha).leaves == ours.leaves[step]


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30, 1e150, 1e300, 1.7e308])
def test_impurities_of_any_size_give_the_same_tree(scale):
    tree = random_tree(200, np.random.default_rng(0), classes=0)
    unit = replace(tree, impurity=tree.impurity / tree.impurity.max())
    scaled = replace(unit, impurity=unit.impurity * scale)
    small, large = cost_complexity_path(unit), cost_complexity_path(scaled)
    assert np.array_equal(small.leaves, large.leaves)
    assert np.allclose(large.alphas / scale, small.alphas, rtol=1e-9, atol=0)
    assert np.isfinite(link_strength(scaled)[~tree.is_leaf]).all()


def test_a_large_tree_is_pruned_alike_by_both_ways(monkeypatch):
    tree = random_tree(20_000, np.random.default_rng(0))
    fast = weakest_links(tree)
    monkeypatch.setattr("pruning_lab.trees.pooling.FEW", 10**9)
    slow = weakest_links(tree)
    assert np.array_equal(fast == -np.inf, tree.is_leaf)
    inner = ~tree.is_leaf
    assert np.abs(fast[inner] - slow[inner]).max() < 1e-14


def test_a_tree_that_says_nothing_loses_all_its_questions():
    tree = small_tree()
    for impurity in (np.zeros(7), np.full(7, 0.3)):
        path = cost_complexity_path(replace(tree, impurity=impurity))
        assert path.alphas.tolist() == [0]
        assert path.leaves.tolist() == [1]
    root = tree.collapse(np.ones(7, bool))
    assert cost_complexity_path(root).leaves.tolist() == [1]
    assert collapsed(tree, {0}).leaves == cost_complexity(root, 0).leaves == 1


@pytest.mark.parametrize("alpha", [-0.1, np.nan, "0.1", None])
def test_an_alpha_that_is_no_price_is_refused(alpha):
    with pytest.raises(ValueError, match="price of a leaf"):
        cost_complexity(small_tree(), alpha)
