"""Demos of chapter 4: what they compute, what they say, and that the chapter's claims hold."""

import inspect

import numpy as np
import pytest
import torch
from torch.nn.utils import prune as torch_prune

from pruning_lab import (
    datasets,
    magnitude,
    mlp,
    prune,
    prune_in_steps,
    random,
    select,
    sparsity_of,
    train,
)
from pruning_lab.masks import LayerCollapseWarning
from pruning_lab.teaching.demos import recovery, scope, tables, threshold, trials
from pruning_lab.teaching.figures.histograms import flat
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Layer

LEVELS = [0, 0.3, 0.5, 0.8, 0.9]
MARKS = (0, 1, 3)


def by_lot(net):
    return random(net, rng=np.random.default_rng(7))


@pytest.fixture(scope="module")
def two(digit_networks):
    return digit_networks[:2]


# ---- trials


def test_a_cut_of_nothing_leaves_the_dense_accuracy(two):
    dense = [trials.tested(*run) for run in two]
    assert trials.one_shot(two, magnitude, LEVELS).shape == (2, 5)
    np.testing.assert_array_equal(trials.one_shot(two, magnitude, [0])[:, 0], dense)


def test_retraining_holds_the_mask_and_changes_nothing_in_place(two):
    net, data = two[0]
    pruned, mask = prune(net, magnitude, 0.9)
    before = flat(pruned.weights).copy()
    again = trials.retrain(pruned, mask, data, epochs=1)
    assert np.count_nonzero(flat(again.weights)[~flat(mask)]) == 0
    np.testing.assert_array_equal(flat(pruned.weights), before)


def test_more_epochs_continue_the_same_training(two):
    net, data = two[0]
    x, y = data.train.x, data.train.y
    rng = np.random.default_rng(2015)
    orders = [rng.permutation(len(x)) for _ in range(2)]
    again = np.random.default_rng(2015)
    train(net, x, y, epochs=2, rng=again)
    assert again.permutation(9).tolist() == rng.permutation(9).tolist()
    assert len(orders) == 2  # two epochs drew two orders, and nothing else


def test_retrained_at_zero_epochs_is_one_shot(two):
    cut = trials.one_shot(two, magnitude, [0.8], scope=Layer())
    same = trials.retrained(two, magnitude, [0.8], epochs=0, scope=Layer())
    np.testing.assert_array_equal(cut, same)


# ---- threshold


def test_threshold_counts_exactly_and_names_the_largest_that_went(two):
    net = two[0][0]
    curves = [np.linspace([1, 1], [0.5, 0.3], 5).T] * 2
    state = threshold.compute(net, 0.8, LEVELS, curves)
    sizes = np.sort(np.abs(flat(net.weights)))
    assert (state["all"], state["gone"]) == (11900, 9520)
    assert state["threshold"] == pytest.approx(sizes[9519])
    assert (state["lowest"], state["highest"]) == pytest.approx((0.475, 0.625))


def test_threshold_says_what_it_shows(two):
    net = two[0][0]
    curves = [np.full((2, 5), 0.9), np.full((2, 5), 0.2)]
    words = threshold.describe(threshold.compute(net, 0.5, LEVELS, curves), 0.5)
    for part in ("5,950 of 11,900", percent(0.5), percent(0.9, 1), percent(0.2, 1)):
        assert part in words
    assert "all 11,900" in threshold.describe(threshold.compute(net, 0, LEVELS, curves), 0)


# ---- recovery


def test_a_history_starts_at_the_cut_and_follows_the_same_survivors(two):
    past = recovery.history(two, magnitude, 0.9, MARKS)
    assert past.accuracy.shape == (2, 3)
    np.testing.assert_array_equal(past.accuracy[:, :1], trials.one_shot(two, magnitude, [0.9]))
    np.testing.assert_array_equal(
        past.accuracy[:, 1:2], trials.retrained(two, magnitude, [0.9], epochs=1)
    )
    assert [len(weights) for weights in past.survivors] == [1190] * 3
    assert np.abs(past.survivors[0]).min() > 0


def test_recovery_names_the_gap():
    arrays = np.array([0.9, 0.8]), np.array([0.5, 0.4]), np.array([0.97, 0.97])
    words = recovery.describe(0.9, 5, *arrays)
    assert "After 5 epochs" in words
    assert "40.0 points" in words
    assert recovery.describe(0.9, 0, *arrays).startswith("Right after the cut")
    assert "1 epoch " in recovery.describe(0.9, 1, *arrays)


# ---- scope


def test_per_layer_takes_the_same_share_of_each_and_global_does_not(two):
    net = two[0][0]
    alike = scope.compute(net, 0.9, "per layer")
    together = scope.compute(net, 0.9, "global")
    assert [kept.sum() for kept in alike.values()] == [640, 500, 50]
    assert sum(kept.sum() for kept in together.values()) == 1190
    shares = [kept.mean() for kept in together.values()]
    assert np.argmin(shares) == 1
    assert np.argmax(shares) == 2


def test_scope_says_what_stays_in_each_layer_and_names_the_rival(two):
    mask = scope.compute(two[0][0], 0.9, "per layer")
    words = scope.describe(mask, "per layer", 0.9, (0.3, 0.95), 0.96)
    assert f"{percent(0.1, 1)}, {percent(0.1, 1)} and {percent(0.1, 1)}" in words
    assert f"(global: {percent(0.96, 1)})" in words


# ---- every demo


def explorers(two):
    net = two[0][0]
    cut = {
        name: trials.one_shot(two, magnitude, LEVELS, scope=t) for name, t in scope.SCOPES.items()
    }
    lots = trials.one_shot(two, by_lot, LEVELS)
    criteria = {"magnitude": magnitude, "random": by_lot}
    histories = recovery.compute(two, criteria, (0.8, 0.9), MARKS)
    dense = recovery.history(two, magnitude, 0, MARKS)
    return (
        (threshold.demo(net, LEVELS, cut["global"], lots), 5),
        (recovery.demo(histories, MARKS, dense), 2 * 3),
        (scope.demo(net, LEVELS, cut, {**cut, "random": lots}), 2 * 5),
    )


def test_every_state_has_its_own_words_and_a_kernel_may_ask_between(two, check_demo):
    for demo, count in explorers(two):
        check_demo(demo, count)


# ---- tables


def test_a_table_never_gives_a_mean_without_its_spread():
    words = tables.table({"a": np.array([[0.5], [0.7]]), "b": np.array([[0.1], [0.1]])}, [0.9])
    assert "60.0 (50.0–70.0)" in words
    assert len({len(line) for line in words.splitlines()}) == 1


# ---- what chapter 4 says


def test_the_cliff(digit_networks):
    mag = trials.one_shot(digit_networks, magnitude, LEVELS)
    lot = trials.one_shot(digit_networks, by_lot, LEVELS)
    dense, third, half, most, nearly = mag.mean(axis=0)
    assert dense - third < 0.01  # nearly a third for almost nothing
    assert 0.02 < dense - half < 0.06  # half costs about four points
    assert 0.2 < dense - most < 0.4  # about thirty at 80 %
    assert nearly < dense / 2  # more than half of everything at 90 %
    assert np.ptp(mag[:, 3]) > 0.25  # one network tells little
    assert np.all(mag[:, 1:4] > lot[:, 1:4])


def test_retraining_forgives_and_the_rate_decides_how_much(digit_networks):
    levels = [0.8, 0.9, 0.95]
    mag = trials.retrained(digit_networks, magnitude, levels, epochs=20).mean(axis=0)
    lot = trials.retrained(digit_networks, by_lot, levels, epochs=20).mean(axis=0)
    gap = mag - lot
    assert gap[0] < 0.02
    assert 0.01 < gap[1] < 0.05
    assert gap[2] > 0.15
    gentle = [
        trials.retrained(digit_networks, criterion, [0.9], epochs=20, learning_rate=1e-3).mean()
        for criterion in (magnitude, by_lot)
    ]
    assert gentle[0] - gentle[1] > 0.2
    longer = trials.retrained(digit_networks, magnitude, [0], epochs=20).mean()
    assert longer > max(mag.max(), lot.max())


def test_scope_matters_only_when_few_weights_are_left(digit_networks):
    levels = [0.8, 0.9, 0.95]
    together = trials.retrained(digit_networks, magnitude, levels, epochs=20).mean(axis=0)
    alike = trials.retrained(digit_networks, magnitude, levels, epochs=20, scope=Layer())
    alike = alike.mean(axis=0)
    assert np.all(np.abs(together - alike)[:2] < 0.015)
    assert together[2] - alike[2] > 0.05
    net = digit_networks[0][0]
    kept = [scope.compute(net, 0.95, name)["dense3"].sum() for name in scope.SCOPES]
    assert kept[0] > 3 * kept[1] == 75


def test_small_steps_are_for_the_deep_end(digit_networks):
    for sparsity, low, high in ((0.95, -0.02, 0.02), (0.98, 0.2, 1)):
        schedule = [1 - (1 - sparsity) ** (i / 5) for i in range(1, 6)]
        steps = []
        for net, data in digit_networks:
            *_, (last, mask) = prune_in_steps(
                net,
                magnitude,
                schedule,
                retrain=lambda n, m, d=data: trials.retrain(n, m, d, epochs=12),
            )
            assert sparsity_of(mask) == pytest.approx(sparsity)
            steps.append(trials.tested(last, data))
        once = trials.retrained(digit_networks, magnitude, [sparsity], epochs=60)[:, 0]
        assert low < np.mean(ahead := np.array(steps) - once) < high
        assert sparsity < 0.98 or ahead.min() > 0.2  # every one of the five


def test_a_weight_behind_a_black_pixel_stays_where_it_started_and_may_be_kept():
    rng = np.random.default_rng(0)
    data = datasets.digits(rng=rng)
    start = mlp((64, 100, 50, 10), rng=rng)
    net = train(start, data.train.x, data.train.y, epochs=2, rng=rng)
    black = data.train.x.max(axis=0) == 0
    assert black.sum() == 4
    before, after = (n.weights["dense1"][:, black] for n in (start, net))
    np.testing.assert_array_equal(before, after)
    assert select(magnitude(net), 0.8)["dense1"][:, black].mean() > 0.1


def test_without_the_mask_nearly_every_weight_comes_back(two):
    net, data = two[0]
    pruned, _ = prune(net, magnitude, 0.9)
    wonder = trials.retrain(pruned, None, data, epochs=20)
    assert np.mean(flat(wonder.weights) != 0) > 0.9
    assert trials.tested(wonder, data) > 0.95


def test_torch_empties_a_layer_in_silence_and_select_warns(recwarn):
    torch.manual_seed(0)
    layers = [torch.nn.Linear(*sizes) for sizes in ((64, 300), (300, 100), (100, 10))]
    weights = {str(i): layer.weight.detach().numpy().copy() for i, layer in enumerate(layers)}
    torch_prune.global_unstructured(
        [(layer, "weight") for layer in layers], torch_prune.L1Unstructured, amount=0.8
    )
    assert torch.count_nonzero(layers[1].weight) == 0
    assert not [w for w in recwarn if "layer" in str(w.message).lower()]
    with pytest.warns(LayerCollapseWarning, match="'1'"):
        select(magnitude(weights), 0.8)


def test_computations_take_no_randomness_from_outside():
    for module in (trials, threshold, recovery, scope):
        assert "np.random.seed" not in inspect.getsource(module)
