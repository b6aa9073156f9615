"""A tree as arrays: what it predicts, what is left when a branch is cut, what it refuses."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_trees import random_inputs, random_tree

from pruning_lab.trees import Tree, small_tree

SEEDS = st.integers(0, 10**6)
INNER = st.integers(0, 25)


def walk(tree, sample, marked=()):
    """Leaf of one sample, step by step; a marked node is a leaf."""
    node = 0
    while tree.left[node] >= 0 and node not in marked:
        side = tree.left if sample[tree.feature[node]] <= tree.threshold[node] else tree.right
        node = side[node]
    return node


@given(INNER, SEEDS, st.sampled_from([0, 1, 3]))
def test_each_sample_walks_to_its_leaf(n_inner, seed, classes):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng, classes=classes), random_inputs(9, rng)
    leaves = [walk(tree, sample) for sample in x]
    assert tree.leaf_of(x).tolist() == leaves
    expected = tree.values[leaves] if classes == 0 else tree.values[leaves].argmax(axis=1)
    assert np.array_equal(tree.predict(x), expected)


@given(INNER, SEEDS, st.sampled_from([0, 2]))
def test_a_collapsed_node_answers_with_its_own_majority_and_nothing_else_changes(
    n_inner, seed, classes
):
    rng = np.random.default_rng(seed)
    tree, x = random_tree(n_inner, rng, classes=classes), random_inputs(9, rng)
    marked = rng.random(tree.left.size) < 0.3
    pruned = tree.collapse(marked)
    stops = [walk(tree, sample, np.flatnonzero(marked)) for sample in x]
    assert np.array_equal(pruned.predict(x), tree.outputs[stops])
    assert pruned.left.size == 2 * pruned.leaves - 1
    assert pruned.leaves == np.count_nonzero(pruned.is_leaf)
    assert pruned.depth <= tree.depth


@given(INNER, SEEDS)
def test_collapsing_twice_is_collapsing_once(n_inner, seed):
    rng = np.random.default_rng(seed)
    tree = random_tree(n_inner, rng)
    numbered = replace(tree, samples=np.arange(tree.left.size))  # samples say who is who
    first, second = rng.random((2, tree.left.size)) < 0.2
    once = numbered.collapse(first | second)
    step = numbered.collapse(first)
    twice = step.collapse(second[step.samples])
    assert np.array_equal(once.samples, twice.samples)
    assert np.array_equal(once.left, twice.left)


def test_marking_leaves_or_nothing_changes_nothing():
    tree = small_tree()
    for marks in (tree.is_leaf, np.zeros(7, bool)):
        kept = tree.collapse(marks)
        for field in fields(Tree):
            assert np.array_equal(getattr(kept, field.name), getattr(tree, field.name)), field.name


def test_depth_and_leaves_of_a_hand_made_tree():
    tree = small_tree()
    assert (tree.leaves, tree.depth) == (4, 2)
    root = tree.collapse(np.ones(7, bool))
    assert (root.leaves, root.depth, root.left.tolist()) == (1, 0, [-1])
    assert root.predict(np.zeros((2, 0))).tolist() == [0, 0]


def test_counts_are_whole_where_samples_weigh_one():
    assert small_tree().counts.tolist()[:3] == [[6, 4], [5, 1], [5, 0]]
    rng = np.random.default_rng(0)
    for _ in range(50):
        counts = random_tree(20, rng, classes=7).counts
        assert (counts == np.rint(counts)).all()


def test_labels_are_the_ones_given():
    tree = replace(small_tree(), classes=np.array(["no", "yes"]))
    assert tree.predict(np.array([[0.0, 0.5], [1.0, 0.5]])).tolist() == ["no", "yes"]
    assert tree.collapse(np.ones(7, bool)).predict(np.zeros((1, 2))).tolist() == ["no"]


def test_a_missing_value_goes_where_the_node_sends_it():
    tree, x = small_tree(), np.array([[np.nan, 0.5]])
    assert tree.leaf_of(x).tolist() == [6]
    sent = replace(tree, missing_left=np.arange(7) == 0)
    assert sent.leaf_of(x).tolist() == [2]
    assert sent.collapse(np.arange(7) == 1).leaf_of(x).tolist() == [1]


def test_inputs_are_rounded_to_the_precision_of_the_tree():
    x = np.array([[0.5 + 1e-12, 0.5]])
    assert small_tree().leaf_of(x).tolist() == [6]
    assert replace(small_tree(), precision=np.float32).leaf_of(x).tolist() == [2]
    assert replace(small_tree(), precision=np.float32).leaf_of(x * 1e300).tolist() == [6]


def test_odd_arrays_of_inputs_are_read_and_not_changed():
    tree, rng = random_tree(20, np.random.default_rng(1)), np.random.default_rng(2)
    wide = np.asfortranarray(rng.integers(0, 2, (8, 6)))
    before = wide.copy()
    assert np.array_equal(
        tree.predict(wide[::-2, ::2]), tree.predict(wide[::-2, ::2].astype(float))
    )
    assert np.array_equal(wide, before)
    assert tree.predict(np.zeros((0, 3))).shape == (0,)


def test_a_tree_cannot_be_changed():
    tree = small_tree()
    with pytest.raises(ValueError, match="read-only"):
        tree.left[0] = 3
    with pytest.raises(AttributeError):
        tree.left = tree.right


def test_a_deep_chain_is_no_problem():
    tree = random_tree(3000, np.random.default_rng(0), chain=True)
    assert tree.depth == 3000
    assert tree.collapse(tree.left == 2999).leaves == 1500


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"left": np.array([1, 2, -1, -1, 5, -1, 2])}, "one binary tree"),
        ({"left": np.array([1, 2, -1, -1, 1, -1, -1])}, "one binary tree"),
        ({"left": np.array([1, 4, -1, -1, 2, -1, -1])}, "one binary tree"),
        ({"right": np.array([4, 3, -1, -1, -1, -1, -1])}, "one binary tree"),
        ({"right": np.array([4, 3, 5, -1, 6, -1, -1])}, "one binary tree"),
        ({"right": np.array([4, 3, -1, -1, 10**15, -1, -1])}, "one binary tree"),
        ({"feature": np.full(7, -2)}, "one binary tree"),
        ({"impurity": np.full(7, np.nan)}, "impurity must be finite"),
        ({"impurity": np.full(7, np.inf)}, "Divide them"),
        ({"values": np.full((7, 2), "a")}, "values must be finite numbers"),
        ({"values": np.ones((7, 1, 2))}, "several outputs"),
        ({"threshold": np.full(7, np.nan)}, "threshold must not be NaN"),
        ({"weights": np.zeros(7)}, "more than 0"),
        ({"weights": np.full(7, -1.0)}, "not be negative"),
        ({"samples": np.ones(6, int)}, "one samples a node"),
        ({"classes": np.array(["a", "b", "c"])}, "classes must name"),
    ],
)
def test_arrays_that_are_no_tree_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(small_tree(), **change)


@pytest.mark.parametrize("x", [np.zeros(2), np.zeros((3, 1)), np.array([["a", "b"]])])
def test_inputs_that_do_not_fit_are_refused(x):
    with pytest.raises(ValueError, match=r"2 or more features"):
        small_tree().predict(x)


@pytest.mark.parametrize("nodes", [np.ones(6, bool), np.array([0, 1]), np.ones(7)])
def test_marks_that_are_not_one_truth_value_a_node_are_refused(nodes):
    with pytest.raises(ValueError, match=r"7 truth values"):
        small_tree().collapse(nodes)


def test_an_empty_tree_is_refused():
    empty = {f.name: np.zeros(0, int) for f in fields(Tree)[:8]}
    with pytest.raises(ValueError, match="at least one node"):
        Tree(**empty)
