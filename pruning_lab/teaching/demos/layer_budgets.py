"""Sensitivity of each layer to a cut, and a budget of multiplications shared out by it."""

from collections.abc import Mapping, Sequence

import numpy as np

from pruning_lab.arrays import Array
from pruning_lab.datasets import Tones
from pruning_lab.network import Network
from pruning_lab.teaching.demos import pitch, units

LEVELS = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875)  # share of a layer's channels that goes


def sensitivity(
    net: Network,
    scores: units.UnitScores,
    found: Tones,
    levels: Sequence[float] = LEVELS,
) -> dict[str, Array]:
    """Share of tones that is right if one layer alone loses channels.

    Parameters
    ----------
    net : the whole network
    scores : name of a layer -> (channels,), low goes first
    found : tones to hear
    levels : shares of the layer's channels that go

    Returns
    -------
    dict
        name of a layer -> (levels,)
    """
    return {
        name: np.array([pitch.right(cut(net, {name: values}, {name: s}), found) for s in levels])
        for name, values in scores.items()
    }


def cut(net: Network, scores: units.UnitScores, shares: Mapping[str, float]) -> Network:
    """Compacted network whose layers have lost these shares of their channels."""
    kept = {n: units.keep({n: scores[n]}, 1 - share)[n] for n, share in shares.items()}
    return units.without(net, kept)


def allocate(
    curves: Mapping[str, Array], whole: float, target: int, levels: Sequence[float] = LEVELS
) -> dict[str, float]:
    """Shares to take from each layer until so few multiplications are left.

    Step by step it takes the next level from the layer where a multiplication saved costs the
    least accuracy, as if the losses of single layers added up.

    Parameters
    ----------
    curves : name of a layer -> (levels,), share of tones right with this layer cut alone
    whole : share of tones right without a cut
    target : multiplications to reach

    Examples
    --------
    >>> flat, steep = np.full(7, 0.99), np.linspace(0.9, 0.1, 7)
    >>> curves = {"conv1": steep, "conv2": flat, **{f"conv{i}": flat for i in range(3, 7)}}
    >>> allocate(curves, 0.99, 20_000_000)["conv1"]
    0.0
    """
    names = list(curves)
    ladder = (0.0, *levels)
    losses = {n: np.maximum.accumulate([0.0, *(whole - curves[n])]) for n in names}
    step = dict.fromkeys(names, 0)
    while (now := pitch.multiplications(_widths(step, ladder))) > target:
        best = None
        for n in names:
            if step[n] == len(levels):
                continue
            saved = now - pitch.multiplications(_widths({**step, n: step[n] + 1}, ladder))
            price = (losses[n][step[n] + 1] - losses[n][step[n]]) / saved
            best = min(best or (price, -saved, n), (price, -saved, n))
        if best is None:
            raise ValueError(f"no cut on this ladder leaves only {target:,} multiplications.")
        step[best[2]] += 1
    return {n: ladder[k] for n, k in step.items()}


def _widths(step: Mapping[str, int], ladder: Sequence[float]) -> list[int]:
    return widths({name: ladder[k] for name, k in step.items()})


def widths(shares: Mapping[str, float]) -> list[int]:
    """Channels that stay in each layer if these shares go.

    Examples
    --------
    >>> widths({f"conv{i}": 0.5 for i in range(1, 7)})
    [64, 8, 8, 8, 16, 32]
    """
    pairs = zip(pitch.WIDTHS, shares.values(), strict=True)
    return [max(1, round((1 - share) * width)) for width, share in pairs]
