"""Demos: a ticket against its controls, and layers that run dry before training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools, Mask
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.flows import races, survivors
from pruning_lab.teaching.figures.style import percent

LOOKS = {
    "shuffled mask": (style.RANDOM, True),
    "new values": (style.WARN, False),
    "ticket": (style.KEPT, False),
}


@dataclass(frozen=True)
class Race:
    """A ticket and its controls, trained alike.

    Parameters
    ----------
    dense : (seeds,) test accuracies of the whole network
    accuracies : each name of `LOOKS` -> (seeds, points)
    """

    dense: Array
    accuracies: Mapping[str, Array]


def describe_race(left: float, race: Race, place: int) -> str:
    """Say how far the ticket is ahead of its controls."""
    means = {name: race.accuracies[name][:, place] for name in LOOKS}
    ahead = 100 * (means["ticket"] - means["new values"])
    return (
        f"With {percent(left, 1)} of the weights, the ticket reads "
        f"{percent(means['ticket'].mean(), 1)}, the same mask with new values "
        f"{percent(means['new values'].mean(), 1)}, a shuffled mask "
        f"{percent(means['shuffled mask'].mean(), 1)}. The old values are worth "
        f"{ahead.mean():.1f} points ({ahead.min():.1f} to {ahead.max():.1f} in five pairs)."
    )


def race_demo(left: Sequence[float], races_by_rate: Mapping[str, Race]) -> Explorer:
    """Explorer over the learning rate and the share of weights left.

    Parameters
    ----------
    left : falling shares of the weights, the points of all races
    races_by_rate : learning rate, in words -> its race
    """
    halvings = list(range(1, len(left) + 1))

    def render(rate: str, halved: float) -> Figure:
        race = races_by_rate[rate]
        curves = [
            Curve(name, race.accuracies[name], color, dashed=dashed)
            for name, (color, dashed) in LOOKS.items()
        ]
        return races(np.asarray(left), curves, round(halved) - 1, float(race.dense.mean()))

    def describe(rate: str, halved: float) -> str:
        place = round(halved) - 1
        return describe_race(left[place], races_by_rate[rate], place)

    return Explorer(
        render,
        {"rate": list(races_by_rate), "halved": halvings},
        describe,
        title="A ticket and its controls",
        labels={"rate": "Learning rate", "halved": "Weights left"},
        text={"halved": lambda halved: percent(left[round(halved) - 1], 1)},
        start={"halved": halvings[-1]},
    )


def leads_through(mask: Mask) -> bool:
    """Whether a path of kept weights leads from any input to any output of a chain of layers."""
    reached: Bools | None = None
    for kept in mask.values():
        open_ways: Bools = kept if reached is None else kept[:, reached]
        reached = np.any(open_ways, axis=1)
    return reached is not None and bool(reached.any())


def describe_flow(method: str, sparsity: float, masks: Sequence[Mask]) -> str:
    """Say which layer has least left, and in how many networks the signal passes."""
    kept = {name: int(np.count_nonzero(m)) for name, m in masks[0].items()}
    weakest = min(kept, key=lambda name: kept[name])
    number, passing = list(kept).index(weakest) + 1, sum(map(leads_through, masks))
    return (
        f"{method} at {percent(sparsity, 1)} sparsity, before any training: "
        f"{sum(kept.values()):,} weights are left, {kept[weakest]:,} of them in layer {number}, "
        f"the poorest. A signal passes through {passing} of {len(masks)} networks."
    )


def flow_demo(masks: Mapping[tuple[str, float], Sequence[Mask]]) -> Explorer:
    """Explorer over the method and the sparsity; the picture is of the first network.

    Parameters
    ----------
    masks : (method, sparsity) -> the masks of all networks
    """
    methods = list(dict.fromkeys(method for method, _ in masks))
    sparsities = sorted({sparsity for _, sparsity in masks})

    def place(sparsity: float) -> float:
        return min(sparsities, key=lambda each: abs(each - sparsity))

    def render(method: str, sparsity: float) -> Figure:
        mask = masks[method, place(sparsity)][0]
        kept = [int(np.count_nonzero(m)) for m in mask.values()]
        return survivors(kept, [m.size for m in mask.values()], leads_through(mask))

    def describe(method: str, sparsity: float) -> str:
        return describe_flow(method, place(sparsity), masks[method, place(sparsity)])

    return Explorer(
        render,
        {"method": methods, "sparsity": sparsities},
        describe,
        title="Layers that run dry",
        labels={"method": "Pruned by", "sparsity": "Sparsity"},
        text={"sparsity": lambda sparsity: percent(sparsity, 1)},
        start={"sparsity": sparsities[0]},
    )
