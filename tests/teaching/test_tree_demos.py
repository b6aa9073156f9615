"""Demos of chapter 3: what they compute, what they say, and that the chapter's claims hold."""

from functools import partial

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.tree import DecisionTreeClassifier

from pruning_lab import datasets
from pruning_lab.adapters.sklearn_trees import from_fitted
from pruning_lab.teaching.demos import five_methods, leaf_price, noisy_trees
from pruning_lab.teaching.demos.noisy_trees import right
from pruning_lab.teaching.figures.style import percent
from pruning_lab.trees import (
    cost_complexity,
    cost_complexity_path,
    critical_value,
    gain,
    reduced_error,
    small_tree,
)

NAMES = ("malignant", "benign")
SHARES = (0, 0.1, 0.2, 0.3)


def grow(x, y):
    return from_fitted(DecisionTreeClassifier(random_state=0).fit(x, y))


@pytest.fixture(scope="module")
def trials():
    """As in the chapter."""
    x, y = load_breast_cancer(return_X_y=True)
    return {s: [noisy_trees.trial(x, y, grow, s, seed) for seed in range(10)] for s in SHARES}


@pytest.fixture(scope="module")
def found(trials):
    return five_methods.scores(trials, five_methods.METHODS)


@pytest.fixture
def two(trials):
    return {share: trials[share][:2] for share in (0, 0.2)}


# ---- trials


@pytest.mark.parametrize("share", [0, 0.29, 0.5, 1])
def test_exactly_the_share_of_labels_is_wrong_and_every_wrong_one_is_a_class(share):
    y = np.repeat([3, 5, 9], 33)
    changed = noisy_trees.wrong_labels(y, share, rng=np.random.default_rng(1))
    assert (changed != y).sum() == round(share * 99)
    assert set(changed) <= {3, 5, 9}
    assert y.tolist() == np.repeat([3, 5, 9], 33).tolist()


def test_test_labels_stay_true_and_all_others_are_spoiled_alike():
    x, y = load_breast_cancer(return_X_y=True)
    clean, noisy = (noisy_trees.trial(x, y, grow, share, 3).data for share in (0, 0.2))
    for part in ("train", "validation", "test"):
        before, after = getattr(clean, part), getattr(noisy, part)
        np.testing.assert_array_equal(before.x, after.x)
        wrong = 0 if part == "test" else round(0.2 * len(before))
        assert (before.y != after.y).sum() == wrong


def test_a_price_of_nothing_leaves_the_tree(trials):
    worth = noisy_trees.along(trials[0.2], [0, 0.02, 9])
    np.testing.assert_array_equal(worth["train"][:, 0], 1)
    assert (worth["leaves"][:, 0] == [tree.leaves for tree, _ in trials[0.2]]).all()
    assert (worth["leaves"][:, 2] == 1).all()
    assert (np.diff(worth["leaves"], axis=1) <= 0).all()


def test_cross_validation_judges_every_sample_once_by_a_tree_that_never_saw_it():
    seen = []

    def remember(x, y):
        seen.append(set(x[:, 0].tolist()))
        return grow(x, y)

    x = np.arange(40.0)[:, None]
    y = (x[:, 0] > 19).astype(int)
    rng = np.random.default_rng(0)
    missed = noisy_trees.cross_validated(x, y, remember, [0.0, 1.0], folds=5, rng=rng)
    assert missed.shape == (2, 40)
    assert [len(each) for each in seen] == [32] * 5
    left_out = [set(x[:, 0]) - each for each in seen]
    assert sorted(value for each in left_out for value in each) == x[:, 0].tolist()
    assert missed[0].mean() < 0.1
    assert missed[1].mean() > 0.3  # one leaf


# ---- methods


def test_cuts_give_the_pruning_back(trials):
    for tree, data in trials[0.2][:3]:
        for method in five_methods.METHODS.values():
            pruned = method(tree, data.validation)
            again = tree.collapse(five_methods.cuts(tree, pruned))
            assert again.leaves == pruned.leaves
            np.testing.assert_array_equal(again.predict(data.test.x), pruned.predict(data.test.x))


def test_a_random_path_loses_one_leaf_a_step_down_to_the_root():
    trees = five_methods.random_path(small_tree(), rng=np.random.default_rng(0))
    assert [tree.leaves for tree in trees] == [4, 3, 2, 1]


def test_the_best_is_the_smallest_of_the_most_accurate(trials):
    tree, data = trials[0.2][0]
    prunings = five_methods.random_path(tree, rng=np.random.default_rng(0))
    chosen = five_methods.best(prunings, data.validation)
    top = max(right(each, data.validation) for each in prunings)
    assert right(chosen, data.validation) == top
    same = [each.leaves for each in prunings if right(each, data.validation) == top]
    assert chosen.leaves == min(same)


def test_reduced_error_never_lowers_the_accuracy_on_held_out_samples(trials):
    for group in trials.values():
        for tree, data in group:
            pruned = reduced_error(tree, data.validation.x, data.validation.y)
            assert right(pruned, data.validation) >= right(tree, data.validation)


def test_the_methods_are_the_librarys(trials):
    tree, data = trials[0.2][1]
    alphas = cost_complexity_path(tree).alphas
    prunings = [cost_complexity(tree, float(alpha)) for alpha in alphas]
    assert five_methods.by_price(tree, data.validation).leaves in {p.leaves for p in prunings}
    whole = five_methods.by_value(tree, data.validation, measure=lambda t: np.zeros(t.left.size))
    assert whole.leaves in (1, tree.leaves)
    assert critical_value(tree, np.inf, measure=gain).leaves == 1


# ---- what the demos say


def test_the_price_demo_says_what_it_shows(two, check_demo):
    demo = leaf_price.demo(two, NAMES)
    check_demo(demo, 2 * len(leaf_price.ALPHAS))
    words = {tuple(state.values()): text for state, text in demo.states()}
    tree, _ = two[0.2][0]
    cut = cost_complexity(tree, 0.01)
    worth = noisy_trees.along(two[0.2], leaf_price.ALPHAS)
    place = leaf_price.ALPHAS.index(0.01)
    text = words[0.2, 0.01]
    assert f"{cut.leaves} of {tree.leaves} leaves" in text
    for part in ("train", "test"):
        assert percent(worth[part][:, place].mean(), 1) in text
    assert "nothing is left" in words[0.2, 0.3]
    assert f"all {tree.leaves} leaves stay" in words[0.2, 0]


def test_the_methods_demo_says_what_it_shows(two, check_demo):
    scores = five_methods.scores(two, five_methods.METHODS)
    demo = five_methods.demo(two, scores, NAMES)
    check_demo(demo, 7 * 2)
    words = {tuple(state.values()): text for state, text in demo.states()}
    tree, data = two[0.2][0]
    pruned = five_methods.by_errors(tree, data.validation)
    text = words["reduced error", 0.2]
    assert f"{pruned.leaves} of {tree.leaves} leaves" in text
    assert percent(scores["reduced error"][:, 1].mean(), 1) in text
    assert percent(scores["unpruned"][:, 1].mean(), 1) in text


# ---- what chapter 3 says


def test_wrong_labels_cost_leaves_and_accuracy(trials):
    leaves = [np.mean([tree.leaves for tree, _ in group]) for group in trials.values()]
    assert leaves[0] < 18
    assert leaves[2] > 45
    tested = np.mean([right(tree, data.test) for tree, data in trials[0.2]])
    assert 0.7 < tested < 0.8


def test_the_smallest_leaves_are_worse_than_a_coin_and_the_largest_excellent(trials):
    size, hit = [], []
    for tree, data in trials[0.2]:
        size.append(tree.samples[tree.leaf_of(data.test.x)])
        hit.append(tree.predict(data.test.x) == data.test.y)
    size, hit = np.concatenate(size), np.concatenate(hit)
    assert hit[size <= 2].mean() < 0.45
    assert hit[size >= 30].mean() > 0.95


def test_pruning_gains_fifteen_points_under_noise_and_nothing_clear_without(found):
    gained = found["cost complexity"] - found["unpruned"]
    assert 0.1 < gained[:, 2].mean() < 0.2
    assert (gained[:, 2] > 0).all()
    for name in five_methods.METHODS:
        assert abs((found[name] - found["unpruned"])[:, 0].mean()) < 0.015


def test_lots_are_close_behind_at_20_percent_and_ahead_at_30(found):
    mean = {name: accuracy.mean(axis=0) for name, accuracy in found.items()}
    assert max(accuracy[2] for accuracy in mean.values()) - mean["at random"][2] < 0.02
    assert max(mean, key=lambda name: mean[name][3]) == "at random"
    assert mean["pessimistic"][3] < 0.75


def test_on_digits_chance_trails():
    rng = np.random.default_rng(0)
    data = datasets.digits(rng=rng)
    parts = (data.train, data.validation, data.test)
    x = np.concatenate([part.x for part in parts])
    y = np.concatenate([part.y for part in parts])
    trials = {0.2: [noisy_trees.trial(x, y, grow, 0.2, seed) for seed in range(5)]}
    chosen = {name: five_methods.METHODS[name] for name in ("cost complexity", "at random")}
    found = five_methods.scores(trials, chosen)
    assert (found["cost complexity"] - found["at random"]).mean() > 0.02


def test_the_measure_matters_as_much_as_the_method(trials, found):
    by_gain = partial(five_methods.by_value, measure=gain)
    other = five_methods.scores({0.2: trials[0.2]}, {"gain": by_gain})["gain"]
    assert (found["critical value"][:, 2:3] - other).mean() > 0.05
