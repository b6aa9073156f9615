"""Demo: a boosted ensemble, and how many of its rounds stay."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.datasets.dataset import Dataset, Split
from pruning_lab.teaching.demos import noisy_trees
from pruning_lab.teaching.demos.ledgers import ledger
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.rounds import rounds as drawn
from pruning_lab.teaching.figures.style import percent

ROWS = (800, 270, 3000)  # to train on, held out, to test


class Run(NamedTuple):
    """What the first 1, 2, … rounds of one boosted ensemble get right, (rounds,) each.

    Parameters
    ----------
    train, held, test : accuracies
    loss : on the held-out rows, to choose by
    """

    train: Array
    held: Array
    test: Array
    loss: Array

    @property
    def chosen(self) -> int:
        """How many rounds the held-out loss would keep."""
        return int(self.loss.argmin()) + 1


def spoiled(share: float, seed: int) -> Dataset:
    """Three parts of a made-up table; labels to learn from are partly wrong, those to test true."""
    rng = np.random.default_rng(seed)
    clean = Dataset(*(Split(*ledger(n, rng=rng)) for n in ROWS))
    return noisy_trees.spoiled(clean, share, rng=rng)


def staged(model: Any, data: Dataset) -> Run:
    """Ask a fitted boosted ensemble after each of its rounds.

    Parameters
    ----------
    model : with ``staged_predict_proba``, of two classes
    """
    parts = (data.train, data.validation, data.test)
    said = [np.array([p[:, 1] for p in model.staged_predict_proba(part.x)]) for part in parts]
    train, held, test = (
        ((p > 0.5) == part.y).mean(axis=1) for p, part in zip(said, parts, strict=True)
    )
    given = np.where(data.validation.y == 1, said[1], 1 - said[1])
    return Run(train, held, test, -np.log(np.clip(given, 1e-12, 1)).mean(axis=1))


def describe(share: float, kept: int, runs: Sequence[Run]) -> str:
    """Say the state in three sentences."""
    train, held, test = (
        np.array([getattr(run, part)[kept - 1] for run in runs])
        for part in ("train", "held", "test")
    )
    last = np.mean([run.test[-1] for run in runs])
    chosen = sorted(run.chosen for run in runs)
    labels = "All labels are right" if share == 0 else f"{percent(share)} of the labels are wrong"
    rounds = f"{kept} of {len(runs[0].test)} rounds stay" if kept > 1 else "One round stays"
    if kept == len(runs[0].test):
        rounds = f"All {kept} rounds stay"
    beside = "" if kept == len(runs[0].test) else f"; all rounds get {percent(last, 1)}"
    return (
        f"{labels}. {rounds}: {percent(train.mean(), 1)} of the training labels, "
        f"{percent(held.mean(), 1)} of the held-out labels and {percent(test.mean(), 1)} of the "
        f"test rows are right ({percent(test.min(), 1)} to {percent(test.max(), 1)}){beside}. "
        f"The held-out loss would keep {chosen[0]} to {chosen[-1]}."
    )


def demo(runs: Mapping[float, Sequence[Run]], kept: Sequence[int]) -> Explorer:
    """Explorer over wrong labels and the rounds that stay.

    Parameters
    ----------
    runs : by share of wrong labels, the last one shown first
    kept : rising numbers of rounds, the last all
    """
    shares = {percent(share): share for share in runs}

    def nearest(rounds: float) -> int:
        return min(kept, key=lambda each: abs(each - rounds))

    def render(share: str, rounds: float) -> Figure:
        found = runs[shares[share]]
        train, held, test = (
            np.array([getattr(run, part) for run in found]) for part in ("train", "held", "test")
        )
        at = nearest(rounds)
        return drawn(train, held, test, [run.chosen for run in found], at)

    def caption(share: str, rounds: float) -> str:
        return describe(shares[share], nearest(rounds), runs[shares[share]])

    return Explorer(
        render,
        {"share": list(shares), "rounds": [int(each) for each in kept]},
        caption,
        title="Rounds of a boosted ensemble",
        labels={"share": "Wrong labels", "rounds": "Rounds kept"},
        start={"share": list(shares)[-1], "rounds": int(kept[-1])},
    )
