"""Demo: raise the price of a leaf, and watch branches fall from a tree."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.teaching.demos.noisy_trees import Trial, along
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.tree_curves import prices
from pruning_lab.trees import weakest_links

ALPHAS = (0, 0.003, 0.005, 0.006, 0.007, 0.008, 0.01, 0.012, 0.015, 0.02, 0.04, 0.1, 0.3)
Worth = Mapping[str, NDArray[Any]]  # as `along` gives it


def describe(share: float, alpha: float, leaves: tuple[int, int], worth: Worth, place: int) -> str:
    """Say the state in two sentences.

    Parameters
    ----------
    leaves : of the tree that is drawn, full-grown and at this price
    worth : of all trees
    place : of the price in `worth`
    """
    grown, left = leaves
    test, train = (float(worth[part][:, place].mean()) for part in ("test", "train"))
    before = float(worth["test"][:, 0].mean())
    branches = f"all {grown} leaves stay" if left == grown else f"{left} of {grown} leaves are left"
    if left == 1:
        branches = f"nothing is left of {grown} leaves but the root"
    wrong = "No label is wrong" if share == 0 else f"{percent(share)} of the labels are wrong"
    return (
        f"{wrong}, a leaf costs {alpha:g}: {branches}. On average over {len(worth['test'])} trees, "
        f"{percent(train, 1)} of the training labels are met and {percent(test, 1)} of the test "
        f"samples are right ({percent(before, 1)} before pruning)."
    )


def demo(trials: Mapping[float, Sequence[Trial]], names: tuple[str, ...]) -> Explorer:
    """Explorer over the share of wrong labels and the price of a leaf.

    Parameters
    ----------
    trials : by share of wrong labels, rising; the first tree of each is drawn
    names : of the classes
    """
    shares, alphas = list(trials), np.array(ALPHAS)
    worth = {share: along(group, ALPHAS) for share, group in trials.items()}
    links = {share: weakest_links(group[0].tree) for share, group in trials.items()}

    def nearest(values: Any, value: float) -> int:
        return int(np.argmin(np.abs(np.asarray(values) - value)))

    def render(share: float, alpha: float) -> Figure:
        group, place = shares[nearest(shares, share)], nearest(alphas, alpha)
        curves = [
            Curve("training", worth[group]["train"], style.SECOND, dashed=True),
            Curve("test", worth[group]["test"], style.KEPT),
        ]
        tree = trials[group][0].tree
        return prices(tree, links[group] <= alphas[place], names, ALPHAS, curves, place)

    def caption(share: float, alpha: float) -> str:
        group, place = shares[nearest(shares, share)], nearest(alphas, alpha)
        leaves = trials[group][0].tree.leaves, int(worth[group]["leaves"][0, place])
        return describe(group, ALPHAS[place], leaves, worth[group], place)

    return Explorer(
        render,
        {"share": [float(s) for s in shares], "alpha": [float(a) for a in ALPHAS]},
        caption,
        title="A tree, and the price of its leaves",
        labels={"share": "Wrong labels", "alpha": "Price of a leaf, α"},
        text={"share": percent, "alpha": lambda alpha: f"{alpha:g}"},
        start={"share": 0.2},
    )
