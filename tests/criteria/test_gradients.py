"""Criteria of gradients and curvature, against automatic differentiation in float64."""

import numpy as np
import pytest
import torch

from pruning_lab.criteria import (
    diagonal_hessian,
    gradient,
    grasp,
    hessian_product,
    movement,
    obd,
    snip,
    squared_taylor,
    taylor,
    unit_taylor,
)
from pruning_lab.masks import select
from pruning_lab.network import Dense, Network, ReLU, mlp, train
from pruning_lab.network.loss import cross_entropy

SIZES = (5, 7, 6, 3)


@pytest.fixture
def problem():
    """Network in float64 with biases that are not zero, and data."""
    rng = np.random.default_rng(0)
    net = Network(
        {
            name: Dense(layer.weights.astype(float), rng.standard_normal(len(layer.weights)) / 4)
            if isinstance(layer, Dense)
            else layer
            for name, layer in mlp(SIZES, rng=rng).layers.items()
        }
    )
    return net, rng.standard_normal((20, 5)), rng.integers(0, 3, 20)


def torch_loss(net, x, y):
    """Loss as a function of one flat vector of weights, and where each matrix lies in it."""
    weights, biases = net.weights, net.biases

    def loss(flat):
        signal, start = torch.tensor(x), 0
        for i, (name, w) in enumerate(weights.items()):
            matrix = flat[start : start + w.size].reshape(w.shape)
            start += w.size
            signal = (torch.relu(signal) if i else signal) @ matrix.T + torch.tensor(biases[name])
        return torch.nn.functional.cross_entropy(signal, torch.tensor(y))

    return loss, torch.tensor(flat(weights))


def flat(matrices):
    return np.concatenate([m.ravel() for m in matrices.values()])


def close(ours, theirs):
    assert np.allclose(flat(ours), theirs.numpy(), rtol=1e-9, atol=1e-12)


def test_taylor_gradient_and_snip_agree_with_autograd(problem):
    net, x, y = problem
    loss, w = torch_loss(*problem)
    g = torch.autograd.functional.jacobian(loss, w)
    gradients = net.gradients(x, y)
    close(gradient(gradients), g.abs())
    close(taylor(net, gradients), (w * g).abs())
    close(squared_taylor(net, gradients), (w * g) ** 2)
    close(snip(net, gradients), (w * g).abs() / (w * g).abs().sum())


def test_snip_is_the_derivative_by_switches_in_front_of_the_weights(problem):
    """Lee et al. define it with c = 1 in front of each weight."""
    net, x, y = problem
    loss, w = torch_loss(*problem)
    by_switches = torch.autograd.functional.jacobian(lambda c: loss(c * w), torch.ones_like(w))
    close(snip(net, net.gradients(x, y)), by_switches.abs() / by_switches.abs().sum())


def test_taylor_foretells_the_loss_of_losing_a_small_weight(problem):
    net, x, y = problem
    small = {n: w * 1e-5 if n == "dense2" else w for n, w in net.weights.items()}
    net = net.with_weights(small)
    score = taylor(net, net.gradients(x, y))["dense2"][2, 3]
    without = net.weights["dense2"].copy()
    without[2, 3] = 0
    change = net.with_weights(small | {"dense2": without}).loss(x, y) - net.loss(x, y)
    assert abs(change) == pytest.approx(score, rel=1e-4)


def test_unit_taylor_is_the_derivative_by_a_switch_of_the_unit_without_its_bias(problem):
    net, x, y = problem
    loss, w = torch_loss(*problem)
    first = net.weights["dense1"].size

    def switched(c):
        rows = c.repeat_interleave(SIZES[0]) * w[:first]
        return loss(torch.cat([rows, w[first:]]))

    by_switches = torch.autograd.functional.jacobian(switched, torch.ones(SIZES[1]).double())
    scores = unit_taylor(net, net.gradients(x, y))["dense1"]
    assert np.allclose(scores, by_switches.numpy()[:, None] ** 2, rtol=1e-9)


def test_the_diagonal_is_that_of_the_full_hessian(problem):
    net, x, y = problem
    loss, w = torch_loss(*problem)
    hessian = torch.autograd.functional.hessian(loss, w)
    curvatures = diagonal_hessian(net, x, y)
    close(curvatures, hessian.diagonal())
    close(obd(net, curvatures), w**2 * hessian.diagonal() / 2)


def test_the_diagonal_agrees_with_finite_differences_of_the_loss(problem):
    net, x, y = problem
    curvatures, step = diagonal_hessian(net, x, y), 1e-4
    for name, w in net.weights.items():
        for place in [(0, 0), (1, 2), (2, 4)]:
            moved = np.zeros_like(w)
            moved[place] = step
            up, down = (
                net.with_weights(net.weights | {name: w + sign * moved}).loss(x, y)
                for sign in (1, -1)
            )
            second = (up + down - 2 * net.loss(x, y)) / step**2
            assert curvatures[name][place] == pytest.approx(second, rel=1e-3, abs=1e-6)


def test_the_diagonal_does_not_depend_on_the_labels_and_is_never_negative(problem):
    net, x, y = problem
    first, second = diagonal_hessian(net, x, y), diagonal_hessian(net, x, (y + 1) % 3)
    assert np.array_equal(flat(first), flat(second))
    assert flat(first).min() >= 0


def test_saliency_is_the_rise_of_a_quadratic_loss(problem):
    """At a minimum, in one direction, the second-order term is all there is."""
    net, x, y = problem
    net = train(net, x, y, epochs=200, rng=np.random.default_rng(0))
    curvature = diagonal_hessian(net, x, y)
    name, place, step = "dense3", (1, 2), 1e-3
    w = net.weights[name].copy()
    slope = net.gradients(x, y)[name][place]
    w[place] -= step
    rise = net.with_weights(net.weights | {name: w}).loss(x, y) - net.loss(x, y)
    assert rise + slope * step == pytest.approx(curvature[name][place] * step**2 / 2, rel=0.02)


def test_hessian_products_agree_with_the_full_hessian(problem):
    net, x, y = problem
    loss, w = torch_loss(*problem)
    hessian = torch.autograd.functional.hessian(loss, w)
    rng = np.random.default_rng(1)
    direction = {n: rng.standard_normal(m.shape) for n, m in net.weights.items()}
    close(hessian_product(net, x, y, direction), hessian @ torch.tensor(flat(direction)))


def test_hessian_products_agree_with_central_differences_of_gradients(problem):
    net, x, y = problem
    direction, step = net.gradients(x, y), 1e-5
    up, down = (
        net.with_weights({n: w + s * step * direction[n] for n, w in net.weights.items()})
        for s in (1, -1)
    )
    for name, product in hessian_product(net, x, y, direction).items():
        difference = (up.gradients(x, y)[name] - down.gradients(x, y)[name]) / (2 * step)
        assert np.allclose(product, difference, rtol=1e-5, atol=1e-9)


def test_grasp_agrees_with_autograd_twice(problem):
    """The score is half the slope of the squared gradient norm, times the weight."""
    net, x, y = problem
    loss, w = torch_loss(*problem)

    def flow(w):
        (g,) = torch.autograd.grad(loss(w), w, create_graph=True)
        return g @ g

    w = w.requires_grad_()
    (slope,) = torch.autograd.grad(flow(w), w)
    scores = grasp(net, hessian_product(net, x, y, net.gradients(x, y)))
    close(scores, (w * slope / 2).detach())


def test_what_grasp_keeps_carries_more_gradient_than_what_it_prunes(problem):
    net, x, y = problem
    scores = grasp(net, hessian_product(net, x, y, net.gradients(x, y)))
    shrunk = {}
    for sign in (1, -1):  # shrink the weights of either sign a little
        weights = {n: w * (1 - 1e-4 * (sign * scores[n] > 0)) for n, w in net.weights.items()}
        g = net.with_weights(weights).gradients(x, y)
        shrunk[sign] = sum((m**2).sum() for m in g.values())
    now = sum((m**2).sum() for m in net.gradients(x, y).values())
    assert shrunk[1] < now < shrunk[-1]


def test_movement_adds_up_what_each_step_did(problem):
    net, x, y = problem
    scores, total = None, 0.0
    for _ in range(4):
        gradients = net.gradients(x, y)
        scores = movement(net, gradients, before=scores)
        total = total - flat(net.weights) * flat(gradients)
        net = net.with_weights({n: w - 0.1 * gradients[n] for n, w in net.weights.items()})
    assert np.allclose(flat(scores), total, rtol=1e-12)


def test_movement_is_positive_where_a_step_leads_away_from_zero(problem):
    net, x, y = problem
    gradients = net.gradients(x, y)
    scores = flat(movement(net, gradients))
    w = flat(net.weights)
    farther = np.abs(w - 1e-6 * flat(gradients)) > np.abs(w)
    clear = np.abs(scores) > 1e-9
    assert np.array_equal(farther[clear], scores[clear] > 0)


def test_movement_refuses_scores_of_another_network(problem):
    net, x, y = problem
    with pytest.raises(ValueError, match="scores so far and weights must have the same keys"):
        movement(net, net.gradients(x, y), before={"w": np.ones((1, 1))})


def test_snip_shares_sum_to_one_however_large_or_small():
    for size in (1e-200, 1e-30, 1.0, 1e30, 1e150):
        weights = {"a": np.array([[1.0, -3.0]]) * size, "b": np.array([[0.0], [4.0]]) * size}
        scores = snip(weights, weights)
        assert flat(scores).sum() == pytest.approx(1.0 if size > 1e-150 else 0.0)


def test_snip_prunes_what_taylor_prunes():
    net = mlp((20, 40, 10), rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    gradients = net.gradients(rng.standard_normal((50, 20)), rng.integers(0, 10, 50))
    for sparsity in (0.3, 0.5, 0.9):
        ours, theirs = (select(f(net, gradients), sparsity) for f in (snip, taylor))
        assert all(np.array_equal(ours[n], theirs[n]) for n in ours)


@pytest.mark.parametrize("what", [None, {"w": np.ones((2, 2))}])
def test_curvature_needs_a_network(what):
    with pytest.raises(ValueError, match="expected a Network of pruning_lab"):
        diagonal_hessian(what, np.ones((2, 2)), np.zeros(2, int))
    with pytest.raises(ValueError, match="expected a Network of pruning_lab"):
        hessian_product(what, np.ones((2, 2)), np.zeros(2, int), {"w": np.ones((2, 2))})


def test_curvature_refuses_layers_that_it_does_not_know(problem):
    class Square(ReLU):
        def forward(self, x):
            return x**2

    net, x, y = problem
    strange = Network(net.layers | {"relu1": Square()})
    for call in (
        lambda: diagonal_hessian(strange, x, y),
        lambda: hessian_product(strange, x, y, net.weights),
    ):
        with pytest.raises(ValueError, match="'relu1' is Square"):
            call()


def test_curvature_checks_data_and_direction(problem):
    net, x, y = problem
    with pytest.raises(ValueError, match="labels"):
        diagonal_hessian(net, x, y + 5)
    with pytest.raises(ValueError, match="x must be"):
        diagonal_hessian(net, x[:, :2], y)
    with pytest.raises(ValueError, match="direction"):
        hessian_product(net, x, y, {"w": np.ones((1, 1))})


def test_precision_is_that_of_the_network(problem):
    net, x, y = problem
    single = net.astype(np.float32)
    for found in (
        diagonal_hessian(single, x, y),
        hessian_product(single, x, y, net.gradients(x, y)),
    ):
        assert {a.dtype for a in found.values()} == {np.dtype(np.float32)}
    assert np.allclose(
        flat(diagonal_hessian(single, x, y)),
        flat(diagonal_hessian(net, x, y)),
        rtol=1e-3,
        atol=1e-6,
    )


def test_one_layer_is_worked_by_hand():
    """Two classes, zero weights: p = 1/2, so the curvature of each weight is x²/4."""
    net = Network({"only": Dense(np.zeros((2, 2)), np.zeros(2))})
    x, y = np.array([[2.0, 4.0]]), np.array([1])
    assert cross_entropy(net(x), y) == pytest.approx(np.log(2))
    assert diagonal_hessian(net, x, y)["only"] == pytest.approx(np.array([[1, 4], [1, 4]]))
