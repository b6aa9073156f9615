"""Through a network layer by layer: hear what each matrix gets, change it, go on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.network import Dense, Network
from pruning_lab.network.layers import Layer
from pruning_lab.network.rows import parts_of, with_parts

# name of a matrix, (fan_out, fan_in), and all that it gets, (samples, fan_in) -> its successor
Change = Callable[[str, Array, Array], Array]


@dataclass(frozen=True, eq=False, repr=False)
class Listening(Dense):
    """A dense layer that remembers its inputs.

    Examples
    --------
    >>> layer = Listening(np.eye(2), np.zeros(2))
    >>> _ = layer.forward(np.array([[3.0, 4.0]]))
    >>> layer.heard
    [array([[3., 4.]])]
    """

    heard: list[Array] = field(default_factory=list)

    def forward(self, x: Array) -> Array:
        """What the layer gives; a token counts as a sample."""
        self.heard.append(x.reshape(-1, x.shape[-1]))
        return super().forward(x)


def walk(network: Network, batches: Sequence[Array], change: Change) -> Network:
    """Network with each matrix changed in turn, those before it already changed.

    This is how one prunes a large model on a small machine: only one layer is looked at, and
    what it gets comes from the pruned layers before it [Frantar2023]_, [Sun2024]_.

    Parameters
    ----------
    network : layers in a row
    batches : its inputs, (n, …) each; they may differ in length
    change : from the name of a matrix, its weights and its inputs to the new weights
    """
    states, layers = list(batches), dict(network.layers)
    for name, layer in layers.items():
        layers[name] = _changed(name, layer, states, change)
        states = [layers[name].forward(x) for x in states]
    return Network(layers)


def inputs(network: Network, batches: Sequence[Array]) -> dict[str, Array]:
    """Name of a matrix -> all that it gets, (samples, fan_in); a token counts as a sample."""
    found: dict[str, Array] = {}

    def keep(name: str, weights: Array, x: Array) -> Array:
        found[name] = x
        return weights

    walk(network, batches, keep)
    return found


def _changed(name: str, layer: Layer, states: Sequence[Array], change: Change) -> Layer:
    """Layer with all of its matrices changed, by what they got before any of them was."""
    one: Mapping[str, Layer] = {name: layer}
    dense = {n: part for n, part in parts_of(one).items() if isinstance(part, Dense)}
    if not dense:
        return layer
    ears = {n: Listening(part.weights, part.bias) for n, part in dense.items()}
    listening = with_parts(one, ears)[name]
    for x in states:
        listening.forward(x)
    new = {
        n: Dense(change(n, part.weights, np.concatenate(ears[n].heard)), part.bias)
        for n, part in dense.items()
    }
    return with_parts(one, new)[name]
