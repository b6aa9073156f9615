"""Demo: columns of a table leave in some order, and a forest has to do without them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pruning_lab.arrays import Array
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.ledgers import CAUSES, GROUPS, Labels, ledger
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.columns import columns
from pruning_lab.teaching.figures.style import percent

COUNT = len(GROUPS)
KEEP = (20, 16, 12, 10, 8, 6, 5, 4, 3, 2)  # columns that stay
LOT, ONCE, SHUFFLED, STEPS = "by lot", "importance", "shuffling", "step by step"
CUT, AGAIN = "as it was", "fitted again"
ORDERS = (LOT, ONCE, SHUFFLED, STEPS)
FORESTS = (CUT, AGAIN)
FILE = "columns.csv"

Order: TypeAlias = NDArray[np.int64]  # columns, the last to leave first
Fit: TypeAlias = Callable[[Array, Labels, int], Any]  # table, labels, seed -> fitted forest
Judge: TypeAlias = Callable[[Any, Array, Labels, int], Array]  # ... -> a number a column


class Row(NamedTuple):
    """One result of the study: accuracy on 2,000 test rows, and who stays."""

    seed: int
    order: str
    forest: str
    accuracy: tuple[float, ...]  # one for each of KEEP
    columns: tuple[int, ...]  # the last to leave first


def one_by_one(x: Array, y: Labels, seed: int, fit: Fit) -> Order:
    """Order in which the least important column leaves, again and again, with a new fit each time.

    Parameters
    ----------
    fit : its result has ``feature_importances_``
    """
    alive, gone = list(range(x.shape[1])), []
    while alive:
        importance = fit(x[:, alive], y, seed).feature_importances_
        gone.append(alive.pop(int(np.argmin(importance))))
    return np.array(gone[::-1])


def without(x: Array, kept: Order, means: Array) -> Array:
    """Table in which every column that left holds one number, its mean over the training rows."""
    held = np.tile(means, (len(x), 1))
    held[:, kept] = x[:, kept]
    return held


def study(seed: int, fit: Fit, judge: Judge, orders: Sequence[str] = ORDERS) -> Iterator[Row]:
    """Yield what one seed gives: every order, with the forest as it was and fitted again.

    Parameters
    ----------
    fit : grows a forest
    judge : says what shuffling each column costs a fitted forest on some rows
    """
    rng = np.random.default_rng(seed)
    (x, y), (held, held_y), (test, test_y) = (ledger(n, rng=rng) for n in (1000, 400, 2000))
    lot, whole = rng.permutation(COUNT), fit(x, y, seed)
    found: dict[str, Callable[[], Order]] = {
        LOT: lambda: lot,
        ONCE: lambda: np.argsort(-whole.feature_importances_, kind="stable"),
        SHUFFLED: lambda: np.argsort(-judge(whole, held, held_y, seed), kind="stable"),
        STEPS: lambda: one_by_one(x, y, seed, fit),
    }
    for name in orders:
        order = found[name]()
        stay = [np.sort(order[:keep]) for keep in KEEP]
        blind = [np.mean(whole.predict(without(test, s, x.mean(axis=0))) == test_y) for s in stay]
        again = [np.mean(fit(x[:, s], y, seed).predict(test[:, s]) == test_y) for s in stay]
        for forest, accuracy in ((CUT, blind), (AGAIN, again)):
            yield Row(seed, name, forest, tuple(map(float, accuracy)), tuple(map(int, order)))


def recorded() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(s), order, forest, tuple(map(float, a.split())), tuple(map(int, c.split())))
        for s, order, forest, a, c in studies.lines(FILE)
    ]


def accuracies(rows: Sequence[Row], order: str, forest: str) -> Array:
    """Accuracies, (seeds, KEEP)."""
    return np.array([r.accuracy for r in rows if (r.order, r.forest) == (order, forest)])


def lost(kept: Sequence[int]) -> str:
    """Causes of which no column is left.

    Examples
    --------
    >>> lost([0, 1, 2, 4])
    'E'
    """
    return "".join(name for name in CAUSES if name not in {GROUPS[k] for k in kept})


def describe(order: str, forest: str, keep: int, rows: Sequence[Row]) -> str:
    """Say who stays in the first repetition, and what all of them get right."""
    at = KEEP.index(keep)
    own, lot = (accuracies(rows, name, forest)[:, at] for name in (order, LOT))
    first = next(row for row in rows if row.order == order)
    gone = lost(first.columns[:keep])
    said = (
        "every cause has a column left" if not gone else f"no column is left of {', '.join(gone)}"
    )
    how = "The forest is fitted again" if forest == AGAIN else "The forest stays as it was"
    start = f"All {COUNT}" if keep == COUNT else f"{keep} of {COUNT}"
    beside = "" if order == LOT else f"; by lot {percent(lot.mean(), 1)}"
    return (
        f"{start} columns, {order}; in the table that is drawn {said}. {how}: "
        f"{percent(own.mean(), 1)} on average ({percent(own.min(), 1)} to "
        f"{percent(own.max(), 1)}){beside}."
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the order, the forest, and how many columns stay.

    Parameters
    ----------
    rows : the study; the columns of its first seed are drawn
    """
    first: Mapping[str, Row] = {row.order: row for row in reversed(rows)}
    rising = KEEP[::-1]

    def nearest(keep: float) -> int:
        return min(KEEP, key=lambda each: abs(each - keep))

    def render(order: str, forest: str, keep: float) -> Figure:
        stay = np.isin(np.arange(COUNT), first[order].columns[: nearest(keep)])
        own, lot = (accuracies(rows, name, forest)[:, ::-1] for name in (order, LOT))
        return columns(GROUPS, stay, rising, own, lot, rising.index(nearest(keep)))

    def caption(order: str, forest: str, keep: float) -> str:
        return describe(order, forest, nearest(keep), rows)

    return Explorer(
        render,
        {"order": list(ORDERS), "forest": list(FORESTS), "keep": list(rising)},
        caption,
        title="A forest loses columns",
        labels={"order": "Order", "forest": "The forest", "keep": "Columns that stay"},
        start={"order": ONCE, "forest": AGAIN, "keep": 20},
    )
