"""From a mask to a network that is really smaller: fewer numbers, the same function."""

import numpy as np

from pruning_lab.arrays import Bools, Mask, check_mask
from pruning_lab.compaction.rows import RowPlan, width_of
from pruning_lab.compaction.units import Place, Units
from pruning_lab.network import Flatten, Network
from pruning_lab.network.rows import parts_of


def compact(network: Network, mask: Mask) -> Network:
    """Network without its dead units, which computes the same as the masked one.

    Neurons, channels and heads go if nothing reads them, or if they hold a constant, which
    joins the bias of those that read it: ``relu(bias)`` of a neuron without inputs. Residual
    blocks go if they add nothing but a constant. Removing one may kill another, and all of
    these go at once: what is known runs forward through all layers, what is needed runs back.

    What cannot go stays and computes the same. Single weights leave no hole; a unit of a
    residual stream stays as long as any block reads or writes it; a constant channel stays if
    a convolution that pads reads it, unless it is 0; inputs stay (see `compact_inputs`); and a
    layer that lost every unit keeps one.

    Parameters
    ----------
    network : with any layers of `pruning_lab.network`
    mask : what is kept; the weights of the network itself need not be 0

    Raises
    ------
    ValueError
        If the mask does not fit, a layer is unknown, or no layer with weights is left.

    Examples
    --------
    >>> from pruning_lab.network import mlp
    >>> net = mlp((4, 8, 2), rng=np.random.default_rng(0))
    >>> mask = {name: np.ones(w.shape, bool) for name, w in net.weights.items()}
    >>> mask["dense1"][:3] = False
    >>> compact(net, mask)
    Network(layers={'dense1': Dense(4 -> 5), 'relu1': ReLU(), 'dense2': Dense(5 -> 2)})
    """
    plan = _plan(network, mask)
    return _built(plan, np.ones_like(plan.before.known))[0]


def compact_inputs(network: Network, mask: Mask) -> tuple[Network, Bools]:
    """Network that takes only the inputs it uses, and which those are.

    Parameters
    ----------
    network, mask : as in `compact`

    Returns
    -------
    network
        Takes ``x[:, used]``, or ``x[..., used]`` for tokens (n, length, width).
    used
        (inputs,), True for features, or channels, that are still read; at least one.

    Raises
    ------
    ValueError
        As in `compact`; also if the network flattens its input first.

    Examples
    --------
    >>> from pruning_lab.network import Dense
    >>> net = Network({"only": Dense(np.ones((2, 3)), np.zeros(2))})
    >>> compact_inputs(net, {"only": np.array([[True, False, True]] * 2)})
    (Network(layers={'only': Dense(2 -> 2)}), array([ True, False,  True]))
    """
    plan = _plan(network, mask)
    if isinstance(next(iter(network.layers.values())), Flatten):
        raise ValueError(
            "the inputs of a network that flattens first have no columns to leave out; "
            "hand it flat rows, x.reshape(len(x), -1), and leave the Flatten out."
        )
    return _built(plan, plan.needs(np.ones_like(plan.after.known))[0])


def _built(plan: RowPlan, inputs: Bools) -> tuple[Network, Bools]:
    """Network of which at least these inputs are present, and which are."""
    everything = np.ones_like(plan.after.known)
    places = plan.places(inputs, Place(everything, everything))
    layers = plan.rebuild(places)
    if not parts_of(layers):
        raise ValueError(
            "no layer with weights would be left: every block adds nothing under this mask. "
            "Keep a weight, or use the data as it is."
        )
    return Network(layers), places[0].present


def _plan(network: Network, mask: Mask) -> RowPlan:
    if not isinstance(network, Network):
        raise ValueError(
            f"compact takes a Network; got {type(network).__name__}. A model of PyTorch "
            "has a compact of its own in pruning_lab.adapters.torch_compaction."
        )
    check_mask(mask, network.weights, like="network")
    width = width_of(list(network.layers.values()), "the input")
    return RowPlan(network.layers, mask, Units.open(width, network.dtype))
