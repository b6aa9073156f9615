"""Demo: four questions, each a switch, whose answers make a method with a measured result."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Mask, Scores
from pruning_lab.criteria import magnitude, random, snip
from pruning_lab.datasets import Dataset, digits
from pruning_lab.masks import apply, select
from pruning_lab.measure import accuracy
from pruning_lab.network import Network, mlp, train
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.matrices import matrices
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Everything, Layer, Row, Single

SPARSITY = 0.75
HIDDEN = ("dense1", "dense2")  # 64 x 64 each: 128 rows of 64 weights; the last layer stays whole
EPOCHS, AGAIN = 20, 10  # of training, and of retraining
WHAT = {"single weights": Single(), "neurons": Row()}
SCORE = ("by lot", "by size", "by data")
WHEN = ("before training", "after training", "after, then retrained")
WIDE = {"in the whole network": Everything(), "in each layer": Layer()}


class Choice(NamedTuple):
    """An answer to each of the four questions."""

    what: str
    score: str
    when: str
    wide: str


EVERY = [Choice(*answers) for answers in product(WHAT, SCORE, WHEN, WIDE)]

NAMES = {
    Choice("single weights", "by size", WHEN[2], "in the whole network"): (
        "magnitude pruning with retraining"
    ),
    Choice("single weights", "by size", WHEN[2], "in each layer"): (
        "magnitude pruning, a threshold a layer, as Han and others (2015) did in several rounds"
    ),
    Choice("single weights", "by data", WHEN[0], "in the whole network"): (
        "SNIP, by Lee and others (2019)"
    ),
    Choice("neurons", "by data", WHEN[1], "in the whole network"): (
        "of the family of Mozer and Smolensky (1988)"
    ),
    Choice("neurons", "by size", WHEN[2], "in each layer"): (
        "what Li and others (2017) do to the filters of a layer"
    ),
    Choice("neurons", "by data", WHEN[2], "in the whole network"): (
        "of the family of Molchanov and others (2017)"
    ),
}


def name(choice: Choice) -> str:
    """Name of a method, if it has one."""
    if choice.score == "by lot":
        return "a random baseline"
    return NAMES.get(choice, "no name that we know of")


class Run(NamedTuple):
    """One network before and after training, and its data."""

    start: Network
    trained: Network
    data: Dataset


def further(net: Network, data: Dataset, epochs: int, mask: Mask | None = None) -> Network:
    """Network after some more epochs, always in the same order of the samples."""
    rng = np.random.default_rng(1989)
    x, y = data.train.x, data.train.y
    return train(net, x, y, epochs=epochs, learning_rate=3e-3, batch_size=128, rng=rng, mask=mask)


def run(*, rng: np.random.Generator) -> Run:
    """Split, start and train one network of 64, 64, 64 and 10 units."""
    data = digits(rng=rng)
    start = mlp((64, 64, 64, 10), rng=rng)
    return Run(start, further(start, data, EPOCHS), data)


def scores(net: Network, data: Dataset, score: str) -> Scores:
    """Return scores of the two hidden layers: lots, sizes, or |weight x gradient| on the data."""
    if score == "by lot":
        found = random(net, rng=np.random.default_rng(7))
    elif score == "by size":
        found = magnitude(net)
    else:
        found = snip(net.weights, net.gradients(data.train.x, data.train.y))
    return {layer: found[layer] for layer in HIDDEN}


def mask_of(choice: Choice, run: Run) -> Mask:
    """Mask of a choice; the last layer is kept whole."""
    net = run.start if choice.when == WHEN[0] else run.trained
    chosen = select(
        scores(net, run.data, choice.score),
        SPARSITY,
        granularity=WHAT[choice.what],
        scope=WIDE[choice.wide],
    )
    return {layer: chosen.get(layer, np.ones(w.shape, bool)) for layer, w in net.weights.items()}


def result(choice: Choice, run: Run) -> float:
    """Test accuracy in the end."""
    mask = mask_of(choice, run)
    if choice.when == WHEN[0]:
        net = further(run.start, run.data, EPOCHS + AGAIN, mask)
    else:
        net = run.trained.with_weights(apply(run.trained.weights, mask))
        if choice.when == WHEN[2]:
            net = further(net, run.data, AGAIN, mask)
    return tested(net, run.data)


def tested(net: Network, data: Dataset) -> float:
    """Accuracy on the test part."""
    return accuracy(net, data.test.x, data.test.y)


@dataclass(frozen=True, eq=False)
class Results:
    """What every choice came to.

    Parameters
    ----------
    by_choice : choice -> (runs,) test accuracies
    dense : (runs,) of the whole network, trained for as long as the pruned ones in all
    small : (runs,) of a network of 64, 16, 16 and 10 units, trained for as long
    """

    by_choice: dict[Choice, Array]
    dense: Array
    small: Array


def measured(runs: Sequence[Run]) -> Results:
    """Results of all choices and of two rivals that are not pruned."""
    found = {choice: np.array([result(choice, each) for each in runs]) for choice in EVERY}
    dense = [tested(further(each.start, each.data, EPOCHS + AGAIN), each.data) for each in runs]
    small = [
        tested(further(mlp((64, 16, 16, 10), rng=rng), each.data, EPOCHS + AGAIN), each.data)
        for each, rng in ((each, np.random.default_rng(i)) for i, each in enumerate(runs))
    ]
    return Results(found, np.array(dense), np.array(small))


def describe(choice: Choice, results: Results) -> str:
    """Say which method it is, and what it came to."""
    here = results.by_choice[choice]
    return (
        f"{choice.what.capitalize()}, {choice.score}, {choice.when}, compared "
        f"{choice.wide}: {name(choice)}. With {percent(1 - SPARSITY)} of the hidden weights left, "
        f"accuracy is {percent(here.mean(), 1)} (five networks: {percent(here.min())} to "
        f"{percent(here.max())}). Unpruned, trained as long: {percent(results.dense.mean(), 1)}."
    )


def demo(shown: Run, results: Results) -> Explorer:
    """Explorer over the four questions.

    Parameters
    ----------
    shown : the network whose masks are drawn
    results : of all choices
    """
    masks = {choice: mask_of(choice, shown) for choice in EVERY}

    def render(what: str, score: str, when: str, wide: str) -> Figure:
        here = Choice(what, score, when, wide)
        rows = {
            time: [(c.what == "neurons", results.by_choice[c]) for c in EVERY if c.when == time]
            for time in WHEN
        }
        place = [c for c in EVERY if c.when == when].index(here)
        corner = {
            f"a corner of layer {i}": masks[here][layer][:24, :24]
            for i, layer in enumerate(HIDDEN, 1)
        }
        return matrices(corner, rows, (when, place), float(results.dense.mean()))

    def caption(what: str, score: str, when: str, wide: str) -> str:
        return describe(Choice(what, score, when, wide), results)

    return Explorer(
        render,
        {"what": list(WHAT), "score": list(SCORE), "when": list(WHEN), "wide": list(WIDE)},
        caption,
        title="Four questions make a method",
        labels={
            "what": "What goes?",
            "score": "Which ones?",
            "when": "When?",
            "wide": "Who competes with whom?",
        },
        start={"what": "single weights", "score": "by size", "when": WHEN[1]},
    )
