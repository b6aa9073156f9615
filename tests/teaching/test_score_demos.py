"""Demos and figures of chapter 5: what they compute, what they say, and what the chapter claims."""

import numpy as np
import pytest

from pruning_lab import magnitude, train
from pruning_lab.criteria import input_norms, taylor
from pruning_lab.masks import select
from pruning_lab.teaching.demos import race, refits, removals, trials
from pruning_lab.teaching.figures import races, style
from pruning_lab.teaching.figures import refits as refit_figures
from pruning_lab.teaching.figures import removals as removal_figures
from pruning_lab.teaching.figures.histograms import flat
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Row

LEVELS = [0.5, 0.8, 0.95, 0.98]
SIZES = (1, 10, 100, 1000)


@pytest.fixture(scope="module")
def fine(digit_networks):
    """The first network in float64, with its training data."""
    net, data = digit_networks[0]
    return removals.in_double(net), data.train.x.astype(float), data.train.y


@pytest.fixture(scope="module")
def seen(fine):
    return removals.compute(*fine, SIZES, groups=150, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def results(digit_networks):
    return {
        name: race.run(digit_networks, entry, LEVELS, epochs=10)
        for name, entry in race.ENTRIES.items()
    }


@pytest.fixture(scope="module")
def repaired(digit_networks):
    return refits.compute(digit_networks, (0.8, 0.9))


# ---- removals


def test_exactly_the_named_weights_go_and_nothing_changes_in_place(fine):
    net = fine[0]
    before = flat(net.weights).copy()
    places = np.array([0, 6399, 6400, 11399, 11400, 11899])  # first and last of every layer
    after = flat(removals.without(net, places).weights)
    expected = before.copy()
    expected[places] = 0
    np.testing.assert_array_equal(after, expected)
    np.testing.assert_array_equal(flat(net.weights), before)


def test_the_slope_is_the_librarys_taylor_with_its_sign(fine):
    net, x, y = fine
    said = removals.says(net, x, y)
    np.testing.assert_allclose(np.abs(said["slope"]), flat(taylor(net, net.gradients(x, y))))
    np.testing.assert_allclose(said["slope"] + said["curvature"], said["slope + curvature"])
    assert said["curvature"].min() >= 0


def test_ranks_of_equals_are_shared_and_the_order_of_ranks_is_all_that_counts():
    values = np.array([3.0, 1.0, 3.0, 2.0])
    assert removals.rank_correlation(values, np.exp(values)) == 1
    assert removals.rank_correlation(values, -values) == -1
    assert removals._ranks(values).tolist() == [3.5, 1, 3.5, 2]


def test_the_lowest_are_those_that_select_prunes(fine):
    net = fine[0]
    places = removals.lowest(magnitude(net), 0.3)
    pruned = np.flatnonzero(~flat(select(magnitude(net), 0.3)))
    np.testing.assert_array_equal(np.sort(places), pruned)


def test_removals_say_what_they_show(seen):
    words = removals.describe("curvature", 10, seen[10])
    value = removals.rank_correlation(seen[10].said["curvature"], np.abs(seen[10].true))
    assert f"{value:.2f}" in words
    assert "10 weights go together" in words
    assert percent(float(np.mean(seen[10].true < 0))) in words
    assert "in the middle case" not in removals.describe("magnitude", 1, seen[1])


# ---- race


def test_every_entry_prunes_the_same_number(digit_networks):
    net, data = digit_networks[0]
    for entry in race.ENTRIES.values():
        mask = select(entry.scores(net, data.train), 0.8, scope=entry.scope)
        gone = sum(int((~kept).sum()) for kept in mask.values())
        assert gone == 9520 or (entry.scope == Row() and abs(gone - 9520) <= 100)


def test_a_race_measures_cut_and_retrained_as_trials_do(digit_networks):
    two = digit_networks[:2]
    seen = race.run(two, race.ENTRIES["magnitude"], [0.5, 0.9], epochs=1)
    np.testing.assert_array_equal(seen.cut, trials.one_shot(two, magnitude, [0.5, 0.9]))
    np.testing.assert_array_equal(
        seen.retrained, trials.retrained(two, magnitude, [0.5, 0.9], epochs=1)
    )
    assert seen.kept.shape == (2, 2, 3)


def test_the_race_names_leader_baselines_and_the_starved_layer(results):
    place = LEVELS.index(0.98)
    means = {name: float(each.retrained[:, place].mean()) for name, each in results.items()}
    name, layer, share = race.hungriest(results, place)
    assert (name, layer) == ("Wanda, global", 1)
    words = race.describe(race.RETRAINED, 0.98, means, (name, layer, share))
    leader = max(means, key=means.get)
    for part in (leader, percent(means[leader], 1), percent(means["random"], 1), "layer 1"):
        assert part in words


# ---- refits


def test_a_refit_keeps_the_mask_and_never_worsens_the_first_layer(digit_networks):
    net, data = digit_networks[0]
    x = data.train.x
    cut = refits.cut(refits.by_size)(net, x, 0.8)
    refit = refits.refitted(refits.by_size)(net, x, 0.8)
    for name in net.weights:
        np.testing.assert_array_equal(refit.weights[name] == 0, cut.weights[name] == 0)
    whole = x @ net.weights["dense1"].T
    off = [np.linalg.norm(x @ each.weights["dense1"].T - whole) for each in (cut, refit)]
    assert off[1] < off[0]


# ---- every demo


def test_every_state_has_its_own_words_and_a_kernel_may_ask_between(seen, results, check_demo):
    check_demo(removals.demo(seen), 5 * 4)
    check_demo(race.demo(results, LEVELS, 0.97), 2 * 4)


# ---- figures


def figures(seen, results, repaired):
    yield from (
        removal_figures.removals(seen[size].said[name], seen[size].true, axis)
        for size in SIZES
        for name, axis in removal_figures.AXES.items()
    )
    lanes = [
        races.Lane(name, each.cut[:, 3], each.kept[:, 3].mean(axis=0), style.KEPT)
        for name, each in results.items()
    ]
    yield races.race(lanes, 0.97, 0.02)
    yield refit_figures.refits({name: each[:, 0] for name, each in repaired.items()}, 0.97)


def test_every_figure_stays_on_its_sheet_and_in_its_colours(seen, results, repaired, check_figure):
    for figure in figures(seen, results, repaired):
        check_figure(figure)


def test_every_removal_is_drawn_once(seen):
    each = seen[1]
    figure = removal_figures.removals(each.said["slope"], each.true, removal_figures.AXES["slope"])
    points = [line for line in figure.axes[0].lines if len(line.get_xdata()) > 2]
    assert sum(len(line.get_xdata()) for line in points) == 150


def test_only_a_starved_layer_is_marked():
    lane = races.Lane("one", np.array([0.5, 0.6]), np.array([0.001, 0.02, 0.3]), style.KEPT)
    figure = races.race([lane], 0.9, 0.02)
    marked = [t.get_text() for t in figure.axes[0].texts if t.get_color() == style.WARN]
    assert marked == ["0.1"]


# ---- what chapter 5 says


def test_the_best_prophet_of_one_is_poor_in_company(seen):
    agree = {
        (name, size): removals.rank_correlation(np.abs(each.said[name]), np.abs(each.true))
        for size, each in seen.items()
        for name in removals.SCORES
    }
    order = ("slope + curvature", "slope", "curvature", "Wanda", "magnitude")
    values = [agree[name, 1] for name in order]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.95
    assert values[-1] < 0.5
    assert max(agree[name, 1000] for name in order) < 0.6
    for name in order[:3]:
        each = seen[1000]
        assert np.median(np.abs(each.true) / np.abs(each.said[name])) > 1.8


def test_the_best_prophet_is_the_worst_chooser(digit_networks):
    for net, data in digit_networks:
        net, (x, y) = removals.in_double(net), (data.train.x.astype(float), data.train.y)
        after = {}
        for name, each in removals.says(net, x, y).items():
            places = np.argsort(np.abs(each), kind="stable")[: each.size // 2]
            after[name] = removals.without(net, places).loss(x, y)
        order = ("curvature", "Wanda", "magnitude", "slope", "slope + curvature")
        assert sorted(after, key=after.get) == list(order)
        assert after["curvature"] < 0.045
        assert after["slope + curvature"] > 0.45


def test_slopes_fade_on_the_way_to_the_minimum_and_curvature_takes_over(digit_networks, fine):
    net, x, y = fine
    further = removals.in_double(
        train(
            digit_networks[0][0], x.astype(np.float32), y, epochs=200, rng=np.random.default_rng(1)
        )
    )
    agree, steep = {}, {}
    for each in (net, further):
        one = removals.compute(each, x, y, [1], groups=150, rng=np.random.default_rng(0))[1]
        steep[each] = np.abs(flat(each.gradients(x, y))).mean()
        for name in ("slope", "curvature"):
            agree[each, name] = removals.rank_correlation(np.abs(one.said[name]), np.abs(one.true))
    assert steep[net] > 100 * steep[further]
    assert agree[net, "slope"] > agree[net, "curvature"]
    assert agree[further, "curvature"] > agree[further, "slope"]


def test_a_refit_does_more_than_a_choice(repaired):
    at80, at90 = ({name: each[:, i].mean() for name, each in repaired.items()} for i in (0, 1))
    assert at80["random, refitted"] > max(at80["magnitude"], at80["Wanda"])
    assert abs(at80["magnitude"] - at80["Wanda"]) < 0.06
    assert at80["magnitude, refitted"] > 0.88
    assert at80["SparseGPT"] < min(at80["magnitude, refitted"], at80["Wanda, refitted"])
    assert at90["OBS"] > 0.15 + max(each for name, each in at90.items() if name != "OBS")


def test_ahead_before_is_not_ahead_after(results):
    half, deep = LEVELS.index(0.5), LEVELS.index(0.98)
    obd, plain = results["curvature, OBD"], results["magnitude"]
    assert np.all(obd.cut[:, half] > plain.cut[:, half])
    after = [each.retrained[:, half].mean() for each in results.values()]
    assert np.ptp(after) < 0.015
    assert max(each.cut[:, deep].mean() for each in results.values()) < 0.2
    assert np.ptp([each.retrained[:, deep].mean() for each in results.values()]) > 0.2
    assert obd.retrained[:, deep].mean() < plain.retrained[:, deep].mean() - 0.05
    assert max(results, key=lambda name: results[name].retrained[:, deep].mean()) == "LAMP"


def test_a_global_queue_starves_the_first_layer_whose_inputs_are_small(results, digit_networks):
    deep = LEVELS.index(0.98)
    kept = results["Wanda, global"].kept[:, deep].mean(axis=0)
    assert kept[0] < 0.002
    assert kept[2] > 1 / 3
    gap = results["Wanda, global"].retrained - results["random"].retrained
    assert abs(gap[:, deep].mean()) < 0.05
    for net, data in digit_networks:
        norms = [float(each.mean()) for each in input_norms(net, data.train.x).values()]
        assert norms[1] > 1.5 * norms[0]
        assert norms[2] > 1.5 * norms[1]


def test_wanda_does_not_beat_magnitude_at_equal_scope(results):
    wanda, plain = results["Wanda, by row"], results["magnitude, by row"]
    for level in (0.8, 0.95):
        place = LEVELS.index(level)
        assert abs(np.mean(wanda.retrained[:, place] - plain.retrained[:, place])) < 0.05
