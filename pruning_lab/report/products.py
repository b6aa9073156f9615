"""Products of inputs with a pruned matrix: dense, and sparse with its zeros left out."""

from collections.abc import Callable

import numpy as np

from pruning_lab.arrays import Array, as_floats
from pruning_lab.network import Dense, Network
from pruning_lab.storage import CSR

Product = Callable[[Array], Array]  # (n, fan_in) -> (n, fan_out)
FEW = 8  # samples; below, one long sum a sample is faster than one product a row


def dense_product(weights: Array) -> Product:
    """Product ``x @ weights.T``: zeros are multiplied like any number.

    Examples
    --------
    >>> dense_product(np.array([[0.0, 2.0]]))(np.array([[5.0, 7.0]]))
    array([[14.]])
    """
    return lambda x: x @ weights.T


def csr_product(weights: Array) -> Product:
    """Product with the nonzero weights only, in plain numpy; they are sorted out once, before.

    It computes what compiled sparse libraries do, at numpy's cost for each row: one that calls
    compiled code breaks even earlier. With scipy that is
    ``lambda w: (lambda x, m=csr_array(w): (m @ x.T).T)``.

    Parameters
    ----------
    weights : (fan_out, fan_in)

    Returns
    -------
    Product
        From x (n, fan_in) to (n, fan_out).

    Examples
    --------
    >>> csr_product(np.array([[0.0, 2.0], [0.0, 0.0]]))(np.array([[5.0, 7.0]]))
    array([[14.,  0.]])
    """
    csr = CSR.encode(as_floats(weights))
    values, columns = csr.values, csr.columns.astype(np.intp)
    starts = csr.starts.astype(np.intp)
    alive = np.flatnonzero(np.diff(starts))  # rows that have weights

    def few(x: Array) -> Array:
        y = np.zeros((len(x), csr.shape[0]), np.result_type(values, x))
        if len(alive) > 0:
            for i, sample in enumerate(x):
                y[i, alive] = np.add.reduceat(values * sample[columns], starts[alive])
        return y

    def many(x: Array) -> Array:
        inputs = np.ascontiguousarray(x.T)  # (fan_in, n): what a weight needs is one row
        y = np.zeros((csr.shape[0], len(x)), np.result_type(values, x))
        for row in alive:
            part = slice(starts[row], starts[row + 1])
            y[row] = values[part] @ inputs[columns[part]]
        return y.T

    return lambda x: few(x) if len(x) < FEW else many(x)


def sparse_network(
    network: Network, *, product: Callable[[Array], Product] = csr_product
) -> Product:
    """The same network as a function to logits, its dense layers computed by sparse products.

    Convolutions, and what lies within blocks, compute as they do in the network.

    Parameters
    ----------
    network : pruned, or there is nothing to leave out
    product : prepares the product of inputs with weights (fan_out, fan_in)

    Examples
    --------
    >>> net = Network({"only": Dense(np.array([[0.0, 2.0]]), np.array([1.0]))})
    >>> sparse_network(net)(np.array([[5.0, 7.0]]))
    array([[15.]])
    """
    products = {
        name: product(layer.weights)
        for name, layer in network.layers.items()
        if isinstance(layer, Dense)
    }

    def logits(x: Array) -> Array:
        x = network.checked_inputs(x)
        for name, layer in network.layers.items():
            if isinstance(layer, Dense):
                rows = products[name](x.reshape(-1, x.shape[-1]))  # (n * places, fan_out)
                x = rows.reshape(*x.shape[:-1], len(layer.bias)) + layer.bias
            else:
                x = layer.forward(x)
        return x

    return logits


def check_same(one: Array, other: Array, *, what: str) -> None:
    """Refuse numbers that differ by more than rounding: nobody is fast by doing less.

    Examples
    --------
    >>> check_same(np.ones(2), np.zeros(2), what="a product")
    Traceback (most recent call last):
        ...
    ValueError: a product must compute the same, ...; it is off by 1 where numbers of shape (2,) ...
    """
    highest = np.abs(other[np.isfinite(other)]).max(initial=0)
    if one.shape != other.shape or not np.allclose(one, other, rtol=1e-3, atol=1e-3 * highest):
        with np.errstate(invalid="ignore"):  # infinite less infinite
            off = f"{np.abs(one - other).max():.3g}" if one.shape == other.shape else "its shape"
        raise ValueError(
            f"{what} must compute the same, in less time or more; it is off by {off} where "
            f"numbers of shape {other.shape} reach {highest:.3g}. Were both made from the same "
            "weights?"
        )
