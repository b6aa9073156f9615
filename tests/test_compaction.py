"""Compaction: the same function as the masked network, with exactly the numbers it needs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pruning_lab import apply, mlp
from pruning_lab.compaction import compact, compact_inputs
from pruning_lab.network import (
    Attention,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    Network,
    ReLU,
    Residual,
)


def everything(net):
    return {name: np.ones(w.shape, bool) for name, w in net.weights.items()}


def masked(net, mask):
    return net.with_weights(apply(net.weights, mask))


def shapes(net):
    return {name: w.shape for name, w in net.weights.items()}


def numbers(net):
    return [a.copy() for part in net.parts.values() for a in part.parameters]


# --- random networks and masks ----------------------------------------------------------------


class Maker:
    """Random layers from a generator and the choices of Hypothesis."""

    def __init__(self, data):
        self.data, self.rng = data, np.random.default_rng(data.draw(st.integers(0, 2**32)))

    def whole(self, low, high):
        return self.data.draw(st.integers(low, high))

    def vector(self, n):
        return self.rng.standard_normal(n) * self.rng.integers(0, 2, n)  # zeros among them

    def dense(self, fan_in, fan_out):
        return Dense(self.rng.standard_normal((fan_out, fan_in)), self.vector(fan_out))

    def conv(self, fan_in, fan_out, kernel, **options):
        weights = self.rng.standard_normal((fan_out, fan_in * int(np.prod(kernel))))
        return Conv(weights, self.vector(fan_out), kernel, **options)

    def norm(self, n):
        rng = self.rng
        return BatchNorm(self.vector(n), *rng.standard_normal((2, n)), rng.uniform(0.5, 2, n))

    def attention(self, width, out):
        heads, d, e = self.whole(1, 3), self.whole(1, 2), self.whole(1, 3)
        q, k, v = (self.dense(width, heads * size) for size in (d, d, e))
        return Attention(q, k, v, self.dense(heads * e, out), heads)

    def between(self, width):
        """A layer that keeps its units, or none."""
        choice = self.whole(0, 3)
        return [[], [ReLU()], [self.norm(width)], [self.norm(width), ReLU()]][choice]

    def flat_block(self, width, depth):
        inner = self.whole(1, 4)
        block = [*self.between(width), self.dense(width, inner), *self.between(inner)]
        block += self.residual(inner, self.flat_block, depth - 1)
        return [*block, self.dense(inner, width), *self.between(width)]

    def map_block(self, width, depth):
        inner, padding = self.whole(1, 4), self.whole(0, 1)
        last = self.conv(inner, width, (2 * padding + 1,), padding=padding)
        first = self.conv(width, inner, (3,), padding=1)
        block = [*self.between(width), first, *self.between(inner)]
        block += self.residual(inner, self.map_block, depth - 1)
        return [*block, last, *self.between(width)]

    def token_block(self, width, depth):
        if self.whole(0, 1):
            return [self.attention(width, width)]
        inner = self.whole(1, 4)
        return [self.dense(width, inner), ReLU(), self.dense(inner, width)]

    def residual(self, width, make, depth):
        if depth <= 0:
            return []
        return [Residual(named(make(width, depth)), drop=0.2) for _ in range(self.whole(0, 2))]

    def flat_net(self):
        a, b, c = (self.whole(1, 5) for _ in range(3))
        layers = [*self.between(a), self.dense(a, b), *self.between(b)]
        layers += self.residual(b, self.flat_block, 2)
        layers += [*self.between(b), self.dense(b, c), *self.between(c), self.dense(c, 3)]
        return named(layers), (a,)

    def map_net(self):
        a, b, c = (self.whole(1, 4) for _ in range(3))
        layers = [self.conv(a, b, (3,), padding=self.whole(0, 1)), *self.between(b)]
        layers += self.residual(b, self.map_block, 2)
        layers += [*self.between(b), self.conv(b, c, (2,), stride=2, padding=self.whole(0, 1))]
        layers += self.between(c)
        shape = (a, 8)
        if self.whole(0, 1):
            return named([*layers, GlobalPool(), self.dense(c, 3)]), shape
        x = np.zeros((1, *shape))
        for layer in layers:
            x = layer.forward(x)
        return named(
            [*layers, Flatten(), *self.between(x[0].size), self.dense(x[0].size, 3)]
        ), shape

    def image_net(self):
        a, b, c = (self.whole(1, 3) for _ in range(3))
        layers = [self.conv(a, b, (2, 3), padding=1), *self.between(b), self.conv(b, c, (3, 2))]
        size = c * 3 * 3
        return named([*layers, *self.between(c), Flatten(), self.dense(size, 3)]), (a, 4, 4)

    def token_net(self):
        a, b = self.whole(1, 4), self.whole(1, 4)
        layers = [self.attention(a, b), *self.residual(b, self.token_block, 1)]
        return named([*layers, GlobalPool(tokens=True), self.dense(b, 3)]), (4, a)

    def mask(self, net):
        """Units, columns, whole matrices and single weights, all at random."""
        mask = {}
        for name, w in net.weights.items():
            rows, columns = (self.rng.random(n) < self.rng.choice([0.4, 0.8, 1]) for n in w.shape)
            single = self.rng.random(w.shape) < self.rng.choice([0.5, 1])
            mask[name] = rows[:, None] & columns & single & (self.rng.random() < 0.9)
        return mask


def named(layers):
    return {f"{type(layer).__name__.lower()}{i}": layer for i, layer in enumerate(layers, 1)}


KINDS = {
    "flat": Maker.flat_net,
    "map": Maker.map_net,
    "image": Maker.image_net,
    "token": Maker.token_net,
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=100)
@given(data=st.data())
def test_compacted_equals_masked(kind, data):
    make = Maker(data)
    layers, shape = KINDS[kind](make)
    net = Network(layers)
    mask = make.mask(net)
    x, before = make.rng.standard_normal((3, *shape)), numbers(net)
    expected = masked(net, mask)(x)
    small = compact(net, mask)
    tolerance = 1e-10 * max(1, np.abs(expected).max())
    assert_allclose(small(x), expected, rtol=0, atol=tolerance)
    assert sum(a.size for a in numbers(small)) <= sum(a.size for a in before)
    assert all(np.array_equal(a, b) for a, b in zip(before, numbers(net), strict=True))

    smaller, used = compact_inputs(net, mask)
    chosen = x[..., used] if kind == "token" else x[:, used]
    assert_allclose(smaller(chosen), expected, rtol=0, atol=tolerance)

    # what is left is all needed: nothing changes when it is compacted again
    again = compact(small, {name: w != 0 for name, w in small.weights.items()})
    assert_allclose(again(x), expected, rtol=0, atol=tolerance)
    assert set(shapes(again)) <= set(shapes(small))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
@given(data=st.data())
def test_a_mask_that_keeps_everything_changes_no_shape(kind, data):
    make = Maker(data)
    layers, _ = KINDS[kind](make)
    net = Network(
        {n: x for n, x in layers.items() if not isinstance(x, BatchNorm | Residual)}
    )  # a scale of 0 would remove a channel
    small = compact(net, everything(net))
    assert shapes(small) == shapes(net)
    for a, b in zip(numbers(net), numbers(small), strict=True):
        assert np.array_equal(a, b)


# --- how much is left -------------------------------------------------------------------------


def alive_by_hand(mask, sizes):
    """Units of each layer of a multilayer perceptron that survive, by naive repetition."""
    alive = [np.ones(n, bool) for n in sizes]
    matrices = list(mask.values())
    while True:
        before = [a.copy() for a in alive]
        for i in range(1, len(sizes) - 1):
            for unit in range(sizes[i]):
                inputs = matrices[i - 1][unit] & alive[i - 1]
                outputs = matrices[i][:, unit] & alive[i + 1]
                alive[i][unit] &= inputs.any() and outputs.any()
        if all(np.array_equal(a, b) for a, b in zip(before, alive, strict=True)):
            return [int(a.sum()) for a in alive]


@settings(max_examples=150)
@given(st.lists(st.integers(1, 6), min_size=3, max_size=5), st.integers(0, 2**32), st.floats(0, 1))
def test_the_neurons_left_are_those_of_naive_repetition(sizes, seed, density):
    rng = np.random.default_rng(seed)
    net = mlp(sizes, rng=rng)
    mask = {name: rng.random(w.shape) < density for name, w in net.weights.items()}
    left = [max(1, n) for n in alive_by_hand(mask, sizes)]
    left[0] = sizes[0]
    assert [w.shape for w in compact(net, mask).weights.values()] == list(
        zip(left[1:], left[:-1], strict=True)
    )


def linear(rows):
    return Dense(np.array(rows, float), np.zeros(len(rows)))


def test_a_dead_neuron_leaves_its_constant_in_the_next_bias():
    net = Network(
        {
            "a": Dense(np.array([[1.0], [5.0]]), np.array([0.5, 3.0])),
            "relu": ReLU(),
            "b": Dense(np.array([[2.0, 10.0], [0.0, -1.0]]), np.array([1.0, 0.0])),
        }
    )
    mask = {"a": np.array([[True], [False]]), "b": np.ones((2, 2), bool)}
    small = compact(net, mask)
    assert shapes(small) == {"a": (1, 1), "b": (2, 1)}
    assert np.array_equal(small.biases["b"], [31.0, -3.0])
    assert np.array_equal(small.weights["b"], [[2.0], [0.0]])


def test_one_death_leads_to_the_next_forwards_and_backwards():
    ones = {
        "a": linear(np.ones((3, 2))),
        "b": linear(np.ones((3, 3))),
        "c": linear(np.ones((2, 3))),
    }
    net = Network(ones)
    mask = everything(net)
    mask["a"][0] = False  # unit 0 of a is constant,
    mask["b"][0] = [True, False, False]  # the only one that unit 0 of b reads;
    mask["c"][:, 1] = False  # nobody reads unit 1 of b,
    mask["b"][[0, 2], 1] = False  # the only one that reads unit 1 of a
    assert shapes(compact(net, mask)) == {"a": (1, 2), "b": (1, 1), "c": (2, 1)}


def test_a_channel_goes_through_batch_norm_and_flatten():
    rng = np.random.default_rng(0)
    make = lambda *shape: rng.standard_normal(shape)  # noqa: E731
    net = Network(
        {
            "conv1": Conv(make(4, 2 * 9), make(4), (3, 3)),
            "norm": BatchNorm(make(4), make(4), make(4), rng.uniform(1, 2, 4)),
            "relu": ReLU(),
            "conv2": Conv(make(5, 4 * 4), make(5), (2, 2)),
            "flatten": Flatten(),
            "dense": Dense(make(3, 5 * 9), make(3)),
        }
    )
    mask = everything(net)
    mask["conv1"][:2] = False
    mask["conv2"][4] = False
    mask["dense"][:, 9:18] = False
    small = compact(net, mask)
    assert shapes(small) == {"conv1": (2, 18), "conv2": (3, 8), "dense": (3, 27)}
    assert len(small.layers["norm"].scale) == 2
    x = rng.standard_normal((2, 2, 6, 6))
    assert_allclose(small(x), masked(net, mask)(x), rtol=0, atol=1e-12)


def padded_pair(bias):
    conv = Conv(np.ones((2, 3)), np.array([bias, 1.0]), (3,), padding=1)
    after = Conv(np.ones((1, 6)), np.zeros(1), (3,), padding=1)
    return Network({"a": conv, "b": after, "pool": GlobalPool(), "c": linear([[1.0], [2.0]])})


@pytest.mark.parametrize(("bias", "left"), [(0.0, 1), (2.0, 2)])
def test_a_constant_channel_stays_before_padding_unless_it_is_zero(bias, left):
    net, x = padded_pair(bias), np.random.default_rng(0).standard_normal((2, 1, 5))
    mask = everything(net)
    mask["a"][0] = False
    small = compact(net, mask)
    assert shapes(small)["a"] == (left, 3)
    assert_allclose(small(x), masked(net, mask)(x), rtol=0, atol=1e-12)


def test_a_channel_that_is_coupled_with_its_readers_goes_before_padding_too():
    net = padded_pair(2.0)
    mask = everything(net)
    mask["a"][0] = False
    mask["b"][:, :3] = False
    assert shapes(compact(net, mask)) == {"a": (1, 3), "b": (1, 3), "c": (2, 1)}


def head_net(heads=3):
    rng = np.random.default_rng(0)
    part = lambda i, o: Dense(rng.standard_normal((o, i)), rng.standard_normal(o))  # noqa: E731
    attention = Attention(part(4, 6), part(4, 6), part(4, 9), part(9, 4), heads)
    layers = {"block": Residual({"attention": attention}), "pool": GlobalPool(tokens=True)}
    return Network({**layers, "dense": part(4, 3)})


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("block.attention.o", (slice(None), slice(3, 6))),  # nobody reads what it gathers
        ("block.attention.v", (slice(3, 6), slice(None))),  # it gathers a constant
    ],
)
def test_a_head_goes_if_its_output_or_its_values_are_pruned(name, where):
    net, mask = head_net(), everything(head_net())
    mask[name][where] = False
    small = compact(net, mask)
    attention = small.layers["block"].layers["attention"]
    assert attention.heads == 2
    assert attention.q.weights.shape == (4, 4)
    assert attention.v.weights.shape == (6, 4)
    assert attention.o.weights.shape == (4, 6)
    x = np.random.default_rng(1).standard_normal((2, 5, 4))
    assert_allclose(small(x), masked(net, mask)(x), rtol=0, atol=1e-12)


def test_a_head_without_questions_stays_since_it_still_takes_a_mean():
    net, mask = head_net(), everything(head_net())
    mask["block.attention.q"][:2] = False
    assert compact(net, mask).layers["block"].layers["attention"].heads == 3


@pytest.mark.parametrize("name", ["block.attention.o", "block.attention.v"])
def test_a_block_of_dead_heads_goes_as_a_whole(name):
    net, mask = head_net(), everything(head_net())
    mask[name][:] = False
    small = compact(net, mask)
    assert list(small.layers) == ["pool", "dense"]
    x = np.random.default_rng(1).standard_normal((2, 5, 4))
    assert_allclose(small(x), masked(net, mask)(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("bias", [0.0, 1.0])
def test_a_block_that_adds_a_constant_stays_only_if_nothing_can_make_it_good(bias):
    block = Residual({"d": Dense(np.ones((2, 2)), np.full(2, bias))}, drop=0.5)
    net = Network(
        {"a": linear([[1.0], [2.0]]), "b": block, "relu": ReLU(), "c": linear([[1.0, 1]])}
    )
    mask = everything(net)
    mask["b.d"][:] = False
    small, x = compact(net, mask), np.array([[-1.0], [3.0]])
    assert ("b" in small.layers) == bool(bias)
    assert not bias or small.layers["b"].drop == 0.5
    assert_allclose(small(x), masked(net, mask)(x), rtol=0, atol=1e-12)
    direct = Network({name: net.layers[name] for name in "abc"})
    assert list(compact(direct, mask).layers) == ["a", "c"]
    assert np.array_equal(compact(direct, mask).biases["c"], [2 * bias])


def test_a_constant_is_not_left_to_a_block_that_cannot_make_it_good():
    dead = Residual({"d": Dense(np.ones((1, 1)), np.ones(1))})
    bent = Residual({"relu": ReLU(), "e": linear([[1.0]])})
    net = Network({"a": linear([[1.0]]), "b": dead, "c": bent, "d": linear([[1.0], [2.0]])})
    mask, x = everything(net), np.array([[-0.5], [3.0]])
    mask["b.d"][:] = False
    assert_allclose(compact(net, mask)(x), masked(net, mask)(x), rtol=0, atol=1e-12)


def test_a_unit_of_a_stream_goes_only_if_no_block_reads_or_writes_it():
    rng = np.random.default_rng(0)
    part = lambda i, o: Dense(rng.standard_normal((o, i)), rng.standard_normal(o))  # noqa: E731
    block = Residual({"up": part(3, 5), "relu": ReLU(), "down": part(5, 3)})
    net = Network({"a": part(2, 3), "b": block, "c": part(3, 2)})
    mask = everything(net)
    mask["a"][0] = mask["b.down"][0] = False
    assert shapes(compact(net, mask))["a"] == (2, 2)  # constant all along: its readers know it
    mask["b.down"][0] = True
    assert shapes(compact(net, mask))["a"] == (3, 2)  # written by the block


def test_inputs_that_nobody_reads_are_named():
    net = mlp((4, 3, 2), rng=np.random.default_rng(0))
    mask = everything(net)
    mask["dense1"][:, 1] = mask["dense1"][0] = False
    mask["dense1"][0, 2] = True
    mask["dense1"][1:, 2] = False
    mask["dense2"][:, 0] = False  # the only reader of input 2 is itself read by nobody
    small, used = compact_inputs(net, mask)
    assert used.tolist() == [True, False, False, True]
    assert shapes(small) == {"dense1": (2, 2), "dense2": (2, 2)}
    assert shapes(compact(net, mask))["dense1"] == (2, 4)


def test_a_network_without_any_weight_left_is_a_constant():
    net = mlp((4, 3, 2), rng=np.random.default_rng(0))
    nothing = {name: ~kept for name, kept in everything(net).items()}
    small, used = compact_inputs(net, nothing)
    assert shapes(small) == {"dense1": (1, 1), "dense2": (2, 1)}
    assert used.sum() == 1
    x = np.ones((2, 4), np.float32)
    assert np.array_equal(small(x[:, used]), masked(net, nothing)(x))


def test_precision_layers_and_inputs_stay_as_they_are():
    net = mlp((4, 6, 2), rng=np.random.default_rng(0))
    mask = {name: np.asfortranarray(kept) for name, kept in everything(net).items()}
    mask["dense1"][2] = False
    for kept in mask.values():
        kept.flags.writeable = False
    small = compact(net, mask)
    assert small.dtype == np.float32
    assert list(small.layers) == list(net.layers)


# --- errors -----------------------------------------------------------------------------------


class Square:
    def forward(self, x):
        return x**2

    def backward(self, x, slope):
        return 2 * x * slope


def test_what_cannot_be_compacted_is_refused():
    net = Network({"a": linear([[1.0]]), "square": Square(), "b": linear([[1.0]])})
    with pytest.raises(ValueError, match="around 'square', a Square"):
        compact(net, everything(net))
    with pytest.raises(ValueError, match="takes a Network; got dict"):
        compact(net.weights, everything(net))
    with pytest.raises(ValueError, match="mask lacks"):
        compact(net, {"a": np.ones((1, 1), bool)})
    with pytest.raises(ValueError, match="must be boolean"):
        compact(net, net.weights)


def test_a_network_in_training_is_refused():
    layers = {"a": linear([[1.0]]), "norm": BatchNorm(*np.ones((4, 1))), "b": linear([[1.0]])}
    net = Network(layers).in_training(rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"'norm', a BatchNormInTraining.*not in training"):
        compact(net, everything(net))


def test_a_network_of_which_nothing_would_be_left_is_refused():
    net = Network({"block": Residual({"a": linear([[1.0]])})})
    with pytest.raises(ValueError, match="no layer with weights would be left"):
        compact(net, {"block.a": np.zeros((1, 1), bool)})


def test_inputs_cannot_be_left_out_before_they_are_flattened():
    net = Network({"flatten": Flatten(), "a": linear([[1.0, 2.0]])})
    assert shapes(compact(net, everything(net))) == {"a": (1, 2)}
    with pytest.raises(ValueError, match="flattens first"):
        compact_inputs(net, everything(net))


def test_a_network_that_ends_with_flatten_is_refused():
    conv = Conv(np.ones((2, 3)), np.zeros(2), (3,))
    with pytest.raises(ValueError, match="weights after 'flatten'"):
        compact(Network({"a": conv, "flatten": Flatten()}), {"a": np.ones((2, 3), bool)})
