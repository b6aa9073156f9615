"""Demo: one cut for the whole network, or one for each layer."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.masks import select, sparsity_by_layer
from pruning_lab.network import Network
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.scopes import scope as scope_figure
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Everything, Layer

SCOPES = {"global": Everything(), "per layer": Layer()}
COLORS = {"global": style.KEPT, "per layer": style.SECOND}


def compute(net: Network, sparsity: float, scope: str) -> Mask:
    """Return the mask by magnitude whose weights competed in this scope."""
    return select(magnitude(net), sparsity, scope=SCOPES[scope])


def lines(cut: Mapping[str, Array], retrained: Mapping[str, Array]) -> dict[str, list[Curve]]:
    """Curves of each scope (as cut, retrained), and of the random baseline."""
    pairs = {
        name: [
            Curve("", cut[name], COLORS[name], label_at=(0, 0), faint=True),
            Curve(name, retrained[name], COLORS[name]),
        ]
        for name in SCOPES
    }
    return {"random": [Curve("random", retrained["random"], style.RANDOM, dashed=True)], **pairs}


def describe(
    mask: Mask, scope: str, sparsity: float, accuracies: tuple[float, float], other: float
) -> str:
    """Say what stays in each layer, and what it costs.

    Parameters
    ----------
    accuracies : of this scope as cut and retrained
    other : of the other scope retrained
    """
    stays = [percent(1 - gone, 1) for gone in sparsity_by_layer(mask).values()]
    rival = next(name for name in SCOPES if name != scope)
    return (
        f"At {percent(sparsity)} sparsity, {scope}, the layers keep {', '.join(stays[:-1])} and "
        f"{stays[-1]} of their weights. Accuracy is {percent(accuracies[0], 1)} right after the "
        f"cut and {percent(accuracies[1], 1)} after retraining ({rival}: {percent(other, 1)})."
    )


def demo(
    net: Network,
    sparsities: Sequence[float],
    cut: Mapping[str, Array],
    retrained: Mapping[str, Array],
) -> Explorer:
    """Explorer over scope and sparsity.

    Parameters
    ----------
    net : its weights fill the histograms
    sparsities : (points,) rising from 0, below 1
    cut : test accuracies (seeds, points) right after the cut, 'global' and 'per layer'
    retrained : likewise after retraining, and 'random'
    """
    curves = lines(cut, retrained)
    every = [curve for pair in curves.values() for curve in pair]
    dense = float(cut["global"][:, 0].mean())

    def render(scope: str, sparsity: float) -> Figure:
        mask = compute(net, sparsity, scope)
        return scope_figure(net.weights, mask, np.asarray(sparsities), every, dense, curves[scope])

    def caption(scope: str, sparsity: float) -> str:
        def at(accuracy: Array) -> float:
            return float(np.interp(sparsity, sparsities, accuracy.mean(axis=0)))

        rival = next(name for name in SCOPES if name != scope)
        pair = at(cut[scope]), at(retrained[scope])
        mask = compute(net, sparsity, scope)
        return describe(mask, scope, sparsity, pair, at(retrained[rival]))

    return Explorer(
        render,
        {"scope": list(SCOPES), "sparsity": [float(s) for s in sparsities]},
        caption,
        title="One cut for all layers, or one for each",
        labels={"scope": "Weights compete", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.9},
    )
