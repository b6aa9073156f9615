"""Block Influence: a residual block that hardly turns its input is said to matter little."""

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.network import Network, Residual


def block_influence(net: Network, x: Array) -> dict[str, float]:
    """One minus the mean cosine between what enters and what leaves each residual block.

    Defined by [Men2025]_ for the layers of language models; low goes first. It sees how far a
    block turns its input, not what that turn is worth: compare it with the loss.

    Parameters
    ----------
    net : its residual blocks are scored
    x : (n, ...) samples; what a block sees of one is taken as one vector, also if it has tokens
        (the paper takes each token by itself)

    Returns
    -------
    dict
        name of a block -> influence, in [0, 2]; 0 where either vector is zero.

    Raises
    ------
    ValueError
        If the network has no residual block, or the samples do not fit it.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> quarter_turn = Dense(np.array([[-1.0, -1.0], [1.0, -1.0]]), np.zeros(2))
    >>> layers = {"turn": Residual({"dense1": quarter_turn}), "out": quarter_turn}
    >>> net = Network(layers)
    >>> block_influence(net, np.array([[1.0, 2.0]]))
    {'turn': 1.0}
    """
    state, found = net.checked_inputs(x), {}
    for name, layer in net.layers.items():
        after = layer.forward(state)
        if isinstance(layer, Residual):
            found[name] = float(1 - _cosines(state, after).mean())
        state = after
    if not found:
        raise ValueError(
            "the network has no residual block, and Block Influence compares what enters one with "
            f"what leaves it; got the layers {list(net.layers)}."
        )
    return found


def _cosines(a: Array, b: Array) -> Array:
    """Cosine between the same sample in both, (n,); 1 where one is zero."""
    a, b = a.reshape(len(a), -1), b.reshape(len(b), -1)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    products = (a * b).sum(axis=1)
    cosines: Array = np.divide(products, lengths, out=np.ones_like(products), where=lengths > 0)
    return cosines
