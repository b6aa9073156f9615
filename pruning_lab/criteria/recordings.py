"""Recordings: what passes through a network, for criteria that look at data."""

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.network import Network


def inputs_of_layers(net: Network, x: Array) -> list[Array]:
    """Input of each layer in turn, and at the end the logits.

    Parameters
    ----------
    net : layers in a row
    x : (n, fan_in)

    Raises
    ------
    ValueError
        If `net` is no Network, or `x` does not fit it or holds no sample.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((3, 4, 2), rng=np.random.default_rng(0))
    >>> [signal.shape for signal in inputs_of_layers(net, np.ones((5, 3)))]
    [(5, 3), (5, 4), (5, 4), (5, 2)]
    """
    check_network(net)
    signals = [net.checked_inputs(x)]
    if len(signals[0]) == 0:
        raise ValueError("a recording needs samples; x has none. Is a split empty?")
    for layer in net.layers.values():
        signals.append(layer.forward(signals[-1]))
    return signals


def check_network(net: Network) -> None:
    """Refuse what is no `Network`.

    Examples
    --------
    >>> check_network({"w": np.ones((2, 2))})
    Traceback (most recent call last):
        ...
    ValueError: expected a Network of pruning_lab, whose layers can be run; got dict. ...
    """
    if not isinstance(net, Network):
        raise ValueError(
            "expected a Network of pruning_lab, whose layers can be run; got "
            f"{type(net).__name__}. From another framework, pass arrays to the criterion itself."
        )


def input_norms(net: Network, x: Array) -> dict[str, Array]:
    """L2 norm of each input of each layer over all samples, as `wanda` asks for [Sun2024]_.

    Parameters
    ----------
    net : layers in a row
    x : (n, fan_in)

    Returns
    -------
    dict
        Name -> (fan_in,), for every matrix of weights.

    Raises
    ------
    ValueError
        If `x` does not fit the network, or holds no sample.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((2, 1), rng=np.random.default_rng(0))
    >>> input_norms(net, np.array([[3.0, 1.0], [4.0, 0.0]]))
    {'dense1': array([5., 1.], dtype=float32)}
    """
    signals = dict(zip(net.layers, inputs_of_layers(net, x), strict=False))
    return {name: np.linalg.norm(signals[name], axis=0) for name in net.weights}


def activations(net: Network, x: Array) -> dict[str, Array]:
    """What the units of each layer give on: what the next one takes, and in the end the logits.

    Parameters
    ----------
    net : layers in a row
    x : (n, fan_in)

    Returns
    -------
    dict
        Name -> (n, fan_out), for every matrix of weights; after the nonlinearity, if one follows.

    Raises
    ------
    ValueError
        If `x` does not fit the network, or holds no sample.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((3, 4, 2), rng=np.random.default_rng(0))
    >>> {name: a.shape for name, a in activations(net, np.ones((5, 3))).items()}
    {'dense1': (5, 4), 'dense2': (5, 2)}
    """
    signals = inputs_of_layers(net, x)
    of_weights = [s for n, s in zip(net.layers, signals, strict=False) if n in net.weights]
    return dict(zip(net.weights, [*of_weights[1:], signals[-1]], strict=True))
