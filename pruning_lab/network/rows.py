"""Layers in a row, whether they make a network or a block within one."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from typing import Self, TypeAlias

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.network.layers import Layer, Part
from pruning_lab.network.normalisation import BatchNorm

Layers: TypeAlias = Mapping[str, Layer]
# name of a part, the part, its input, and the slope of its output
Step: TypeAlias = tuple[str, Part, Array, Array]
Steps: TypeAlias = Generator[Step, None, Array]  # gives back the slope of the input


class Branch(ABC):
    """A layer made of named layers."""

    @property
    @abstractmethod
    def layers(self) -> Layers:
        """Name -> layer."""

    @abstractmethod
    def with_layers(self, layers: Layers) -> Self:
        """The same with other layers under the same names."""

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Output for the input (n, …)."""

    @abstractmethod
    def backpropagate(self, x: Array, slope: Array, prefix: str = "") -> Steps:
        """Yield the steps of all parts, from last to first; give back the slope of the input."""

    @abstractmethod
    def in_training(self, rng: np.random.Generator) -> Layer:
        """As it acts in one step of training."""

    @abstractmethod
    def settled(self, x: Array) -> Layer:
        """The same with statistics measured on these inputs."""

    def backward(self, x: Array, slope: Array) -> Array:
        """Derivative by the input."""
        steps = self.backpropagate(x, slope)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                result: Array = done.value
                return result


def parts_of(layers: Layers, prefix: str = "") -> dict[str, Part]:
    """Dotted name -> layer that has numbers of its own, through all branches.

    Raises
    ------
    ValueError
        If two have the same dotted name.
    """
    found: dict[str, Part] = {}
    for name, layer in layers.items():
        inner: dict[str, Part] = {}
        if isinstance(layer, Part):
            inner = {prefix + name: layer}
        elif isinstance(layer, Branch):
            inner = parts_of(layer.layers, f"{prefix}{name}.")
        if twice := sorted(found.keys() & inner.keys()):
            raise ValueError(f"two layers are called {twice[0]!r}. Leave the dot out of names.")
        found |= inner
    return found


def with_parts(layers: Layers, parts: Mapping[str, Part], prefix: str = "") -> dict[str, Layer]:
    """Layers with other parts, by their dotted names."""
    changed: dict[str, Layer] = {}
    for name, layer in layers.items():
        if isinstance(layer, Branch):
            layer = layer.with_layers(with_parts(layer.layers, parts, f"{prefix}{name}."))
        changed[name] = parts.get(prefix + name, layer)
    return changed


def outputs(layers: Layers, x: Array) -> list[Array]:
    """Output of each layer in turn."""
    found: list[Array] = []
    for layer in layers.values():
        x = layer.forward(x)
        found.append(x)
    return found


def backpropagate(
    layers: Layers, inputs: list[Array], slope: Array, prefix: str = "", to_input: bool = True
) -> Steps:
    """Yield the steps of all parts, from last to first; give back the slope of the input.

    Parameters
    ----------
    inputs : of each layer
    slope : of the last output
    to_input : whether the slope of the input is wanted, which the first layer may spare
    """
    for i, (name, layer) in reversed(list(enumerate(layers.items()))):
        if isinstance(layer, Part):
            yield prefix + name, layer, inputs[i], slope
        elif isinstance(layer, Branch):
            slope = yield from layer.backpropagate(inputs[i], slope, f"{prefix}{name}.")
            continue
        if i > 0 or to_input:
            slope = layer.backward(inputs[i], slope)
    return slope


def in_training(layers: Layers, rng: np.random.Generator) -> dict[str, Layer]:
    """Layers as they act in one step of training."""
    return {
        name: layer.in_training(rng) if isinstance(layer, BatchNorm | Branch) else layer
        for name, layer in layers.items()
    }


def settled(layers: Layers, x: Array) -> dict[str, Layer]:
    """Layers with statistics measured on these inputs, each after those before it."""
    found: dict[str, Layer] = {}
    for name, layer in layers.items():
        found[name] = layer.settled(x) if isinstance(layer, BatchNorm | Branch) else layer
        x = found[name].forward(x)
    return found
