"""Demos and figures of chapter 9: what they compute and say, and that the chapter's claims hold."""

import inspect

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from pruning_lab import datasets, mlp, train
from pruning_lab.adapters.sklearn_trees import forest_from_fitted
from pruning_lab.ensembles import (
    best_first,
    kappa,
    kappas,
    reduce_error,
    reduce_error_backfitted,
    votes,
)
from pruning_lab.teaching.demos import lineup, majority, polls
from pruning_lab.teaching.figures import kappas as kappa_figure
from pruning_lab.teaching.figures import lineups
from pruning_lab.teaching.figures.ballots import ballot
from pruning_lab.teaching.figures.contenders import contenders
from pruning_lab.teaching.figures.style import percent

WIDTHS = [4, 6, 8, 10, 12] * 8


def bagged(x, y, widths, rng):
    """As in the chapter."""
    members = []
    for width in widths:
        drawn = rng.integers(0, len(x), len(x))
        start = mlp((64, width, 10), rng=rng)
        members.append(train(start, x[drawn], y[drawn], epochs=20, learning_rate=3e-3, rng=rng))
    return members


@pytest.fixture(scope="module")
def data():
    return [datasets.digits(rng=np.random.default_rng(seed)) for seed in range(5)]


@pytest.fixture(scope="module")
def networks(data):
    return [
        polls.polled(bagged(d.train.x, d.train.y, WIDTHS, np.random.default_rng(seed)), d)
        for seed, d in enumerate(data)
    ]


@pytest.fixture(scope="module")
def forests(data):
    """As in the chapter."""
    fitted = [
        RandomForestClassifier(40, max_features=8, random_state=seed).fit(d.train.x, d.train.y)
        for seed, d in enumerate(data)
    ]
    return [polls.polled(forest_from_fitted(f), d) for f, d in zip(fitted, data, strict=True)]


def small(members=6, n=30, seed=0):
    """A poll of members that are right in half of the cases or more."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, (2, n))
    said = np.where(rng.random((2, members, n)) < 0.5, y[:, None], rng.integers(0, 3, (members, n)))
    return polls.Poll(said[0], y[0], said[1], y[1])


# ---- the forest


def test_the_forest_is_a_forest(forests):
    for poll in forests:
        alone = (poll.test == poll.test_y).mean(axis=1)
        assert alone.std() < 0.04  # trees are alike in quality
        assert poll.tested() > 0.93 > 0.85 > alone.max()


# ---- polls


def test_a_poll_asks_every_member_about_both_parts(data):
    members = [mlp((64, 3, 10), rng=np.random.default_rng(k)) for k in range(3)]
    poll = polls.polled(members, data[0])
    np.testing.assert_array_equal(poll.test, votes(members, data[0].test.x))
    np.testing.assert_array_equal(poll.pruning, votes(members, data[0].validation.x))
    assert poll.members == 3


def test_a_group_is_tested_by_counting():
    poll, group = small(), [4, 0, 2]
    counts = [(poll.test[group] == label).sum(axis=0) for label in range(3)]
    wanted = np.mean(np.argmax(counts, axis=0) == poll.test_y)
    assert poll.tested(group) == wanted
    assert poll.tested() == poll.tested(range(6))


@pytest.mark.parametrize("rule", polls.ORDERINGS)
def test_a_line_ends_with_everyone_whatever_the_order(rule):
    pool = [small(seed=1), small(seed=2)]
    line = polls.lined_up(pool, polls.ORDERINGS[rule])
    assert line.test.shape == line.pruning.shape == (2, 6)
    np.testing.assert_allclose(line.test[:, -1], [poll.tested() for poll in pool])
    np.testing.assert_allclose(line.pruning[:, -1], [poll.pruned() for poll in pool])


def test_lots_average_several_orders():
    pool = [small()]
    line = polls.by_lot(pool, rng=np.random.default_rng(0), draws=400)
    alone = (pool[0].test == pool[0].test_y).mean()
    assert line.test[0, 0] == pytest.approx(alone, abs=0.02)
    assert line.test[0, -1] == pytest.approx(pool[0].tested())


# ---- the vote


def test_doubtful_samples_are_those_with_the_closest_vote():
    said = np.array([[0, 0, 1], [0, 1, 1], [0, 1, 2], [0, 0, 1], [0, 2, 0]])
    y = np.array([0, 0, 2])  # leads: 5 to 0; 2 to 2; 1 to 3
    assert majority.doubtful(said, y, 1).tolist() == [1]
    assert majority.doubtful(said, y, 2).tolist() == [1, 2]


def test_who_stays_decides():
    poll, order = small(), np.array([5, 1, 0, 2, 3, 4])
    samples = np.array([3, 7, 8])
    verdict = majority.decide(poll, samples, order, 1)
    np.testing.assert_array_equal(verdict.labels, poll.test[5, samples])
    assert verdict.stays.tolist() == [False] * 5 + [True]
    assert verdict.right == int(np.sum(poll.test[5, samples] == poll.test_y[samples]))


def test_the_vote_says_what_it_shows():
    poll, samples = small(), np.arange(4)
    order = best_first(poll.pruning, poll.pruning_y)
    everyone = majority.decide(poll, samples, order, 6)
    words = majority.describe(everyone, everyone, "the worst")
    assert "All 6 members vote" in words
    assert "otherwise" not in words
    one = majority.decide(poll, samples, order, 1)
    words = majority.describe(one, everyone, "by lot")
    assert "decides alone (leaving first: by lot)" in words
    assert percent(one.tested, 1) in words
    flipped = int(np.sum(one.labels != everyone.labels))
    assert f"{flipped} verdict" in words


# ---- the line


def test_members_are_shown_in_their_order():
    poll = small()
    bars = lineup.shown(poll, "best first")
    assert (np.diff(bars) <= 0).all()
    alone = (poll.pruning == poll.pruning_y).mean(axis=1)
    assert sorted(bars) == sorted(alone)


def test_the_line_says_what_it_shows():
    line = polls.Line(np.full((5, 4), 0.9), np.tile([0.5, 0.7, 0.8, 0.75], (5, 1)))
    lot = polls.Line(line.pruning, np.full((5, 4), 0.6))
    words = lineup.describe("margin", 2, line, lot)
    for part in ("first 2 of 4", percent(0.9, 1), percent(0.7, 1), "5.0 points below", "as many"):
        assert part in words
    assert "5.0 points above" in lineup.describe("margin", 3, line, lot)
    assert "margin, does not matter" in lineup.describe("margin", 4, line, lot)


def test_every_state_has_its_own_words_and_a_picture(check_demo):
    pool = {"one": [small()], "two": [small(seed=3)]}
    lines = {
        (name, rule): polls.lined_up(each, ordering)
        for name, each in pool.items()
        for rule, ordering in polls.ORDERINGS.items()
    }
    lots = {name: polls.by_lot(p, rng=np.random.default_rng(0)) for name, p in pool.items()}
    order = np.arange(6)
    vote = majority.demo(
        pool["one"][0],
        np.random.default_rng(0).random((30, 64)),
        np.arange(5),
        {"the worst": order, "the best": order[::-1]},
        [1, 3, 6],
    )
    for demo, count in ((lineup.demo(pool, lines, lots, [1, 3, 6]), 36), (vote, 6)):
        check_demo(demo, count)
        assert all(text.endswith(".") for _, text in demo.states())
        assert "<svg" in demo.to_html()  # refuses figures of different sizes


# ---- figures


def test_pairs_are_all_pairs():
    agreement, error = kappas(small().pruning), np.arange(6) / 10
    kappa_of, mean = kappa_figure.pairs(agreement, error)
    assert len(kappa_of) == len(mean) == 15
    assert mean[0] == pytest.approx(0.05)
    assert kappa_of[0] == agreement[0, 1]


def test_figures_keep_to_their_sheet_and_their_colours(check_figure):
    poll = small()
    agreement, error = kappas(poll.pruning), (poll.pruning != poll.pruning_y).mean(axis=1)
    two = np.array([[0, 1, 2], [3, 4, 5]])
    repetitions = np.full((5, 6), 0.9)
    drawn = [
        kappa_figure.kappa_error({"a": (agreement, error)}, {"a": two}),
        lineups.lineup(error, 2, repetitions, repetitions, repetitions * 0.1),
        contenders({"a": np.array([0.9, 0.95])}, [10], ["a"], low=0.9),
        ballot(
            np.full((2, 64), 0.5),
            np.array([1, 2]),
            np.array([[True, False]]),
            np.array([True]),
            np.array([1, 1]),
            np.array([1, 2]),
        ),
    ]
    for figure in drawn:
        check_figure(figure)
        sizes = [text.get_fontsize() for ax in figure.axes for text in ax.texts]
        assert all(size >= 12 for size in sizes)


def test_figures_train_nothing():
    for module in (lineups, kappa_figure):
        assert "train(" not in inspect.getsource(module)


# ---- claims of the chapter


def test_forty_together_beat_their_average_by_far(networks):
    for poll in networks:
        assert poll.tested() > (poll.test == poll.test_y).mean() + 0.08


def test_the_peak_on_the_pruning_set_is_optimism(networks, forests):
    lines = [polls.lined_up(pool, reduce_error) for pool in (networks, forests)]
    for line in lines:
        at = np.arange(5), line.pruning.argmax(axis=1)
        assert (line.pruning[at] > line.pruning[:, -1]).all()
        assert 0.015 < line.pruning[at].mean() - line.test[at].mean() < 0.04
    gains = line.test[at] - line.test[:, -1]  # of the forests
    assert gains.mean() < 0
    assert (gains < 0).sum() > (gains > 0).sum()


def test_in_the_forest_an_order_gains_less_than_a_lot_of_thirteen_loses(forests):
    lot = polls.by_lot(forests, rng=np.random.default_rng(1)).test.mean(axis=0)
    for ordering in polls.ORDERINGS.values():
        line = polls.lined_up(forests, ordering).test.mean(axis=0)
        assert -0.002 < line[12] - lot[12] < 0.01 < line[-1] - line[12] < 0.025


def test_best_first_is_not_beaten_beyond_the_noise(networks):
    lot = polls.by_lot(networks, rng=np.random.default_rng(1)).test.mean(axis=0)
    line = {name: polls.lined_up(networks, rule).test for name, rule in polls.ORDERINGS.items()}
    best = line["best first"].mean(axis=0)
    assert best[4] > lot[4] + 0.01
    assert all(each.mean(axis=0)[4] < best[4] + 0.01 for each in line.values())
    assert line["kappa"].mean(axis=0)[4] < best[4] - 0.1
    assert abs(best[4] - best[-1]) < 0.02


def test_backfitting_helps_where_it_looks(networks):
    groups = [reduce_error_backfitted(p.pruning, p.pruning_y, 5) for p in networks]
    plain = [reduce_error(p.pruning, p.pruning_y)[:5] for p in networks]
    held = [(p.pruned(a), p.pruned(b)) for p, a, b in zip(networks, groups, plain, strict=True)]
    assert all(a >= b for a, b in held)
    test = [(p.tested(a), p.tested(b)) for p, a, b in zip(networks, groups, plain, strict=True)]
    assert abs(np.mean([a - b for a, b in test])) < 0.015


def test_pairs_that_agree_least_err_most(networks):
    votes_, y = networks[0].pruning, networks[0].pruning_y
    agreement, error = kappas(votes_), (votes_ != y).mean(axis=1)
    kappa_of, mean = kappa_figure.pairs(agreement, error)
    assert np.corrcoef(kappa_of, mean)[0, 1] < -0.9
    assert error[kappa(votes_)[:5]].mean() > 2 * error.mean()


def test_one_network_of_the_same_size_beats_the_five(data, networks):
    line = polls.lined_up(networks, best_first).test[:, 4]
    single = []
    for seed, d in enumerate(data):
        rng = np.random.default_rng(seed)
        start = mlp((64, 55, 10), rng=rng)
        net = train(start, d.train.x, d.train.y, epochs=20, learning_rate=3e-3, rng=rng)
        single.append(np.mean(net.predict(d.test.x) == d.test.y))
    assert np.mean(single) > line.mean() + 0.01
