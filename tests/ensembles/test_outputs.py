"""Collecting and counting what members say: any classifier, any kind of label."""

import numpy as np
import pytest
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from pruning_lab.ensembles import accuracy_by_size, combined, probabilities, votes
from pruning_lab.ensembles.ballots import counted
from pruning_lab.network import mlp


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 4))
    names = np.array(["ash", "birch", "cedar"])
    return x, names[(x[:, 0] > 0).astype(int) + (x[:, 1] > 0)]


def test_votes_of_different_classifiers_stand_in_rows(data):
    x, y = data
    members = [LogisticRegression().fit(x, y), GaussianNB().fit(x, y)]
    said = votes(members, x)
    assert said.shape == (2, 60)
    for row, member in zip(said, members, strict=True):
        assert np.array_equal(row, member.predict(x))


def test_our_own_network_votes_too():
    rng = np.random.default_rng(0)
    nets = [mlp((4, 8, 3), rng=rng) for _ in range(3)]
    x = rng.standard_normal((5, 4))
    assert np.array_equal(votes(nets, x)[1], nets[1].predict(x))


def test_mean_probability_of_a_forest_is_the_forests_own_answer(data):
    x, y = data
    forest = RandomForestClassifier(9, random_state=0).fit(x, y)
    outputs = probabilities(forest.estimators_, x, classes=range(3))
    assert np.array_equal(forest.classes_[combined(outputs)], forest.predict(x))


def test_members_that_never_saw_a_class_give_it_nothing(data):
    x, y = data
    numbers = np.unique(y, return_inverse=True)[1]
    all_seen = GaussianNB().fit(x, numbers)
    no_birch = GaussianNB().fit(x[numbers != 1], numbers[numbers != 1])
    outputs = probabilities([all_seen, no_birch], x, classes=range(3))
    assert outputs.shape == (2, 60, 3)
    assert np.array_equal(outputs[0], all_seen.predict_proba(x))
    assert np.array_equal(outputs[1][:, [0, 2]], no_birch.predict_proba(x))
    assert not outputs[1][:, 1].any()


def test_mean_probability_of_a_bagging_is_its_own_answer(data):
    x, y = data
    bag = BaggingClassifier(n_estimators=9, max_samples=0.2, random_state=0).fit(x, y)
    outputs = probabilities(bag.estimators_, x, classes=range(3))
    assert np.array_equal(bag.classes_[combined(outputs)], bag.predict(x))


def test_probabilities_of_labelled_members_follow_the_order_of_classes(data):
    x, y = data
    member = GaussianNB().fit(x, y)
    turned = probabilities([member], x, classes=["cedar", "ash", "birch"])
    assert np.array_equal(turned[0], member.predict_proba(x)[:, [2, 0, 1]])


def test_members_in_an_array_are_taken_row_by_row(data):
    x, y = data
    members = np.array([[GaussianNB().fit(x, y)], [LogisticRegression().fit(x, y)]], dtype=object)
    assert votes(members, x).shape == (2, 60)


@pytest.mark.parametrize(
    ("labels", "votes_"),
    [
        ([0, 1, 1], [[0, 1, 0], [0, 0, 1], [1, 1, 1]]),
        (["a", "b", "b"], [["a", "b", "a"], ["a", "a", "b"], ["b", "b", "b"]]),
        ([False, True, True], [[False, True, False], [False, False, True], [True, True, True]]),
        ([-1.5, 7.0, 7.0], [[-1.5, 7, -1.5], [-1.5, -1.5, 7], [7, 7, 7]]),
    ],
)
def test_labels_of_any_kind_give_the_same_numbers(labels, votes_):
    assert accuracy_by_size(votes_, labels, [0, 1, 2]).tolist() == [2 / 3, 1 / 3, 1.0]
    assert combined(votes_).tolist() == labels


def test_a_label_that_nobody_votes_for_is_never_right():
    assert accuracy_by_size([[0, 1], [1, 1]], [2, 1], [0, 1]).tolist() == [0.5, 0.5]
    assert counted([[0, 1]], [2, 1]).right.tolist() == [[False, True]]


def test_a_tied_vote_goes_to_the_class_that_sorts_first():
    assert combined([["b", "b"], ["a", "b"]]).tolist() == ["a", "b"]


def test_a_member_named_twice_votes_twice():
    assert combined([[0], [1]], [0, 1, 1]).tolist() == [1]


def test_sums_of_probabilities_do_not_depend_on_the_order_of_members():
    rng = np.random.default_rng(0)
    tenths = rng.integers(0, 11, (7, 200, 1)) / 10
    outputs = np.concatenate([tenths, 1 - tenths], axis=2)
    forward, backward = combined(outputs), combined(outputs[::-1])
    assert np.array_equal(forward, backward)
    exact = np.rint(tenths * 10).sum(axis=0)[:, 0]  # of 70
    assert np.array_equal(forward, (exact < 35).astype(int))  # 35 is a tie: the first class


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_probabilities_of_any_precision_count_alike(kind):
    outputs = np.array([[[0.5, 0.5], [0.25, 0.75]], [[0.375, 0.625], [1, 0]]], kind)
    assert accuracy_by_size(outputs, [0, 0], [0, 1]).tolist() == [0.5, 0.5]


def test_texts_in_object_arrays_are_labels_too():
    said = np.array([["ash", "birch"], ["ash", "ash"]], dtype=object)
    assert accuracy_by_size(said, said[0], [0, 1]).tolist() == [1, 0.5]


def test_inputs_are_never_modified_and_may_lie_anyhow():
    outputs = np.asfortranarray(np.array([[0, 1, 0], [0, 0, 1]], np.int8))
    y = np.array([0, 9, 1, 9, 1])[::2]
    outputs.flags.writeable = y.flags.writeable = False
    assert accuracy_by_size(outputs, y, [1, 0]).tolist() == [2 / 3, 1 / 3]


class Says:
    def __init__(self, answer, classes=None):
        self.answer = answer
        if classes is not None:
            self.classes_ = np.array(classes)

    def predict(self, x):
        return np.array(self.answer)

    predict_proba = predict


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([], "at least one member"),
        (7, "list of fitted classifiers; got int"),
        ([object()], "member 0, a object, has no predict"),
        ([Says([[0.5, 0.5]] * 2)], r"member 0 gave shape \(2, 2\).*argmax"),
        ([Says([0, 1]), Says([0])], "member 1 gave shape"),
    ],
)
def test_members_that_cannot_vote_are_refused(members, message):
    with pytest.raises(ValueError, match=message):
        votes(members, np.zeros((2, 1)))


@pytest.mark.parametrize(
    ("members", "classes", "message"),
    [
        ([Says([[1.0]] * 2, ["c"])], ["a", "b"], r"classes \['c'\].*among \['a', 'b'\]"),
        ([Says([[1.0]] * 2)], ["a", "b"], r"shape \(2, 1\)"),
        ([Says([[1.0]] * 2)], [], "list of different labels"),
        ([Says([[1.0]] * 2)], ["a", "a"], "list of different labels"),
        ([Says([[1.0]] * 2)], [["a"]], "list of different labels"),
        ([Says([[1.0]] * 2)], "a", "list of different labels"),
        ([object()], ["a"], "has no predict_proba"),
    ],
)
def test_members_without_fitting_probabilities_are_refused(members, classes, message):
    with pytest.raises(ValueError, match=message):
        probabilities(members, np.zeros((2, 1)), classes=classes)


@pytest.mark.parametrize(
    ("outputs", "y", "message"),
    [
        ([0, 1], [0, 1], r"got shape \(2,\)"),
        (np.zeros((0, 3)), [0, 1, 1], "at least one member"),
        ([[0, 1]], [0, 1, 1], "one label for each of 2 samples"),
        ([[0, 1]], [[0, 1]], "one label for each of 2 samples"),
        ([[0, 1]], ["a", "b"], "votes are int64 but labels <U1"),
        ([[0, 1]], [7, 8], "no vote names a class of y.*searchsorted"),
        ([[np.nan, 1]], [1, 1], "a vote is NaN"),
        (np.array([[0, "a"]], dtype=object), ["a", "b"], "labels of one kind, none missing"),
        ([["a", "b"]], np.array(["a", None]), "y must be numbers or labels of one kind"),
        (np.ma.masked_array([[0, 1]], [[True, False]]), [0, 1], "masked array"),
        ([[0, 1], [0]], [0, 1], "rows of different lengths"),
        (None, [0, 1], "outputs must be numbers or labels"),
        ([[1j, 0]], [0, 1], "got dtype complex128"),
        ([[[0.5, np.nan]]], [0], "finite and not negative"),
        ([[[-0.5, 1.5]]], [0], "finite and not negative"),
        ([[[1.0, 3.0]]], [0], "at most 1; got 3"),
        ([[["a", "b"]]], [0], "finite and not negative"),
        ([[[0.5, np.inf]]], [0], "finite and not negative"),
        ([[[0.5, 0.5]]], [2], "column numbers from 0 to 1"),
        ([[[0.5, 0.5]]], ["a"], "column numbers"),
    ],
)
def test_outputs_that_do_not_fit_are_refused(outputs, y, message):
    with pytest.raises(ValueError, match=message):
        counted(outputs, y)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ([2], "lie in 0 to 1; got 2 to 2"),
        ([-1], "lie in 0 to 1"),
        ([], "whole numbers"),
        ([0.5], "whole numbers"),
        ([[0]], "whole numbers"),
    ],
)
def test_members_that_do_not_exist_are_refused(order, message):
    with pytest.raises(ValueError, match=message):
        accuracy_by_size([[0, 1], [1, 1]], [0, 1], order)
