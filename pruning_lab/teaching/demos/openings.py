"""What a mask leaves open, counted before any training: ways, units, weights that can matter."""

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pruning_lab import lottery
from pruning_lab.arrays import Mask
from pruning_lab.criteria import magnitude, random, snip, synflow
from pruning_lab.datasets import Dataset, digits
from pruning_lab.masks import LayerCollapseWarning, select
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune_in_steps
from pruning_lab.schedules import iterative
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.trials import tested
from pruning_lab.tiles import Layer

SIZES = (64, *6 * (100,), 10)
SPARSITIES = (0.9, 0.95, 0.98, 0.99)
LONG = (0.98,)  # also trained for five times as long
EPOCHS, LONGER = 20, 100
METHODS = ("by lot, per layer", "magnitude", "SNIP", "SynFlow, 100 steps")
FILE = "openings.csv"


class Opening(NamedTuple):
    """What is open in a mask.

    Parameters
    ----------
    ways : paths of kept weights from an input to an output
    units : in each layer but the last, how many units lie on such a path
    classes : how many outputs can be reached
    weights : how many kept weights lie on such a path
    """

    ways: int
    units: tuple[int, ...]
    classes: int
    weights: int


def opening(mask: Mask) -> Opening:
    """Count what is open in a chain of layers, from the mask alone.

    Examples
    --------
    >>> a = np.array([[True, False], [False, False]])
    >>> opening({"a": a, "b": np.array([[True, True]])})
    Opening(ways=1, units=(1,), classes=1, weights=2)
    """
    kept = [m.astype(object) + 0 for m in mask.values()]  # whole numbers without an upper end
    to = [np.ones(kept[0].shape[1], object)]  # ways from the inputs to each unit
    for m in kept:
        to.append(m @ to[-1])
    on = [np.ones(len(kept[-1]), object)]  # ways from each unit to the outputs
    for m in reversed(kept):
        on.insert(0, on[0] @ m)
    through = [a * b for a, b in zip(to, on, strict=True)]
    used = [np.outer(b > 0, a > 0) & (m > 0) for m, a, b in zip(kept, to, on[1:], strict=False)]
    return Opening(
        int(to[-1].sum()),
        tuple(int((t > 0).sum()) for t in through[1:-1]),
        int((to[-1] > 0).sum()),
        sum(int(u.sum()) for u in used),
    )


class Row(NamedTuple):
    """A mask, what is open in it, and how many of 360 test digits are read after training."""

    seed: int
    name: str
    sparsity: float
    ways: float
    units: int
    classes: int
    weights: int
    epochs: int
    right: int


def begin(seed: int) -> tuple[Network, Dataset]:
    """Untrained deep network, as in chapter 10, and its data."""
    rng = np.random.default_rng(seed)
    data = digits(rng=rng)
    return mlp(SIZES, rng=rng), data


def mask_of(net: Network, data: Dataset, name: str, sparsity: float, seed: int) -> Mask:
    """Mask of one method, made before any training."""
    with warnings.catch_warnings():  # a collapse is one of the results
        warnings.simplefilter("ignore", LayerCollapseWarning)
        if name == "SynFlow, 100 steps":
            *_, (_, mask) = prune_in_steps(net, synflow, iterative(sparsity, 100), steps=100)
        elif name == "SNIP":
            mask = select(snip(net, net.gradients(data.train.x, data.train.y)), sparsity)
        elif name == "magnitude":
            mask = select(magnitude(net), sparsity)
        else:
            lots = random(net, rng=np.random.default_rng(seed))
            mask = select(lots, sparsity, scope=Layer())
    return mask


def learn(net: Network, data: Dataset, mask: Mask, epochs: int, seed: int) -> Network:
    """Masked network after training from its first values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LayerCollapseWarning)
        start = lottery.ticket(net, mask)
    x, y, order = data.train.x, data.train.y, np.random.default_rng(seed)
    return train(start, x, y, epochs=epochs, mask=mask, rng=order)


def study(
    seed: int,
    sparsities: Sequence[float] = SPARSITIES,
    names: Sequence[str] = METHODS,
    long: Sequence[float] = LONG,
) -> Iterator[Row]:
    """Yield what is open, and what is learned; a part of it gives the same numbers."""
    net, data = begin(seed)
    for name in names:
        for sparsity in sparsities:
            mask = mask_of(net, data, name, sparsity, seed)
            found = opening(mask)
            lengths = (EPOCHS, LONGER) if sparsity in long else (EPOCHS,)
            for epochs in lengths:
                after = learn(net, data, mask, epochs, seed)
                yield Row(
                    seed,
                    name,
                    sparsity,
                    float(found.ways),
                    min(found.units),
                    found.classes,
                    found.weights,
                    epochs,
                    round(tested(after, data) * len(data.test.y)),
                )


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(s), n, float(sp), float(w), int(u), int(c), int(k), int(e), int(r))
        for s, n, sp, w, u, c, k, e, r in studies.lines(FILE)
    ]
