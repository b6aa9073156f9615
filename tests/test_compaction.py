"""Compaction: the same function as the masked network, with exactly the numbers it needs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pruning_lab import apply
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
@settings(deadline=None, max_examples=150)
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
@settings(deadline=None, max_examples=30)
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
