"""Criteria that see data: Wanda, activations, batch norm; and what a network records."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab.criteria import (
    activation_std,
    activations,
    apoz,
    batch_norm_scale,
    input_norms,
    wanda,
)
from pruning_lab.masks import select
from pruning_lab.network import Dense, Network, mlp
from pruning_lab.teaching.readable.wanda import wanda_mask
from pruning_lab.tiles import Layer, Row, Run


@pytest.fixture
def net():
    return mlp((5, 12, 8, 3), rng=np.random.default_rng(0))


@pytest.fixture
def x():
    return np.random.default_rng(1).standard_normal((40, 5)).astype(np.float32)


def torch_signals(net, x):
    """Inputs of each layer and the logits, by torch."""
    signals = [torch.tensor(x)]
    for i, (name, w) in enumerate(net.weights.items(), start=1):
        out = signals[-1] @ torch.tensor(w).T + torch.tensor(net.biases[name])
        signals.append(torch.relu(out) if i < len(net.weights) else out)
    return signals


def test_recordings_are_what_torch_sees(net, x):
    signals = torch_signals(net, x)
    for i, name in enumerate(net.weights):
        norms = torch.linalg.vector_norm(signals[i], dim=0).numpy()
        assert np.allclose(input_norms(net, x)[name], norms, rtol=1e-5)
        assert np.allclose(activations(net, x)[name], signals[i + 1].numpy(), atol=1e-5)


def test_recordings_take_no_data_from_the_network_in_place(net, x):
    before = x.copy()
    found = activations(net, x)
    found["dense1"][:] = 0
    input_norms(net, x)["dense1"][:] = 0
    assert np.array_equal(x, before)


@pytest.mark.parametrize("record", [input_norms, activations])
def test_recordings_need_samples_that_fit(net, record):
    with pytest.raises(ValueError, match="none"):
        record(net, np.zeros((0, 5)))
    with pytest.raises(ValueError, match="x must be"):
        record(net, np.zeros((3, 4)))


def official_wanda(w, norms, sparsity):
    """Mask of kept weights as the authors' code makes it: a stable sort of each row."""
    metric = torch.abs(torch.tensor(w)) * torch.tensor(norms).reshape(1, -1)
    pruned = torch.zeros_like(metric, dtype=torch.bool)
    indices = torch.sort(metric, dim=-1, stable=True)[1][:, : round(w.shape[1] * sparsity)]
    return ~pruned.scatter_(1, indices, True).numpy()


@settings(max_examples=50)
@given(
    rows=st.integers(1, 6),
    columns=st.integers(1, 20),
    levels=st.integers(1, 50),
    sparsity=st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0]),
    seed=st.integers(0, 999),
)
def test_wanda_prunes_what_the_authors_prune_also_among_ties(rows, columns, levels, sparsity, seed):
    rng = np.random.default_rng(seed)
    w = rng.integers(-levels, levels + 1, (rows, columns)).astype(np.float32)
    norms = rng.integers(0, 3, columns).astype(np.float32)
    scores = wanda({"w": w}, {"w": norms})
    if round(sparsity * columns) < columns:
        ours = select(scores, sparsity, scope=Row())["w"]
        assert np.array_equal(ours, official_wanda(w, norms, sparsity))
        assert np.array_equal(ours, wanda_mask(w, norms, sparsity))


def test_wanda_agrees_with_loops(net, x):
    norms = input_norms(net, x)
    for name, scores in wanda(net, norms).items():
        for i, row in enumerate(net.weights[name]):
            for j, weight in enumerate(row):
                assert scores[i, j] == abs(weight) * norms[name][j]


def test_wanda_with_equal_inputs_is_magnitude_of_each_row():
    w = np.random.default_rng(0).standard_normal((4, 8))
    kept = select(wanda({"w": w}, {"w": np.ones(8)}), 0.5, scope=Row())["w"]
    assert np.array_equal(kept, select({"w": w}, 0.5, scope=Row(), key=np.abs)["w"])


def test_wanda_makes_two_of_four_as_well():
    rng = np.random.default_rng(0)
    scores = wanda({"w": rng.standard_normal((4, 8))}, {"w": rng.random(8)})
    assert (select(scores, 0.5, scope=Run(4))["w"].reshape(-1, 4).sum(axis=1) == 2).all()


def test_wanda_prunes_single_weights_of_a_linear_output_best():
    """Without interaction the squared score is the error that pruning one weight makes."""
    rng = np.random.default_rng(0)
    w, x = rng.standard_normal((1, 6)), rng.standard_normal((50, 6)) * [1, 2, 3, 4, 5, 6]
    scores = wanda({"w": w}, {"w": np.linalg.norm(x, axis=0)})["w"][0]
    for j in range(6):
        without = w.copy()
        without[0, j] = 0
        assert np.linalg.norm(x @ w.T - x @ without.T) == pytest.approx(scores[j])


def test_negative_norms_are_refused():
    with pytest.raises(ValueError, match=r"never negative; got -1\.0"):
        wanda({"w": np.ones((1, 2))}, {"w": np.array([1.0, -1.0])})


@pytest.mark.parametrize("criterion", [apoz, activation_std])
def test_activations_of_a_diverged_network_are_refused(criterion):
    with pytest.raises(ValueError, match="activations of 'w' hold NaN"):
        criterion({"w": np.ones((2, 1))}, {"w": np.array([[1.0, np.nan]])})


@pytest.mark.parametrize("criterion", [apoz, activation_std])
def test_one_sample_will_do_and_none_will_not(criterion):
    assert criterion({"w": np.ones((2, 3))}, {"w": np.ones((1, 2))})["w"].shape == (2, 3)
    with pytest.raises(ValueError, match=r"must be \(n, 2\).*got \(0, 2\)"):
        criterion({"w": np.ones((2, 3))}, {"w": np.ones((0, 2))})


def test_apoz_counts_zeros_of_each_unit(net, x):
    found = activations(net, x)
    for name, scores in apoz(net, found).items():
        for unit, row in enumerate(scores):
            zeros = sum(1 for sample in found[name] if sample[unit] == 0)
            assert row == pytest.approx(1 - zeros / len(x))


def test_a_dead_unit_is_the_first_to_go_under_apoz(x):
    net = mlp((5, 12, 3), rng=np.random.default_rng(0))
    weights = {n: w.copy() for n, w in net.weights.items()}
    bias = np.zeros(12, np.float32)
    bias[7] = -1e6
    net = Network(net.layers | {"dense1": Dense(weights["dense1"], bias)})
    scores = apoz(net, activations(net, x))
    kept = select({"dense1": scores["dense1"]}, 1 / 12, granularity=Row(), scope=Layer())["dense1"]
    assert np.flatnonzero(~kept[:, 0]).tolist() == [7]


def test_a_constant_unit_is_the_first_to_go_under_the_standard_deviation():
    found = np.random.default_rng(0).random((30, 4))
    found[:, 2] = 9.0
    weights = {"w": np.ones((4, 3))}
    assert np.allclose(activation_std(weights, {"w": found})["w"][:, 0], np.std(found, axis=0))
    assert apoz(weights, {"w": found})["w"].min() == 1  # it is never silent
    kept = select(activation_std(weights, {"w": found}), 0.25, granularity=Row())["w"]
    assert np.flatnonzero(~kept[:, 0]).tolist() == [2]


def test_standard_deviation_of_single_precision_does_not_cancel():
    found = np.float32(1e4) + np.tile(np.float32([0.0, 0.5]), 500)[:, None]
    assert activation_std({"w": np.ones((1, 1))}, {"w": found})["w"] == pytest.approx(0.25)


def test_batch_norm_scales_rank_channels_of_all_layers():
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3),
        torch.nn.BatchNorm2d(4),
        torch.nn.Conv2d(4, 2, 3),
        torch.nn.BatchNorm2d(2),
    )
    gammas = [[0.1, -0.9, 0.5, 0.0], [0.05, 1.0]]
    weights = {
        n: net[i].weight.detach().numpy().reshape(len(net[i].weight), -1)
        for n, i in (("a", 0), ("b", 2))
    }
    scales = dict(zip("ab", map(np.array, gammas), strict=True))
    kept = select(batch_norm_scale(weights, scales), 0.5, granularity=Row())
    assert kept["a"][:, 0].tolist() == [False, True, True, False]
    assert kept["b"][:, 0].tolist() == [False, True]


def test_partners_of_other_layers_are_let_be():
    """A dictionary of all activations serves for some of the matrices."""
    scores = batch_norm_scale({"w": np.ones((2, 2))}, {"w": np.ones(2), "v": np.ones(3)})
    assert list(scores) == ["w"]
