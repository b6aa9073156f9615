"""Demos: residual blocks taken out one by one, and how far one can go in which order."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.network import Network
from pruning_lab.teaching.demos.trials import Run, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.ladders import depths, ladder
from pruning_lab.teaching.figures.style import percent

PLAIN, DROPPED = "trained as usual", "trained with LayerDrop"
COLORS = {PLAIN: style.KEPT, DROPPED: style.SECOND}
IN, OUT = "in", "out"
Kept = tuple[bool, ...]


def blocks_of(net: Network) -> list[str]:
    """Names of the residual blocks."""
    return [name for name in net.layers if name.startswith("block")]


def without(net: Network, gone: Sequence[str]) -> Network:
    """Network without these layers: what came before one now goes to what came after."""
    return Network({name: layer for name, layer in net.layers.items() if name not in gone})


def every_subset(runs: Sequence[Run]) -> dict[Kept, Array]:
    """Test accuracies (seeds,) for every choice of blocks that stay."""
    names = blocks_of(runs[0][0])
    return {
        kept: np.array(
            [
                tested(
                    without(net, [n for n, stays in zip(names, kept, strict=True) if not stays]),
                    data,
                )
                for net, data in runs
            ]
        )
        for kept in product((True, False), repeat=len(names))
    }


def removal(runs: Sequence[Run], order: Callable[[Network, int], Sequence[str]]) -> Array:
    """Test accuracies (seeds, 1 + blocks) while blocks go one by one, without retraining.

    Parameters
    ----------
    order : from a network and the number of its seed to the names of its blocks, first to go first
    """
    return np.array(
        [
            [
                tested(without(net, order(net, seed)[:n]), data)
                for n in range(len(blocks_of(net)) + 1)
            ]
            for seed, (net, data) in enumerate(runs)
        ]
    )


def describe_subset(kept: Kept, rows: Mapping[str, Array]) -> str:
    """Say which blocks are out and what the networks read."""
    gone = [str(place) for place, stays in enumerate(kept, 1) if not stays]
    if not gone:
        what = "All blocks are in"
    elif len(gone) == 1:
        what = f"Block {gone[0]} is out"
    else:
        what = f"Blocks {', '.join(gone[:-1])} and {gone[-1]} are out"
    plain, dropped = rows[PLAIN], rows[DROPPED]
    return (
        f"{what}. Trained as usual, the five networks read {percent(plain.mean())} of the test "
        f"digits ({percent(plain.min())} to {percent(plain.max())}); trained with LayerDrop, "
        f"{percent(dropped.mean())} ({percent(dropped.min())} to {percent(dropped.max())})."
    )


def blocks_demo(accuracies: Mapping[str, Mapping[Kept, Array]]) -> Explorer:
    """Explorer with a switch for each block.

    Parameters
    ----------
    accuracies : way of training -> those of `every_subset`
    """
    n = len(next(iter(accuracies[PLAIN])))
    dense = float(accuracies[PLAIN][(True,) * n].mean())

    def state(switches: Mapping[str, str]) -> tuple[Kept, dict[str, Array]]:
        kept = tuple(switches[f"block{i}"] == IN for i in range(1, n + 1))
        return kept, {name: accuracies[name][kept] for name in COLORS}

    def render(**switches: str) -> Figure:
        kept, rows = state(switches)
        return ladder(kept, rows, COLORS, dense)

    def describe(**switches: str) -> str:
        return describe_subset(*state(switches))

    names = [f"block{i}" for i in range(1, n + 1)]
    return Explorer(
        render,
        {name: [IN, OUT] for name in names},
        describe,
        title="Blocks in and out",
        labels={name: f"Block {i}" for i, name in enumerate(names, 1)},
    )


def describe_order(removed: int, way: str, rows: Mapping[str, Array]) -> str:
    """Say what each order leaves after this many blocks."""
    count = "no block" if removed == 0 else f"{removed} block{'s' * (removed > 1)}"
    found = [f"{name} {percent(a.mean())}" for name, a in rows.items()]
    return f"Networks {way}, with {count} of six removed and nothing retrained: {', '.join(found)}."


def orders_demo(accuracies: Mapping[str, Mapping[str, Array]]) -> Explorer:
    """Explorer over the way of training and the number of blocks removed.

    Parameters
    ----------
    accuracies : way of training -> order -> (seeds, 1 + blocks); the order "random" is dashed
    """
    looks = {
        "by lot": (style.RANDOM, True),
        "by influence": (style.WARN, False),
        "by loss": (style.KEPT, False),
    }
    dense = float(accuracies[PLAIN]["by loss"][:, 0].mean())

    def render(way: str, removed: float) -> Figure:
        rows = accuracies[way]
        curves = [Curve(name, rows[name], looks[name][0], dashed=looks[name][1]) for name in looks]
        return depths(np.arange(curves[0].mean.size, dtype=float), curves, round(removed), dense)

    def describe(way: str, removed: float) -> str:
        place = round(removed)
        return describe_order(place, way, {n: a[:, place] for n, a in accuracies[way].items()})

    points = accuracies[PLAIN]["by loss"].shape[1]
    return Explorer(
        render,
        {"way": list(COLORS), "removed": list(range(points))},
        describe,
        title="Block after block",
        labels={"way": "Networks", "removed": "Blocks removed"},
        text={"removed": lambda removed: f"{removed:g}"},
        start={"way": PLAIN, "removed": 1},
    )
