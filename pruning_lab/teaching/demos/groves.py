"""Demo: a forest with fewer trees and dearer leaves, and what is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.datasets.dataset import Split
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.groves import Gauge, groves
from pruning_lab.teaching.figures.style import percent
from pruning_lab.trees import Tree, cost_complexity, weakest_links
from pruning_lab.trees.tree import Nodes

ROUNDING = 1e-12  # prices that differ by less are equal


class Grove(NamedTuple):
    """A fitted forest and the samples that judge it.

    Parameters
    ----------
    trees : in the order in which they were grown, which is the order of a lot
    test : with true labels from 0 on
    """

    trees: list[Tree]
    test: Split


@dataclass(frozen=True, eq=False)
class Worth:
    """What forests of every size are worth at every price of a leaf, each (groves, sizes, prices).

    Parameters
    ----------
    accuracy : on the test samples, by mean class shares, as scikit-learn's forests answer
    nodes : of all trees together
    questions : that all trees together ask about one sample, on average
    """

    accuracy: Array
    nodes: Array
    questions: Array


def stops(tree: Tree, x: Array, prices: Sequence[float]) -> Nodes:
    """Node at which each sample stops at each price of a leaf, (prices, n), in one walk.

    Links never grow dearer on the way down, so a sample goes on as long as the price is lower
    than the link it has just passed: the same leaves as those of ``cost_complexity``.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> stops(small_tree(), np.ones((1, 2)), [0, 0.16, 0.2]).T
    array([[6, 4, 0]])
    """
    passed = np.full(tree.left.size, np.inf)
    inner = np.flatnonzero(~tree.is_leaf)
    links = weakest_links(tree)[inner]
    passed[tree.left[inner]] = passed[tree.right[inner]] = links
    found = np.zeros((len(prices), len(x)), np.intp)
    for rows, nodes in tree.visits(x):
        for place, price in enumerate(prices):
            on = passed[nodes] > price + ROUNDING
            found[place, rows[on]] = nodes[on]
    return found


def worth(groves_: Sequence[Grove], sizes: Sequence[int], prices: Sequence[float]) -> Worth:
    """Measure the first trees of each grove at every price.

    Parameters
    ----------
    sizes : rising numbers of trees, the last one all
    prices : of a leaf
    """
    found = np.array([_worth(grove, sizes, prices) for grove in groves_])
    return Worth(*np.moveaxis(found, 2, 0))


def _worth(grove: Grove, sizes: Sequence[int], prices: Sequence[float]) -> Array:
    """Accuracy, nodes and questions, (sizes, 3, prices)."""
    trees, (x, y) = grove.trees, (grove.test.x, grove.test.y)
    together: Array = np.zeros((len(prices), len(y), trees[0].values.shape[1]))
    size, found = np.zeros((2, len(prices))), []
    for count, tree in enumerate(trees, start=1):
        ends = stops(tree, x, prices)
        together = together + tree.values[ends]
        links = weakest_links(tree)[:, None] > np.array(prices) + ROUNDING
        size = size + np.array([1 + 2 * links.sum(axis=0), depths(tree)[ends].mean(axis=1)])
        if count in sizes:
            right = (together.argmax(axis=2) == y).mean(axis=1)
            found.append([right, *size])
    return np.array(found)


def depths(tree: Tree) -> Nodes:
    """How many questions lie above each node, (n,)."""
    found = np.zeros(tree.left.size, np.intp)
    for depth, level in enumerate(tree.levels):
        found[level] = depth
    return found


def right(trees: Sequence[Tree], part: Split) -> float:
    """Share of a part's labels that the trees give together, by their mean class shares."""
    together = sum(tree.values[tree.leaf_of(part.x)] for tree in trees)
    return float(np.mean(np.argmax(together, axis=1) == part.y))


def cut(trees: Sequence[Tree], price: float) -> list[Tree]:
    """Every tree pruned at the same price of a leaf."""
    return [cost_complexity(tree, price) for tree in trees]


def out_of_bag(
    trees: Sequence[Tree], drawn: Sequence[Nodes], part: Split, prices: Sequence[float]
) -> Array:
    """Share of its own training labels that a forest meets at each price, (prices,).

    Each sample is judged only by trees that it did not help to grow.

    Parameters
    ----------
    drawn : the rows that each tree was grown on
    part : the training part
    prices : of a leaf
    """
    together: Array = np.zeros((len(prices), len(part), trees[0].values.shape[1]))
    for tree, rows in zip(trees, drawn, strict=True):
        out = np.setdiff1d(np.arange(len(part)), rows)
        together[:, out] += tree.values[stops(tree, part.x[out], prices)]
    heard = together[0].any(axis=1)  # by one tree at least
    met: Array = (together[:, heard].argmax(axis=2) == part.y[heard]).mean(axis=1)
    return met


def price_within(trees: Sequence[Tree], nodes: int) -> float:
    """Lowest price of a leaf at which the trees together have at most so many nodes.

    A tree with q questions has 2q + 1 nodes, so the price is found by sorting, without a cut.

    Parameters
    ----------
    nodes : at least one for each tree

    Raises
    ------
    ValueError
        If not even bare roots fit.

    Examples
    --------
    >>> from pruning_lab.trees import small_tree
    >>> round(price_within([small_tree()] * 2, 10), 4)
    0.15
    """
    if nodes < len(trees):
        raise ValueError(f"{len(trees)} trees have at least as many nodes; got {nodes}.")
    links = np.concatenate([weakest_links(tree)[~tree.is_leaf] for tree in trees])
    dearest_first = np.sort(links)[::-1]
    most = (nodes - len(trees)) // 2  # questions that may stay
    return 0.0 if most >= links.size else max(0.0, float(dearest_first[most]))


def describe(state: tuple[float, int, float], found: Worth, at: tuple[int, int], size: int) -> str:
    """Say the state in three sentences.

    Parameters
    ----------
    state : share of wrong labels, trees, price
    found : of the groves with that share
    at : places of trees and price
    size : bytes of a node
    """
    share, trees, price = state
    accuracy, nodes = found.accuracy[:, *at], found.nodes[:, *at].mean()
    whole, before = found.accuracy[:, -1, 0].mean(), found.nodes[:, -1, 0].mean()
    labels = "All labels are right" if share == 0 else f"{percent(share)} of the labels are wrong"
    cost = "leaves cost nothing" if price == 0 else f"a leaf costs {price:g}"
    left = (
        f"{trees} tree{'s' * (trees > 1)}, {cost}: {nodes * size / 1e6:.2f} MB, "
        f"{percent(nodes / before, 1)} of the whole forest"
    )
    if nodes == before:
        left = f"The whole forest, {trees} trees: {nodes * size / 1e6:.2f} MB"
    change = 100 * (accuracy.mean() - whole)
    beside = "" if nodes == before else f", {change:+.1f} points against the whole"
    return (
        f"{labels}. {left}. It asks {found.questions[:, *at].mean():.0f} questions about a digit "
        f"and reads {percent(accuracy.mean(), 1)} ({percent(accuracy.min(), 1)} to "
        f"{percent(accuracy.max(), 1)}){beside}."
    )


def demo(
    worths: Mapping[float, Worth], sizes: Sequence[int], prices: Sequence[float], size: int
) -> Explorer:
    """Explorer over wrong labels, trees and the price of a leaf.

    Parameters
    ----------
    worths : by share of wrong labels, the last one shown first
    sizes : numbers of trees, rising, the last all of them
    prices : rising from 0
    size : bytes of a node
    """
    shares = {percent(share): share for share in worths}

    def nearest(values: Sequence[float], value: float) -> int:
        return int(np.argmin(np.abs(np.asarray(values) - value)))

    def places(share: str, trees: float, price: float) -> tuple[Worth, tuple[int, int]]:
        return worths[shares[share]], (nearest(sizes, trees), nearest(prices, price))

    def render(share: str, trees: float, price: float) -> Figure:
        found, at = places(share, trees, price)
        nodes, questions = (part.mean(axis=0) for part in (found.nodes, found.questions))
        gauges = [
            Gauge("bytes", nodes[at] / nodes[-1, 0], f"{nodes[at] * size / 1e6:.2f} MB"),
            Gauge("questions", questions[at] / questions[-1, 0], f"{questions[at]:.0f}"),
        ]
        return groves(gauges, nodes / nodes[-1, 0], found.accuracy, at)

    def caption(share: str, trees: float, price: float) -> str:
        found, at = places(share, trees, price)
        state = shares[share], sizes[at[0]], prices[at[1]]
        return describe(state, found, at, size)

    return Explorer(
        render,
        {
            "share": list(shares),
            "trees": [int(trees) for trees in sizes],
            "price": [float(price) for price in prices],
        },
        caption,
        title="A forest with fewer trees and dearer leaves",
        labels={"share": "Wrong labels", "trees": "Trees kept", "price": "Price of a leaf, α"},
        text={"price": lambda price: f"{price:g}"},
        start={"share": list(shares)[-1], "trees": int(sizes[-1])},
    )
