"""Demo: six ways to choose weights, ranked after one seed, two seeds, and so on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.masks import apply, select
from pruning_lab.teaching.demos import studies, treatments, trials
from pruning_lab.teaching.demos.intervals import T_975, paired
from pruning_lab.teaching.demos.race import ENTRIES
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.standings import standings
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Layer

SPARSITIES, EPOCHS = (0.8, 0.9, 0.95), 20
METHODS = ("magnitude", "magnitude, per layer", "LAMP", "slope |w·g|", "curvature, OBD", "random")
COUNTS = (1, 2, 3, 5, 10, 20, 30)  # seeds after which the demo stops to look
ORDERS = {"as they came": 0, "shuffled": 1}  # in which the seeds were run
COLORS = {
    "magnitude": style.KEPT,
    "magnitude, per layer": style.SECOND,
    "LAMP": style.INK,
    "slope |w·g|": style.WARN,
    "curvature, OBD": style.THIRD,
    "random": style.RANDOM,
}
FILE = "standings.csv"


class Row(NamedTuple):
    """Test digits read, of 360, after a cut and 20 epochs."""

    seed: int
    name: str
    sparsity: float
    right: int


def study(seed: int, sparsities: Sequence[float] = SPARSITIES) -> Iterator[Row]:
    """Yield what every method makes of one network; a part of it gives the same numbers."""
    net, data = treatments.trained(seed)
    for name in METHODS:
        entry = ENTRIES["magnitude" if name == "magnitude, per layer" else name]
        scope = Layer() if name == "magnitude, per layer" else entry.scope
        scores = entry.scores(net, data.train)
        for sparsity in sparsities:
            mask = select(scores, sparsity, scope=scope)
            pruned = net.with_weights(apply(net.weights, mask))
            again = trials.retrain(pruned, mask, data, epochs=EPOCHS)
            yield Row(seed, name, sparsity, round(trials.tested(again, data) * len(data.test.y)))


def recorded() -> list[Row]:
    """Rows of the study over thirty seeds, from the file that ships with the library."""
    return [
        Row(int(seed), name, float(sparsity), int(right))
        for seed, name, sparsity, right in studies.lines(FILE)
    ]


def accuracies(rows: Sequence[Row], sparsity: float) -> dict[str, Array]:
    """Method -> (seeds,) points, of 100 digits."""
    return {
        name: np.array(
            [row.right / 3.6 for row in rows if (row.name, row.sparsity) == (name, sparsity)]
        )
        for name in METHODS
    }


def shuffled(count: int, order: str) -> NDArray[np.int64]:
    """Seeds in one of the orders, (count,)."""
    seeds = np.arange(count)
    return seeds if ORDERS[order] == 0 else np.random.default_rng(ORDERS[order]).permutation(seeds)


def places(found: Mapping[str, Array]) -> dict[str, Array]:
    """Place of each method by the mean of all seeds so far, (seeds,); 1 is first.

    On a tie the method that is named first stands first.

    Examples
    --------
    >>> found = places({"a": np.array([1.0, 5.0]), "b": np.array([2.0, 3.0])})
    >>> found["a"].tolist(), found["b"].tolist()
    ([2, 1], [1, 2])
    """
    names = list(found)
    sums = np.round(np.array([np.cumsum(found[name]) for name in names]), 9)
    order = np.argsort(-sums, axis=0, kind="stable")
    ranks = np.argsort(order, axis=0, kind="stable") + 1
    return dict(zip(names, ranks, strict=True))


def steady(differences: Array, share: float = 0.95, most: int = 200) -> int | None:
    """Least number of seeds whose mean has the sign of all seeds' mean in most of many draws.

    Draws with replacement, two thousand at each number; None if not even `most` seeds do.

    Parameters
    ----------
    differences : (seeds,) of one pair of methods
    share : of the draws that must agree
    most : seeds to try up to

    Examples
    --------
    >>> steady(np.array([1.0, 2.0, 3.0]))
    1
    """
    rng, sign = np.random.default_rng(0), np.sign(differences.mean())
    for count in range(1, most + 1):
        drawn = differences[rng.integers(0, len(differences), (2000, count))].mean(axis=1)
        if np.mean(np.sign(np.round(drawn, 9)) == sign) >= share:
            return count
    return None


def flips(found: Mapping[str, Array]) -> int:
    """How often the leader changes as seeds come in."""
    leaders = np.argmin(np.array(list(places(found).values())), axis=0)
    return int(np.sum(leaders[1:] != leaders[:-1]))


def describe(found: Mapping[str, Array], sparsity: float, order: str) -> str:
    """Say who leads after these seeds, and of whom that can be said for sure.

    Parameters
    ----------
    found : method -> (seeds,) points, for the seeds so far
    sparsity : of all methods
    order : of the seeds
    """
    ranked = ranking(found)
    count = len(found[ranked[0]])
    leader, second = ranked[:2]
    gap = found[leader] - found[second]
    seeds = "one seed" if count == 1 else f"{count} seeds"
    ahead = f"{gap.mean():.1f} points ahead of" if gap.mean() >= 0.05 else "level with"
    start = (
        f"{percent(sparsity)} pruned, {seeds} ({order}): {leader} leads, {ahead} {second}; "
        f"then come {'; '.join(ranked[2:])}."
    )
    if count == 1:
        return f"{start} One seed has no interval."
    sure = sum(paired(found[leader] - found[name]).low > 0 for name in ranked[1:])
    return (
        f"{start} The lead has changed {_times(flips(found))} so far. The 95\u202f% interval is "
        f"clear of zero for {sure} of the 5 others."
    )


def _times(count: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(count, f"{count} times")


def ranking(found: Mapping[str, Array]) -> list[str]:
    """Methods from the first to the last."""
    last = {name: int(place[-1]) for name, place in places(found).items()}
    return sorted(last, key=lambda name: last[name])


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the sparsity, the order of the seeds, and how many have come in.

    Parameters
    ----------
    rows : the study
    """
    every = {sparsity: accuracies(rows, sparsity) for sparsity in SPARSITIES}
    words = {percent(sparsity): sparsity for sparsity in SPARSITIES}

    def seen(sparsity: str, order: str, count: float) -> dict[str, Array]:
        found = every[words[sparsity]]
        total = len(found[METHODS[0]])
        chosen = shuffled(total, order)[: min(max(round(count), 1), total)]
        return {name: values[chosen] for name, values in found.items()}

    def render(sparsity: str, order: str, count: float) -> Figure:
        found = seen(sparsity, order, count)
        leader, *others = ranking(found)
        gaps: list[tuple[float, float, float] | float] = []
        for name in others:
            gap = found[leader] - found[name]
            known = len(gap) - 1 in T_975
            gaps.append(tuple(paired(gap)) if known else float(gap.mean()))  # type: ignore[arg-type]
        return standings(places(found), len(every[0.9][METHODS[0]]), COLORS, leader, others, gaps)

    def caption(sparsity: str, order: str, count: float) -> str:
        return describe(seen(sparsity, order, count), words[sparsity], order)

    return Explorer(
        render,
        {"sparsity": list(words), "order": list(ORDERS), "count": list(COUNTS)},
        caption,
        title="Six methods, ranked as seeds come in",
        labels={"sparsity": "Pruned", "order": "Order of the seeds", "count": "Seeds so far"},
        text={"count": lambda count: f"{count:g}"},
        start={"sparsity": percent(0.9)},
    )
