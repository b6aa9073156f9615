"""Demo: a committee of networks, and three knives: neurons, layers, entire networks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, Mask
from pruning_lab.compaction import compact
from pruning_lab.criteria import magnitude, random
from pruning_lab.datasets import Dataset
from pruning_lab.ensembles import best_first, combined
from pruning_lab.masks import apply, select
from pruning_lab.measure import dense_bytes
from pruning_lab.network import Dense, Network, ReLU, Residual, softmax
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.towers import towers
from pruning_lab.tiles import Column, Layer, Row

Committee: TypeAlias = tuple[list[Network], Dataset]  # trained networks, and what trained them

BLOCKS = tuple(f"layer{i}" for i in range(1, 5))
NEURONS, MEMBERS = 16, 6  # of a layer; of a committee
NEURONS_GONE = (0, 4, 8, 12)  # of the 16 in each layer
LAYERS_GONE = (0, 1, 2, 3)  # of the 4 in each network
NETWORKS_GONE = (0, 1, 3, 5)  # of the 6


def tower(*, neurons: int = NEURONS, drop: float = 0.0, rng: np.random.Generator) -> Network:
    """Untrained network of four residual layers.

    Parameters
    ----------
    neurons : in each of them
    drop : probability that a step of training does without one of them
    rng : draws the first weights
    """

    def dense(fan_out: int, fan_in: int) -> Dense:
        weights = rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in))
        return Dense(weights.astype(np.float32), np.zeros(fan_out, np.float32))

    def layer() -> Residual:
        return Residual(
            {"up": dense(neurons, 24), "relu": ReLU(), "down": dense(24, neurons)}, drop
        )

    middle = {name: layer() for name in BLOCKS}
    return Network({"first": dense(24, 64), "relu": ReLU(), **middle, "last": dense(10, 24)})


def neuron_mask(net: Network, gone: int, *, rng: np.random.Generator | None = None) -> Mask:
    """Mask without so many of the 16 neurons of each layer: the smallest, or drawn by lot.

    A neuron is a row of `up` and the column of `down` that reads it.
    """
    scores = magnitude(net) if rng is None else random(net, rng=rng)
    pairs = [{f"{name}.up": Row(), f"{name}.down": Column()} for name in BLOCKS]
    inner = {name: scores[name] for pair in pairs for name in pair}
    chosen = select(inner, gone / NEURONS, granularity=pairs, scope=Layer())
    return {name: chosen.get(name, np.ones(w.shape, bool)) for name, w in net.weights.items()}


def without_layers(net: Network, names: Sequence[str]) -> Network:
    """Network without these residual layers: what they added is no longer added."""
    return Network({name: part for name, part in net.layers.items() if name not in names})


def layer_order(net: Network, x: Array, y: NDArray[np.int64]) -> list[str]:
    """Names of the layers, first the one that the loss on these samples misses least."""
    return sorted(BLOCKS, key=lambda name: without_layers(net, [name]).loss(x, y))


@dataclass(frozen=True, eq=False)
class Plan:
    """In which order a committee loses its parts.

    Parameters
    ----------
    layers : for each network its layers, first to go first
    networks : of the committee, first to go first
    rng : draws neurons by lot; None takes the smallest
    """

    layers: list[list[str]]
    networks: list[int]
    rng: np.random.Generator | None = None


def chosen_plan(committee: Committee) -> Plan:
    """Plan that tries each layer and each network on validation samples."""
    nets, data = committee
    x, y = data.validation.x, data.validation.y
    votes = np.stack([net.predict(x) for net in nets])
    return Plan([layer_order(net, x, y) for net in nets], best_first(votes, y)[::-1].tolist())


def random_plan(*, rng: np.random.Generator) -> Plan:
    """Plan by lot."""
    layers = [[str(name) for name in rng.permutation(BLOCKS)] for _ in range(MEMBERS)]
    return Plan(layers, rng.permutation(MEMBERS).tolist(), rng)


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


def smaller(committee: Committee, plan: Plan, cut: tuple[int, int, int]) -> list[Network]:
    """Networks that stay, really cut: so many neurons, layers and networks are gone."""
    neurons, layers, networks = cut
    nets, _ = committee
    return [
        without_layers(compact(nets[i], neuron_mask(nets[i], neurons)), plan.layers[i][:layers])
        for i in sorted(plan.networks[networks:])
    ]


def total_bytes(nets: Sequence[Network]) -> int:
    """Bytes of all weights."""
    return sum(map(dense_bytes, nets))


def neurons_left(nets: Sequence[Network], gone: int) -> Bools:
    """Which neurons are left when so many of each layer went, (networks, layers, neurons)."""
    masks = [neuron_mask(net, gone) for net in nets]
    return np.array([[mask[f"{name}.up"].any(axis=1) for name in BLOCKS] for mask in masks])


def windows(left: Bools, plan: Plan, layers: int, networks: int) -> Bools:
    """Which of these neurons are left when layers and networks went, too."""
    stays = np.zeros(left.shape, bool)
    for member in plan.networks[networks:]:
        gone = [BLOCKS.index(name) for name in plan.layers[member][:layers]]
        stays[member] = left[member]
        stays[member, gone] = False
    return stays


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
            "neurons": "Neurons removed from each layer",
            "layers": "Layers removed from each network",
            "networks": "Networks removed",
        },
        text={
            "neurons": lambda gone: f"{gone:g} of 16",
            "layers": lambda gone: f"{gone:g} of 4",
            "networks": lambda gone: f"{gone:g} of 6",
        },
    )
