"""Demo: several scores race at equal sparsity, right after the cut and after equal retraining."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Scores
from pruning_lab.criteria import (
    diagonal_hessian,
    input_norms,
    lamp,
    magnitude,
    obd,
    random,
    taylor,
    wanda,
)
from pruning_lab.datasets import Split
from pruning_lab.masks import LayerCollapseWarning, apply, select
from pruning_lab.network import Network
from pruning_lab.teaching.demos.trials import Run, retrain, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.races import Lane, race
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Everything, Row, Tile

CUT, RETRAINED = "right after the cut", "after retraining"


class Entry(NamedTuple):
    """One contestant: a criterion that may see the training part, and who competes with whom."""

    scores: Callable[[Network, Split], Scores]
    scope: Tile
    color: str


def by_lot(net: Network, _: Split) -> Scores:
    """Scores by lot, the same lots for every network."""
    return random(net, rng=np.random.default_rng(7))


def by_size(net: Network, _: Split) -> Scores:
    """Scores that see the weights only."""
    return magnitude(net)


def by_share(net: Network, _: Split) -> Scores:
    """LAMP."""
    return lamp(net)


def by_slope(net: Network, seen: Split) -> Scores:
    """First-order change of the loss."""
    return taylor(net, net.gradients(seen.x, seen.y))


def by_curvature(net: Network, seen: Split) -> Scores:
    """Second-order change of the loss."""
    return obd(net, diagonal_hessian(net, seen.x, seen.y))


def by_output(net: Network, seen: Split) -> Scores:
    """Weight times input."""
    return wanda(net, input_norms(net, seen.x))


ENTRIES = {
    "random": Entry(by_lot, Everything(), style.RANDOM),
    "magnitude": Entry(by_size, Everything(), style.KEPT),
    "magnitude, by row": Entry(by_size, Row(), style.KEPT),
    "LAMP": Entry(by_share, Everything(), style.KEPT),
    "slope |w·g|": Entry(by_slope, Everything(), style.SECOND),
    "curvature, OBD": Entry(by_curvature, Everything(), style.SECOND),
    "Wanda, global": Entry(by_output, Everything(), style.THIRD),
    "Wanda, by row": Entry(by_output, Row(), style.THIRD),
}


class Result(NamedTuple):
    """What became of several networks at several sparsities.

    Parameters
    ----------
    cut, retrained : (runs, sparsities) test accuracies
    kept : (runs, sparsities, layers) share of each layer's weights that stayed
    """

    cut: Array
    retrained: Array
    kept: Array


def run(runs: Sequence[Run], entry: Entry, sparsities: Sequence[float], *, epochs: int) -> Result:
    """Prune every network to every sparsity, and retrain each of them alike."""
    rows = []
    for net, data in runs:
        scores = entry.scores(net, data.train)
        for sparsity in sparsities:
            with warnings.catch_warnings():  # a collapsed layer is one of the results
                warnings.simplefilter("ignore", LayerCollapseWarning)
                mask = select(scores, sparsity, scope=entry.scope)
            pruned = net.with_weights(apply(net.weights, mask))
            again = retrain(pruned, mask, data, epochs=epochs)
            shares = [float(np.mean(kept)) for kept in mask.values()]
            rows.append((tested(pruned, data), tested(again, data), *shares))
    table = np.array(rows).reshape(len(runs), len(sparsities), -1)
    return Result(table[..., 0], table[..., 1], table[..., 2:])


def hungriest(results: Mapping[str, Result], place: int) -> tuple[str, int, float]:
    """Which entry leaves which layer (from 1) the smallest share, on average over the runs."""
    shares = {name: each.kept[:, place].mean(axis=0) for name, each in results.items()}
    name = min(shares, key=lambda name: float(shares[name].min()))
    return name, int(np.argmin(shares[name])) + 1, float(shares[name].min())


def describe(
    when: str, sparsity: float, accuracy: Mapping[str, float], starved: tuple[str, int, float]
) -> str:
    """Say who leads, where magnitude and random are, and which layer starves."""
    first, *_ = sorted(accuracy, key=lambda name: -accuracy[name])
    name, layer, share = starved
    return (
        f"{percent(sparsity)} sparsity, {when}: {first} leads on average with "
        f"{percent(accuracy[first], 1)}; magnitude has {percent(accuracy['magnitude'], 1)}, random "
        f"{percent(accuracy['random'], 1)}. The hungriest layer is layer {layer} under {name}: it "
        f"keeps {percent(share, 1)} of its weights."
    )


def demo(results: Mapping[str, Result], sparsities: Sequence[float], dense: float) -> Explorer:
    """Explorer over sparsity, before and after retraining.

    Parameters
    ----------
    results : of each entry, at these sparsities
    dense : mean accuracy of the networks that were retrained without a cut
    """

    def nearest(sparsity: float) -> int:
        return int(np.argmin(np.abs(np.asarray(sparsities) - sparsity)))

    def accuracies(when: str, place: int) -> dict[str, Array]:
        return {
            name: (each.cut if when == CUT else each.retrained)[:, place]
            for name, each in results.items()
        }

    def render(sparsity: float, when: str) -> Figure:
        place = nearest(sparsity)
        lanes = [
            Lane(name, points, results[name].kept[:, place].mean(axis=0), ENTRIES[name].color)
            for name, points in accuracies(when, place).items()
        ]
        return race(lanes, dense, 1 - sparsities[place])

    def caption(sparsity: float, when: str) -> str:
        place = nearest(sparsity)
        means = {name: float(points.mean()) for name, points in accuracies(when, place).items()}
        return describe(when, sparsities[place], means, hungriest(results, place))

    return Explorer(
        render,
        {"when": [CUT, RETRAINED], "sparsity": [float(s) for s in sparsities]},
        caption,
        title="Eight ways to choose, on five networks",
        labels={"when": "Measured", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.8},
    )
