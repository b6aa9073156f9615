"""Demo: push a threshold through the histogram of a network's weights."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.criteria import magnitude
from pruning_lab.masks import select
from pruning_lab.network import Network
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.histograms import flat
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.thresholds import threshold


def methods(by_magnitude: Array, at_random: Array) -> list[Curve]:
    """Both curves of the demo, as they are drawn."""
    return [
        Curve("smallest first", by_magnitude, style.KEPT, (0.3, 0.78)),
        Curve("at random", at_random, style.RANDOM, (0.04, 0.4), dashed=True),
    ]


def compute(
    net: Network, sparsity: float, sparsities: Sequence[float], curves: Sequence[Array]
) -> dict[str, float]:
    """What the caption says: how many went, below which threshold, at which price.

    Parameters
    ----------
    sparsities : (points,) rising from 0
    curves : accuracies by magnitude and at random, each (seeds, points)
    """
    scores = flat(magnitude(net))
    kept = flat(select(magnitude(net), sparsity))
    here = [np.array([np.interp(sparsity, sparsities, seed) for seed in curve]) for curve in curves]
    return {
        "all": int(kept.size),
        "gone": int(kept.size - kept.sum()),
        "threshold": float(scores[~kept].max(initial=0.0)),
        "dense": float(curves[0][:, 0].mean()),
        "accuracy": float(here[0].mean()),
        "lowest": float(here[0].min()),
        "highest": float(here[0].max()),
        "random": float(here[1].mean()),
    }


def describe(state: dict[str, float], sparsity: float) -> str:
    """Say the state in two sentences."""
    if sparsity == 0:
        return (
            f"Nothing is pruned: all {state['all']:,} weights are at work, and the five networks "
            f"read {percent(state['dense'], 1)} of the test digits."
        )
    return (
        f"At {percent(sparsity)} sparsity {state['gone']:,} of {state['all']:,} weights are gone, "
        f"all with |w| up to {state['threshold']:.2f}. Accuracy is {percent(state['accuracy'], 1)} "
        f"(five networks: {percent(state['lowest'])} to {percent(state['highest'])}); it was "
        f"{percent(state['dense'], 1)}. At random: {percent(state['random'], 1)}."
    )


def demo(
    net: Network, sparsities: Sequence[float], by_magnitude: Array, at_random: Array
) -> Explorer:
    """Explorer of one network's weights over the curves of several networks.

    Parameters
    ----------
    net : its weights fill the histogram
    sparsities : the states, rising from 0
    by_magnitude, at_random : (seeds, points) test accuracies
    """
    weights = flat(net.weights)
    curves = methods(by_magnitude, at_random)
    dense = float(by_magnitude[:, 0].mean())

    def render(sparsity: float) -> Figure:
        kept = flat(select(magnitude(net), sparsity))
        return threshold(weights, kept, np.asarray(sparsities), curves, dense)

    def caption(sparsity: float) -> str:
        return describe(compute(net, sparsity, sparsities, (by_magnitude, at_random)), sparsity)

    return Explorer(
        render,
        {"sparsity": [float(s) for s in sparsities]},
        caption,
        title="A threshold on the weights",
        labels={"sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.5},
    )
