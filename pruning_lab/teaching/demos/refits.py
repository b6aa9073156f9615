"""Prune layer after layer, and let what stays make up for what went."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from pruning_lab.arrays import Array, Scores
from pruning_lab.criteria import input_norms, magnitude, random, wanda
from pruning_lab.criteria.recordings import inputs_of_layers
from pruning_lab.masks import apply, select
from pruning_lab.network import Network
from pruning_lab.reconstruct import hessian, obs, repair, sparsegpt
from pruning_lab.teaching.demos.trials import Run, tested
from pruning_lab.tiles import Row

Chosen: TypeAlias = Callable[[Network, Array], Scores]
Method: TypeAlias = Callable[[Network, Array, float], Network]

DAMPENING = 0.01  # inputs that are always zero would make the Hessian singular


def by_lot(net: Network, _: Array) -> Scores:
    """Scores by lot, the same lots for every network."""
    return random(net, rng=np.random.default_rng(7))


def by_size(net: Network, _: Array) -> Scores:
    """Magnitude."""
    return magnitude(net)


def by_output(net: Network, x: Array) -> Scores:
    """Wanda."""
    return wanda(net, input_norms(net, x))


CHOICES: dict[str, Chosen] = {"random": by_lot, "magnitude": by_size, "Wanda": by_output}


def layer_inputs(net: Network, x: Array) -> dict[str, Array]:
    """What each layer with weights takes, (n, fan_in)."""
    signals = dict(zip(net.layers, inputs_of_layers(net, x), strict=False))
    return {name: signals[name] for name in net.weights}


def cut(chosen: Chosen) -> Method:
    """Method that prunes every row alike and leaves the rest as it was."""
    return lambda net, x, sparsity: net.with_weights(
        apply(net.weights, select(chosen(net, x), sparsity, scope=Row()))
    )


def refitted(chosen: Chosen) -> Method:
    """Method that makes the same cut, and then refits the rest of each layer by least squares."""

    def method(net: Network, x: Array, sparsity: float) -> Network:
        masks = select(chosen(net, x), sparsity, scope=Row())
        return swept(net, x, lambda name, w, h: repair(w, h, masks[name], dampening=DAMPENING))

    return method


def by_sparsegpt(net: Network, x: Array, sparsity: float) -> Network:
    """Network swept by SparseGPT."""
    return swept(
        net, x, lambda _, w, h: sparsegpt(w, h, sparsity, scope=Row(), dampening=DAMPENING)[0]
    )


def by_obs(net: Network, x: Array, sparsity: float) -> Network:
    """Network pruned by Optimal Brain Surgeon, every layer for its own outputs."""
    return swept(net, x, lambda _, w, h: obs(w, h, sparsity, dampening=DAMPENING)[0])


def swept(net: Network, x: Array, layer: Callable[[str, Array, Array], Array]) -> Network:
    """Network whose layers were replaced one after the other, each given the inputs it now gets.

    Parameters
    ----------
    layer : from name, weights and Hessian of the inputs to new weights
    """
    for name, w in net.weights.items():
        new = layer(name, w, hessian(layer_inputs(net, x)[name].astype(np.float64)))
        net = net.with_weights({**net.weights, name: new.astype(net.dtype)})
    return net


def accuracies(runs: Sequence[Run], method: Method, sparsities: Sequence[float]) -> Array:
    """Test accuracy without any retraining, (runs, sparsities)."""
    return np.array(
        [[tested(method(net, data.train.x, s), data) for s in sparsities] for net, data in runs]
    )


def compute(runs: Sequence[Run], sparsities: Sequence[float]) -> dict[str, Array]:
    """Test accuracies (runs, sparsities) of every choice as cut and refitted, and of the sweeps."""
    results = {}
    for name, chosen in CHOICES.items():
        results[name] = accuracies(runs, cut(chosen), sparsities)
        results[f"{name}, refitted"] = accuracies(runs, refitted(chosen), sparsities)
    results["SparseGPT"] = accuracies(runs, by_sparsegpt, sparsities)
    results["OBS"] = accuracies(runs, by_obs, sparsities)
    return results
