"""Curvature: second derivatives of the loss by the weights, exact, without the whole Hessian."""

import numpy as np

from pruning_lab.arrays import Array, Weights, check_alike
from pruning_lab.criteria.recordings import check_network, inputs_of_layers
from pruning_lab.network import Dense, Network, ReLU, softmax
from pruning_lab.network.loss import Labels, cross_entropy_slope


def diagonal_hessian(net: Network, x: Array, y: Labels) -> dict[str, Array]:
    r"""Second derivative of the loss by each weight, for `obd` [LeCun1989]_.

    The logits are a straight line in any one weight (between the kinks of ReLU), so that
    the diagonal of the Hessian is that of the Gauss-Newton matrix, without approximation:
    :math:`h = \frac1n \sum J^\top (\mathrm{diag}(p) - p p^\top) J`, J being the derivative of the
    logits by the weight. It is never negative and takes one backward pass a class.

    Parameters
    ----------
    net : dense layers and ReLU in a row
    x : (n, fan_in)
    y : (n,) labels; they do not matter to the result, but to whether it is meant

    Returns
    -------
    dict
        Same keys and shapes as the weights.

    Raises
    ------
    ValueError
        If the network has other layers, or `x` or `y` does not fit it.

    Examples
    --------
    >>> net = Network({"only": Dense(np.zeros((2, 1)), np.zeros(2))})
    >>> diagonal_hessian(net, np.array([[2.0]]), np.array([0]))
    {'only': array([[1.],
           [1.]])}
    """
    _check_plain(net)
    net.checked_labels(net.checked_inputs(x), y)
    *inputs, logits = inputs_of_layers(net, x)
    layers = list(zip(net.layers.items(), inputs, strict=True))
    curvatures = {name: np.zeros_like(w) for name, w in net.weights.items()}
    for slope in _root_of_curvature(softmax(logits)):
        for (name, layer), signal in reversed(layers):
            if isinstance(layer, Dense):
                curvatures[name] += np.square(slope).T @ np.square(signal)
            slope = layer.backward(signal, slope)
    return {name: h / len(logits) for name, h in curvatures.items()}


def _root_of_curvature(p: Array) -> Array:
    """S (classes, n, classes): of each sample the sum over c of S[c] S[c]' is diag(p) - p p'."""
    roots = np.sqrt(p)
    root: Array = np.eye(p.shape[1], dtype=p.dtype)[:, None] * roots
    root -= roots.T[:, :, None] * p
    return root


def hessian_product(net: Network, x: Array, y: Labels, direction: Weights) -> dict[str, Array]:
    r"""Hessian of the loss times a direction in weight space, :math:`H v` [Pearlmutter1994]_.

    The derivative of the gradient along `direction`, exactly, in about two passes: every
    number carries its rate of change along. Biases stay put. For `grasp`, the direction is
    the gradient.

    Parameters
    ----------
    net : dense layers and ReLU in a row
    x : (n, fan_in)
    y : (n,) labels
    direction : same keys and shapes as the weights

    Returns
    -------
    dict
        Same keys and shapes as the weights.

    Raises
    ------
    ValueError
        If the network has other layers, or something does not fit it.

    Examples
    --------
    >>> net = Network({"only": Dense(np.zeros((2, 1)), np.zeros(2))})
    >>> direction = {"only": np.array([[1.0], [0.0]])}
    >>> hessian_product(net, np.array([[2.0]]), np.array([0]), direction)
    {'only': array([[ 1.],
           [-1.]])}
    """
    _check_plain(net)
    y = net.checked_labels(net.checked_inputs(x), y)
    check_alike(direction, net.weights, what="direction", like="network")
    along = {name: v.astype(net.dtype, copy=False) for name, v in direction.items()}
    *inputs, logits = inputs_of_layers(net, x)
    *rates, rate = _rates_of_change(net, inputs, along)
    p, slope = softmax(logits), cross_entropy_slope(logits, y)  # (n, classes)
    change = p * (rate - (p * rate).sum(axis=1, keepdims=True)) / len(p)  # of the slope
    products = {}
    for (name, layer), signal, rate in reversed(
        list(zip(net.layers.items(), inputs, rates, strict=True))
    ):
        change_back = layer.backward(signal, change)
        if isinstance(layer, Dense):
            products[name] = change.T @ signal + slope.T @ rate
            change_back = change_back + slope @ along[name]
        slope, change = layer.backward(signal, slope), change_back
    return {name: products[name] for name in net.weights}


def _rates_of_change(net: Network, inputs: list[Array], along: Weights) -> list[Array]:
    """Rate of change of each layer's input, and of the logits, as the weights move."""
    rates = [np.zeros_like(inputs[0])]
    for (name, layer), signal in zip(net.layers.items(), inputs, strict=True):
        if isinstance(layer, Dense):
            rates.append(rates[-1] @ layer.weights.T + signal @ along[name].T)
        else:  # ReLU passes a rate on as it passes a slope back
            rates.append(layer.backward(signal, rates[-1]))
    return rates


def _check_plain(net: Network) -> None:
    check_network(net)
    for name, layer in net.layers.items():
        if type(layer) not in (Dense, ReLU):
            raise ValueError(
                f"curvature is known for networks of Dense and ReLU; {name!r} is "
                f"{type(layer).__name__}. Compute it with automatic differentiation instead."
            )
