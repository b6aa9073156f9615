"""Reduced error, pessimistic, minimum error and critical value, against their definitions."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_trees import collapsed, prunings, random_inputs, random_tree, same
from scipy.stats import chi2_contingency
from sklearn.tree import DecisionTreeClassifier

from pruning_lab.adapters.sklearn_trees import from_fitted
from pruning_lab.trees import (
    cost_complexity,
    critical_value,
    expected_error,
    g_statistic,
    gain,
    held_out_errors,
    minimum_error,
    pessimistic,
    reduced_error,
    small_tree,
)

SEEDS = st.integers(0, 10**6)
INNER = st.integers(0, 25)
CLASSES = st.sampled_from([1, 2, 3])


def recursive(tree, becomes_leaf):
    """Nodes to collapse, from the root down, if a question of a node says so."""
    marks = np.zeros(tree.left.size, bool)
    todo = [0]
    while todo:
        node = todo.pop()
        marks[node] = tree.left[node] < 0 or becomes_leaf(node)
        if not marks[node]:
            todo += [tree.left[node], tree.right[node]]
    return tree.collapse(marks)


def leaves_below(tree, node):
    if tree.left[node] < 0:
        return [node]
    return leaves_below(tree, tree.left[node]) + leaves_below(tree, tree.right[node])


def errors_of(tree, x, y):
    return np.count_nonzero(tree.predict(x) != y)


# --- reduced error ----------------------------------------------------------------------------


@given(INNER, SEEDS, CLASSES, st.integers(1, 40))
def test_reduced_error_never_lowers_held_out_accuracy(n_inner, seed, classes, n):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng, classes=classes), random_inputs(n, rng)
    y = rng.integers(0, classes + 1, n)
    assert errors_of(reduced_error(tree, x, y), x, y) <= errors_of(tree, x, y)


@given(st.integers(0, 7), SEEDS, CLASSES, st.integers(1, 20))
def test_reduced_error_is_the_smallest_of_the_best_prunings(n_inner, seed, classes, n):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng, classes=classes), random_inputs(n, rng)
    y = rng.integers(0, classes, n)
    all_of_them = [collapsed(tree, nodes) for nodes in prunings(tree)]
    best = min((errors_of(pruned, x, y), pruned.leaves) for pruned in all_of_them)
    pruned = reduced_error(tree, x, y)
    assert (errors_of(pruned, x, y), pruned.leaves) == best


@given(INNER, SEEDS, st.integers(1, 40))
def test_reduced_error_of_numbers_never_raises_squared_errors(n_inner, seed, n):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng, classes=0), random_inputs(n, rng)
    y = rng.normal(size=n)
    before = ((tree.predict(x) - y) ** 2).sum()
    after = ((reduced_error(tree, x, y).predict(x) - y) ** 2).sum()
    assert after <= before * (1 + 1e-9)


@given(INNER, SEEDS)
def test_held_out_errors_are_those_of_each_node_as_a_leaf(n_inner, seed):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng), random_inputs(12, rng)
    y = rng.integers(0, 2, 12)
    errors = held_out_errors(tree, x, y)
    assert errors[0] == np.count_nonzero(tree.outputs[0] != y)
    assert errors[tree.is_leaf].sum() == errors_of(tree, x, y)


def test_reduced_error_reads_labels():
    tree = replace(small_tree(), classes=np.array(["no", "yes"]))
    x, y = np.array([[0.0, 0.5], [1.0, 0.5]]), np.array(["no", "yes"])
    assert reduced_error(tree, x, y).leaves == 2
    assert reduced_error(tree, x, y[::-1]).leaves == 1


@pytest.mark.parametrize("y", [np.zeros(3), np.zeros(0), np.zeros((2, 1))])
def test_held_out_samples_without_one_target_each_are_refused(y):
    with pytest.raises(ValueError, match="one target for each"):
        reduced_error(small_tree(), np.zeros((2, 2)), y)
    with pytest.raises(ValueError, match="at least one"):
        reduced_error(small_tree(), np.zeros((0, 2)), np.zeros(0))


def test_targets_that_the_tree_could_never_predict_are_refused():
    with pytest.raises(ValueError, match="never be equal"):
        reduced_error(small_tree(), np.zeros((2, 2)), np.array(["no", "yes"]))
    numbers = random_tree(3, np.random.default_rng(0), classes=0)
    for y in (np.array([1.0, np.nan]), np.array([1.0, np.inf]), np.array([None, 1.0])):
        with pytest.raises(ValueError, match="finite numbers"):
            reduced_error(numbers, np.zeros((2, 3)), y)


def test_held_out_errors_of_whole_numbers_do_not_wrap_around():
    tree = random_tree(0, np.random.default_rng(0), classes=0)
    errors = held_out_errors(tree, np.zeros((1, 3)), np.array([100], np.int8))
    assert abs(errors[0] - (100 - tree.values[0]) ** 2) < 1e-9


# --- pessimistic ------------------------------------------------------------------------------


@given(INNER, SEEDS, CLASSES, st.sampled_from([0, 0.5, 1, 2.0]))
def test_pessimistic_is_its_definition(n_inner, seed, classes, standard_errors):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes)
    errors = tree.samples - tree.counts.max(axis=1)

    def becomes_leaf(node):
        leaves, n = leaves_below(tree, node), tree.samples[node]
        branch = sum(errors[leaf] + 0.5 for leaf in leaves)
        spread = math.sqrt(branch * max(n - branch, 0) / n)
        return errors[node] + 0.5 <= branch + standard_errors * spread

    found = pessimistic(tree, standard_errors=standard_errors)
    assert same(found, recursive(tree, becomes_leaf))


@given(INNER, SEEDS)
def test_more_standard_errors_leave_less(n_inner, seed):
    tree = random_tree(n_inner, np.random.default_rng(seed), pure=True)
    sizes = [pessimistic(tree, standard_errors=s).leaves for s in (0, 0.5, 1, 2, 4)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("standard_errors", [-1, np.nan, np.inf, "1"])
def test_standard_errors_are_a_number(standard_errors):
    with pytest.raises(ValueError, match="standard_errors"):
        pessimistic(small_tree(), standard_errors=standard_errors)


# --- minimum error ----------------------------------------------------------------------------


@given(INNER, SEEDS, st.sampled_from([2, 3]))
def test_with_equal_priors_worth_k_samples_it_is_niblett_and_bratko(n_inner, seed, k):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=k)
    n, most = tree.samples, tree.counts.max(axis=1)
    found = expected_error(tree, k, np.full(k, 1 / k))
    assert np.allclose(found, (n - most + k - 1) / (n + k))


@given(st.integers(0, 8), SEEDS, CLASSES, st.sampled_from([0, 0.5, 2, 30]))
def test_no_pruning_expects_fewer_errors(n_inner, seed, classes, m):
    rng = np.random.default_rng(seed)
    tree, prior = random_tree(n_inner, rng, classes=classes), rng.dirichlet(np.ones(classes))
    likely = (tree.counts + m * prior) / (tree.samples + m)[:, None]
    errors = tree.samples * (1 - likely.max(axis=1))
    best = min(errors[list(nodes)].sum() for nodes in prunings(tree))
    found = minimum_error(tree, m, prior=prior)
    small = (found.counts + m * prior) / (found.samples + m)[:, None]
    leaf = found.is_leaf
    assert abs((found.samples * (1 - small.max(axis=1)))[leaf].sum() - best) < 1e-9
    few = min(len(p) for p in prunings(tree) if errors[list(p)].sum() < best + 1e-10)
    assert found.leaves == few


def test_without_priors_the_shares_of_the_training_samples_are_taken():
    tree = random_tree(40, np.random.default_rng(3), classes=3)
    assert same(minimum_error(tree, 5), minimum_error(tree, 5, prior=tree.values[0]))
    assert minimum_error(tree, 1e6).leaves <= minimum_error(tree, 0).leaves


def test_a_branch_that_is_mostly_one_class_goes():
    # the leaf of one sample is no evidence: node 1 as a leaf expects less than its children
    tree = small_tree()
    counts = np.array([[6, 4], [6, 1], [5, 0], [1, 1], [0, 3], [0, 2], [0, 1]])
    n = counts.sum(axis=1)
    tree = replace(tree, values=counts / n[:, None], samples=n, weights=n.astype(float))
    found = minimum_error(tree, 2, prior=np.array([0.5, 0.5]))
    assert found.leaves == 2


@pytest.mark.parametrize("m", [-1, np.nan, np.inf, "2"])
def test_m_is_a_number_of_samples(m):
    with pytest.raises(ValueError, match="how many samples"):
        minimum_error(small_tree(), m)


@pytest.mark.parametrize("prior", [[0.5], [0.7, 0.7], [1.5, -0.5], [np.nan, 1]])
def test_a_prior_that_is_no_distribution_is_refused(prior):
    with pytest.raises(ValueError, match="sum 1"):
        minimum_error(small_tree(), 2, prior=np.array(prior))


# --- critical value ---------------------------------------------------------------------------


@given(INNER, SEEDS, CLASSES, st.floats(0, 0.5))
def test_critical_value_is_its_definition(n_inner, seed, classes, value):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes)
    told = gain(tree)

    def says_enough(node):
        if tree.left[node] < 0:
            return False
        return told[node] >= value or says_enough(tree.left[node]) or says_enough(tree.right[node])

    found = critical_value(tree, value)
    assert same(found, recursive(tree, lambda node: not says_enough(node)))


@given(INNER, SEEDS, st.sampled_from([gain, g_statistic]))
def test_higher_critical_values_leave_nested_trees(n_inner, seed, measure):
    tree = random_tree(n_inner, np.random.default_rng(seed))
    numbered = replace(tree, samples=np.arange(tree.left.size))  # samples say who is who
    values = [-1.0, *np.unique(measure(tree)), np.inf]
    kept = [set(critical_value(numbered, v, measure=measure).samples.tolist()) for v in values]
    assert all(later <= earlier for earlier, later in pairwise(kept))
    assert len(kept[0]) == tree.left.size
    assert len(kept[-1]) == 1


@given(INNER, SEEDS, st.sampled_from([2, 4]))
def test_g_is_the_likelihood_ratio_of_the_table_of_children_and_classes(n_inner, seed, classes):
    tree = random_tree(n_inner, np.random.default_rng(seed), classes=classes)
    found = g_statistic(tree)
    for node in np.flatnonzero(~tree.is_leaf):
        table = tree.counts[[tree.left[node], tree.right[node]]]
        table = table[:, table.any(axis=0)]
        expected = chi2_contingency(table, correction=False, lambda_="log-likelihood")
        assert abs(found[node] - expected.statistic) < 1e-9


def test_the_gain_is_what_scikit_learn_compares_with_min_impurity_decrease():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 1))  # one feature: no ties that chance decides
    y = (x[:, 0] > 0) ^ (rng.random(300) < 0.2)
    tree = from_fitted(DecisionTreeClassifier(random_state=0).fit(x, y))
    decrease = gain(tree) * tree.weights / tree.weights[0]
    for least in (0.00213, 0.0107, 0.0531):  # between the values that occur
        again = DecisionTreeClassifier(random_state=0, min_impurity_decrease=least).fit(x, y)
        grown = recursive(tree, lambda node, least=least: decrease[node] < least)
        assert same(grown, from_fitted(again))


@pytest.mark.parametrize("value", [np.nan, "0.1"])
def test_a_critical_value_is_a_number(value):
    with pytest.raises(ValueError, match="must reach"):
        critical_value(small_tree(), value)


@pytest.mark.parametrize("measure", [lambda tree: np.zeros(3), lambda tree: np.full(7, np.nan)])
def test_a_measure_gives_a_number_for_each_node(measure):
    with pytest.raises(ValueError, match="one a node"):
        critical_value(small_tree(), 0.1, measure=measure)


# --- all of them ------------------------------------------------------------------------------

METHODS = {
    "cost_complexity": lambda tree, x, y: cost_complexity(tree, 0.01),
    "reduced_error": reduced_error,
    "pessimistic": lambda tree, x, y: pessimistic(tree),
    "minimum_error": lambda tree, x, y: minimum_error(tree, 2),
    "critical_value": lambda tree, x, y: critical_value(tree, 0.1),
}


@pytest.mark.parametrize("name", METHODS)
@given(n_inner=INNER, seed=SEEDS, chain=st.booleans())
def test_every_leaf_of_a_pruned_tree_is_a_node_of_the_tree_with_its_majority(
    name, n_inner, seed, chain
):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng, chain=chain), random_inputs(10, rng)
    y = rng.integers(0, 2, 10)
    before = [array.copy() for array in (tree.left, tree.values, x, y)]
    pruned = METHODS[name](tree, x, y)
    assert all(map(np.array_equal, before, (tree.left, tree.values, x, y)))
    assert pruned.leaves <= tree.leaves
    paths = {}
    for rows, nodes in tree.visits(x):
        for row, node in zip(rows, nodes, strict=True):
            paths.setdefault(row, []).append(node)
    for row, leaf in enumerate(pruned.leaf_of(x)):
        values = [tree.values[node].tolist() for node in paths[row]]
        assert pruned.values[leaf].tolist() in values


@pytest.mark.parametrize("name", METHODS)
def test_a_root_alone_stays_as_it_is(name):
    root = small_tree().collapse(np.ones(7, bool))
    assert METHODS[name](root, np.zeros((1, 2)), np.array([1])).leaves == 1


@pytest.mark.parametrize("method", [pessimistic, lambda tree: minimum_error(tree, 2), g_statistic])
def test_methods_that_count_classes_refuse_a_tree_of_numbers(method):
    with pytest.raises(ValueError, match="cost_complexity, reduced_error or critical_value"):
        method(random_tree(3, np.random.default_rng(0), classes=0))
