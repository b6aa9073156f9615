"""Demo: the map of choices, bytes against the worst class, with the customer's budget drawn in."""

from collections.abc import Sequence
from itertools import product

from matplotlib.figure import Figure

from pruning_lab.report import Budget
from pruning_lab.teaching.demos.briefs import BUDGET, FORMS, LOT, SPARSITIES, WAYS, Row, way
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.maps import Spot, choices
from pruning_lab.teaching.figures.style import percent


def spot(rows: Sequence[Row], name: str, sparsity: float, form: str) -> Spot:
    """Bytes and worst classes of one way over all seeds."""
    found = way(rows, name, sparsity, form)
    return Spot(found.nbytes, tuple(one.worst_class for one in found.results))


def describe(here: Spot, dense: Spot, mean: float, budget: Budget = BUDGET) -> str:
    """Say what a choice takes and gives, and what keeps it off the budget.

    Examples
    --------
    >>> describe(Spot(2040, (0.8, 0.72)), Spot(48000, (0.9,)), 0.95).split(". ")[-1]
    'It is within the budget.'
    """
    low, high = min(here.worst), max(here.worst)
    over = here.nbytes - budget.nbytes
    below = low < budget.worst_class
    if over > 0:
        verdict = f"It is {over:,} bytes too large"
        verdict += ", and its worst class is too bad." if below else "; its worst class would do."
    elif below:
        verdict = "The bytes would do; its worst class is too bad."
    else:
        verdict = "It is within the budget."
    return (
        f"{here.nbytes:,} bytes, {dense.nbytes / here.nbytes:.0f} times fewer than dense. On "
        f"average {percent(mean, 1)} are read; in the worst class {percent(low)}, or "
        f"{percent(high)} in the luckiest seed. {verdict}"
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the way, the form of the file and the sparsity."""
    spots = {k: spot(rows, *k) for k in product(WAYS, SPARSITIES, FORMS)}
    trails = {(n, f): [spots[n, s, f] for s in SPARSITIES] for n, f in product(WAYS, FORMS)}
    dense = spot(rows, "dense", 0.0, "every bit")

    def nearest(sparsity: float) -> int:
        return min(range(len(SPARSITIES)), key=lambda i: abs(SPARSITIES[i] - sparsity))

    def render(way: str, form: str, sparsity: float) -> Figure:
        return choices(
            [trail for (_, stored), trail in trails.items() if stored == form],
            trails[way, form],
            nearest(sparsity),
            nbytes=BUDGET.nbytes,
            worst=BUDGET.worst_class,
            dense=dense,
            by_lot=way.endswith(LOT),
        )

    def caption(way: str, form: str, sparsity: float) -> str:
        place = SPARSITIES[nearest(sparsity)]
        mean = _mean(rows, way, place, form)
        words = describe(spots[way, place, form], dense, mean)
        return f"{way[0].upper()}{way[1:]} at {percent(place)}, stored with {form}: {words}"

    return Explorer(
        render,
        {"way": list(WAYS), "form": list(FORMS), "sparsity": list(SPARSITIES)},
        caption,
        title="A map of choices, with the budget drawn in",
        labels={"way": "Pruned", "form": "Stored", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.9},
    )


def _mean(rows: Sequence[Row], name: str, sparsity: float, form: str) -> float:
    return way(rows, name, sparsity, form).accuracy
