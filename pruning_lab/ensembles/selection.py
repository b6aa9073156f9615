"""Greedy selection with replacement: a member may join more than once, which is its weight."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pruning_lab.arrays import Array, checked_whole
from pruning_lab.ensembles.ballots import WHOLE, Integers, checked_size, counted

# from mean probabilities (n, classes) and column numbers (n,) to a number; high is good
Goodness = Callable[[Array, Integers], float]


def greedy_with_replacement(
    outputs: ArrayLike,
    y: ArrayLike,
    steps: int,
    *,
    start: int = 0,
    goodness: Goodness | None = None,
) -> Integers:
    """Members that join one after the other, each the best addition; some repeat [Caruana2004]_.

    Give it probabilities. Hard votes tie so often that few different members are ever picked.
    Fits the samples it selects on, the more so the longer: a `start` of a few best members
    and many held-out samples help.

    Parameters
    ----------
    outputs : probabilities (members, n, classes), or votes (members, n), on held-out samples
    y : (n,) column numbers; for votes labels of their kind
    steps : how many join, repetitions counted; `start` among them
    start : how many of the individually best members join at first, unquestioned
    goodness : from mean probabilities (n, classes) and column numbers (n,) to a number, high is
        good, such as minus the cross entropy; None counts right samples

    Returns
    -------
    members
        (steps,), in order of joining. ``np.bincount(members)`` gives weights; `accuracy_by_size`
        takes it as it is. On a tie the first member joins.

    Raises
    ------
    ValueError
        If outputs and labels do not fit, a number is out of range, or goodness is NaN.

    Examples
    --------
    >>> outputs = [[[0.9, 0.1], [0.6, 0.4]], [[0.4, 0.6], [0.3, 0.7]]]
    >>> greedy_with_replacement(outputs, [0, 1], 3)
    array([0, 1, 1])
    """
    ballots = counted(outputs, y)
    steps = checked_whole(steps, "steps")
    start = checked_whole(start, "start", least=0) and checked_size(start, len(ballots.shares))
    if start > steps:
        raise ValueError(f"start is among the steps; got {start} of {steps}. Take more steps.")
    unit = 1 / WHOLE if np.ndim(outputs) == 3 else 1.0
    alone = _values(ballots.shares, unit, ballots.truth, goodness)
    chosen: list[int] = np.argsort(-alone, kind="stable")[:start].tolist()
    total: Integers = ballots.shares[chosen].sum(axis=0)
    while len(chosen) < steps:
        share = unit / (len(chosen) + 1)
        values = _values(total + ballots.shares, share, ballots.truth, goodness)
        chosen.append(int(values.argmax()))
        total = total + ballots.shares[chosen[-1]]
    return np.array(chosen)


def _values(
    totals: Integers, unit: float, truth: Integers, goodness: Goodness | None
) -> NDArray[np.float64]:
    """How good each candidate's total is, (candidates,)."""
    if goodness is None:
        return np.asarray((totals.argmax(axis=2) == truth).sum(axis=1), np.float64)
    values: NDArray[Any] = np.array([goodness(total * unit, truth) for total in totals], np.float64)
    if np.isnan(values).any():
        raise ValueError("goodness is NaN; clip probabilities before taking a logarithm.")
    return values
