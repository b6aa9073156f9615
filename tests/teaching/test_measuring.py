"""Demos and figures of chapter 2: what they compute, what they say, and that its claims hold."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from pruning_lab import datasets, magnitude, mlp, train
from pruning_lab.measure import Latency
from pruning_lab.storage import Dense
from pruning_lab.teaching.demos import intervals, poster, rulers, seeds, trials
from pruning_lab.teaching.figures import best_of as best_figure
from pruning_lab.teaching.figures import intervals as interval_figure
from pruning_lab.teaching.figures.style import percent

SPARSITIES = [0.5, 0.7, 0.9]
RNG = np.random.default_rng(2)
OURS, LOT = RNG.normal(0.97, 0.01, (10, 3)), RNG.normal(0.965, 0.01, (10, 3))
DENSE = RNG.normal(0.975, 0.01, 10)
GAPS = arrays(np.float64, st.integers(2, 10), elements=st.floats(-5, 5).map(lambda x: round(x, 2)))


@pytest.fixture(scope="module")
def trained():
    rng = np.random.default_rng(0)
    data = datasets.digits(rng=rng)
    x, y = data.train.x, data.train.y
    return train(mlp((64, 40, 10), rng=rng), x, y, epochs=10, rng=rng), data


@pytest.fixture(scope="module")
def readings(trained):
    net, data = trained
    ticks = itertools.count()
    return rulers.compute(
        net, data, magnitude, [0, 0.5, 0.9], epochs=1, repeats=10, clock=lambda: next(ticks) * 0.001
    )


# ---- intervals


def test_the_table_of_t_is_student_s():
    for freedom, value in intervals.T_975.items():
        assert value == pytest.approx(stats.t.ppf(0.975, freedom), abs=5e-4)


@given(GAPS)
def test_the_paired_interval_is_scipy_s(gaps):
    found = intervals.paired(gaps)
    if gaps.std() > 1e-6:
        known = stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx(tuple(known), rel=1e-3, abs=1e-3)
    assert found.low <= found.mean <= found.high


def test_shared_data_widen_the_interval_as_the_formula_says():
    gaps = np.array([1.0, 2.0, 4.0, 5.0])
    plain, wide = intervals.paired(gaps), intervals.paired(gaps, shared=0.75)
    assert wide.high - wide.mean == pytest.approx(2 * (plain.high - plain.mean))


def test_what_a_seed_does_to_both_cancels_only_in_pairs():
    level = np.linspace(0, 9, 10)
    assert intervals.paired(level + 1 - level).high == pytest.approx(1)
    assert intervals.unpaired(level + 1, level).holds_zero


def test_a_bootstrap_covers_what_it_draws_from():
    gaps = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    found = intervals.bootstrap(gaps, rng=np.random.default_rng(0))
    assert 0 < found.low < found.mean == 2 < found.high < 4
    known = stats.bootstrap((gaps,), np.mean, method="percentile", rng=np.random.default_rng(1))
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval), abs=0.21)


@given(GAPS.filter(lambda gaps: abs(gaps.mean()) > 1e-6))
def test_one_seed_misleads_as_often_as_it_has_the_other_sign(gaps):
    opposite = np.mean(np.sign(gaps) == -np.sign(gaps.mean()))
    assert intervals.misled(gaps, 1) == pytest.approx(opposite)
    assert intervals.misled(gaps, len(gaps)) == 0


@given(st.integers(2, 7), st.integers(0, 99))
def test_best_of_is_the_mean_over_all_sets(n, seed):
    chosen_on, fresh = np.random.default_rng(seed).random((2, n))
    counts = list(range(1, n + 1))
    found = intervals.best_of(chosen_on, fresh, counts)
    for i, k in enumerate(counts):
        best = [max(s, key=lambda j: chosen_on[j]) for s in itertools.combinations(range(n), k)]
        assert found[:, i] == pytest.approx([chosen_on[best].mean(), fresh[best].mean()])


# ---- seeds


def test_a_table_becomes_seeds_by_sparsities_in_rising_order():
    shuffled = np.random.default_rng(0).permutation(6)
    table = {
        "criterion": np.array(["a"] * 6),
        "seed": np.repeat([0, 1, 2], 2)[shuffled],
        "sparsity": np.tile([0.5, 0.9], 3)[shuffled],
        "accuracy": np.arange(6.0)[shuffled],
    }
    np.testing.assert_array_equal(seeds.by_seed(table, "a"), np.arange(6.0).reshape(3, 2))


def test_seeds_say_where_chance_is_ahead_and_what_the_intervals_hold():
    gap = np.array([[0.01, -0.02, 0.03], [0.01, -0.02, 0.04]])
    words = seeds.describe([4], 10, SPARSITIES, gap[:1])
    assert f"random is ahead at {percent(0.7)}." in words
    assert "warns" in words
    words = seeds.describe([4, 5], 10, SPARSITIES, gap)
    assert f"interval contains zero at {percent(0.9)}" in words
    assert "+1.0 points" in words
    level = seeds.describe([4], 10, SPARSITIES, gap[:1] * [1, 0, 1])
    assert f"level at {percent(0.7)}" in level


# ---- rulers


def test_rulers_agree_with_counts_by_hand(readings):
    dense, half, tenth = readings
    assert [each.parameters for each in readings] == [2960] * 3
    assert [each.nonzeros for each in readings] == [2960, 1480, 296]
    assert [each.macs for each in readings] == [2960] * 3
    assert [each.dense_bytes for each in readings] == [4 * 2960] * 3
    starts = 4 * (41 + 11)
    assert [each.csr_bytes for each in readings] == [
        8 * kept + starts for kept in (2960, 1480, 296)
    ]
    assert dense.packed_bytes == dense.dense_bytes > half.packed_bytes > tenth.packed_bytes


def test_csr_at_half_is_larger_than_the_matrix():
    matrix = np.zeros((10, 10), np.float32)
    matrix.flat[:50] = 1
    assert rulers.csr_bytes(matrix) == 444 > Dense.encode(matrix).nbytes


def test_rulers_say_what_grew_and_what_shrank(trained):
    net, data = trained
    fast, slow = Latency((0.001,)), Latency((0.004,))
    now = rulers.read(net, data, 0.0, taken=(fast, fast, slow))
    words = rulers.describe(now, now)
    assert words.startswith("Nothing is pruned")
    assert "4.0 times the time" in words
    again = rulers.read(net, data, 0.9, taken=(fast, fast, Latency((0.0005,))))
    assert f"{percent(0.5)} of the time" in rulers.describe(again, now)
    shares = {scale.name: scale.share for scale in rulers.scales(now, now)}
    assert shares["weights stored"] == shares["accuracy"] == 1
    assert shares["file, CSR"] > 2


# ---- poster


def test_the_poster_shows_the_luckiest_seed_and_then_all():
    before, longer, pruned = np.array([[0.9, 0.95], [0.93, 0.96], [0.92, 0.955]])
    assert poster.lucky(before, pruned) == 0
    texts = [poster.describe(step, before, longer, pruned) for step in range(5)]
    assert percent(0.9, 1) in texts[0]
    assert percent(0.92, 1) in texts[0]
    assert "2 of 2" in texts[2]
    assert percent(0.945, 1) in texts[3]
    assert "+1.25 points" in texts[4]
    assert "-0.75 points" in texts[4]


# ---- every demo and figure


def explorers(readings):
    return (
        (seeds.demo(SPARSITIES, OURS, LOT, DENSE), 40),
        (rulers.demo(readings), 3),
        (poster.demo(DENSE, DENSE + 0.004, OURS[:, 0]), 5),
    )


def figures(readings):
    drawn = [demo._render(**demo.state) for demo, _ in explorers(readings)]
    ways = {"plain": (0.5, -0.1, 1.1), "wide": (0.5, 0.1, 0.9)}
    curves = np.linspace([[0.94] * 3] * 2, [[0.96] * 3] * 2, 4).T[0]
    return [
        *drawn,
        interval_figure.intervals(np.linspace(-1, 2, 10), ways, "points"),
        best_figure.best_of([1, 5, 10, 20], curves + 0.01, curves),
    ]


def test_every_state_has_its_own_words_and_a_kernel_may_ask_between(readings, check_demo):
    for demo, count in explorers(readings):
        check_demo(demo, count)


def test_nothing_moves_from_one_state_to_the_next(readings, in_book):
    for demo, _ in explorers(readings):
        places = {
            tuple(np.round(ax.get_position().bounds, 6).tolist())
            for state, _ in demo.states()
            for ax in demo._render(**state).axes[:1]
        }
        assert len(places) == 1


def test_figures_keep_to_their_sheet_and_their_colours(readings, in_book, check_figure):
    for figure in figures(readings):
        check_figure(figure)


# ---- what chapter 2 says


def test_equal_training_takes_the_gain_of_pruning_away():
    before, longer, pruned = [], [], []
    for seed in range(10):
        data = datasets.digits(rng=np.random.default_rng([seed, 0]))
        rng = np.random.default_rng([seed, 1])
        start = mlp((64, 100, 50, 10), rng=rng)
        net = train(start, data.train.x, data.train.y, epochs=40, rng=rng)
        before.append(trials.tested(net, data))
        longer.append(trials.retrained([(net, data)], magnitude, [0], epochs=20)[0, 0])
        pruned.append(trials.retrained([(net, data)], magnitude, [0.5], epochs=20)[0, 0])
    published, fair = poster.gains(*map(np.array, (before, longer, pruned)))
    assert published.low > 0  # sure, and wrong
    assert fair.holds_zero
    assert published.mean - fair.mean > 0.002
