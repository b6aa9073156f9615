"""Measures: plain numbers, checked by hand and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, recall_score

from pruning_lab import measure
from pruning_lab.criteria import magnitude
from pruning_lab.measure import (
    Latency,
    accuracy,
    accuracy_per_class,
    calibration_error,
    dense_bytes,
    exemplars,
    latency,
    macs_per_sample,
    nonzeros,
    parameters,
    worst_class,
)
from pruning_lab.network import mlp, softmax
from pruning_lab.pruning import prune


@pytest.fixture
def net():
    return mlp((6, 8, 4), rng=np.random.default_rng(0))


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    return rng.standard_normal((200, 6)), rng.integers(4, size=200)


def test_accuracy_equals_that_of_scikit_learn(net, data):
    x, y = data
    assert accuracy(net, x, y) == accuracy_score(y, net.predict(x))
    assert np.allclose(accuracy_per_class(net, x, y), recall_score(y, net.predict(x), average=None))


@pytest.mark.parametrize("shape", [(), (200, 1), (200, 4), (1,)])
def test_predictions_that_are_no_labels_are_refused_and_not_broadcast(shape, data):
    class Model:
        def predict(self, x):
            return np.zeros(shape, int)

    with pytest.raises(ValueError, match="one label for each of 200 samples; got shape"):
        accuracy(Model(), *data)


def test_labels_of_any_width_are_counted(net, data):
    x, y = data  # bincount takes no wider ones than intp, here or in a browser
    shares = accuracy_per_class(net, x, y.astype(np.uint64))
    assert np.array_equal(shares, accuracy_per_class(net, x, y))


def test_a_class_without_samples_has_no_accuracy(net, data):
    x, _ = data
    shares = accuracy_per_class(net, x[:3], np.array([0, 2, 2]))
    assert np.isnan(shares[1])
    assert not np.isnan(shares[[0, 2]]).any()


class Says:
    """A model that names what it is told to."""

    def __init__(self, labels):
        self.labels = np.array(labels)

    def predict(self, x):
        return self.labels


LABELS = st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=30)


@given(LABELS)
def test_broken_fixed_and_same_are_all_samples_and_explain_the_accuracy(rows):
    first, second, y = np.array(rows).T
    x = np.zeros((len(y), 1))
    before, after = Says(first), Says(second)
    found = exemplars(before, after, x, y)
    assert (found.broken.astype(int) + found.fixed + found.same == 1).all()
    gain = accuracy(after, x, y) - accuracy(before, x, y)
    assert gain == pytest.approx((found.fixed.sum() - found.broken.sum()) / len(y))
    assert not (found.renamed < (found.broken | found.fixed)).any()
    swapped = exemplars(after, before, x, y)
    assert np.array_equal(swapped.broken, found.fixed)
    assert np.array_equal(swapped.renamed, found.renamed)


def test_a_wrong_label_that_becomes_another_wrong_one_is_the_same_and_renamed():
    found = exemplars(
        Says([0, 1, 1, 2]), Says([0, 0, 2, 3]), np.zeros((4, 1)), np.array([0, 1, 2, 0])
    )
    assert found.broken.tolist() == [False, True, False, False]
    assert found.fixed.tolist() == [False, False, True, False]
    assert found.renamed.tolist() == [False, True, True, True]
    assert repr(found) == "Exemplars(1 broken, 1 fixed, 2 same)"


@given(LABELS)
def test_no_class_is_worse_than_the_worst(rows):
    found, _, y = np.array(rows).T
    label, share = worst_class(Says(found), np.zeros((len(y), 1)), y)
    shares = {c: float(np.mean(found[y == c] == c)) for c in np.unique(y)}
    assert (share, label) == min((share, c) for c, share in shares.items())
    assert (type(label), type(share)) == (int, float)


def test_pruning_changes_the_nonzeros_and_neither_parameters_nor_macs_nor_bytes(net):
    pruned, _ = prune(net, magnitude, 0.5)
    assert (parameters(net), nonzeros(net)) == (80, 80)
    assert (parameters(pruned), nonzeros(pruned)) == (80, 40)
    assert macs_per_sample(net) == macs_per_sample(pruned) == 80
    assert dense_bytes(net) == dense_bytes(pruned.weights) == 320
    assert all(type(f(net)) is int for f in (parameters, nonzeros, macs_per_sample, dense_bytes))


def by_hand(probabilities, y, bins):
    """Eq. 3 of the paper, bin by bin: bin m holds confidences in ((m - 1) / M, m / M]."""
    total = 0.0
    confidence, found = probabilities.max(axis=1), probabilities.argmax(axis=1)
    for m in range(1, bins + 1):
        inside = ((m - 1) / bins < confidence) & (confidence <= m / bins)
        if inside.any():
            gap = np.mean(found[inside] == y[inside]) - np.mean(confidence[inside])
            total += inside.mean() * abs(gap)
    return total


@pytest.mark.parametrize("bins", [1, 7, 15])
def test_calibration_error_equals_the_equation(net, data, bins):
    x, y = data
    net = net.astype(np.float64)
    want = by_hand(softmax(net(x)), y, bins)
    assert calibration_error(net, x, y, bins=bins) == pytest.approx(want, abs=1e-12)


def test_a_confidence_on_a_border_belongs_to_the_lower_bin():
    logits = np.log([[0.5, 0.5], [0.9, 0.1]])  # 0 is named in both; the first is right
    found = calibration_error(lambda x: logits, np.zeros((2, 1)), np.array([0, 1]), bins=2)
    assert found == pytest.approx((0.5 + 0.9) / 2)


def test_honest_confidence_has_no_calibration_error():
    logits = np.log(np.tile([[0.75, 0.25]], (4, 1)))
    assert calibration_error(lambda x: logits, np.zeros((4, 1)), np.array([0, 0, 0, 1])) < 1e-12


def test_latency_reports_each_call(net, data):
    calls = []
    found = latency(lambda x: calls.append(x), data[0], repeats=7)
    assert len(calls) == 8
    assert len(found.samples_s) == 7
    assert min(found.samples_s) <= found.median_s <= max(found.samples_s)
    assert latency(net, data[0], repeats=2).median_s > 0


def test_latency_reads_the_clock_it_is_given(data):
    ticks = iter([0.0, 1.0, 10.0, 13.0])
    found = latency(lambda x: None, data[0], repeats=2, clock=lambda: next(ticks))
    assert found.samples_s == (1.0, 3.0)


def test_a_call_too_short_for_a_coarse_clock_is_repeated(monkeypatch):
    monkeypatch.setattr(measure, "LEAST_S", 0.005)  # as in a browser
    passed = []
    found = latency(
        lambda x: passed.append(0.3), None, repeats=20, clock=lambda: sum(passed) // 1 / 1000
    )
    assert found.median_s == pytest.approx(0.0003, rel=0.15)


def test_latency_counts_its_quartiles():
    found = Latency((1.0, 2.0, 3.0, 4.0, 5.0))
    assert (found.median_s, found.quartiles_s) == (3.0, (2.0, 4.0))


def test_measures_refuse_what_they_cannot_measure(net, data):
    x, y = data
    with pytest.raises(ValueError, match="one label for each sample"):
        accuracy(net, x, y[:5])
    with pytest.raises(ValueError, match="at least one"):
        accuracy(net, x[:0], y[:0])
    with pytest.raises(ValueError, match="at least one"):
        exemplars(net, net, x[:0], y[:0])
    with pytest.raises(ValueError, match="integers from 0 on"):
        worst_class(net, x, y - 1)
    with pytest.raises(ValueError, match="bins"):
        calibration_error(net, x, y, bins=0)
    with pytest.raises(ValueError, match="at least one"):
        calibration_error(net, x[:0], y[:0])
    with pytest.raises(ValueError, match="one label for each sample"):
        calibration_error(net, x, y[:5])
    with pytest.raises(ValueError, match=r"shape \(200, classes\), none of them NaN"):
        calibration_error(lambda x: np.full((200, 4), np.nan), x, y)
    with pytest.raises(ValueError, match=r"integers from 0 on; got \[-1, 0, 1, 2\]"):
        accuracy_per_class(net, x, y - 1)
    with pytest.raises(ValueError, match="integers from 0 on"):
        accuracy_per_class(net, x, y.astype(float))
    with pytest.raises(ValueError, match="takes a Network; got dict"):
        macs_per_sample(net.weights)
    with pytest.raises(ValueError, match="at least one call"):
        Latency(())
    with pytest.raises(ValueError, match="repeats"):
        latency(net, x, repeats=0)
    with pytest.raises(ValueError, match="empty network"):
        parameters({})
