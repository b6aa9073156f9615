"""Several trained networks, and how accurate they are after a cut or after retraining."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from pruning_lab.arrays import Array, Mask, Scores
from pruning_lab.datasets import Dataset
from pruning_lab.measure import accuracy
from pruning_lab.network import Network, train
from pruning_lab.pruning import prune
from pruning_lab.tiles import Everything, Tile

Run: TypeAlias = tuple[Network, Dataset]  # a trained network and the split it was trained on
Criterion: TypeAlias = Callable[[Network], Scores]

RETRAINING_RATE = 5e-3  # of Adam; the dense networks were trained at 1e-3


def tested(net: Network, data: Dataset) -> float:
    """Accuracy on the test part."""
    return accuracy(net, data.test.x, data.test.y)


def one_shot(
    runs: Sequence[Run],
    criterion: Criterion,
    sparsities: Sequence[float],
    *,
    scope: Tile = Everything(),
) -> Array:
    """Test accuracy after a cut and nothing else, (runs, sparsities).

    Parameters
    ----------
    runs : trained networks, each with its data
    criterion : from network to scores
    sparsities : each one cut into the dense network
    """
    return np.array(
        [
            [tested(prune(net, criterion, s, scope=scope)[0], data) for s in sparsities]
            for net, data in runs
        ]
    )


def retrain(
    net: Network,
    mask: Mask | None,
    data: Dataset,
    *,
    epochs: int,
    learning_rate: float = RETRAINING_RATE,
) -> Network:
    """Network after some more epochs with the mask kept; always in the same order of the data.

    So the network after 5 epochs is the one after 20 epochs, 15 epochs earlier.
    """
    rng = np.random.default_rng(2015)
    x, y = data.train.x, data.train.y
    return train(net, x, y, epochs=epochs, rng=rng, learning_rate=learning_rate, mask=mask)


def retrained(
    runs: Sequence[Run],
    criterion: Criterion,
    sparsities: Sequence[float],
    *,
    epochs: int,
    learning_rate: float = RETRAINING_RATE,
    scope: Tile = Everything(),
) -> Array:
    """Test accuracy after a cut and retraining, (runs, sparsities)."""

    def once(net: Network, data: Dataset, sparsity: float) -> float:
        pruned, mask = prune(net, criterion, sparsity, scope=scope)
        again = retrain(pruned, mask, data, epochs=epochs, learning_rate=learning_rate)
        return tested(again, data)

    return np.array([[once(net, data, s) for s in sparsities] for net, data in runs])
