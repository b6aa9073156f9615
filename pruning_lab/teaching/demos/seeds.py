"""Demo: the same comparison with one, three, five and ten seeds."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.teaching.demos.intervals import Interval, paired
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.seeds import comparison
from pruning_lab.teaching.figures.style import percent

COUNTS = ("1", "3", "5", "10")


def by_seed(table: Mapping[str, NDArray[Any]], criterion: str, column: str = "accuracy") -> Array:
    """One column of a table of experiments, (seeds, sparsities), both rising.

    Parameters
    ----------
    table : as `experiments.run` returns it
    criterion : whose rows
    column : what was measured

    Examples
    --------
    >>> table = {"criterion": np.array(["a", "a"]), "sparsity": np.array([0.5, 0.5]),
    ...          "seed": np.array([1, 0]), "accuracy": np.array([0.9, 0.8])}
    >>> by_seed(table, "a")
    array([[0.8],
           [0.9]])
    """
    rows = table["criterion"] == criterion
    seeds, sparsities = table["seed"][rows], table["sparsity"][rows]
    order = np.lexsort((sparsities, seeds))
    values: Array = table[column][rows][order]
    return values.reshape(len(np.unique(seeds)), -1)


def chosen(first: int, count: int, total: int) -> NDArray[np.int64]:
    """The seeds from the first on, going round after the last, (count,).

    Examples
    --------
    >>> chosen(9, 3, 10).tolist()
    [9, 0, 1]
    """
    return (first + np.arange(count)) % total


def spread(differences: Array) -> list[Interval]:
    """Interval at each sparsity, of differences (seeds, sparsities); none for a single seed."""
    return [paired(column) for column in differences.T] if len(differences) > 1 else []


def describe(seeds: Sequence[int], total: int, sparsities: Sequence[float], gap: Array) -> str:
    """Say who is ahead where, and what the intervals leave open.

    Parameters
    ----------
    seeds : which are shown
    total : how many there are
    gap : (seeds, sparsities) magnitude less random, as shares
    """
    names = ", ".join(map(str, seeds))
    if len(seeds) == total:
        who = f"All {total} seeds, counted from seed {seeds[0]}"
    else:
        who = f"Seed {names} alone" if len(seeds) == 1 else f"Seeds {names}"
    means = gap.mean(axis=0)
    behind = [percent(s) for s, m in zip(sparsities, means, strict=True) if m < -1e-9]
    level = [percent(s) for s, m in zip(sparsities, means, strict=True) if abs(m) <= 1e-9]
    verdict = f"random is ahead at {_listed(behind)}" if behind else "random is nowhere ahead"
    if level:
        verdict += f", level at {_listed(level)}"
    words = (
        f"{who}: {verdict}. Magnitude less random is {100 * means[0]:+.1f} points at "
        f"{percent(sparsities[0])} and {100 * means[-1]:+.1f} at {percent(sparsities[-1])}."
    )
    if len(seeds) == 1:
        return f"{words} One seed has no spread: nothing here warns you."
    unsure = [
        percent(s) for s, each in zip(sparsities, spread(gap), strict=True) if each.holds_zero
    ]
    where = f"contains zero at {_listed(unsure)}" if unsure else "contains zero nowhere"
    return f"{words} The 95\u202f% interval {where}."


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def demo(sparsities: Sequence[float], ours: Array, lot: Array, dense: Array) -> Explorer:
    """Explorer over how many seeds are looked at, and which.

    Parameters
    ----------
    sparsities : (points,) rising
    ours, lot : (seeds, points) test accuracies by magnitude and at random; seeds are pairs
    dense : (seeds,) of the networks that were not pruned and trained as long
    """
    total = len(ours)

    def seeds(count: str, first: float) -> NDArray[np.int64]:
        return chosen(round(first), min(int(count), total), total)

    def render(count: str, first: float) -> Figure:
        which = seeds(count, first)
        gaps = (ours - lot)[which]
        return comparison(
            np.asarray(sparsities), ours[which], lot[which], dense[which], spread(gaps)
        )

    def caption(count: str, first: float) -> str:
        which = seeds(count, first)
        return describe(which.tolist(), total, sparsities, (ours - lot)[which])

    return Explorer(
        render,
        {"count": list(COUNTS), "first": list(range(total))},
        caption,
        title="One comparison, more and more seeds",
        labels={"count": "Seeds", "first": "Beginning with seed"},
        text={"first": lambda first: f"{first:g}"},
    )
