"""Couplings: what is pruned together is removed together."""

import numpy as np
import pytest

from pruning_lab import apply, mlp, select
from pruning_lab.compaction import compact, couplings
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
from pruning_lab.tiles import Column, Layer, Row

RNG = np.random.default_rng(0)


def dense(fan_in, fan_out):
    return Dense(RNG.standard_normal((fan_out, fan_in)), RNG.standard_normal(fan_out))


def conv(fan_in, fan_out, kernel, **options):
    weights = RNG.standard_normal((fan_out, fan_in * int(np.prod(kernel))))
    return Conv(weights, RNG.standard_normal(fan_out), kernel, **options)


def image_net():
    return Network(
        {
            "conv1": conv(2, 4, (3, 3), padding=1),
            "norm1": BatchNorm(*RNG.uniform(1, 2, (4, 4))),
            "relu1": ReLU(),
            "conv2": conv(4, 6, (3, 3), padding=1),
            "flatten": Flatten(),
            "dense1": dense(6 * 16, 3),
        }
    )


def token_net():
    attention = Attention(dense(4, 6), dense(4, 6), dense(4, 9), dense(9, 4), heads=3)
    return Network(
        {
            "block1": Residual({"attention": attention}),
            "block2": Residual({"up": dense(4, 8), "relu": ReLU(), "down": dense(8, 4)}),
            "pool": GlobalPool(tokens=True),
            "dense1": dense(4, 3),
        }
    )


def test_couplings_of_an_image_network():
    assert couplings(image_net()) == [
        {"conv1": Row(), "conv2": Column(9)},
        {"dense1": Column(16)},
    ]


def test_couplings_of_a_transformer():
    assert couplings(token_net()) == [
        {
            "block1.attention.q": Row(2),
            "block1.attention.k": Row(2),
            "block1.attention.v": Row(3),
            "block1.attention.o": Column(3),
        },
        {"block2.up": Row(), "block2.down": Column()},
        {"dense1": Column()},
    ]


@pytest.mark.parametrize(
    ("net", "shape"),
    [
        (mlp((5, 8, 6, 4, 3), rng=RNG).astype(np.float64), (5,)),
        (image_net(), (2, 4, 4)),
        (token_net(), (7, 4)),
    ],
    ids=["mlp", "image", "token"],
)
@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.5])
def test_what_is_pruned_by_couplings_is_removed(net, shape, sparsity):
    mask = select(net.weights, sparsity, granularity=couplings(net), scope=Layer(), key=np.abs)
    small = compact(net, mask)
    x = RNG.standard_normal((3, *shape))
    masked = net.with_weights(apply(net.weights, mask))
    assert np.allclose(small(x), masked(x), rtol=0, atol=1e-10)
    left = {name: w.shape for name, w in small.weights.items()}
    if "dense4" in left:
        assert [left[f"dense{i}"][0] for i in range(1, 5)] == [
            n - round(sparsity * n) for n in (8, 6, 4)
        ] + [3]
    elif "conv1" in left:
        channels = [n - round(sparsity * n) for n in (4, 6)]
        assert [left[name][0] for name in ("conv1", "conv2")] == channels
        assert left["conv2"][1] == channels[0] * 9
    else:
        heads = 3 - round(sparsity * 3)
        assert small.layers["block1"].layers["attention"].heads == heads
        assert left["block2.up"] == (8 - round(sparsity * 8), 4)


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match="takes a Network; got dict"):
        couplings({})
