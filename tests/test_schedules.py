"""Schedules over time, and shares over layers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.criteria import magnitude
from pruning_lab.masks import select, sparsity_of
from pruning_lab.network import mlp
from pruning_lab.pruning import prune, prune_in_steps
from pruning_lab.schedules import cubic, erdos_renyi, iterative, one_shot, uniform
from pruning_lab.tiles import Layer

SPARSITIES = st.floats(0, 1)


@given(sparsity=SPARSITIES, steps=st.integers(1, 60), start=SPARSITIES)
def test_schedules_end_exactly_never_fall_and_stay(sparsity, steps, start):
    schedules = {
        one_shot(sparsity): 0.0,
        iterative(sparsity, steps): 0.0,
        cubic(sparsity, steps): 0.0,
        cubic(sparsity, steps, start=min(start, sparsity)): min(start, sparsity),
    }
    for schedule, first in schedules.items():
        values = [schedule(step) for step in range(steps + 3)]
        assert values[0] == first
        assert values[steps:] == [sparsity] * 3
        assert values == sorted(values)


@given(sparsity=st.floats(0.01, 0.99), steps=st.integers(1, 30))
def test_iterative_prunes_an_equal_share_of_what_is_left(sparsity, steps):
    kept = [1 - iterative(sparsity, steps)(step) for step in range(steps + 1)]
    shares = [after / before for before, after in pairwise(kept)]
    assert shares == pytest.approx([(1 - sparsity) ** (1 / steps)] * steps)


@given(sparsity=st.floats(0.01, 0.99), steps=st.integers(1, 30))
def test_iterative_is_the_exponential_schedule_of_synflow(sparsity, steps):
    """Tanaka et al., algorithm 1: with compression ratio rho, step k keeps rho ** (-k / n)."""
    rho = 1 / (1 - sparsity)
    for k in range(1, steps + 1):
        assert 1 - iterative(sparsity, steps)(k) == pytest.approx(rho ** (-k / steps))


@pytest.mark.parametrize(
    ("start", "final", "steps"), [(0.0, 0.9, 10), (0.25, 0.5, 7), (0.0, 1.0, 3)]
)
def test_cubic_agrees_with_the_equation_of_the_paper(start, final, steps):
    """s_t = s_f + (s_i - s_f) (1 - (t - t_0) / (n dt))^3, with t_0 = 0 and dt = 1."""
    for t in range(steps + 1):
        expected = final + (start - final) * (1 - (t - 0) / (steps * 1)) ** 3
        assert cubic(final, steps, start=start)(t) == pytest.approx(expected)


def test_cubic_prunes_most_at_first():
    values = [cubic(0.9, 8)(t) for t in range(9)]
    gains = np.diff(values)
    assert (np.diff(gains) < 0).all()


@pytest.mark.parametrize("schedule", [one_shot(0.75), iterative(0.75, 4), cubic(0.75, 4)])
def test_a_schedule_drives_pruning_in_steps(schedule):
    net = mlp((8, 16, 4), rng=np.random.default_rng(0))
    done = [sparsity_of(m) for _, m in prune_in_steps(net, magnitude, schedule, steps=4)]
    assert done == [round(schedule(step) * 192) / 192 for step in (1, 2, 3, 4)]
    assert done[-1] == 0.75


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: one_shot(75), "Did you mean 0.75"),
        (lambda: iterative(0.5, 0), "steps must be a whole number"),
        (lambda: iterative(-0.1, 3), "sparsity is a fraction"),
        (lambda: cubic(0.5, 2.5), "steps must be a whole number"),
        (lambda: cubic(0.5, 3, start=0.6), "start 0.6 above sparsity 0.5"),
        (lambda: cubic(0.5, 3)(-1), "a step must be a whole number"),
        (lambda: iterative(0.5, 3)(1.5), "a step must be a whole number"),
        (lambda: one_shot(0.5)("1"), "a step must be a whole number"),
        (lambda: uniform({}, 0.5), "no matrix"),
        (lambda: uniform({"w": np.ones((2, 2))}, 50), "Did you mean 0.5"),
        (lambda: erdos_renyi({"w": np.ones(3)}, 0.5), "must be a matrix"),
        (lambda: erdos_renyi({"w": np.ones((2, 2))}, "half"), "sparsity is a fraction"),
        (
            lambda: erdos_renyi({"w": np.ones((2, 8))}, 0.5, kernels={"w": (3, 3)}),
            "does not divide",
        ),
        (lambda: erdos_renyi({"w": np.ones((2, 9))}, 0.5, kernels={"v": (3, 3)}), "kernels name"),
        (
            lambda: erdos_renyi({"w": np.ones((2, 9))}, 0.5, kernels={"w": (3, 0)}),
            "side of a kernel",
        ),
        (lambda: erdos_renyi({"w": np.ones((2, 9))}, 0.5, kernels={"w": 3}), "is its sides"),
        (lambda: erdos_renyi({"w": np.ones((2, 9))}, 0.5, kernels=(3, 3)), "is a dictionary"),
    ],
)
def test_bad_input_ends_in_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@st.composite
def networks(draw):
    """Weights, and the kernels of those that are convolutions."""
    weights, kernels = {}, {}
    for i in range(draw(st.integers(1, 6))):
        out, inputs = draw(st.integers(1, 40)), draw(st.integers(1, 40))
        kernel = draw(st.sampled_from([(), (3, 3), (5,), (1, 1)]))
        weights[f"w{i}"] = np.ones((out, inputs * int(np.prod(kernel, dtype=int))))
        if kernel:
            kernels[f"w{i}"] = kernel
    return weights, kernels


@given(network=networks(), sparsity=SPARSITIES)
def test_shares_come_to_the_count_that_was_asked_for(network, sparsity):
    weights, kernels = network
    size = sum(w.size for w in weights.values())
    for shares in (
        uniform(weights, sparsity),
        erdos_renyi(weights, sparsity),
        erdos_renyi(weights, sparsity, kernels=kernels),
    ):
        assert list(shares) == list(weights)
        assert all(type(s) is float and 0 <= s <= 1 for s in shares.values())
        counts = [round(shares[n] * w.size) for n, w in weights.items()]
        assert sum(counts) == round(sparsity * size)


@given(network=networks(), sparsity=SPARSITIES)
def test_uniform_is_uniform_but_for_whole_weights(network, sparsity):
    weights, _ = network
    for name, share in uniform(weights, sparsity).items():
        assert abs(share - sparsity) * weights[name].size < 1 + 1e-6


def official_erdos_renyi(shapes, sparsity):
    """Densities as in the code of Evci et al.: cap the densest layer, and try again."""
    dense = set()
    while True:
        divisor, rhs, raw = 0.0, 0.0, {}
        for name, shape in shapes.items():
            size = np.prod(shape)
            if name in dense:
                rhs -= size * sparsity
            else:
                rhs += size * (1 - sparsity)
                raw[name] = sum(shape) / size
                divisor += raw[name] * size
        if not raw:
            return dict.fromkeys(shapes, 1.0)
        epsilon = rhs / divisor
        highest = max(raw.values())
        if highest * epsilon <= 1:
            return {n: 1.0 if n in dense else epsilon * raw[n] for n in shapes}
        dense |= {n for n, r in raw.items() if r == highest}


@given(network=networks(), sparsity=st.floats(0.01, 0.99))
def test_densities_are_those_of_the_authors_but_for_whole_weights(network, sparsity):
    weights, kernels = network
    shapes = {
        n: (len(w), w.shape[1] // int(np.prod(kernels.get(n, ()), dtype=int)), *kernels.get(n, ()))
        for n, w in weights.items()
    }
    expected = official_erdos_renyi(shapes, sparsity)
    for name, share in erdos_renyi(weights, sparsity, kernels=kernels).items():
        assert abs((1 - share) - expected[name]) * weights[name].size < 1 + 1e-6


def test_kept_weights_are_in_proportion_to_the_sum_of_the_sides():
    net = mlp((200, 300, 100, 50), rng=np.random.default_rng(0))
    shares = erdos_renyi(net, 0.95)
    kept = [(1 - shares[n]) * w.size for n, w in net.weights.items()]
    assert np.divide(kept, [500, 400, 150]) == pytest.approx(kept[0] / 500, rel=0.01)


def test_a_small_layer_stays_dense_and_the_others_make_up_for_it():
    weights = {"big": np.ones((100, 100)), "small": np.ones((2, 100))}
    shares = erdos_renyi(weights, 0.5)
    assert shares["small"] == 0
    assert shares["big"] == 5100 / 10000


@pytest.mark.parametrize("sparsity", [0.0, 1.0])
def test_nothing_and_everything_are_shared_out_too(sparsity):
    weights = {"a": np.ones((3, 4)), "b": np.ones((5, 3))}
    for share in (uniform, erdos_renyi):
        assert share(weights, sparsity) == {"a": sparsity, "b": sparsity}


def test_a_kernel_makes_a_convolution_sparser_than_its_matrix_would_be():
    weights = {"conv": np.ones((64, 64 * 9)), "dense": np.ones((64, 64 * 9))}
    shares = erdos_renyi(weights, 0.9, kernels={"conv": (3, 3)})
    assert shares["conv"] > shares["dense"]


def test_shares_drive_select_and_prune():
    net = mlp((20, 30, 10), rng=np.random.default_rng(0))
    for share in (uniform, erdos_renyi):
        mask = select(magnitude(net), share(net, 0.7), scope=Layer())
        assert sum(int((~m).sum()) for m in mask.values()) == round(0.7 * 900)
        again = prune(net, magnitude, share(net, 0.7), scope=Layer())[1]
        assert all(np.array_equal(mask[n], again[n]) for n in mask)
