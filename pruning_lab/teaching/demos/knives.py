"""Demo: a committee of networks, and three knives: neurons, layers, entire networks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.ensembles import combined
from pruning_lab.masks import apply
from pruning_lab.measure import dense_bytes
from pruning_lab.network import softmax
from pruning_lab.teaching.demos.committees import (
    MEMBERS,
    Committee,
    Plan,
    chosen_plan,
    neuron_mask,
    neurons_left,
    random_plan,
    smaller,
    windows,
    without_layers,
)
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.towers import towers

NEURONS_GONE = (0, 4, 8, 12)  # of the 16 in each layer
LAYERS_GONE = (0, 1, 2, 3)  # of the 4 in each network
NETWORKS_GONE = (0, 1, 3, 5)  # of the 6


def measured(committee: Committee, plan: Plan) -> Array:
    """Test accuracy of every combination of cuts, (neurons, layers, networks).

    The networks that stay vote with their mean probabilities.
    """
    nets, data = committee
    said = np.empty((len(NEURONS_GONE), len(LAYERS_GONE), len(nets), len(data.test.y), 10))
    for member, net in enumerate(nets):
        for i, neurons in enumerate(NEURONS_GONE):
            mask = neuron_mask(net, neurons, rng=plan.rng)
            thin = net.with_weights(apply(net.weights, mask))  # masked: the same answers, sooner
            for j, layers in enumerate(LAYERS_GONE):
                left = without_layers(thin, plan.layers[member][:layers])
                said[i, j, member] = softmax(left(data.test.x))
    groups = [plan.networks[gone:] for gone in NETWORKS_GONE]
    return np.array(
        [
            [
                [np.mean(combined(said[i, j], group) == data.test.y) for group in groups]
                for j in range(len(LAYERS_GONE))
            ]
            for i in range(len(NEURONS_GONE))
        ]
    )


@dataclass(frozen=True, eq=False)
class Costs:
    """What every combination of cuts costs committees that were trained alike.

    Parameters
    ----------
    accuracy : (committees, neurons, layers, networks) on the test part
    by_lot : the same, when lots decide what goes; the mean of several draws
    kept : (neurons, layers, networks) bytes that are left
    shown : the first committee, which is drawn
    plan : of that committee
    """

    accuracy: Array
    by_lot: Array
    kept: NDArray[np.int64]
    shown: Committee
    plan: Plan


def costs(committees: Sequence[Committee], *, draws: int = 3) -> Costs:
    """Costs of every combination of cuts.

    Parameters
    ----------
    committees : of the same sizes, with different seeds
    draws : of the lots, for each committee
    """
    plans = [chosen_plan(committee) for committee in committees]
    accuracy = [measured(c, plan) for c, plan in zip(committees, plans, strict=True)]
    lots = [
        np.mean([measured(c, random_plan(rng=rng)) for _ in range(draws)], axis=0)
        for c, rng in ((c, np.random.default_rng(i)) for i, c in enumerate(committees))
    ]
    one = committees[0][0][:1], committees[0][1]  # all networks have the same sizes
    plan = Plan(plans[0].layers[:1], [0])
    bytes_ = [
        [dense_bytes(smaller(one, plan, (n, m, 0))[0]) for m in LAYERS_GONE] for n in NEURONS_GONE
    ]
    kept = np.multiply.outer(bytes_, MEMBERS - np.array(NETWORKS_GONE))
    return Costs(np.array(accuracy), np.array(lots), kept, committees[0], plans[0])


def place(cut: tuple[int, int, int]) -> tuple[int, int, int]:
    """Index of a combination of cuts in the arrays of `Costs`."""
    neurons, layers, networks = cut
    return NEURONS_GONE.index(neurons), LAYERS_GONE.index(layers), NETWORKS_GONE.index(networks)


def describe(cost: Costs, cut: tuple[int, int, int]) -> str:
    """Say what is gone, what is left, and what it costs."""
    at = place(cut)
    accuracy = cost.accuracy[(slice(None), *at)]
    left, whole = int(cost.kept[at]), int(cost.kept[0, 0, 0])
    range_ = f"{percent(accuracy.min())} to {percent(accuracy.max())}"
    if cut == (0, 0, 0):
        return (
            f"Nothing is gone: {whole:,} bytes, {whole // 4:,} weights. The committee reads "
            f"{percent(accuracy.mean(), 1)} of the test digits (five committees: {range_})."
        )
    neurons, layers, networks = cut
    gone = [
        f"{neurons} of 16 neurons in each layer" if neurons else "",
        f"{layers} of 4 layers in each network" if layers else "",
        f"{networks} of 6 networks" if networks else "",
    ]
    dense = cost.accuracy[:, 0, 0, 0].mean()
    return (
        f"Gone: {', '.join(filter(None, gone))}. Left: {left:,} bytes ({percent(left / whole)}), "
        f"{left // 4:,} weights. Accuracy {percent(accuracy.mean(), 1)} (five committees: "
        f"{range_}); whole, it was {percent(dense, 1)}. By lot: "
        f"{percent(cost.by_lot[(slice(None), *at)].mean(), 1)}."
    )


def knife_curves(cost: Costs) -> list[tuple[Array, Curve]]:
    """Share of the bytes that one knife alone takes, and what it costs: three curves."""
    share = 1 - cost.kept / cost.kept[0, 0, 0]
    return [
        (share[:, 0, 0], Curve("neurons", cost.accuracy[:, :, 0, 0], style.KEPT)),
        (share[0, :, 0], Curve("layers", cost.accuracy[:, 0, :, 0], style.SECOND)),
        (share[0, 0, :], Curve("networks", cost.accuracy[:, 0, 0, :], style.THIRD)),
    ]


def demo(by_training: Mapping[str, Costs]) -> Explorer:
    """Explorer over the three knives, and over how the networks were trained.

    Parameters
    ----------
    by_training : the costs for each way of training, by its name
    """
    left = {
        (training, gone): neurons_left(cost.shown[0], gone)
        for training, cost in by_training.items()
        for gone in NEURONS_GONE
    }

    def nearest(neurons: float, layers: float, networks: float) -> tuple[int, int, int]:
        grids = (NEURONS_GONE, LAYERS_GONE, NETWORKS_GONE)
        asked = (neurons, layers, networks)
        first, second, third = (
            min(grid, key=lambda gone: abs(gone - value))
            for grid, value in zip(grids, asked, strict=True)
        )
        return first, second, third

    def render(training: str, neurons: float, layers: float, networks: float) -> Figure:
        cost, cut = by_training[training], nearest(neurons, layers, networks)
        at = (slice(None), *place(cut))
        share = 1 - cost.kept[place(cut)] / cost.kept[0, 0, 0]
        return towers(
            windows(left[training, cut[0]], cost.plan, *cut[1:]),
            knife_curves(cost),
            float(share),
            cost.accuracy[at],
            float(cost.by_lot[at].mean()),
        )

    def caption(training: str, neurons: float, layers: float, networks: float) -> str:
        return describe(by_training[training], nearest(neurons, layers, networks))

    return Explorer(
        render,
        {
            "neurons": list(NEURONS_GONE),
            "layers": list(LAYERS_GONE),
            "networks": list(NETWORKS_GONE),
            "training": list(by_training),
        },
        caption,
        title="Three knives for one committee of networks",
        labels={
            "training": "Trained",
            "neurons": "Neurons gone per layer",
            "layers": "Layers gone per network",
            "networks": "Networks gone",
        },
        text={
            "neurons": lambda gone: f"{gone:g} of 16",
            "layers": lambda gone: f"{gone:g} of 4",
            "networks": lambda gone: f"{gone:g} of 6",
        },
    )
