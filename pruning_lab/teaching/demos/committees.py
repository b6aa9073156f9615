"""Committees of small residual networks, and how to take neurons, layers and networks out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, Mask
from pruning_lab.compaction import compact
from pruning_lab.criteria import magnitude, random
from pruning_lab.datasets import Dataset
from pruning_lab.ensembles import best_first
from pruning_lab.masks import select
from pruning_lab.measure import dense_bytes
from pruning_lab.network import Dense, Network, ReLU, Residual
from pruning_lab.tiles import Column, Layer, Row

Committee: TypeAlias = tuple[list[Network], Dataset]  # trained networks, and what trained them

BLOCKS = tuple(f"layer{i}" for i in range(1, 5))
NEURONS, MEMBERS = 16, 6  # of a layer; of a committee


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
