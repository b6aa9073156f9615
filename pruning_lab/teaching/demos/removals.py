"""Demo: choose a score, and see what it says beside what the loss really did."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Weights
from pruning_lab.criteria import diagonal_hessian, input_norms, wanda
from pruning_lab.network import Network
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.histograms import flat
from pruning_lab.teaching.figures.removals import AXES, removals
from pruning_lab.teaching.figures.style import percent

SCORES = tuple(AXES)


class Removals(NamedTuple):
    """What happened when groups of weights were set to zero, one group at a time.

    Parameters
    ----------
    true : (groups,) change of the loss
    said : score -> (groups,) what it says of each group: the sum over its weights. Of slope
        and curvature that is a change of the loss, with its sign; the others have other units
    """

    true: Array
    said: dict[str, Array]


def in_double(net: Network) -> Network:
    """Same network in float64: single weights move the loss by less than float32 can tell."""
    return net.with_weights({name: w.astype(np.float64) for name, w in net.weights.items()})


def without(net: Network, places: NDArray[np.int64]) -> Network:
    """Network without the weights at these places of all its weights in reading order."""
    weights, start = {}, 0
    for name, matrix in net.weights.items():
        here = places[(places >= start) & (places < start + matrix.size)] - start
        weights[name] = matrix.copy()
        weights[name].flat[here] = 0
        start += matrix.size
    return net.with_weights(weights)


def says(net: Network, x: Array, y: NDArray[np.int64]) -> dict[str, Array]:
    """What each score says of every single weight, (weights,) in reading order."""
    w, g = flat(net.weights), flat(net.gradients(x, y))
    slope, curvature = -g * w, flat(diagonal_hessian(net, x, y)) * w**2 / 2
    everything = (np.abs(w), flat(wanda(net, input_norms(net, x))), slope, curvature)
    return dict(zip(SCORES, (*everything, slope + curvature), strict=True))


def compute(
    net: Network,
    x: Array,
    y: NDArray[np.int64],
    sizes: Sequence[int],
    *,
    groups: int,
    rng: np.random.Generator,
) -> dict[int, Removals]:
    """Removals of groups drawn by lot, for each size of a group.

    Parameters
    ----------
    net : in float64
    sizes : how many weights go together
    groups : how many groups of each size
    """
    dense, said = net.loss(x, y), says(net, x, y)
    every = sum(matrix.size for matrix in net.weights.values())
    results = {}
    for size in sizes:
        lots = [rng.choice(every, size, replace=False) for _ in range(groups)]
        true = np.array([without(net, lot).loss(x, y) - dense for lot in lots])
        sums = {name: np.array([each[lot].sum() for lot in lots]) for name, each in said.items()}
        results[size] = Removals(true, sums)
    return results


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's rank correlation; equals share their mean rank.

    Examples
    --------
    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 40.0, 90.0]))
    1.0
    """
    return round(float(np.corrcoef(_ranks(a), _ranks(b))[0, 1]), 12)


def _ranks(values: Array) -> Array:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Array = (np.cumsum(counts) - (counts - 1) / 2)[which]
    return ranks


def lowest(scores: Weights, share: float) -> NDArray[np.int64]:
    """Places of the lowest-scoring share of all weights, in reading order."""
    values = flat(scores)
    return np.argsort(values, kind="stable")[: round(share * values.size)]


def describe(score: str, size: int, seen: Removals) -> str:
    """Say how well the score ranks the removals, and how near it comes where it may be near."""
    said, true = np.abs(seen.said[score]), np.abs(seen.true)
    many = "1 weight goes" if size == 1 else f"{size:,} weights go together"
    words = (
        f"{many}, {len(true)} times over. Between what {score} says and the size of the true "
        f"change of the loss the rank correlation is {rank_correlation(said, true):.2f}. "
    )
    if AXES[score].is_loss:
        inside = (said > 0) & (true > 0)
        ratio = float(np.median(true[inside] / said[inside]))
        words += f"The true change is {ratio:.1f} times the predicted one, in the middle case. "
    return words + f"In {percent(float(np.mean(seen.true < 0)))} of the cases the loss fell."


def demo(seen: Mapping[int, Removals]) -> Explorer:
    """Explorer over the score and how many weights go together."""

    def nearest(together: float) -> int:
        return min(seen, key=lambda size: abs(size - together))

    def render(score: str, together: float) -> Figure:
        each = seen[nearest(together)]
        return removals(each.said[score], each.true, AXES[score])

    def caption(score: str, together: float) -> str:
        size = nearest(together)
        return describe(score, size, seen[size])

    return Explorer(
        render,
        {"score": list(SCORES), "together": [int(size) for size in seen]},
        caption,
        title="What a score says, and what the loss does",
        labels={"score": "Score", "together": "Weights removed together"},
        text={"together": lambda size: f"{size:,.0f}"},
    )
