"""The audit card: identities of its counts, what it picks out, and its words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from pruning_lab import datasets, measure, mlp
from pruning_lab.datasets import Split
from pruning_lab.report import Audit, Change, audit, chance


class Says:
    """A model that says these labels, whatever it sees."""

    def __init__(self, labels):
        self.labels = np.asarray(labels)

    def predict(self, x):
        return self.labels[np.asarray(x)[:, 0].round().astype(int)]  # the sample's own number


def numbered(y):
    return Split(np.arange(len(y), dtype=float)[:, None], np.asarray(y))


def audited(before, after, data, noise=1e-6):
    return audit(before, after, data, noise=noise, rng=np.random.default_rng(0))


LABELS = st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=40)


@given(LABELS)
def test_every_sample_is_counted_once_and_classes_add_up(rows):
    first, second, y = (np.array(column) for column in zip(*rows, strict=True))
    found = audited(Says(first), Says(second), numbered(y))
    whole = found.whole
    assert whole.samples == len(y)
    assert whole.changed == np.sum(first != second)
    assert whole.broken == np.sum((first == y) & (second != y))
    assert whole.fixed == np.sum((first != y) & (second == y))
    assert whole.otherwise == np.sum((first != y) & (second != y) & (first != second))
    assert whole.before == pytest.approx(np.mean(first == y))
    assert whole.after == pytest.approx(np.mean(second == y))
    assert set(found.classes) == set(y.tolist())
    for name in ("samples", "right", "broken", "fixed", "otherwise"):
        assert getattr(whole, name) == sum(getattr(each, name) for each in found.classes.values())


@given(LABELS)
def test_there_and_back_exchanges_broken_and_fixed(rows):
    first, second, y = (np.array(column) for column in zip(*rows, strict=True))
    there, back = (
        audited(Says(a), Says(b), numbered(y)).whole for a, b in ((first, second), (second, first))
    )
    assert (there.broken, there.fixed, there.otherwise) == (back.fixed, back.broken, back.otherwise)
    assert (there.before, there.after) == (back.after, back.before)


def test_a_model_beside_itself_changes_nothing():
    data = datasets.digits(rng=np.random.default_rng(0)).test
    net = mlp((64, 8, 10), rng=np.random.default_rng(0))
    found = audited(net, net, data, noise=0.5)
    assert found.whole.changed == found.noisy.changed == 0
    assert found.calibration[0] == found.calibration[1]
    assert found.calibration[0] == measure.calibration_error(net, data.x, data.y)
    assert found.whole.before == measure.accuracy(net, data.x, data.y)
    assert (found.lowest, found.classes[found.lowest].after) == measure.worst_class(
        net, data.x, data.y
    )
    assert "worse" not in str(found)
    assert "better" not in str(found)


def test_the_lowest_class_need_not_be_the_one_that_lost_most():
    y = [0] * 10 + [1] * 10
    before = [0] * 10 + [1] * 5 + [0] * 5
    after = [0] * 6 + [1] * 4 + [1] * 5 + [0] * 5
    found = audited(Says(before), Says(after), numbered(y))
    assert (found.lowest, found.lost_most) == (1, 0)
    words = str(found).splitlines()
    assert " ".join(words[2].split()) == "class 1, lowest after 50.0% 50.0% 0 0 0 -"
    assert " ".join(words[3].split()) == "class 0, lost most 100.0% 60.0% 4 0 0 -"


def test_a_class_that_was_looked_for_must_stand_out_more():
    six = Change(samples=60, right=60, broken=6, fixed=0, otherwise=0)
    assert chance(6, 0) < 0.05
    assert six.verdict() == "worse"
    assert six.verdict(among=10) == "-"
    assert replace(six, broken=10).verdict(among=10) == "worse"
    assert Change(60, 40, 1, 12, 0).verdict() == "better"


def test_models_that_give_only_labels_have_no_calibration_error():
    data = datasets.digits(rng=np.random.default_rng(0))
    tree, line = (
        model.fit(data.train.x, data.train.y)
        for model in (DecisionTreeClassifier(random_state=0), LogisticRegression(max_iter=300))
    )
    found = audited(tree, line, data.test, noise=0.1)
    assert found.calibration == (None, None)
    assert str(found).splitlines()[-1].split() == ["calibration", "error", "none", "none"]
    assert found.whole.verdict() == "better"


def test_both_models_see_the_same_noise_and_the_generator_decides_it():
    data = datasets.digits(rng=np.random.default_rng(0)).test
    one, two = (mlp((64, 8, 10), rng=np.random.default_rng(seed)) for seed in (0, 1))
    first, again, other = (
        audit(one, two, data, noise=0.4, rng=np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    assert first == again
    assert first.whole == other.whole
    assert audit(one, one, data, noise=2.0, rng=np.random.default_rng(0)).noisy.changed == 0


def test_the_card_is_small_and_says_all_of_it():
    whole = Change(719, 706, 30, 3, 2)
    found = Audit(whole, {0: whole, 1: whole}, Change(719, 650, 50, 30, 12), 0.2, (0.01, 0.027))
    lines = str(found).splitlines()
    assert len(lines) == 6
    assert max(map(len, lines)) <= 66
    assert "98.2%  94.4%      30      3      2  worse" in lines[1]
    assert lines[-1] == "calibration error        1.0%   2.7%"


@pytest.mark.parametrize("noise", [0, -1, float("nan"), float("inf"), None, np.ones(2)])
def test_noise_is_a_positive_number(noise):
    with pytest.raises(ValueError, match="standard deviation above 0"):
        audited(Says([0]), Says([0]), numbered([0]), noise=noise)


def test_data_is_a_split_with_samples():
    for data in (datasets.digits(rng=np.random.default_rng(0)), numbered([])):
        with pytest.raises(ValueError, match="a Split with at least one sample"):
            audited(Says([0]), Says([0]), data)
