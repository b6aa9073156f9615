"""Real members: bagged trees of scikit-learn on the bundled digits."""

import numpy as np
import pytest
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier

from pruning_lab import datasets
from pruning_lab.ensembles import (
    accuracy_by_size,
    angles,
    best_first,
    combined,
    complementarity,
    greedy_with_replacement,
    kappa,
    margin_distance,
    orientation,
    probabilities,
    reduce_error,
    reduce_error_backfitted,
    votes,
)


@pytest.fixture(scope="module")
def digits():
    return datasets.digits(rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def bag(digits):
    x, y = digits.train.x[:400], digits.train.y[:400]
    return BaggingClassifier(n_estimators=15, random_state=0).fit(x, y)


@pytest.mark.parametrize("collect", [votes, lambda m, x: probabilities(m, x, classes=range(10))])
def test_every_order_ends_at_the_full_ensemble(digits, bag, collect):
    outputs, y = collect(bag.estimators_, digits.validation.x), digits.validation.y
    full = np.mean(combined(outputs) == y)
    found = [orientation, reduce_error, complementarity, margin_distance, best_first]
    for order in [*(f(outputs, y) for f in found), kappa(outputs)]:
        curve = accuracy_by_size(outputs, y, order)
        assert curve.shape == (15,)
        assert curve[-1] == full


def test_on_its_own_samples_reduce_error_is_never_below_best_first_at_one_and_two(digits, bag):
    outputs, y = votes(bag.estimators_, digits.validation.x), digits.validation.y
    greedy = accuracy_by_size(outputs, y, reduce_error(outputs, y))
    plain = accuracy_by_size(outputs, y, best_first(outputs, y))
    assert greedy[0] == plain[0]
    assert greedy[1] >= plain[1]


def test_backfitting_is_at_least_as_right_as_the_greedy_group_here(digits, bag):
    outputs, y = votes(bag.estimators_, digits.validation.x), digits.validation.y
    greedy = accuracy_by_size(outputs, y, reduce_error(outputs, y))
    for size in (3, 5, 7):
        group = reduce_error_backfitted(outputs, y, size)
        assert accuracy_by_size(outputs, y, group)[-1] >= greedy[size - 1]


def test_some_members_of_a_bagging_point_forward_and_some_do_not(digits, bag):
    outputs, y = votes(bag.estimators_, digits.validation.x), digits.validation.y
    found = angles(outputs, y)
    assert 0 < (found < np.pi / 2).sum() < 15
    assert np.all(np.diff(found[orientation(outputs, y)]) >= -1e-12)


def test_selection_chosen_on_held_out_samples_repeats_members(digits, bag):
    outputs = probabilities(bag.estimators_, digits.validation.x, classes=range(10))
    chosen = greedy_with_replacement(outputs, digits.validation.y, 30, start=3)
    assert chosen.shape == (30,)
    weights = np.bincount(chosen, minlength=15)
    assert weights.max() > 1
    weighted = np.tensordot(weights, outputs, 1).argmax(axis=1)
    assert np.mean(weighted == combined(outputs, chosen)) > 0.99  # apart from ties of floats


def test_the_members_of_a_forest_vote_in_class_numbers(digits):
    names = np.array(list("zyxwvutsrq"))[digits.train.y]
    forest = RandomForestClassifier(5, random_state=0).fit(digits.train.x, names)
    outputs = votes(forest.estimators_, digits.validation.x)
    y = np.array(list("zyxwvutsrq"))[digits.validation.y]
    with pytest.raises(ValueError, match="use labels of one kind"):
        reduce_error(outputs, y)
    order = reduce_error(outputs, np.searchsorted(forest.classes_, y))
    assert sorted(order.tolist()) == [0, 1, 2, 3, 4]
