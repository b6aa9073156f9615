"""Five people prune the same network; four of them lose the mask, each in another way."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from pruning_lab.arrays import Mask, Weights
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset, digits
from pruning_lab.masks import apply, select
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune
from pruning_lab.teaching.demos.trials import retrain

SIZES, SPARSITY, EPOCHS = (64, 64, 64, 10), 0.8, 10  # two layers of one shape, on purpose


class Delivery(NamedTuple):
    """What somebody hands in: the mask of the cut, the network right after it, and in the end."""

    mask: Mask
    cut: Network
    after: Network


def trained(seed: int) -> tuple[Network, Dataset]:
    """Network with two hidden layers of one shape, and its data."""
    rng = np.random.default_rng(seed)
    data = digits(rng=rng)
    start = mlp(SIZES, rng=rng)
    return train(start, data.train.x, data.train.y, epochs=40, rng=rng), data


def ada(net: Network, data: Dataset) -> Delivery:
    """Cut, then retrain with the mask."""
    cut, mask = prune(net, magnitude, SPARSITY)
    return Delivery(mask, cut, retrain(cut, mask, data, epochs=EPOCHS))


def ben(net: Network, data: Dataset) -> Delivery:
    """Drop what `with_weights` returns, since it does not change the network in place."""
    mask = select(magnitude(net), SPARSITY)
    net.with_weights(apply(net.weights, mask))
    return Delivery(mask, net, retrain(net, None, data, epochs=EPOCHS))


def cem(net: Network, data: Dataset) -> Delivery:
    """Read the mask back from a file whose layers stand in another order."""
    saved = select(magnitude(net), SPARSITY)
    order = ("dense2", "dense1", "dense3")
    mask = dict(zip(net.weights, (saved[name] for name in order), strict=True))
    cut = net.with_weights(apply(net.weights, mask))
    return Delivery(mask, cut, retrain(cut, mask, data, epochs=EPOCHS))


def dana(net: Network, data: Dataset) -> Delivery:
    """Train every epoch without a mask and cut again after it."""
    cut, mask = prune(net, magnitude, SPARSITY)
    after = cut
    for _ in range(EPOCHS):
        after, _ = prune(retrain(after, None, data, epochs=1), magnitude, SPARSITY)
    return Delivery(mask, cut, after)


def eli(net: Network, data: Dataset) -> Delivery:
    """Smooth the result by a running mean of weights that began before the cut."""
    cut, mask = prune(net, magnitude, SPARSITY)
    after = retrain(cut, mask, data, epochs=EPOCHS)
    mean = {n: 0.9 * after.weights[n] + 0.1 * net.weights[n] for n in net.weights}
    return Delivery(mask, cut, after.with_weights(mean))


PEOPLE: Mapping[str, Callable[[Network, Dataset], Delivery]] = {
    "Ada": ada,
    "Ben": ben,
    "Cem": cem,
    "Dana": dana,
    "Eli": eli,
}


def as_many(mask: Mask, after: Weights) -> bool:
    """Whether as many weights are not zero as the mask keeps."""
    kept = sum(int(np.count_nonzero(m)) for m in mask.values())
    return sum(int(np.count_nonzero(w)) for w in after.values()) == kept


def same_places(mask: Mask, after: Weights) -> bool:
    """Whether every weight outside the mask is zero."""
    return not any(after[name][~kept].any() for name, kept in mask.items())


def largest_kept(mask: Mask, net: Network) -> bool:
    """Whether what the mask keeps was the largest before the cut."""
    kept = np.concatenate([m.ravel() for m in mask.values()])
    sizes = np.concatenate([np.abs(net.weights[n]).ravel() for n in mask])
    return bool(sizes[kept].min() >= sizes[~kept].max())
