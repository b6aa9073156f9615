"""Demo: five ways to report the same five networks, from the rosiest to what a customer gets."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from pruning_lab.report import Way
from pruning_lab.teaching.demos.briefs import BUDGET, SPARSITIES, WAYS, Row, way
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.maps import promises
from pruning_lab.teaching.figures.style import percent

DENSE = "dense"
FORM = "4 bits"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


RULERS: dict[str, tuple[str, Callable[[Sequence[float]], float]]] = {
    "all digits, best seed": ("accuracy", max),
    "all digits, mean of seeds": ("accuracy", _mean),
    "worst class, best seed": ("worst_class", max),
    "worst class, mean of seeds": ("worst_class", _mean),
    "worst class, worst seed": ("worst_class", min),
}


def promise(found: Way, ruler: str) -> tuple[tuple[float, ...], float]:
    """The seeds as a ruler measures them, and the one number it promises.

    Examples
    --------
    >>> from pruning_lab.report import Result
    >>> one = Result(seed=0, nbytes=8, nonzeros=2, right=(9, 6), samples=(10, 10))
    >>> promise(Way(60, (one,)), "worst class, worst seed")
    ((0.6,), 0.6)
    """
    what, summary = RULERS[ruler]
    seeds = tuple(float(getattr(one, what)) for one in found.results)
    return seeds, summary(seeds)


def describe(said: dict[str, float], limit: float) -> str:
    """Say which ways a ruler lets pass.

    Examples
    --------
    >>> describe({"dense": 0.9, "single weights": 0.8, "whole neurons": 0.5}, 0.7)[:40]
    'Of two ways one would be sold: single we'
    """
    numbers = ("none", "one", "two", "three", "four", "five")
    own = {name: value for name, value in said.items() if name != DENSE}
    sold = [f"{name} {percent(own[name])}" for name in own if own[name] >= limit]
    lost = [f"{name} {percent(own[name])}" for name in own if own[name] < limit]
    words = f"Of {numbers[len(own)]} ways {numbers[len(sold)]} would be sold"
    words += f": {', '.join(sold)}." if sold else "."
    return words + (f" Not: {', '.join(lost)}." if lost else "")


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over what is promised and how much was pruned; all are stored with 4 bits."""
    dense = way(rows, DENSE, 0.0, FORM)
    ways = {s: {DENSE: dense} | {n: way(rows, n, s, FORM) for n in WAYS} for s in SPARSITIES}

    def state(ruler: str, sparsity: float) -> dict[str, tuple[tuple[float, ...], float]]:
        near = min(SPARSITIES, key=lambda s: abs(s - sparsity))
        return {name: promise(found, ruler) for name, found in ways[near].items()}

    def render(ruler: str, sparsity: float) -> Figure:
        return promises(dict(state(ruler, sparsity)), limit=BUDGET.worst_class, dense=DENSE)

    def caption(ruler: str, sparsity: float) -> str:
        near = min(SPARSITIES, key=lambda s: abs(s - sparsity))
        said = {name: number for name, (_, number) in state(ruler, sparsity).items()}
        return f"At {percent(near)}, by {ruler}. {describe(said, BUDGET.worst_class)}"

    return Explorer(
        render,
        {"ruler": list(RULERS), "sparsity": list(SPARSITIES)},
        caption,
        title="Five ways to report the same networks",
        labels={"ruler": "Promise", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.95},
    )
