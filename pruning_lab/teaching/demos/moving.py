"""Demo: a network that read upright digits learns others, and is pruned on the way."""

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab import datasets
from pruning_lab.arrays import Array, Mask, Scores
from pruning_lab.criteria import magnitude, movement, random
from pruning_lab.datasets.dataset import Split
from pruning_lab.masks import LayerCollapseWarning, apply, select
from pruning_lab.measure import accuracy
from pruning_lab.network import Network, mlp, train
from pruning_lab.network.layers import Part
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import curves, style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent

MOVED, SIZE, LOT, DENSE = "movement", "magnitude", "by lot", "dense"
METHODS = (MOVED, SIZE, LOT)
TURNED, UPRIGHT = "lying on their side", "upright, as before"
EPOCHS = {"short: 12 epochs": 12, "long: 48 epochs": 48}
SPARSITIES = (0.8, 0.9, 0.95, 0.97, 0.98)
RATE, BATCH, EVERY, HELD = (
    0.05,
    32,
    10,
    0.7,
)  # when the sparsity has risen in full, as a share of the steps
FILE = "moving.csv"


class Row(NamedTuple):
    """One result of the study."""

    seed: int
    digits: str
    epochs: int
    sparsity: float
    method: str
    right: float


def pretrained(seed: int) -> tuple[Network, datasets.Dataset]:
    """Network of chapter 4, trained on upright digits, and these."""
    rng = np.random.default_rng(seed)
    data = datasets.digits(rng=rng)
    start = mlp((64, 100, 50, 10), rng=rng)
    return train(start, data.train.x, data.train.y, epochs=40, rng=rng), data


def shown(part: Split, digits: str) -> Array:
    """Images, (n, 64), upright or lying on their side."""
    if digits == UPRIGHT:
        return part.x
    return np.rot90(part.x.reshape(-1, 8, 8), axes=(1, 2)).reshape(-1, 64).copy()


def tuned(
    net: Network,
    x: Array,
    y: NDArray[np.int64],
    method: str,
    sparsity: float,
    *,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Network, Mask]:
    """Network after fine-tuning by plain gradient descent while ever more of it is pruned.

    The mask is drawn anew every few steps, from the scores so far, at a sparsity that rises
    by the cubic schedule [Zhu2018]_. A pruned weight rests, but its score goes on, so that it
    may come back: its gradient is that of the masked network, as in [Sanh2020]_. The network
    comes back with the values at which pruned weights rest, and beside it the mask.
    """
    lots = random(net, rng=rng)
    moved: Scores | None = None
    mask: Mask = {name: np.ones(w.shape, bool) for name, w in net.weights.items()}
    steps = epochs * (len(x) // BATCH)
    for step, batch in enumerate(_batches(len(x), epochs, rng)):
        if step % EVERY == 0 and method != DENSE:
            now = sparsity * (1 - max(0.0, 1 - step / (HELD * steps)) ** 3)
            first = moved or lots  # nothing has moved yet, and nothing is pruned
            mask = _select({MOVED: first, SIZE: magnitude(net), LOT: lots}[method], now)
        masked = net.with_weights(apply(net.weights, mask))
        slopes: dict[str, Array] = {}
        parts: dict[str, Part] = {}
        for name, part, inputs, slope in masked.backpropagate(x[batch], y[batch]):
            by_weights, by_bias = part.gradients(inputs, slope)
            slopes[name] = by_weights
            weights, bias = net.parts[name].parameters
            step_of = RATE * by_weights * mask[name]
            parts[name] = part.with_parameters(weights - step_of, bias - RATE * by_bias)
        moved = movement(net, {name: slopes[name] for name in net.weights}, before=moved)
        net = net.with_parts(parts)
    return net, mask


def _batches(n: int, epochs: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    for _ in range(epochs):
        order = rng.permutation(n)
        yield from (order[i : i + BATCH] for i in range(0, n - BATCH + 1, BATCH))


def _select(scores: Scores, sparsity: float) -> Mask:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LayerCollapseWarning)  # lots may empty a layer
        return select(scores, sparsity)


def result(
    run: tuple[Network, datasets.Dataset], seed: int, digits: str, epochs: int, sparsity: float,
    method: str,
) -> Row:  # fmt: skip
    """One trial."""
    net, data = run
    x, rng = shown(data.train, digits), np.random.default_rng(seed)
    after, mask = tuned(net, x, data.train.y, method, sparsity, epochs=epochs, rng=rng)
    small = after.with_weights(apply(after.weights, mask))
    right = accuracy(small, shown(data.test, digits), data.test.y)
    return Row(seed, digits, epochs, sparsity, method, right)


def study(
    seed: int,
    everyone: Sequence[str] = (TURNED, UPRIGHT),
    lengths: Sequence[int] = tuple(EPOCHS.values()),
    sparsities: Sequence[float] = SPARSITIES,
) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    run = pretrained(seed)
    for digits in everyone:
        for epochs in lengths:
            yield result(run, seed, digits, epochs, 0.0, DENSE)
            for sparsity in sparsities:
                for method in METHODS:
                    yield result(run, seed, digits, epochs, sparsity, method)


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), digits, int(epochs), float(sparsity), method, float(right))
        for seed, digits, epochs, sparsity, method, right in studies.lines(FILE)
    ]


def table(rows: Sequence[Row], digits: str, epochs: int) -> dict[str, Array]:
    """Method -> (seeds, sparsities); the dense network stands in every column."""
    here = [row for row in rows if (row.digits, row.epochs) == (digits, epochs)]
    found = {
        method: np.array(
            [[r.right for r in here if r.method == method and r.sparsity == s] for s in SPARSITIES]
        ).T
        for method in METHODS
    }
    dense = np.array([[r.right] for r in here if r.method == DENSE])
    return {DENSE: np.repeat(dense, len(SPARSITIES), axis=1), **found}


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the new digits, the length of the fine-tuning, and the sparsity."""
    lanes = {MOVED: style.KEPT, SIZE: style.SECOND, LOT: style.RANDOM}
    places = np.array(SPARSITIES)

    def at(found: Array, sparsity: float) -> Array:
        return np.array([np.interp(sparsity, places, each) for each in found])

    def render(digits: str, length: str, sparsity: float) -> Figure:
        found = table(rows, digits, EPOCHS[length])
        figure, (ax,) = style.canvas(3.6, left=0.6, right=1.1)
        lines = [
            Curve(name, found[name], color, dashed=name == LOT) for name, color in lanes.items()
        ]
        curves.accuracy_axis(ax)
        curves.draw(ax, places, lines)
        dense = float(found[DENSE].mean())
        ax.axhline(dense, color=style.INK, linewidth=1, label="dense")
        style.write(ax, 0.801, dense + 0.015, "dense, tuned as long", va="bottom")
        ax.set_xlim(0.8, 0.98)
        style.percents(ax, "x", (0.8, 0.9, 0.95, 0.98))
        ax.set_xlabel("weights pruned by the end")
        style.headline(ax, "Test accuracy on the new digits, five networks")
        curves.mark(ax, sparsity, float(at(found[MOVED], sparsity).mean()))
        return figure

    def caption(digits: str, length: str, sparsity: float) -> str:
        found = table(rows, digits, EPOCHS[length])
        means = {name: float(at(each, sparsity).mean()) for name, each in found.items()}
        ahead = at(found[MOVED], sparsity) - at(found[SIZE], sparsity)
        return (
            f"Digits {digits}, {EPOCHS[length]} epochs, {percent(sparsity)} pruned: movement "
            f"{percent(means[MOVED])}, magnitude {percent(means[SIZE])}, by lot "
            f"{percent(means[LOT])}; dense {percent(means[DENSE])}. Movement less magnitude, in "
            f"points, network by network: {', '.join(f'{100 * a:+.0f}' for a in ahead)}."
        )

    return Explorer(
        render,
        {"digits": [TURNED, UPRIGHT], "length": list(EPOCHS), "sparsity": list(SPARSITIES)},
        caption,
        title="Movement and magnitude, while a network learns something else",
        labels={"digits": "New digits", "length": "Fine-tuning", "sparsity": "Pruned by the end"},
        text={"sparsity": percent},
        start={"sparsity": 0.97},
    )
