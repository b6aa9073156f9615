"""Chapter 6: schedules as lists, the stored studies, three demos, and that its claims hold."""

import csv
import re
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest

from pruning_lab import magnitude, select
from pruning_lab.masks import sparsity_of
from pruning_lab.teaching.demos import calendars, comebacks, revivals
from pruning_lab.teaching.figures import calendars as pictures
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent


@pytest.fixture(scope="module")
def contest():
    return calendars.recorded()


@pytest.fixture(scope="module")
def again():
    return comebacks.recorded()


@pytest.fixture(scope="module")
def histories():
    return revivals.compute([calendars.trained(seed) for seed in range(5)])


# ---- plans are lists


@pytest.mark.parametrize("shape", calendars.SHAPES)
@pytest.mark.parametrize("epochs", calendars.BUDGETS)
@pytest.mark.parametrize("sparsity", calendars.SPARSITIES)
def test_every_plan_has_its_length_never_falls_and_arrives(shape, epochs, sparsity):
    plan = calendars.path(shape, sparsity, epochs)
    assert len(plan) == epochs
    assert plan == sorted(plan)
    assert plan[-1] == sparsity
    assert plan[0] > 0


def test_following_a_plan_prunes_exactly_what_it_says():
    net, data = calendars.trained(0, 1)
    n = sum(w.size for w in net.weights.values())
    plan = calendars.path(calendars.CUBIC, 0.9, 4)
    for sparsity, (after, mask) in zip(plan, calendars.follow(net, data, plan), strict=True):
        assert sparsity_of(mask) == round(sparsity * n) / n
        assert all(not after.weights[name][~kept].any() for name, kept in mask.items())


@pytest.mark.parametrize("sparsity", calendars.SPARSITIES)
def test_the_small_rival_has_no_more_weights_than_the_pruned_network_keeps(sparsity):
    sizes = calendars.small_sizes(sparsity)
    count = sum(a * b for a, b in pairwise(sizes))
    assert 0.8 * (1 - sparsity) * 11900 < count <= (1 - sparsity) * 11900 + 1e-9


# ---- the stored studies


@pytest.mark.parametrize("module", [calendars, comebacks])
def test_the_studies_say_where_they_come_from_and_are_complete(module):
    text = files("pruning_lab.teaching.demos").joinpath(module.FILE).read_text("utf-8")
    assert re.match(r"# command: python book/data/recovery\.py\n# seeds: 0 to 4;", text)
    assert text.splitlines()[3] == ",".join(module.Row._fields)
    rows = module.recorded()
    assert len(list(csv.reader(text.splitlines()[4:]))) == len(rows)
    assert len({row[:-1] for row in rows}) == len(rows)
    assert {row.seed for row in rows} == set(range(5))
    assert all(0 <= right <= 360 for row in rows for right in row.right)


def test_every_cell_is_there(contest, again):
    for budget in calendars.BUDGETS:
        for name in (*calendars.SHAPES, calendars.LOTS, calendars.SMALL, calendars.AFRESH):
            assert calendars.ends(contest, name, budget).shape == (5, 4)
    for shape in calendars.SHAPES:
        assert calendars.ends(contest, f"{shape}, fast", 20).shape == (5, 4)
    for start in (*comebacks.STARTS, comebacks.LOTS):
        assert comebacks.by_rate(again, start, 20).shape == (5, len(comebacks.RATES))


def test_a_part_of_the_contest_comes_out_again(contest):
    again = calendars.study(
        0, sparsities=(0.95,), budgets=(20,), shapes=(calendars.CUBIC,), rivals=False
    )
    (row,) = again
    stored = calendars.accuracies(contest, calendars.CUBIC, 0.95, 20)[0]
    found = np.array(row.right) / 360
    assert np.abs(found - stored).mean() < 0.05  # sums in another order, on another machine
    (fast,) = calendars.hurried(1, sparsities=(0.95,), shapes=(calendars.ONE,))
    stored = calendars.accuracies(contest, f"{calendars.ONE}, fast", 0.95, 20)[1, -1]
    assert fast.right[-1] / 360 == pytest.approx(stored, abs=0.05)


def test_a_date_comes_out_again(contest):
    rows = list(calendars.dates(0, [10]))
    assert [row.name for row in rows] == ["cut after 10", "by lot after 10", "dense"]
    for row in rows:
        stored = calendars.accuracies(contest, row.name, row.sparsity, 60)[0, 0]
        assert row.right[0] / 360 == pytest.approx(stored, abs=0.06)


def test_a_comeback_comes_out_again(again):
    (row,) = comebacks.study(0, rates=(1e-2,), names=(comebacks.LAST,))
    stored = comebacks.accuracies(again, comebacks.LAST, 1e-2)[0]
    assert np.abs(np.array(row.right) / 360 - stored).mean() < 0.05


def test_all_starts_keep_a_mask_of_the_same_count():
    net, _ = calendars.trained(0, 2)
    mask = select(magnitude(net), comebacks.SPARSITY)
    for start, kept in comebacks.starts(0, net, mask).values():
        assert sparsity_of(kept) == 0.95
        assert all(not start.weights[name][~stays].any() for name, stays in kept.items())


# ---- demos


def test_every_state_has_its_own_words_and_a_kernel_may_ask_between(
    contest, again, histories, check_demo
):
    check_demo(calendars.demo(contest), 2 * 4 * 4)
    check_demo(comebacks.demo(again), 5 * 6 * 5)
    check_demo(revivals.demo(histories), 4 * 10)


def test_captions_give_the_numbers(contest, again, histories):
    own, one = (
        calendars.accuracies(contest, name, 0.9, 20)[:, -1]
        for name in (calendars.TEN, calendars.ONE)
    )
    words = calendars.describe(calendars.TEN, 0.9, 20, own, one)
    assert percent(own.mean(), 1) in words
    assert f"{100 * (own - one).mean():+.1f} points, ahead in 0 of 5" in words
    assert "the last 2 of them" in words
    assert "Against" not in calendars.describe(calendars.ONE, 0.9, 20, one, one)
    tables = {name: comebacks.by_rate(again, name, 20) for name in comebacks.STARTS}
    words = comebacks.describe(comebacks.LAST, 1e-4, 20, tables)
    assert percent(tables[comebacks.LAST][:, 0].mean(), 1) in words
    assert percent(tables[comebacks.LAST].mean(axis=0).max(), 1) in words
    words = revivals.describe(1, histories["B"])
    assert percent(np.mean([h.nonzero[1] for h in histories["B"]]), 1) in words


# ---- figures


def test_figures_keep_to_their_sheet_and_their_colours(contest, again, histories, check_figure):
    days = calendars.DATES
    differences = {"one": np.array([[0.1, -0.2], [0.0, 0.1]])}
    states = (
        (
            calendars.demo(contest),
            {"epochs": "100 epochs", "shape": "cubic ramp", "sparsity": 0.98},
        ),
        (calendars.demo(contest), {"epochs": "20 epochs", "shape": "one cut", "sparsity": 0.8}),
        (comebacks.demo(again), {"start": comebacks.FRESH, "rate": "0.03", "epochs": 40}),
        (revivals.demo(histories), {"program": "A", "step": 1}),
    )
    drawn = [demo._render(**state) for demo, state in states]
    drawn += [
        pictures.dates(days, [Curve("half", np.full((5, len(days)), 0.5), style.KEPT)], 1.0, 60),
        pictures.pairs(differences, ["80 %", "90 %"], "points ahead"),
    ]
    for figure in drawn:
        check_figure(figure)


# ---- what chapter 6 says


def test_the_best_date_is_early_and_not_the_first(contest):
    means = [
        calendars.accuracies(contest, f"cut after {day}", 0.95, 60).mean()
        for day in calendars.DATES
    ]
    best = calendars.DATES[int(np.argmax(means))]
    assert 5 <= best <= 20
    assert max(means) - means[0] > 0.25
    assert max(means) - means[-1] > 0.55


def test_choosing_gains_as_the_network_learns_and_no_date_reaches_the_dense(contest):
    smallest, by_lot = (
        np.array([calendars.accuracies(contest, f"{name} {day}", 0.95, 60) for day in (0, 20)])
        for name in (calendars.CUT, calendars.LOT)
    )
    first, twentieth = (smallest - by_lot).mean(axis=(1, 2))
    assert first == pytest.approx(0.1, abs=0.02)
    assert twentieth == pytest.approx(0.38, abs=0.02)
    dense = calendars.accuracies(contest, calendars.DENSE, 0, 60).mean()
    best = max(
        calendars.accuracies(contest, f"{calendars.CUT} {day}", 0.95, 60).mean()
        for day in calendars.DATES
    )
    assert dense - best > 0.15


def test_the_contest(contest):
    ends = {
        (shape, budget): calendars.ends(contest, shape, budget)
        for shape in (*calendars.SHAPES, calendars.SMALL, calendars.AFRESH)
        for budget in calendars.BUDGETS
    }
    for budget in calendars.BUDGETS:
        one = ends[calendars.ONE, budget]
        gain = {shape: (ends[shape, budget] - one).mean(axis=0) for shape in calendars.SHAPES}
        assert np.all(gain[calendars.CUBIC] >= 0)
        assert np.all(gain[calendars.CUBIC][:2] <= 0.006)  # half a point or less up to 90 %
        assert not np.any(ends[calendars.LINEAR, budget][:, 1:3] > one[:, 1:3])
        assert np.all((ends[calendars.CUBIC, budget] > one)[:, 2:])
    short = ends[calendars.TEN, 20] - ends[calendars.ONE, 20]
    assert short[:, 1].max() < 0
    assert -0.13 < short[:, 1].mean() < -0.09
    long = ends[calendars.TEN, 100] - ends[calendars.ONE, 100]
    assert np.all(long[:, 3] > 0.15)
    assert (ends[calendars.CUBIC, 20] < ends[calendars.AFRESH, 20])[:, 2].sum() == 4
    assert np.all((ends[calendars.CUBIC, 100] > ends[calendars.AFRESH, 100])[:, 1:])
    assert (ends[calendars.CUBIC, 100] > ends[calendars.SMALL, 100])[:, 2:].sum() == 9


def test_first_the_rate_then_the_schedule(contest, again):
    table = {name: comebacks.by_rate(again, name, 20).mean(axis=0) for name in comebacks.STARTS}
    last = table[comebacks.LAST]
    assert last[4] - last[0] > 0.6
    assert 0.35 < last[2] - last[0] < 0.45
    assert last[4] - last[2] > 0.2
    rewound = [table[name] for name in (comebacks.LAST, *comebacks.BACK)]
    assert np.ptp(rewound, axis=0)[3:].max() < 0.05
    assert all(table[comebacks.FRESH] < last)
    fast = calendars.ends(contest, f"{calendars.ONE}, fast", 20)[:, 2].mean()
    assert fast > calendars.ends(contest, calendars.ONE, 100)[:, 2].mean()
    assert fast > calendars.ends(contest, calendars.CUBIC, 20)[:, 2].mean() + 0.08


def test_three_programs_lose_the_mask_and_one_keeps_it(histories):
    def share(program, step):
        return np.array([history.nonzero[step] for history in histories[program]])

    def reads(program, step):
        return np.mean([history.accuracy[step] for history in histories[program]])

    assert np.all(np.array([h.nonzero for h in histories["C"]]) <= 0.1 + 1e-9)
    assert share("A", 1).min() > 0.8
    assert share("B", 1).min() > 0.8
    np.testing.assert_allclose(share("D", 17), 0.1, atol=1e-9)
    assert share("D", 16).min() > 0.8
    assert share("A", 85).min() > 0.8  # they stay where the momentum threw them
    assert reads("B", 85) == max(reads(program, 85) for program in revivals.PROGRAMS)
    assert reads("C", 17) - reads("D", 17) > 0.2
    assert abs(reads("A", 85) - reads("C", 85)) < 0.03
