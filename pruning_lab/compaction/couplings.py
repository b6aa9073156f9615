"""Which weights to prune together, so that compaction can remove them."""

from collections.abc import Iterator

from pruning_lab.network import Attention, Conv, Dense, Network, Residual
from pruning_lab.network.rows import Layers
from pruning_lab.tiles import Column, Row, Tile

Pair = tuple[str, str, Tile]  # who writes units, who reads them, and how much for each unit


def couplings(network: Network) -> list[dict[str, Tile]]:
    """Couplings for `select`, one group for each neuron, channel or head.

    A neuron or channel is its row and the columns of the layer that reads it; a head is its
    rows of q, k and v and its columns of o [Michel2019]_. A matrix belongs to one coupling
    only, so where a row is taken the columns stand alone: a unit that nobody reads is as dead
    as one without inputs. What writes into a residual stream is pruned row by row. Classes
    stay: the last layer loses columns.

    Parameters
    ----------
    network : with any layers of `pruning_lab.network`

    Raises
    ------
    ValueError
        If `network` is none.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> import numpy as np
    >>> for coupling in couplings(mlp((4, 8, 8, 2), rng=np.random.default_rng(0))):
    ...     print({name: str(tile) for name, tile in coupling.items()})
    {'dense1': 'a tile of 1 x all', 'dense2': 'a tile of all x 1'}
    {'dense3': 'a tile of all x 1'}
    """
    if not isinstance(network, Network):
        raise ValueError(f"couplings takes a Network; got {type(network).__name__}.")
    found = list(_heads(network.layers, ""))
    taken = {name for coupling in found for name in coupling}
    for writer, reader, tile in _pairs(network.layers, ""):
        coupling = {writer: Row()} if writer not in taken else {}
        coupling |= {reader: tile} if reader not in taken else {}
        found += [coupling] if coupling else []
        taken |= coupling.keys()
    last = list(network.weights)[-1]
    return found + [
        {name: Column() if name == last else Row()} for name in network.weights if name not in taken
    ]


def _heads(layers: Layers, prefix: str) -> Iterator[dict[str, Tile]]:
    """Yield one coupling for each attention layer."""
    for key, layer in layers.items():
        name = prefix + key
        if isinstance(layer, Residual):
            yield from _heads(layer.block, f"{name}.")
        elif isinstance(layer, Attention):
            d, e = layer.q.fan_out // layer.heads, layer.v.fan_out // layer.heads
            rows: dict[str, Tile] = {f"{name}.{part}": Row(d) for part in "qk"}
            yield {**rows, f"{name}.v": Row(e), f"{name}.o": Column(e)}


def _pairs(layers: Layers, prefix: str) -> Iterator[Pair]:
    """Yield each writer of units with its one reader; units of a stream have many."""
    writer, units = "", 0
    for key, layer in layers.items():
        name = prefix + key
        if isinstance(layer, Dense | Conv):
            if writer:
                yield writer, name, Column(layer.weights.shape[1] // units)
            writer, units = name, layer.fan_out
        elif isinstance(layer, Attention):
            writer, units = f"{name}.o", layer.o.fan_out
        elif isinstance(layer, Residual):
            yield from _pairs(layer.block, f"{name}.")
            writer = ""
