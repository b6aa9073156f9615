"""Demo: the same line of code called several times, as torch counts and as this library counts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools, Mask
from pruning_lab.criteria import magnitude
from pruning_lab.masks import apply, select
from pruning_lab.network import Network
from pruning_lab.pruning import prune
from pruning_lab.teaching.demos.trials import Run, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.calls import calls as draw
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent

MOST = 5  # calls
AMOUNTS: tuple[str, ...] = ("0.2", "0.5", "0.8", "2000")


def goes(amount: float, left: int) -> int:
    """How many of the weights that are left one call of ``torch.nn.utils.prune`` takes.

    A float is a share of what is left, an int a count: 1.0 is everything, 1 is one weight.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1, or a count is negative or more than is left.

    Examples
    --------
    >>> goes(0.5, 10), goes(0.5, 5), goes(1, 5), goes(1.0, 5)
    (5, 2, 1, 5)
    """
    if isinstance(amount, float) and not 0 <= amount <= 1:
        raise ValueError(f"a share is between 0 and 1; got {amount}. For a count, give an int.")
    if isinstance(amount, int) and not 0 <= amount <= left:
        raise ValueError(f"a count is from 0 to the {left} that are left; got {amount}.")
    return amount if isinstance(amount, int) else round(amount * left)


def as_torch(net: Network, amount: float, count: int) -> list[Mask]:
    """Masks after 0, 1, … calls of torch's global magnitude pruning, for weights without ties."""
    row = np.concatenate([w.ravel() for w in net.weights.values()])
    order, gone = np.argsort(np.abs(row), kind="stable"), 0
    masks: list[Mask] = [_folded(np.ones(row.size, bool), net)]
    for _ in range(count):
        gone += goes(amount, row.size - gone)
        kept = np.ones(row.size, bool)
        kept[order[:gone]] = False
        masks.append(_folded(kept, net))
    return masks


def as_here(net: Network, amount: float, count: int) -> list[Mask]:
    """Masks after 0, 1, … calls of `prune` with the same share of all the weights."""
    total = sum(w.size for w in net.weights.values())
    share = amount / total if isinstance(amount, int) else amount
    masks: list[Mask] = [select(magnitude(net), 0.0)]
    for _ in range(count):
        net, mask = prune(net, magnitude, share)
        masks.append(mask)
    return masks


def _folded(kept: Bools, net: Network) -> Mask:
    """One row of booleans in the shapes of the weights."""
    shapes = {name: w.shape for name, w in net.weights.items()}
    ends = np.cumsum([w.size for w in net.weights.values()])[:-1]
    parts = np.split(kept, ends)
    return {
        name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


class Calls(NamedTuple):
    """What 0 to `MOST` calls leave.

    Parameters
    ----------
    left : (2, calls + 1) weights left: as torch counts, as this library counts
    accuracy : (2, networks, calls + 1) on test digits
    """

    left: Array
    accuracy: Array


def compute(runs: Sequence[Run], amount: float, count: int = MOST) -> Calls:
    """Call both up to `count` times on every network."""
    left, accuracy = [], []
    for way in (as_torch, as_here):
        masks = [way(net, amount, count) for net, _ in runs]
        left.append([sum(int(m.sum()) for m in mask.values()) for mask in masks[0]])
        accuracy.append(
            [
                [tested(net.with_weights(apply(net.weights, mask)), data) for mask in row]
                for row, (net, data) in zip(masks, runs, strict=True)
            ]
        )
    return Calls(np.array(left), np.array(accuracy))


def describe(amount: str, count: int, found: Calls) -> str:
    """Say what is left and how well it reads."""
    times = "once" if count == 1 else f"{count} times" if count else "not yet"
    what = f"share {amount}" if "." in amount else f"count {int(amount):,}"
    total = int(found.left[0, 0])
    said = [
        f"{name} leaves {int(left[count]):,} of {total:,} weights "
        f"({percent(1 - left[count] / total, 1)} pruned), {percent(row[:, count].mean(), 1)} right "
        f"({percent(row[:, count].min())} to {percent(row[:, count].max())})"
        for name, left, row in zip(("torch", "this library"), *found, strict=True)
    ]
    return f"Called {times} with the {what}: {'; '.join(said)}."


def demo(found: Mapping[str, Calls]) -> Explorer:
    """Explorer over the amount and the number of calls.

    Parameters
    ----------
    found : amount, as it is written -> what `compute` found
    """

    def render(amount: str, calls: float) -> Figure:
        here = found[amount]
        curves = [
            Curve("torch", here.accuracy[0], style.WARN),
            Curve("this library", here.accuracy[1], style.KEPT, dashed=True),
        ]
        return draw(here.left, curves, _whole(calls))

    def caption(amount: str, calls: float) -> str:
        return describe(amount, _whole(calls), found[amount])

    return Explorer(
        render,
        {"amount": list(found), "calls": list(range(MOST + 1))},
        caption,
        title="One line of code, called again",
        labels={"amount": "amount", "calls": "Calls"},
        start={"amount": "0.5", "calls": 1},
    )


def _whole(calls: float) -> int:
    return min(MOST, round(calls))
