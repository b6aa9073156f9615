"""Chapter 12: lies, routes and moves; the stored studies, three demos, and that its claims hold."""

import re
from importlib.resources import files

import numpy as np
import pytest

from pruning_lab import mlp, prune
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import digits
from pruning_lab.teaching.demos import moves, remedies, studies, wired
from pruning_lab.teaching.figures import wired as wired_figures
from pruning_lab.teaching.figures.style import percent


@pytest.fixture(scope="module")
def labels():
    return remedies.recorded()


@pytest.fixture(scope="module")
def moved():
    return moves.recorded()


@pytest.fixture(scope="module")
def found(digit_networks):
    return {way: wired.wires(digit_networks, way, (0.0, 0.5, 0.9)) for way in wired.WAYS}


def noisy(rows, method, share, judge=remedies.NOISY):
    return remedies.results(rows, f"{share:g}", method, judge)[0]


# ---- lies, routes, moves


@pytest.mark.parametrize("share", remedies.SHARES)
def test_a_share_of_the_labels_is_wrong_but_none_to_test(share):
    data, train, validation = remedies.task(3, share)
    clean = digits(rng=np.random.default_rng(3))
    assert np.array_equal(data.test.y, clean.test.y)
    assert np.array_equal(train, clean.train.y)
    assert int(np.sum(data.train.y != train)) == round(share * len(train))
    assert int(np.sum(data.validation.y != validation)) == round(share * len(validation))


def test_few_digits_are_few_and_true():
    data, train, validation = remedies.few(1)
    assert (len(train), len(validation)) == (remedies.TRAINED, remedies.HELD)
    assert np.array_equal(data.train.y, train)


def test_who_repeats_its_labels_repeats_every_lie():
    given = remedies.task(0, 0.4)

    class Parrot:
        def predict(self, x):
            for part in (given.data.train, given.data.validation, given.data.test):
                if part.x is x:
                    return part.y
            raise AssertionError

    test, held, true, lies = remedies.counted(Parrot(), given)
    assert (test, held, lies) == (360, 359, 431)
    assert true == 359 - round(0.4 * 359)


def test_the_judge_takes_the_first_of_the_best():
    row = remedies.Row(0, "0.2", remedies.DECAY, (1, 2, 3), (5, 9, 9), (7, 6, 8), (0, 0, 0))
    assert remedies.chosen([row]) == [1]
    assert remedies.chosen([row], remedies.TRUE) == [2]


def test_routes_are_counted_one_by_one():
    net, _ = prune(mlp((4, 3, 3, 2), rng=np.random.default_rng(5)), magnitude, 0.5)
    a, b, c = (w != 0 for w in net.weights.values())
    counted = [
        [sum(a[j, i] and b[k, j] and c[o, k] for j in range(3) for k in range(3)) for i in range(4)]
        for o in range(2)
    ]
    np.testing.assert_array_equal(wired.routes(net), counted)


def test_pruned_pixels_are_not_read_and_weights_are_counted(found):
    pixels, weights = found[wired.PIXELS], found[wired.WEIGHTS]
    np.testing.assert_array_equal(pixels.read.sum(axis=2), np.tile([64, 32, 6], (5, 1)))
    assert np.all(weights.ways[:, 0] == 5000)
    assert np.all(np.diff(weights.ways, axis=1) < 0)


def test_moves_change_the_task_and_not_the_digits():
    data = digits(rng=np.random.default_rng(0))
    old, new = moves.tasks(moves.SHIFTED, data)
    assert old is data
    images, there = (part.test.x.reshape(-1, 8, 8) for part in (old, new))
    np.testing.assert_array_equal(there[:, :, 1:], images[:, :, :-1])
    _, new = moves.tasks(moves.TURNED, data)
    there = new.test.x.reshape(-1, 8, 8)
    np.testing.assert_array_equal(there[:, 7], images[:, :, 0])  # the left side lies below
    np.testing.assert_array_equal(new.test.y, old.test.y)
    old, new = moves.tasks(moves.OTHERS, data)
    assert old.test.y.max() == 4
    assert new.test.y.min() == 5
    assert len(old.train) + len(new.train) == len(data.train)


# ---- the stored studies


@pytest.mark.parametrize("module", [remedies, moves])
def test_the_studies_say_where_they_come_from(module):
    text = files("pruning_lab.teaching.demos").joinpath(module.FILE).read_text("utf-8")
    assert re.match(r"# command: python book/data/benefits\.py\n# seeds: 0 to 9;", text)
    assert text.splitlines()[3] == ",".join(module.Row._fields)
    assert len(list(studies.lines(module.FILE))) == len(module.recorded())
    assert {row.seed for row in module.recorded()} == set(range(10))


def test_every_cell_is_there_once(labels, moved):
    assert len(labels) == 10 * len(remedies.TASKS) * len(remedies.KNOBS)
    assert len({row[:3] for row in labels}) == len(labels)
    for row in labels:
        assert {len(counts) for counts in row[3:]} == {len(remedies.KNOBS[row.method])}
        assert max(row.test) <= 360
    assert len(moved) == 10 * 3 * 3 * (2 + 3 * 4)
    assert len({row[:5] for row in moved}) == len(moved)


def test_a_part_of_the_remedies_comes_out_again(labels):
    (row,) = remedies.study(0, "0.3", (remedies.PRUNED,))
    (stored,) = (r for r in remedies.of(labels, "0.3", remedies.PRUNED) if r.seed == 0)
    gap = np.abs(np.array(row.test) - np.array(stored.test)) / 360
    assert gap.mean() < 0.04  # sums in another order, on another machine
    lies = np.abs(np.array(row.lies) - np.array(stored.lies)) / 323
    assert lies.mean() < 0.08


def test_a_part_of_the_moves_comes_out_again(moved):
    again = list(moves.study(0, moves.TURNED, examples=(100,), sparsities=(0.9,)))
    assert [row.rival for row in again] == [
        moves.WHOLE,
        moves.PRUNED,
        moves.FREED,
        moves.LOTS,
        moves.SMALL,
        moves.AFRESH,
    ]
    for row in again:
        (stored,) = (r for r in moves.of(moved, moves.TURNED, 100, row.rival, 0.9) if r.seed == 0)
        assert row.new == pytest.approx(stored.new, abs=0.08)


# ---- demos and figures


def test_demos(labels, moved, found, check_demo):
    check_demo(remedies.demo(labels), 5 * 2)
    check_demo(wired.demo(found, (0.0, 0.5, 0.9)), 2 * 3)
    check_demo(moves.demo(moved), 3 * 3 * 3)


def test_figures(labels, moved, found, check_figure):
    check_figure(remedies.demo(labels)._render(share=0.0, judge=remedies.NOISY))
    check_figure(remedies.demo(labels)._render(share=0.4, judge=remedies.TRUE))
    demo = wired.demo(found, (0.0, 0.5, 0.9))
    check_figure(demo._render(what=wired.WEIGHTS, sparsity=0.9))
    check_figure(demo._render(what=wired.PIXELS, sparsity=0.5))
    check_figure(moves.demo(moved)._render(task=moves.OTHERS, examples=20, sparsity=0.95))
    check_figure(wired_figures.templates(np.random.default_rng(0).normal(size=(10, 64))))


def test_captions_give_the_numbers(labels, moved, found):
    words = remedies.describe(labels, 0.3, remedies.NOISY)
    own, dense = (noisy(labels, m, 0.3) for m in (remedies.PRUNED, remedies.DENSE))
    assert f"pruned {percent(own.mean(), 1)}" in words
    assert f"{100 * (own - dense).mean():.1f} points above the equally long dense" in words
    words = wired.describe(wired.PIXELS, 0.5, found[wired.PIXELS], 1)
    assert "the five networks read 32 of 64 pixels" in words
    words = moves.describe(moved, moves.TURNED, 100, 0.9)
    own, dense = (
        moves.column(moves.of(moved, moves.TURNED, 100, rival, 0.9), "new")
        for rival in (moves.PRUNED, moves.WHOLE)
    )
    assert percent(own.mean(), 1) in words
    assert (
        f"dense {100 * (own - dense).mean():+.1f} (ahead in {np.sum(own > dense)} of 10)" in words
    )


# ---- what chapter 12 says


def test_digits_come_first_and_lies_later(labels):
    dense = remedies.of(labels, "0.4", remedies.DENSE)
    lies = np.mean([row.lies for row in dense], axis=0) / 431
    test = np.mean([row.test for row in dense], axis=0) / 360
    at = remedies.MARKS.index
    assert lies[at(10)] < 0.06
    assert lies[at(100)] > 0.9
    assert test[at(10)] > 0.88
    assert test[at(100)] < 0.7


@pytest.mark.parametrize("share", remedies.SHARES[1:])
def test_pruning_beats_the_long_dense_run_and_neither_decay_nor_stopping(labels, share):
    own = noisy(labels, remedies.PRUNED, share)
    assert np.all(own > noisy(labels, remedies.DENSE, share))
    for rival in (remedies.DECAY, remedies.STOPPED):
        gap = noisy(labels, rival, share) - own
        assert gap.mean() > 0.015
        assert (gap > 0).sum() >= 8
    both = noisy(labels, remedies.BOTH, share) - noisy(labels, remedies.DECAY, share)
    assert abs(both.mean()) < 0.02
    assert noisy(labels, remedies.LOTS, share).mean() > own.mean()


def test_without_lies_nothing_is_cured(labels):
    means = [noisy(labels, method, 0.0).mean() for method in remedies.SHOWN]
    assert np.ptp(means) < 0.015


def test_the_noisy_judge_chooses_as_well_as_the_true_one(labels):
    for method in remedies.SHOWN:
        for share in remedies.SHARES:
            gap = noisy(labels, method, share, remedies.TRUE) - noisy(labels, method, share)
            assert abs(gap.mean()) < 0.012


def test_magnitude_keeps_lies_and_the_lot_does_not(labels):
    at = remedies.SPARSITIES.index(0.8)
    kept, lot = (
        np.array([row.lies[at] for row in remedies.of(labels, "0.4", method)]) / 431
        for method in (remedies.PRUNED, remedies.LOTS)
    )
    assert kept.mean() > 0.3
    assert lot.mean() < 0.1
    right, by_lot = (
        np.array([row.test[at] for row in remedies.of(labels, "0.4", method)]) / 360
        for method in (remedies.PRUNED, remedies.LOTS)
    )
    assert np.all(by_lot > right)
    assert (by_lot - right).mean() > 0.1


def test_sparse_networks_still_read_nearly_every_pixel(found):
    weights, pixels = found[wired.WEIGHTS], found[wired.PIXELS]
    assert weights.read[:, 2].sum(axis=1).min() >= 62
    assert 5 < weights.ways[:, 2].mean() < 30
    assert pixels.accuracy[:, 1].mean() > 0.94
    assert pixels.read[:, 1].all(axis=0).sum() >= 28  # of 32


def test_pruned_networks_move_worse_and_better_than_small_ones(moved):
    def new(task, examples, rival):
        return moves.column(moves.of(moved, task, examples, rival, 0.9), "new")

    for task in moves.TASKS:
        for examples in moves.EXAMPLES:
            own = new(task, examples, moves.PRUNED)
            assert own.mean() < new(task, examples, moves.WHOLE).mean()
            assert own.mean() > new(task, examples, moves.SMALL).mean()
            assert new(task, examples, moves.FREED).mean() > own.mean()
