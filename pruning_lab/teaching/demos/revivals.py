"""Demo: four programs that retrain a pruned network; in three of them the mask is lost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array, Bools, Mask, Weights
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset
from pruning_lab.masks import select
from pruning_lab.network.adam import Adam
from pruning_lab.teaching.demos.trials import RETRAINING_RATE, Run, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.revivals import revival
from pruning_lab.teaching.figures.style import percent

PROGRAMS = ("A", "B", "C", "D")
SPARSITY, BATCH = 0.9, 64
MARKS = (0, 1, 2, 5, 10, 17, 34, 51, 68, 85)  # steps; an epoch has 17
CORNER = (10, 40)


class History(NamedTuple):
    """What a program did to a network, step by step.

    Parameters
    ----------
    nonzero, accuracy : (steps + 1,)
    corners : at each of MARKS, where a corner of the first layer is not zero
    allowed : where that corner is kept by the mask
    """

    nonzero: Array
    accuracy: Array
    corners: list[Bools]
    allowed: Bools


def flat(weights: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """All weights in a row."""
    return np.concatenate([w.ravel() for w in weights.values()])


def shaped(vector: Array, like: Weights) -> dict[str, Array]:
    """Matrices from all weights in a row.

    Examples
    --------
    >>> shaped(np.array([1, 2]), {"w": np.zeros((2, 1))})
    {'w': array([[1],
           [2]])}
    """
    ends = np.cumsum([w.size for w in like.values()])[:-1]
    parts = np.split(vector, ends)
    return {name: p.reshape(w.shape) for (name, w), p in zip(like.items(), parts, strict=True)}


def batches(data: Dataset, epochs: int) -> Iterator[NDArray[np.int64]]:
    """Places of the samples of each step, in the same order for every program."""
    rng = np.random.default_rng(2019)
    for _ in range(epochs):
        order = rng.permutation(len(data.train.y))
        yield from (order[start : start + BATCH] for start in range(0, len(order), BATCH))


def retrain(run: Run, program: str, steps: int = MARKS[-1]) -> History:
    """History of a program: an epoch of dense training, a cut to 90 %, and then its own way.

    Biases rest, to keep the programs short.
    """
    net, data = run
    w = flat(net.weights)
    adam = Adam(w.size, w.dtype, RETRAINING_RATE)
    kept = np.ones(w.size, bool)
    mask: Mask = {}
    nonzero, accuracy, corners = [], [], []
    per_epoch = -(-len(data.train.y) // BATCH)
    for step, batch in enumerate(batches(data, 2 + steps // per_epoch), start=-per_epoch):
        if step == 0:
            mask = select(magnitude(shaped(w, net.weights)), SPARSITY)
            kept = flat(mask)
            w *= kept
        if step >= 0:
            now = shaped(w, net.weights)
            nonzero.append(np.count_nonzero(w) / w.size)
            accuracy.append(tested(net.with_weights(now), data))
            if step in MARKS:
                corners.append(corner(now) != 0)
        if step == steps:
            break
        here = net.with_weights(shaped(w, net.weights))
        g = flat(here.gradients(data.train.x[batch], data.train.y[batch]))
        if program == "A":
            g *= kept
        adam.step(w, g)
        if program == "C" or (program == "D" and (step + 1) % per_epoch == 0):
            w *= kept
    return History(np.array(nonzero), np.array(accuracy), corners, corner(mask))


def corner(matrices: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """A corner of the first layer, around the middle of its inputs."""
    first = next(iter(matrices.values()))
    rows, columns = CORNER
    return first[:rows, 8 : 8 + columns]


def compute(runs: Sequence[Run], steps: int = MARKS[-1]) -> dict[str, list[History]]:
    """Histories of every program on every network."""
    return {program: [retrain(run, program, steps) for run in runs] for program in PROGRAMS}


def describe(step: int, histories: Sequence[History]) -> str:
    """Say how many weights are not zero, and what is read."""
    share = np.array([history.nonzero[step] for history in histories])
    read = np.array([history.accuracy[step] for history in histories])
    when = "Right after the cut" if step == 0 else f"After {step} step{'s' * (step > 1)}"
    return (
        f"{when}, {percent(share.mean(), 1)} of the weights are not zero; "
        f"{percent(1 - SPARSITY)} should be. The five networks read {percent(read.mean(), 1)}."
    )


def demo(histories: Mapping[str, Sequence[History]]) -> Explorer:
    """Explorer over the program and the number of steps.

    Parameters
    ----------
    histories : of every program, the first network's corner is drawn
    """
    marks = [mark for mark in MARKS if mark < len(histories["A"][0].nonzero)]

    def nearest(step: float) -> int:
        return min(marks, key=lambda mark: abs(mark - step))

    def render(program: str, step: float) -> Figure:
        each = histories[program]
        place = nearest(step)
        first = each[0]
        return revival(
            first.corners[marks.index(place)],
            first.allowed,
            np.array([history.nonzero for history in each]),
            np.array([history.accuracy for history in each]),
            place,
            1 - SPARSITY,
        )

    def caption(program: str, step: float) -> str:
        return f"Program {program}. {describe(nearest(step), histories[program])}"

    return Explorer(
        render,
        {"program": list(PROGRAMS), "step": marks},
        caption,
        title="Four programs, one of which keeps the mask",
        labels={"program": "Program", "step": "Steps of retraining"},
        text={"step": lambda step: f"{step:g}"},
        start={"step": 1},
    )
