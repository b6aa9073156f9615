"""Pruning a model: invariants of one shot and of many steps."""

import numpy as np
import pytest
import torch
from torch.nn.utils.prune import L1Unstructured, global_unstructured

from pruning_lab import datasets
from pruning_lab.criteria import magnitude, random
from pruning_lab.masks import LayerCollapseWarning, select, sparsity_by_layer, sparsity_of
from pruning_lab.measure import accuracy, nonzeros
from pruning_lab.network import mlp, train
from pruning_lab.pruning import prune, prune_in_steps
from pruning_lab.tiles import Block, Column, Everything, Layer, Row, Run, Single


@pytest.fixture
def net():
    return mlp((12, 16, 8), rng=np.random.default_rng(0))


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[n], b[n]) for n in a)


@pytest.mark.parametrize("scope", [Layer(), Everything()])
@pytest.mark.parametrize("granularity", [Single(), Row(), Column(), Run(4), Block(2, 2)])
@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.5])
def test_exactly_the_pruned_weights_are_zero(net, sparsity, granularity, scope):
    pruned, mask = prune(net, magnitude, sparsity, granularity=granularity, scope=scope)
    for name, w in pruned.weights.items():
        assert np.array_equal(w, np.where(mask[name], net.weights[name], 0))
        assert np.array_equal(w != 0, mask[name])
    assert same(pruned.biases, net.biases)


@pytest.mark.parametrize("sparsity", [0.0, 0.15, 0.29, 0.35, 0.45, 0.8])
def test_the_count_is_exact(net, sparsity):
    pruned, mask = prune(net, magnitude, sparsity)
    assert nonzeros(pruned) == 320 - round(sparsity * 320)
    assert sparsity_of(mask) == round(sparsity * 320) / 320


def test_the_shortcut_for_magnitude_gives_the_same_mask(net):
    for granularity in (Single(), Row()):
        short = prune(net, magnitude, 0.6, granularity=granularity)[1]
        long = prune(net, lambda n: magnitude(n), 0.6, granularity=granularity)[1]
        assert same(short, long)


def test_the_shortcut_for_magnitude_knows_the_lowest_integer():
    class Model:
        weights = {"w": np.array([[-128, 1, 2, 3]], np.int8)}  # noqa: RUF012

        def with_weights(self, weights):
            return self

    short = prune(Model(), magnitude, 0.25)[1]
    assert short["w"].tolist() == [[True, False, True, True]]
    assert same(short, prune(Model(), lambda n: magnitude(n), 0.25)[1])


def test_every_kept_magnitude_is_at_least_every_pruned_one(net):
    _, mask = prune(net, magnitude, 0.7)
    kept = np.concatenate([abs(w[mask[n]]) for n, w in net.weights.items()])
    gone = np.concatenate([abs(w[~mask[n]]) for n, w in net.weights.items()])
    assert kept.min() >= gone.max()


def test_layer_scope_prunes_each_layer_alike(net):
    _, mask = prune(net, magnitude, 0.5, scope=Layer())
    assert sparsity_by_layer(mask) == {"dense1": 0.5, "dense2": 0.5}


def test_each_layer_may_have_a_sparsity_of_its_own(net):
    wanted = {"dense1": 0.75, "dense2": 0.25}
    _, mask = prune(net, magnitude, wanted, scope=Layer())
    assert sparsity_by_layer(mask) == wanted
    with pytest.raises(ValueError, match=r"scope=Layer\(\)"):
        prune(net, magnitude, wanted)


def test_the_model_stays_as_it_was(net):
    before = {n: w.copy() for n, w in net.weights.items()}
    prune(net, magnitude, 0.5)
    list(prune_in_steps(net, magnitude, [0.2, 0.5]))
    assert same(net.weights, before)


def test_counts_equal_those_of_torch(net):
    for sparsity in (0.1, 0.25, 0.5, 0.8):
        modules = []
        for w in net.weights.values():
            modules.append(torch.nn.Linear(w.shape[1], w.shape[0], bias=False))
            modules[-1].weight = torch.nn.Parameter(torch.tensor(np.array(w)))
        global_unstructured(
            [(m, "weight") for m in modules],
            pruning_method=L1Unstructured,
            amount=sparsity,
        )
        theirs = sum(int((m.weight_mask == 0).sum()) for m in modules)
        assert nonzeros(prune(net, magnitude, sparsity)[0]) == 320 - theirs


def test_any_model_with_two_members_can_be_pruned():
    class Line:
        def __init__(self, slope):
            self.weights = {"slope": np.array(slope)}

        def with_weights(self, weights):
            return Line(weights["slope"])

    pruned, _ = prune(Line([[1.0, -3.0, 2.0, 0.5]]), magnitude, 0.5)
    assert isinstance(pruned, Line)
    assert pruned.weights["slope"].tolist() == [[0, -3, 2, 0]]


def test_random_pruning_takes_other_weights_each_time(net):
    rng = np.random.default_rng(0)
    first, second = (prune(net, lambda n: random(n, rng=rng), 0.5)[1] for _ in range(2))
    assert sparsity_of(first) == sparsity_of(second) == 0.5
    assert not same(first, second)


def test_collapse_warns_at_the_line_that_prunes(net):
    with pytest.warns(LayerCollapseWarning, match="dense1.*dense2") as seen:
        prune(net, magnitude, 1.0)
    assert seen[0].filename == __file__


@pytest.mark.parametrize("criterion", [magnitude, lambda net: magnitude(net)])
def test_one_shot_stays_within_an_earlier_mask(net, criterion):
    _, first = prune(net, lambda n: random(n, rng=np.random.default_rng(0)), 0.3)
    pruned, mask = prune(net, criterion, 0.5, within=first)
    assert sparsity_of(mask) == 0.5
    assert not any((mask[n] & ~first[n]).any() for n in mask)
    assert all((w[~first[n]] == 0).all() for n, w in pruned.weights.items())


def test_coupled_units_die_together_through_all_steps(net):
    couplings = [{"dense1": Row(), "dense2": Column()}]
    for sparsity, (_, mask) in zip(
        (0.25, 0.5), prune_in_steps(net, magnitude, [0.25, 0.5], granularity=couplings), strict=True
    ):
        alive = mask["dense1"].any(axis=1)
        assert np.array_equal(alive, mask["dense2"].any(axis=0))
        assert (~alive).sum() == 16 * sparsity


# --- steps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("granularity", [Single(), Row(), Block(2, 2)])
@pytest.mark.parametrize("scope", [Layer(), Everything()])
def test_a_pruned_weight_never_comes_back(net, granularity, scope):
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((40, 12)), rng.integers(8, size=40)
    steps = prune_in_steps(
        net,
        lambda n: random(n, rng=rng),  # a criterion that changes its mind
        [0.125, 0.25, 0.5],
        retrain=lambda n, mask: train(n, x, y, epochs=1, rng=rng, mask=mask),
        granularity=granularity,
        scope=scope,
    )
    before = None
    for sparsity, (model, mask) in zip([0.125, 0.25, 0.5], steps, strict=True):
        assert before is None or not any((mask[n] & ~before[n]).any() for n in mask)
        assert sparsity_of(mask) == pytest.approx(sparsity, abs=0.07)  # whole groups
        assert all((w[~mask[n]] == 0).all() for n, w in model.weights.items())
        before = mask


def test_without_retraining_many_steps_end_where_one_shot_does(net):
    *_, (model, mask) = prune_in_steps(net, magnitude, [0.2, 0.4, 0.6])
    once, mask_once = prune(net, magnitude, 0.6)
    assert same(mask, mask_once)
    assert same(model.weights, once.weights)


def test_a_schedule_may_be_a_callable_of_the_steps(net):
    seen = []

    def rising(step):
        seen.append(step)
        return 0.2 * step

    masks = [mask for _, mask in prune_in_steps(net, magnitude, rising, 3)]
    assert seen == [1, 2, 3]
    assert [sparsity_of(m) for m in masks] == [64 / 320, 128 / 320, 192 / 320]


def test_retraining_repairs_a_real_network():
    rng = np.random.default_rng(0)
    data = datasets.digits(rng=rng)
    x, y = data.train.x, data.train.y
    net = train(mlp((64, 60, 10), rng=rng), x, y, epochs=30, rng=rng)
    once, _ = prune(net, magnitude, 0.9)
    *_, (steps, mask) = prune_in_steps(
        net, magnitude, [0.5, 0.8, 0.9], 3, lambda n, m: train(n, x, y, epochs=5, rng=rng, mask=m)
    )
    assert sparsity_of(mask) == 0.9
    shown = data.validation
    assert accuracy(steps, shown.x, shown.y) > accuracy(once, shown.x, shown.y) + 0.1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.3],), "never falls"),
        (([0.5, 50],), "Did you mean 0.5"),
        (([0.5], 2), "lists 1 sparsities but steps is 2"),
        ((lambda step: 0.5,), "steps of a callable schedule must be a whole number"),
        ((lambda step: 0.5, 0), "steps of a callable schedule must be a whole number"),
        ((0.5,), r"a list of sparsities, .* got 0.5\. For one step, write \[0.5\]"),
        (("0.5",), "a list of sparsities"),
        ((lambda step: -step, 2), "between 0 and 1"),
    ],
)
def test_bad_schedules_are_refused_before_the_first_step(net, arguments, message):
    with pytest.raises(ValueError, match=message):
        prune_in_steps(net, magnitude, *arguments)


def test_retraining_that_forgets_the_mask_is_refused(net):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 12)), rng.integers(8, size=40)
    steps = prune_in_steps(
        net, magnitude, [0.5], retrain=lambda n, _: train(n, x, y, epochs=1, rng=rng)
    )
    with pytest.raises(ValueError, match=r"pruned weights of 'dense1' back.*mask=mask"):
        next(steps)


def test_retraining_that_returns_nothing_is_refused(net):
    with pytest.raises(ValueError, match="should return the trained model"):
        next(prune_in_steps(net, magnitude, [0.5], retrain=lambda n, mask: None))


@pytest.mark.parametrize(
    ("criterion", "sparsity", "message"),
    [
        ("magnitude", 0.5, "without quotes; got 'magnitude'"),
        (magnitude, 80, "Did you mean 0.8"),
        (magnitude, -1, "between 0 and 1"),
        (lambda net: {}, 0.5, "empty"),
        (lambda net: {"dense1": np.ones((16, 12))}, 0.5, "same keys"),
        (lambda net: {n: w.T for n, w in net.weights.items()}, 0.5, "transposed"),
        (lambda net: {n: w * np.nan for n, w in net.weights.items()}, 0.5, "NaN"),
        (lambda net: None, 0.5, "scores must be a dictionary"),
    ],
)
def test_bad_input_is_refused(net, criterion, sparsity, message):
    with pytest.raises(ValueError, match=message):
        prune(net, criterion, sparsity)


def test_a_model_without_weights_is_refused(net):
    class Empty:
        weights = {}  # noqa: RUF012

    with pytest.raises(ValueError, match="empty network"):
        prune(Empty(), magnitude, 0.5)
    with pytest.raises(ValueError, match=r"or a model with \.weights"):
        prune(object(), magnitude, 0.5)
    with pytest.raises(ValueError, match=r"with_weights; got dict\. For weights alone"):
        prune(net.weights, magnitude, 0.5)


def test_select_and_prune_agree(net):
    assert same(prune(net, magnitude, 0.5)[1], select(magnitude(net), 0.5))
