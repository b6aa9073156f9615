"""Demo: prune single weights or whole pixels, and see which pixels are still read."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools, Mask
from pruning_lab.masks import apply, select
from pruning_lab.network import Network
from pruning_lab.teaching.demos.calendars import CUBIC, chain, follow, path
from pruning_lab.teaching.demos.trials import RETRAINING_RATE, Run, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.wired import wired
from pruning_lab.tiles import Column

WEIGHTS, PIXELS = "single weights", "whole pixels"
SPARSITIES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
EPOCHS = 30


def routes(net: Network) -> Array:
    """How many ways lead from each input to each output over weights that are not zero.

    Returns
    -------
    Array
        (outputs, inputs)

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> routes(mlp((2, 7, 1), rng=np.random.default_rng(0)))
    array([[7., 7.]])
    """
    first, *others = [(w != 0).astype(float) for w in net.weights.values()]
    return np.asarray(reduce(lambda ways, wires: wires @ ways, others, first))


def fewer_pixels(run: Run, sparsity: float) -> Network:
    """Network that no longer reads the pixels with the weakest wires, and has learned again.

    A pixel scores the mean size of its first weights times the norm of what it shows.
    """
    net, data = run
    w = net.weights["dense1"]
    scores = {"dense1": np.abs(w) * np.linalg.norm(data.train.x, axis=0)}
    mask: Mask = {name: np.ones(each.shape, bool) for name, each in net.weights.items()}
    mask = {**mask, **select(scores, sparsity, granularity=Column())}
    return _last(
        chain(net.with_weights(apply(net.weights, mask)), data, EPOCHS, mask, RETRAINING_RATE)
    )


def fewer_weights(run: Run, sparsity: float) -> Network:
    """Network with its smallest weights gone, little by little, learning in between."""
    net, data = run
    if sparsity == 0:
        return _last(chain(net, data, EPOCHS, None, RETRAINING_RATE))
    plan = path(CUBIC, sparsity, EPOCHS)
    return _last(net for net, _ in follow(net, data, plan, rate=RETRAINING_RATE))


def _last(nets: Iterable[Network]) -> Network:
    return deque(nets, maxlen=1)[0]


WAYS = {WEIGHTS: fewer_weights, PIXELS: fewer_pixels}


class Wires(NamedTuple):
    """One way of pruning at all sparsities.

    Parameters
    ----------
    accuracy : (runs, sparsities)
    kept : (runs, sparsities, 64) share of its first weights that a pixel keeps; 0 if unread
    ways : (runs, sparsities) mean number of routes from a pixel to an output
    """

    accuracy: Array
    kept: Array
    ways: Array

    @property
    def read(self) -> Bools:
        """(runs, sparsities, 64) whether a pixel is still read."""
        return self.kept > 0


def wires(runs: Sequence[Run], way: str, sparsities: Sequence[float] = SPARSITIES) -> Wires:
    """Prune every network to every sparsity, and look at what is wired to what."""
    nets = [[WAYS[way](run, s) for s in sparsities] for run in runs]
    found = [[routes(net) for net in row] for row in nets]
    shares = [[(net.weights["dense1"] != 0).mean(axis=0) for net in row] for row in nets]
    reached = np.array([[each.any(axis=0) for each in row] for row in found])
    accuracy = [
        [tested(net, data) for net in row] for row, (_, data) in zip(nets, runs, strict=True)
    ]
    return Wires(
        np.array(accuracy),
        np.array(shares) * reached,
        np.array([[each.mean() for each in row] for row in found]),
    )


def describe(what: str, sparsity: float, found: Wires, place: int) -> str:
    """Say how many pixels are still read, over how many routes, and how well."""
    read = found.read[:, place].sum(axis=1)
    accuracy = found.accuracy[:, place]
    shared = int(found.read[:, place].all(axis=0).sum())
    pixels = f"{read.min()}" if read.min() == read.max() else f"{read.min()} to {read.max()}"
    return (
        f"{percent(sparsity)} of the {'weights' if what == WEIGHTS else 'pixels'} pruned: the five "
        f"networks read {pixels} of 64 pixels, {shared} of them in common. From a pixel to a digit "
        f"lead {found.ways[:, place].mean():,.1f} routes on average. Accuracy "
        f"{percent(accuracy.mean(), 1)} ({percent(accuracy.min())} to {percent(accuracy.max())})."
    )


def demo(found: Mapping[str, Wires], sparsities: Sequence[float] = SPARSITIES) -> Explorer:
    """Explorer over what is pruned, and how much of it.

    Parameters
    ----------
    found : WEIGHTS and PIXELS -> what `wires` found
    """

    def place(sparsity: float) -> int:
        return int(np.argmin(np.abs(np.asarray(sparsities) - sparsity)))

    def render(what: str, sparsity: float) -> Figure:
        here, at = found[what], place(sparsity)
        curves = [
            Curve("accuracy", here.accuracy, style.KEPT, (0.03, 0.8)),
            Curve(
                "pixels still read", here.read.mean(axis=2), style.SECOND, (0.03, 0.2), dashed=True
            ),
        ]
        readers = here.read[:, at].mean(axis=0)
        words = "weights" if what == WEIGHTS else "pixels"
        return wired(here.kept[0, at], readers, np.asarray(sparsities), curves, at, words)

    def caption(what: str, sparsity: float) -> str:
        at = place(sparsity)
        return describe(what, sparsities[at], found[what], at)

    return Explorer(
        render,
        {"what": [WEIGHTS, PIXELS], "sparsity": list(sparsities)},
        caption,
        title="Which pixels are still read",
        labels={"what": "Prune", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.9},
    )
