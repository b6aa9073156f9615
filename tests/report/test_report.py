"""Reports: numbers that other measures confirm, and words that claim nothing within the noise."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from pruning_lab import measure
from pruning_lab.compaction import compact
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Split
from pruning_lab.measure import Latency
from pruning_lab.network import Conv, Dense, GlobalPool, Network, ReLU, mlp
from pruning_lab.pruning import prune
from pruning_lab.report import Measured, Race, Report, report
from pruning_lab.storage import cheapest
from pruning_lab.tiles import Layer, Row


def around(seconds):
    return Latency(tuple(seconds * (1 + i / 100) for i in range(-6, 7)))


BEFORE = Measured(1000, 1000, 0.0, 1000, 4000, 4000, "Dense", around(0.010), 0.9, 3, 0.8, 0.02)
MASKED = Measured(1000, 200, 0.8, 1000, 4000, 925, "Bitmap", around(0.010), 0.9, 3, 0.8, 0.03)
SMALL = Measured(250, 200, 0.8, 250, 1000, 831, "Bitmap", around(0.004), 0.9, 3, 0.8, 0.03)
WAYS = Race({"dense": around(0.01), "sparse": around(0.03), "compacted": around(0.004)})


def told(after=MASKED, **changes):
    found = Report(BEFORE, after, 100, 2, 2, 0, 0, WAYS, (20, 50), None)
    return str(replace(found, **changes))


def test_a_masked_network_is_no_smaller_in_memory_and_no_faster():
    words = told()
    assert "200 of 1,000 weights are left: sparsity 0.8." in words
    assert "In memory it is no smaller: 4,000 bytes. A zero takes as much room" in words
    assert "(Bitmap) it is smaller: 925 bytes instead of 4,000, 23.1% of them." in words
    assert "It multiplies as often as before: 1,000 times a sample." in words
    assert "It is no faster: zeros are multiplied like any number." in words
    assert "It is faster" not in words


def test_a_compacted_network_is_smaller_and_faster():
    words = told(SMALL)
    assert "In memory it is smaller: 1,000 bytes instead of 4,000, 25% of them." in words
    assert "It multiplies less: 250 times a sample, not 1,000." in words
    assert "It is faster: 4 ms (middle half 3.88 to 4.12), before 10 ms (middle half" in words
    assert "9.7 to 10.3), for 100 samples at once.\n" in words
    assert "zeros are multiplied" not in words


def test_a_difference_within_the_spread_is_none():
    slow = Latency(tuple(0.001 * i for i in range(1, 11)))
    quick = Latency(tuple(0.001 * i - 0.0009 for i in range(1, 11)))  # each call is quicker
    words = str(
        replace(
            Report(BEFORE, SMALL, 100, 2, 2, 0, 0, WAYS, (20, 50), None),
            before=replace(BEFORE, latency=slow),
            after=replace(SMALL, latency=quick),
        )
    )
    assert "It is no faster: that it multiplies less does not show here. No difference" in words


def test_what_is_slower_is_called_slower():
    words = told(replace(MASKED, latency=around(0.02)))
    assert "It is slower: 20 ms" in words
    assert "faster:" not in words


def test_a_gain_that_pruning_cannot_explain_is_doubted():
    words = told(replace(MASKED, latency=around(0.005)))
    assert "It is faster" in words
    assert "Its multiplications are no fewer: look for another cause." in words


def test_what_grew_is_called_larger():
    words = told(replace(MASKED, stored_bytes=5000, macs_per_sample=2000, dense_bytes=8000))
    assert "In memory it is larger: 8,000 bytes instead of 4,000, 200% of them." in words
    assert "it is larger: 5,000 bytes instead of 4,000" in words
    assert "It multiplies more: 2,000 times a sample, not 1,000." in words


def test_nothing_pruned_is_nothing_gained():
    words = told(BEFORE)
    assert "It is no faster: it has no fewer weights to multiply." in words
    assert "it is no smaller: 4,000 bytes.\n" in words


@pytest.mark.parametrize(
    ("broken", "fixed", "verdict"),
    [
        (5, 0, "Accuracy: no difference beyond chance; 5 samples broken, 0 fixed."),
        (6, 0, "Accuracy got worse: 6 samples broken, 0 fixed."),
        (0, 6, "Accuracy got better: 0 samples broken, 6 fixed."),
        (30, 20, "Accuracy: no difference beyond chance; 30 samples broken, 20 fixed."),
        (0, 0, "Accuracy: no difference beyond chance; 0 samples broken, 0 fixed."),
    ],
)
def test_accuracy_changes_only_beyond_chance(broken, fixed, verdict):
    assert verdict in told(broken=broken, fixed=fixed)


def test_a_class_may_get_worse_while_the_accuracy_stands():
    worse = replace(MASKED, worst_class=5, worst_accuracy=0.4)
    words = told(worse, broken=12, fixed=9, worst_broken=9, worst_fixed=1)
    assert "Accuracy: no difference beyond chance" in words
    assert "Worst class 5 with 0.400, before 3 with 0.800. Class 5 got worse: 9 samples" in words


def test_the_fastest_way_is_named_and_a_tie_is_called_a_tie():
    assert "Fastest way to compute it here: compacted. Medians: dense 10 ms, sparse 30 ms" in told()
    tie = Race({"dense": around(0.01), "sparse": around(0.0101)})
    assert "here: dense or sparse (no difference between them beyond the spread)" in told(ways=tie)


def test_times_that_spread_widely_are_doubted():
    assert "quiet" not in told()
    wide = Race({"dense": around(0.01), "sparse": Latency((1.0, 1.0, 3.0, 3.0))})
    assert "measure again when the machine is quiet." in told(ways=wide)


def test_the_break_even_is_told_or_that_there_is_none():
    assert "(20 x 50), 100 samples at once, leaving zeros out pays at no sparsity" in told()
    assert "up to 0.99." in told()
    assert "leaving zeros out pays from sparsity 0.95 on." in told(break_even=0.95)
    assert "1 sample at once" in told(samples=1)


class Ticking:
    """A clock that moves one second a look: every call takes as long."""

    now = 0

    def __call__(self):
        self.now += 1
        return self.now


@pytest.fixture
def case():
    rng = np.random.default_rng(0)
    net = mlp((6, 8, 4), rng=rng)
    x = rng.standard_normal((40, 6)).astype(np.float32)
    return net, prune(net, magnitude, 0.75)[0], Split(x, net.predict(x))


def test_the_numbers_are_those_of_the_measures(case):
    net, pruned, data = case
    found = report(net, pruned, data, repeats=10, clock=Ticking())
    changed = measure.exemplars(net, pruned, data.x, data.y)
    assert (found.broken, found.fixed, found.samples) == (changed.broken.sum(), 0, 40)
    for model, row, sparsity in ((net, found.before, 0.0), (pruned, found.after, 0.75)):
        assert (row.parameters, row.nonzeros) == (80, measure.nonzeros(model))
        assert row.sparsity == sparsity
        assert row.macs_per_sample == measure.macs_per_sample(model)
        assert row.dense_bytes == 320
        assert row.stored_bytes == sum(cheapest(w).best.nbytes for w in model.weights.values())
        assert row.accuracy == measure.accuracy(model, data.x, data.y)
        worst = measure.worst_class(model, data.x, data.y)
        assert (row.worst_class, row.worst_accuracy) == worst
        assert row.calibration_error == measure.calibration_error(model, data.x, data.y)
        assert row.latency.samples_s == (1,) * 10
    assert found.after.accuracy - 1 == pytest.approx(-found.broken / 40)
    in_worst = data.y == found.after.worst_class
    assert found.worst_broken == changed.broken[in_worst].sum()
    assert found.ways.fastest == ("dense", "sparse")
    assert (found.largest_layer, found.break_even) == ((8, 6), None)
    assert "It is no faster: zeros are multiplied like any number." in str(found)


def test_the_same_network_twice_shows_no_difference(case):
    net, _, data = case
    words = str(report(net, net, data, repeats=10, clock=Ticking()))
    assert "better" not in words
    assert "worse" not in words
    assert "faster:" in words
    assert "It is faster" not in words


def test_sparsity_counts_what_was_removed_for_real():
    rng = np.random.default_rng(1)
    net = mlp((4, 6, 3), rng=rng)
    w1, w2, kept = net.weights["dense1"], net.weights["dense2"], np.array([0, 2, 5])
    dead = np.isin(np.arange(6), kept)
    masked = net.with_weights({"dense1": w1 * dead[:, None], "dense2": w2 * dead})
    small = Network(
        {
            "dense1": Dense(w1[kept], np.zeros(3, np.float32)),
            "relu1": ReLU(),
            "dense2": Dense(w2[:, kept], np.zeros(3, np.float32)),
        }
    )
    data = Split(rng.standard_normal((30, 4)), rng.integers(3, size=30))
    found = report(net, masked, data, compacted=small, repeats=10, clock=Ticking())
    assert list(found.ways.latencies) == ["dense", "sparse", "compacted"]
    assert found.after.sparsity == 0.5
    direct = report(net, small, data, repeats=10, clock=Ticking())
    assert direct.after.sparsity == 0.5
    assert "It multiplies less: 21 times a sample, not 42." in str(direct)
    with pytest.raises(ValueError, match="compacted must compute the same"):
        report(net, net, data, compacted=small, repeats=10)


def test_what_compaction_leaves_can_race_also_with_convolutions():
    rng = np.random.default_rng(3)

    def make(*shape):
        return rng.standard_normal(shape).astype(np.float32)

    net = Network(
        {
            "conv": Conv(make(6, 2 * 9), make(6), (3, 3)),  # (n, 6, 3, 3)
            "relu": ReLU(),
            "pool": GlobalPool(),
            "last": Dense(make(3, 6), make(3)),
        }
    )
    data = Split(make(20, 2, 5, 5), rng.integers(3, size=20))
    pruned, mask = prune(net, magnitude, 0.5, granularity=Row(), scope=Layer())
    small = compact(net, mask)
    found = report(net, pruned, data, compacted=small, repeats=10, clock=Ticking())
    assert found.ways.fastest == ("dense", "sparse", "compacted")
    assert (found.before.macs_per_sample, found.largest_layer) == (6 * 18 * 9 + 18, (6, 18))
    direct = report(net, small, data, repeats=10, clock=Ticking()).after
    assert direct.macs_per_sample < found.after.macs_per_sample
    assert direct.accuracy == found.after.accuracy


def test_a_report_is_frozen_and_changes_nothing(case):
    net, pruned, data = case
    copies = [w.copy() for w in (*pruned.weights.values(), data.x, data.y)]
    found = report(net, pruned, data, repeats=10, clock=Ticking())
    with pytest.raises(FrozenInstanceError):
        found.broken = 0
    now = (*pruned.weights.values(), data.x, data.y)
    assert all(np.array_equal(a, b) for a, b in zip(copies, now, strict=True))


def test_mistaken_arguments_end_in_a_sentence(case):
    net, pruned, data = case
    with pytest.raises(ValueError, match="after must be a Network; got dict"):
        report(net, pruned.weights, data)
    with pytest.raises(ValueError, match="compacted must be a Network; got int"):
        report(net, pruned, data, compacted=3)
    with pytest.raises(ValueError, match="data must be a Split, samples with labels; got tuple"):
        report(net, pruned, (data.x, data.y))
    with pytest.raises(ValueError, match="repeats"):
        report(net, pruned, data, repeats=1)
    with pytest.raises(ValueError, match="at least one"):
        report(net, pruned, Split(data.x[:0], data.y[:0]))
