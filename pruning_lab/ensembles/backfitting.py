"""Reduce-error with backfitting: whoever joined early may be exchanged later."""

import numpy as np
from numpy.typing import ArrayLike

from pruning_lab.arrays import checked_whole
from pruning_lab.ensembles.ballots import Ballots, Integers, checked_size, counted


def reduce_error_backfitted(
    outputs: ArrayLike, y: ArrayLike, size: int, *, sweeps: int = 100
) -> Integers:
    """Group of `size` members, each exchanged while that leaves fewer errors [Margineantu1997]_.

    After each member that joins, from the third on, all are revisited in turn: a member leaves
    if another from outside makes the group err less. Errors on these samples never rise by an
    exchange; on other samples they may. Groups of different sizes need not hold each other.

    Parameters
    ----------
    outputs : votes (members, n), or probabilities (members, n, classes), on held-out samples
    y : (n,) labels, of the kind of the votes; for probabilities column numbers
    size : how many members to keep
    sweeps : how often at most the group is gone through after a member joined

    Raises
    ------
    ValueError
        If outputs and labels do not fit, or `size` or `sweeps` is no such number.

    Examples
    --------
    >>> reduce_error_backfitted([[1, 1, 0], [0, 1, 1], [1, 1, 1]], [0, 1, 1], 2)
    array([1, 2])
    """
    ballots = counted(outputs, y)
    size, sweeps = checked_size(size, len(ballots.shares)), checked_whole(sweeps, "sweeps")
    group: list[int] = []
    while len(group) < size:
        group.append(_joins(ballots, group))
        for _ in range(sweeps if len(group) > 2 else 0):
            exchanged = _swept(ballots, group)
            if exchanged == group:
                break
            group = exchanged
    return np.array(group)


def _swept(ballots: Ballots, group: list[int]) -> list[int]:
    """Group in which each member in turn was exchanged if another one helps more."""
    for place in range(len(group)):
        others = group[:place] + group[place + 1 :]
        rival = _joins(ballots, others)
        exchanged = [*group[:place], rival, *group[place + 1 :]]
        if _hits(ballots, exchanged) > _hits(ballots, group):
            group = exchanged
    return group


def _joins(ballots: Ballots, group: list[int]) -> int:
    """Who helps a group most; on a tie the first."""
    hits = ballots.hits_with_each(ballots.shares[group].sum(axis=0))
    hits[group] = -1
    return int(hits.argmax())


def _hits(ballots: Ballots, group: list[int]) -> int:
    return int(ballots.hits(ballots.shares[group].sum(axis=0)))
