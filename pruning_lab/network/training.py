"""Training: one flat vector of parameters, and the network as views of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Mask, Number, check_mask, check_rng, checked_whole
from pruning_lab.network.adam import Adam
from pruning_lab.network.loss import Labels
from pruning_lab.network.network import Network

Views = Mapping[str, tuple[Array, Array]]  # name -> the two arrays of a part


def train(
    net: Network,
    x: Array,
    y: Labels,
    *,
    epochs: int,
    rng: np.random.Generator,
    learning_rate: float = 1e-3,
    batch_size: int = 64,
    mask: Mask | None = None,
    weight_decay: float = 0.0,
) -> Network:
    """Network after some epochs of Adam on the cross entropy; `net` itself stays as it is.

    Parameters
    ----------
    net : where to start
    x : (n, fan_in), or what the first layer takes
    y : (n,) labels
    epochs : passes over the data; 0 only applies the mask
    rng : shuffles the data, and drops blocks where LayerDrop asks for it
    learning_rate : of Adam [Kingma2015]_
    batch_size : samples a step
    mask : weights that are False are 0 before, during and after
    weight_decay : times the learning rate, the share that every weight loses before each step,
        decoupled from the gradient [Loshchilov2019]_; biases, scales and shifts lose nothing

    Raises
    ------
    ValueError
        If shapes, labels or the mask do not fit, a number is out of its range, `x` is not finite
        or the network has fewer than 32 bits.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((200, 2)).astype(np.float32)
    >>> y = (x.sum(axis=1) > 0).astype(int)
    >>> net = mlp((2, 8, 2), rng=rng)
    >>> trained = train(net, x, y, epochs=50, rng=rng)
    >>> trained.loss(x, y) < net.loss(x, y)
    True
    """
    x, y = net.checked_inputs(x), net.checked_labels(x, y)
    epochs = checked_whole(epochs, "epochs", least=0)
    batch_size = checked_whole(batch_size, "batch_size")
    if not isinstance(learning_rate, Number) or not 0 < learning_rate < np.inf:
        raise ValueError(f"learning_rate must be above 0; got {learning_rate!r}. Try 1e-3.")
    if not isinstance(weight_decay, Number) or not 0 <= weight_decay * learning_rate < 1:
        raise ValueError(
            "weight_decay times learning_rate is a share, at least 0 and below 1; got "
            f"{weight_decay!r} and {learning_rate!r}. Try 0.1."
        )
    check_rng(rng)
    parameters, kept = _flat(net), _flat_mask(net, mask)
    left = None if weight_decay == 0 else 1 - learning_rate * weight_decay
    shrink = None if left is None else _spread(net, dict.fromkeys(net.weights, left))
    if parameters.dtype.itemsize < 4:  # Adam's epsilon would be 0, and 0 / 0 no number
        raise ValueError(f"training needs 32 bits; got {net.dtype}. Write net.astype(np.float32).")
    if not np.isfinite(x).all():
        raise ValueError("x holds NaN or infinity, from which nothing is learnt. Fill the gaps.")
    if kept is not None:
        parameters[kept == 0] = 0
    views = _views(net, parameters)
    working = net.with_parts({n: part.with_parameters(*views[n]) for n, part in net.parts.items()})
    gradient, plain = np.empty_like(parameters), net.is_plain
    slots = _views(net, gradient)
    adam = Adam(parameters.size, parameters.dtype, learning_rate)
    for batch in _batches(len(x), epochs, batch_size, rng):
        acting = working
        if not plain:
            acting = working.in_training(rng=rng)
            gradient.fill(0)  # a dropped block yields none
        for name, part, inputs, slope in acting.backpropagate(x[batch], y[batch]):
            part.gradients(inputs, slope, out=slots[name])
        if kept is not None:
            gradient *= kept
        if shrink is not None:
            parameters *= shrink
        adam.step(parameters, gradient)
    return working.settled(x) if epochs else working


def _batches(
    n: int, epochs: int, size: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield places of samples, shuffled anew for each epoch."""
    for _ in range(epochs):
        order = rng.permutation(n)
        yield from (order[start : start + size] for start in range(0, n, size))


def _flat(net: Network) -> Array:
    """Copy of all parameters in a row: weights and bias of each part in turn."""
    return np.concatenate(
        [array.ravel() for part in net.parts.values() for array in part.parameters]
    )


def _flat_mask(net: Network, mask: Mask | None) -> Array | None:
    """1 for what may change and 0 for what is pruned, in the order of `_flat`."""
    if mask is None:
        return None
    check_mask(mask, net.weights, like="network")
    return _spread(net, mask)


def _spread(net: Network, values: Mapping[str, Any]) -> Array:
    """These values at the weights of each part and 1 elsewhere, in the order of `_flat`."""
    flat = np.ones(sum(a.size for p in net.parts.values() for a in p.parameters), net.dtype)
    views = _views(net, flat)
    for name, value in values.items():
        views[name][0][...] = value
    return flat


def _views(net: Network, vector: Array) -> Views:
    """Places of each part's two arrays in a vector like `_flat`."""
    views, start = {}, 0
    for name, part in net.parts.items():
        first, second = part.parameters
        middle = start + first.size
        end = middle + second.size
        views[name] = (vector[start:middle].reshape(first.shape), vector[middle:end])
        start = end
    return views
