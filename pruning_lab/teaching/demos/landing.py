"""The first screen of the book: a network reads a digit while its edges go, smallest first."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import digits
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune

from ..explorer import Explorer
from ..figures.drawn_network import draw_curve, drawn_network
from ..figures.style import percent

SPARSITIES = [*(round(0.05 * step, 2) for step in range(20)), 0.98]


@dataclass(frozen=True, eq=False)
class Reading:
    """What a network answers after one cut, with nothing trained again.

    Parameters
    ----------
    mask : which edges are left.
    probabilities : (digits, classes).
    """

    mask: Mask
    probabilities: Array

    @property
    def answers(self) -> NDArray[np.int64]:
        """The most likely class of each digit, (digits,)."""
        return np.asarray(self.probabilities.argmax(axis=1))


def read(net: Network, x: Array, sparsity: float) -> Reading:
    """Return the answers without the smallest weights."""
    pruned, mask = prune(net, magnitude, sparsity)
    return Reading(mask, softmax(pruned(x)))


def softmax(logits: Array) -> Array:
    """Return probabilities, (n, classes), each row adding up to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def typical(right: NDArray[np.bool_]) -> int:
    """Return the first digit whose first wrong reading comes when the median digit's does.

    Parameters
    ----------
    right : (readings, digits), whether each reading of each digit is right.

    Examples
    --------
    >>> typical(np.array([[0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0, 1, 0, 0, 1]], dtype=bool))
    2
    """
    breaks = np.where(right.all(axis=0), len(right), right.argmin(axis=0))
    median = np.sort(breaks)[len(breaks) // 2]
    return int(np.flatnonzero(breaks == median)[0])


class Landing:
    """The numbers behind the first screen: a network, test digits, and a typical one of them.

    Parameters
    ----------
    net : trained, with 64 inputs.
    x : (n, 64) test digits.
    y : (n,) their labels.
    """

    def __init__(self, net: Network, x: Array, y: NDArray[np.int64]) -> None:
        self.net, self.x, self.y = net, x, y
        right = np.stack([read(net, x, sparsity).answers == y for sparsity in SPARSITIES])
        self.accuracies = right.mean(axis=1)
        self.shown = typical(right)

    def render(self, sparsity: float) -> Figure:
        """Draw the network, its answer to the typical digit, and the accuracy on all of them."""
        reading, shown = read(self.net, self.x, sparsity), self.shown
        figure, below = drawn_network(
            self.net.weights,
            reading.mask,
            self.x[shown],
            reading.probabilities[shown],
            label=int(self.y[shown]),
        )
        here = float((reading.answers == self.y).mean())
        name = f"all {len(self.y)} test digits: {percent(here)} right"
        draw_curve(below, SPARSITIES, self.accuracies, (sparsity, here), name)
        return figure

    def describe(self, sparsity: float) -> str:
        """Say how much is gone, how this digit is read, and how all of them are."""
        reading = read(self.net, self.x, sparsity)
        edges = sum(keep.size for keep in reading.mask.values())
        gone = edges - sum(int(keep.sum()) for keep in reading.mask.values())
        start = (
            f"{gone:,} of {edges:,} edges are gone." if gone else f"All {edges:,} edges are there."
        )
        answer, label = int(reading.answers[self.shown]), int(self.y[self.shown])
        verdict = "right" if answer == label else f"wrong, it is {label}"
        count = int((reading.answers == self.y).sum())
        return (
            f"{start} The network reads this digit as {answer}: {verdict}. "
            f"Of all {len(self.y)} test digits it reads {count} right "
            f"({percent(count / len(self.y))})."
        )

    def explorer(self) -> Explorer:
        """Return the demo."""
        return Explorer(
            self.render,
            {"sparsity": SPARSITIES},
            self.describe,
            title="A network reads a handwritten digit while its edges go",
            labels={"sparsity": "edges removed"},
            text={"sparsity": percent},
        )


def landing(*, rng: np.random.Generator) -> Landing:
    """Train a network that is small enough to draw whole."""
    data = digits(rng=rng)
    net = mlp((64, 24, 10), rng=rng)
    x, y = data.train.x, data.train.y
    net = train(net, x, y, epochs=100, learning_rate=3e-3, rng=rng)
    return Landing(net, data.test.x, data.test.y)
