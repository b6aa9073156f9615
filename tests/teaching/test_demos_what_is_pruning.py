"""Demos of chapter 1: what they count, what they say, and that the chapter's claims hold."""

import numpy as np
import pytest

from pruning_lab import apply, datasets, measure, train
from pruning_lab.compaction import compact
from pruning_lab.ensembles import combined
from pruning_lab.network import softmax
from pruning_lab.teaching.demos import choices, committees, knives
from pruning_lab.teaching.demos.choices import EVERY, WHEN, Choice
from pruning_lab.teaching.figures.style import percent


def committee(seed, epochs=20, **how):
    """As in the chapter."""
    rng = np.random.default_rng(seed)
    data = datasets.digits(rng=rng)
    x, y = data.train.x, data.train.y
    starts = [committees.tower(rng=rng, **how) for _ in range(6)]
    return [
        train(net, x, y, epochs=epochs, batch_size=128, rng=rng, learning_rate=5e-3)
        for net in starts
    ], data


@pytest.fixture(scope="module")
def usual():
    return [committee(seed) for seed in range(5)]


@pytest.fixture(scope="module")
def robust():
    return [committee(seed, drop=0.2) for seed in range(5)]


@pytest.fixture(scope="module")
def costs(usual, robust):
    return {"as usual": knives.costs(usual), "with layers missing": knives.costs(robust)}


@pytest.fixture(scope="module")
def runs():
    return [choices.run(rng=np.random.default_rng(seed)) for seed in range(5)]


@pytest.fixture(scope="module")
def results(runs):
    return choices.measured(runs)


# ---- three knives


def test_a_neuron_goes_with_its_row_and_the_column_that_reads_it(usual):
    net = usual[0][0][0]
    mask = committees.neuron_mask(net, 8)
    for name in committees.BLOCKS:
        rows = mask[f"{name}.up"]
        columns = mask[f"{name}.down"].T
        assert rows.any(axis=1).sum() == 8
        np.testing.assert_array_equal(rows.any(axis=1), columns.any(axis=1))
        assert rows.all(axis=1).sum() == 8
    assert mask["first"].all()
    assert mask["last"].all()


def test_masked_and_cut_networks_say_the_same(usual):
    nets, data = usual[0]
    mask = committees.neuron_mask(nets[0], 12)
    masked = nets[0].with_weights(apply(nets[0].weights, mask))
    cut = compact(nets[0], mask)
    np.testing.assert_allclose(cut(data.test.x), masked(data.test.x), atol=1e-4)
    assert measure.parameters(cut) == measure.nonzeros(masked) == 4848 - 4 * 12 * 48


def test_a_network_without_a_layer_passes_the_data_on(usual):
    nets, data = usual[0]
    left = committees.without_layers(nets[0], committees.BLOCKS)
    assert list(left.layers) == ["first", "relu", "last"]
    assert left(data.test.x).shape == (360, 10)


def test_the_layers_go_in_the_order_of_their_loss(usual):
    nets, data = usual[0]
    x, y = data.validation.x, data.validation.y
    order = committees.layer_order(nets[0], x, y)
    losses = [committees.without_layers(nets[0], [name]).loss(x, y) for name in order]
    assert losses == sorted(losses)


def test_bytes_are_those_of_the_networks_that_are_really_cut(usual, costs):
    cost = costs["as usual"]
    assert int(cost.kept[0, 0, 0]) == 116_352
    for cut in ((0, 0, 0), (12, 0, 0), (4, 2, 3), (12, 3, 5)):
        for committee_ in usual[:2]:
            plan = committees.chosen_plan(committee_)
            left = committees.smaller(committee_, plan, cut)
            assert committees.total_bytes(left) == cost.kept[knives.place(cut)]


def test_accuracy_is_that_of_the_networks_that_are_really_cut(usual, costs):
    data = usual[0][1]
    for cut in ((0, 0, 0), (8, 1, 3), (12, 3, 5)):
        left = committees.smaller(usual[0], costs["as usual"].plan, cut)
        said = np.stack([softmax(net(data.test.x)) for net in left])
        right = np.mean(combined(said) == data.test.y)
        found = costs["as usual"].accuracy[(0, *knives.place(cut))]
        assert found == pytest.approx(right, abs=1.5 / 360)


def test_the_picture_shows_what_is_left(usual, costs):
    cost = costs["as usual"]
    left = committees.neurons_left(usual[0][0], 4)
    lit = committees.windows(left, cost.plan, 1, 3)
    assert lit.shape == (6, 4, 16)
    assert lit.any(axis=(1, 2)).sum() == 3
    assert sorted(lit.any(axis=2).sum(axis=1)) == [0, 0, 0, 3, 3, 3]
    assert lit.sum() == 3 * 3 * 12


def test_the_caption_counts(costs):
    cost = costs["as usual"]
    assert knives.describe(cost, (0, 0, 0)).startswith("Nothing is gone: 116,352 bytes, 29,088")
    words = knives.describe(cost, (12, 0, 3))
    for part in ("12 of 16 neurons in each layer, 3 of 6 networks", "30,528 bytes", "By lot"):
        assert part in words
    assert "of 4 layers" not in words
    assert percent(cost.accuracy[:, 3, 0, 2].mean(), 1) in words


def test_lots_take_as_many_parts(usual):
    plan = committees.random_plan(rng=np.random.default_rng(0))
    assert sorted(plan.networks) == list(range(6))
    assert all(sorted(order) == list(committees.BLOCKS) for order in plan.layers)
    mask = committees.neuron_mask(usual[0][0][0], 4, rng=plan.rng)
    assert all(mask[f"{name}.up"].any(axis=1).sum() == 12 for name in committees.BLOCKS)


# ---- four questions


def test_every_choice_leaves_a_quarter_of_the_hidden_weights(runs):
    for choice in EVERY:
        mask = choices.mask_of(choice, runs[0])
        assert mask["dense3"].all()
        assert sum(int(mask[layer].sum()) for layer in choices.HIDDEN) == 2048
        if choice.what == "neurons":
            rows = np.concatenate([mask[layer] for layer in choices.HIDDEN])
            assert np.all(rows.all(axis=1) == rows.any(axis=1))
        if choice.wide == "in each layer":
            assert [int(mask[layer].sum()) for layer in choices.HIDDEN] == [1024, 1024]


def test_pruned_weights_stay_gone_and_before_training_the_start_decides(runs):
    choice = Choice("single weights", "by size", WHEN[0], "in each layer")
    mask = choices.mask_of(choice, runs[0])
    sizes = np.abs(runs[0].start.weights["dense1"])
    assert sizes[mask["dense1"]].min() > sizes[~mask["dense1"]].max()
    net = choices.further(runs[0].start, runs[0].data, 1, mask)
    assert not net.weights["dense1"][~mask["dense1"]].any()


def test_names_belong_to_choices_that_exist():
    assert set(choices.NAMES) <= set(EVERY)
    assert len(EVERY) == 36
    for choice in EVERY:
        assert choices.name(choice)
        assert (choice.score == "by lot") == (choices.name(choice) == "a random baseline")


# ---- every demo


def test_every_state_of_every_demo_has_its_own_words(costs, runs, results, check_demo):
    check_demo(knives.demo(costs), 128)
    check_demo(choices.demo(runs[0], results), 36)


def test_a_kernel_may_ask_for_values_between_those_of_the_grid(costs, in_book):
    between = {"training": "as usual", "neurons": 5, "layers": 1.4, "networks": 2.2}
    assert "4 of 16" in knives.demo(costs)._text(between)


# ---- what chapter 1 says


def mean(cost, *at):
    return cost.accuracy[(slice(None), *at)].mean()


def test_two_knives_leave_a_ruin_and_the_third_nothing_to_see(costs):
    cost = costs["as usual"]
    assert mean(cost, 0, 0, 0) > 0.96
    assert mean(cost, 3, 0, 0) < 0.55
    assert mean(cost, 0, 3, 0) < 0.55
    assert abs(mean(cost, 0, 0, 2) - mean(cost, 0, 0, 0)) < 0.015
    assert mean(cost, 0, 0, 3) > 0.92
    share = cost.kept / cost.kept[0, 0, 0]
    for at in ((3, 0, 0), (0, 3, 0), (0, 0, 2)):
        assert share[at] == pytest.approx(0.5, abs=0.03)  # about half of the bytes


def test_networks_by_lot_are_as_good(costs):
    cost = costs["as usual"]
    assert abs(mean(cost, 0, 0, 2) - cost.by_lot[:, 0, 0, 2].mean()) < 0.015


def test_born_small_beats_cut_small(costs):
    small = []
    for seed in range(3):
        nets, data = committee(seed, neurons=4)
        said = np.stack([softmax(net(data.test.x)) for net in nets])
        small.append(np.mean(combined(said) == data.test.y))
    assert committees.total_bytes(nets) == costs["as usual"].kept[3, 0, 0]
    assert min(small) - mean(costs["as usual"], 3, 0, 0) > 0.3


def test_a_network_can_be_trained_for_the_knife(costs):
    usual, robust = costs.values()
    assert mean(robust, 0, 3, 0) > 0.9
    assert mean(robust, 0, 3, 0) - mean(usual, 0, 3, 0) > 0.35
    assert mean(robust, 3, 0, 0) - mean(usual, 3, 0, 0) > 0.25
    assert abs(mean(robust, 0, 0, 0) - mean(usual, 0, 0, 0)) < 0.015


def herd(results, **answers):
    wanted = answers.items()
    return [
        results.by_choice[c].mean() for c in EVERY if all(getattr(c, k) == v for k, v in wanted)
    ]


def test_when_moves_the_herd_and_the_scope_does_not(results):
    before, after, again = (np.mean(herd(results, when=when)) for when in WHEN)
    assert min(before, again) > 0.9
    assert after < 0.6
    what = [np.mean(herd(results, what=what)) for what in choices.WHAT]
    score = [np.mean(herd(results, score=score)) for score in choices.SCORE]
    wide = [np.mean(herd(results, wide=wide)) for wide in choices.WIDE]
    assert before - after > 0.3 > max(np.ptp(what), np.ptp(score))
    assert np.ptp(wide) < 0.02


def test_after_a_cut_small_single_weights_are_the_right_ones_by_a_wide_margin(results):
    rows = {c: results.by_choice[c].mean() for c in EVERY if c.when == WHEN[1]}
    first = [v for c, v in rows.items() if c[:2] == ("single weights", "by size")]
    rest = [v for c, v in rows.items() if c[:2] != ("single weights", "by size")]
    assert min(first) - max(rest) > 0.1


def test_the_whole_network_is_ahead_and_lots_keep_up(results):
    best = max(results.by_choice.values(), key=np.mean).mean()
    assert results.dense.mean() > best
    lots = herd(results, what="single weights", score="by lot", when=WHEN[0])
    assert min(lots) > best - 0.015
    assert results.small.mean() < min(lots)
