"""Demo: the place of the cliff, found by halving, in ten networks that differ in their seed."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.criteria import magnitude
from pruning_lab.datasets.dataset import Split
from pruning_lab.measure import accuracy
from pruning_lab.network import Network
from pruning_lab.pruning import prune
from pruning_lab.teaching.demos.trials import Run
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.cliffs import cliffs
from pruning_lab.teaching.figures.style import percent

Bracket: TypeAlias = tuple[float, float]  # holds, falls
ALLOWED, TRIES = 0.05, 7  # accuracy that may be lost; halvings


class Search(NamedTuple):
    """Where the cliffs of several networks are, after each try.

    Parameters
    ----------
    brackets : (tries + 1, networks, 2) highest sparsity that held, lowest that fell
    lost : (tries + 1, networks) test points lost if all are cut where the best one still held
    """

    brackets: Array
    lost: Array


def halve(holds: Callable[[float], bool], tries: int) -> list[Bracket]:
    """Brackets around the place where something stops to hold.

    The first is from before any try, the others from after each.

    Examples
    --------
    >>> halve(lambda sparsity: sparsity < 0.6, 3)
    [(0.0, 1.0), (0.5, 1.0), (0.5, 0.75), (0.5, 0.625)]
    """
    low, high = 0.0, 1.0
    found = [(low, high)]
    for _ in range(tries):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
        found.append((low, high))
    return found


def cut(net: Network, part: Split, sparsity: float) -> float:
    """Accuracy of a network right after a cut by magnitude."""
    return accuracy(prune(net, magnitude, sparsity)[0], part.x, part.y)


def search(runs: Sequence[Run], tries: int = TRIES, allowed: float = ALLOWED) -> Search:
    """Halve in every network, on validation digits; then ask test digits about the best place.

    Parameters
    ----------
    runs : trained networks with their data
    tries : halvings of each
    allowed : accuracy that may be lost
    """
    found = []
    for net, data in runs:
        floor = accuracy(net, data.validation.x, data.validation.y) - allowed
        found.append(
            halve(lambda s, n=net, d=data, f=floor: cut(n, d.validation, s) >= f, tries)  # type: ignore[misc]
        )
    brackets = np.array(found).transpose(1, 0, 2)
    whole = np.array([cut(net, data.test, 0.0) for net, data in runs])
    lost = [
        whole - [cut(net, data.test, float(held[:, 0].max())) for net, data in runs]
        for held in brackets
    ]
    return Search(brackets, 100 * np.array(lost))


def describe(name: str, found: Search, tries: int) -> str:
    """Say where the cliffs are, how sure that is, and what the best network's place costs."""
    held, lost = found.brackets[tries, :, 0], found.lost[tries]
    half = 100 * (found.brackets[tries, 0, 1] - found.brackets[tries, 0, 0])
    if not tries:
        return f"{name}, nothing tried yet: each of the {len(held)} cliffs may be anywhere."
    start = f"{name}, {tries} tries each" if tries > 1 else f"{name}, one try each"
    fallen = int(np.sum(lost > 100 * ALLOWED + 1e-9))
    return (
        f"{start}: the cliffs begin between {percent(held.min())} and {percent(held.max())}, "
        f"each known to within {half:.3g} points. Cut all of them to {percent(held.max())}, and "
        f"{fallen} of {len(held)} lose more than {100 * ALLOWED:.0f} points; the worst loses "
        f"{lost.max():.0f}."
    )


def demo(searches: Mapping[str, Search]) -> Explorer:
    """Explorer over the width of the network and the number of tries.

    Parameters
    ----------
    searches : name of a kind of network -> where the cliffs are
    """
    tries = len(next(iter(searches.values())).brackets)

    def render(width: str, tried: float) -> Figure:
        found, place = searches[width], min(round(tried), tries - 1)
        return cliffs(found.brackets[place], found.lost[place], 100 * ALLOWED)

    def caption(width: str, tried: float) -> str:
        return describe(width, searches[width], min(round(tried), tries - 1))

    return Explorer(
        render,
        {"width": list(searches), "tried": list(range(tries))},
        caption,
        title="Where ten networks fall off",
        labels={"width": "Hidden neurons", "tried": "Tries"},
        text={"tried": lambda tried: f"{tried:g}"},
    )
