"""SynFlow: how much of a network's flow passes through a weight, without any data."""

from itertools import pairwise

import numpy as np

from pruning_lab.arrays import Array, HasWeights, Weights, weights_of


def synflow(weights: Weights | HasWeights) -> dict[str, Array]:
    r"""Score by share of the synaptic flow, :math:`|w| \, \partial R / \partial |w|` over R.

    [Tanaka2020]_: :math:`R = 1^\top (\prod_l |W_l|) \, 1` sends ones through a network that has
    only absolute weights. What flows through a layer is R for every layer, so that the shares
    of each layer sum to 1; R itself overflows in deep networks. For what is no plain chain of
    layers, hand gradients of R to `taylor`.

    Asked once it empties layers too. The paper prunes in many steps (its algorithm 1), and so
    keeps a path: ``prune_in_steps(net, synflow, iterative(0.99, 100), steps=100)``.

    Parameters
    ----------
    weights : name -> (fan_out, fan_in), or a model that has such weights; in the order of the
        data, each layer feeding the next

    Returns
    -------
    Scores
        The same keys and shapes, float64; never negative, and all 0 if nothing flows.

    Raises
    ------
    ValueError
        If there are no weights, one is no matrix, or two neighbours do not fit.

    Examples
    --------
    >>> synflow({"a": np.array([[1.0], [-3.0]]), "b": np.array([[1.0, 1.0]])})
    {'a': array([[0.25],
           [0.75]]), 'b': array([[0.25, 0.75]])}
    """
    matrices = weights_of(weights)
    _check_chain(matrices)
    sizes = [_scaled(np.abs(w.astype(np.float64))) for w in matrices.values()]
    arriving: list[Array] = [np.ones(sizes[0].shape[1])]  # at each layer, up to a factor
    for w in sizes[:-1]:
        arriving.append(_scaled(w @ arriving[-1]))
    leaving: list[Array] = [np.ones(len(sizes[-1]))]  # from each layer on, likewise
    for w in sizes[:0:-1]:
        leaving.insert(0, _scaled(leaving[0] @ w))
    return {
        name: _shares(w * there[:, None] * here)
        for name, w, here, there in zip(matrices, sizes, arriving, leaving, strict=True)
    }


def _scaled(flow: Array) -> Array:
    """Flow over its largest part: a common factor of a layer changes no share."""
    largest = flow.max()
    with np.errstate(invalid="ignore"):  # inf / inf is NaN, which `select` refuses
        return flow / largest if largest else flow


def _shares(flow: Array) -> Array:
    total = flow.sum()
    shares: Array = flow / total if total else flow
    return shares


def _check_chain(weights: Weights) -> None:
    for before, after in pairwise(weights):
        outputs, inputs = len(weights[before]), weights[after].shape[1]
        if outputs != inputs:
            raise ValueError(
                f"synflow needs a chain of layers, but {before!r} has {outputs} outputs and "
                f"{after!r} takes {inputs} inputs. Hand gradients of the flow to taylor instead."
            )
