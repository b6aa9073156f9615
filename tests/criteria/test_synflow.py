"""SynFlow: conservation, the derivative that it is, and the schedule that goes with it."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
import torch

from pruning_lab.criteria import magnitude, snip, synflow
from pruning_lab.masks import LayerCollapseWarning, select, sparsity_by_layer
from pruning_lab.network import mlp
from pruning_lab.pruning import prune_in_steps
from pruning_lab.schedules import iterative, one_shot


@pytest.fixture
def net():
    return mlp((6, 30, 20, 4), rng=np.random.default_rng(0)).astype(np.float64)


def test_scores_are_weight_times_derivative_of_the_flow_over_the_flow(net):
    sizes = [torch.tensor(np.abs(w)).requires_grad_() for w in net.weights.values()]
    signal = torch.ones(6, dtype=torch.float64)
    for w in sizes:
        signal = w @ signal
    flow = signal.sum()
    flow.backward()
    for w, ours in zip(sizes, synflow(net).values(), strict=True):
        assert np.allclose(ours, (w * w.grad / flow).detach().numpy(), rtol=1e-12)


def test_flow_is_conserved_from_layer_to_layer_and_through_each_unit(net):
    scores = list(synflow(net).values())
    assert [s.sum() for s in scores] == pytest.approx([1, 1, 1])
    for before, after in pairwise(scores):
        assert np.allclose(before.sum(axis=1), after.sum(axis=0), rtol=1e-12)


def test_signs_and_the_scale_of_a_layer_do_not_matter(net):
    changed = {n: -w * 10.0**i for i, (n, w) in enumerate(net.weights.items())}
    for name, scores in synflow(changed).items():
        assert np.allclose(scores, synflow(net)[name], rtol=1e-12)


def test_a_hundred_layers_neither_overflow_nor_vanish():
    rng = np.random.default_rng(0)
    for size in (1e-30, 1e30):
        weights = {str(i): rng.standard_normal((5, 5)) * size for i in range(100)}
        assert [s.sum() for s in synflow(weights).values()] == pytest.approx([1] * 100)


def test_what_lies_on_no_path_scores_zero():
    weights = {"a": np.array([[1.0], [2.0]]), "b": np.array([[0.0, 1.0]])}
    assert synflow(weights)["a"].ravel().tolist() == [0, 1]
    assert synflow({"a": np.ones((2, 2)), "b": np.zeros((1, 2))})["a"].max() == 0


def test_layers_that_are_no_chain_are_refused():
    with pytest.raises(ValueError, match="'a' has 2 outputs and 'b' takes 3 inputs"):
        synflow({"a": np.ones((2, 4)), "b": np.ones((1, 3))})


def test_in_many_steps_no_layer_collapses_where_others_empty_one(net):
    """Maximal critical compression: a path is left in a network of a few weights."""
    sparsity = 1 - 6 / sum(w.size for w in net.weights.values())
    with warnings.catch_warnings():
        warnings.simplefilter("error", LayerCollapseWarning)
        *_, (pruned, mask) = prune_in_steps(net, synflow, iterative(sparsity, 100), steps=100)
    assert sum(int(m.sum()) for m in mask.values()) == 6
    assert max(sparsity_by_layer(mask).values()) < 1
    assert all(s.sum() == pytest.approx(1) for s in synflow(pruned).values())
    with pytest.warns(LayerCollapseWarning):
        select(magnitude(net), sparsity)


def test_asked_once_synflow_collapses_too(net):
    with pytest.warns(LayerCollapseWarning, match="'dense2'"):
        [(pruned, _)] = prune_in_steps(net, synflow, one_shot(0.97), steps=1)
    assert all(s.max() == 0 for s in synflow(pruned).values())
    *_, (pruned, _) = prune_in_steps(net, synflow, iterative(0.97, 50), steps=50)
    assert all(s.sum() == pytest.approx(1) for s in synflow(pruned).values())


def test_criteria_of_one_batch_run_through_the_same_loop(net):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((30, 6)), rng.integers(0, 4, 30)
    steps = prune_in_steps(net, lambda n: snip(n, n.gradients(x, y)), iterative(0.8, 4), steps=4)
    assert [round(1 - sum(m.sum() for m in mask.values()) / 860, 3) for _, mask in steps] == [
        round(round(iterative(0.8, 4)(t) * 860) / 860, 3) for t in (1, 2, 3, 4)
    ]
