"""Demo: how long a product takes, dense and with its zeros left out, as more of it is zero."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.measure import Latency
from pruning_lab.report import dense_product, faster, race
from pruning_lab.report.products import Product
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.paces import Lane, paces
from pruning_lab.teaching.figures.style import percent

SIDES, BATCHES = (256, 1024, 2048), (1, 16, 256)
SPARSITIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
WAYS = ("matrices", "CSR", "smaller matrices")
REPEATS = 60  # of each way; half of that for the largest layer
FILE = "paces.csv"


class Row(NamedTuple):
    """Fastest call, middle half and median of one way, in microseconds.

    Parameters
    ----------
    what : "layer", or "network" for the one of the chapter
    side : rows and columns of the layer; 0 for the network
    batch : samples at once
    sparsity : share of the weights that is zero, or gone
    way : how it was computed
    least_us, low_us, median_us, high_us : the fastest call, and quartiles
    """

    what: str
    side: int
    batch: int
    sparsity: float
    way: str
    least_us: float
    low_us: float
    median_us: float
    high_us: float


def timed(
    what: str, side: int, sparsity: float, ways: Mapping[str, Product], x: Array, repeats: int
) -> Iterator[Row]:
    """Yield the pace of each way; they take turns."""
    for way, taken in race(ways, x, repeats=repeats).latencies.items():
        low, high = taken.quartiles_s
        seconds = (min(taken.samples_s), low, taken.median_s, high)
        yield Row(what, side, len(x), sparsity, way, *(round(1e6 * s, 2) for s in seconds))


def layers(
    compiled: Callable[[Array], Product],
    sides: Sequence[int] = SIDES,
    batches: Sequence[int] = BATCHES,
    sparsities: Sequence[float] = SPARSITIES,
    repeats: int = REPEATS,
) -> Iterator[Row]:
    """Yield the paces of square layers, dense, sparse, and dense with as few weights.

    Parameters
    ----------
    compiled : from a matrix to its sparse product
    """
    rng = np.random.default_rng(0)  # only the times of its numbers enter
    for side in sides:
        for sparsity in sparsities:
            weights = rng.standard_normal((side, side), dtype=np.float32)
            weights[rng.random((side, side)) < sparsity] = 0
            small = np.ascontiguousarray(weights[: round(side * np.sqrt(1 - sparsity))])
            small = np.ascontiguousarray(small[:, : len(small)])
            ways = {"matrices": dense_product(weights), "CSR": compiled(weights)}
            for batch in batches:
                x = rng.standard_normal((batch, side), dtype=np.float32)
                less = np.ascontiguousarray(x[:, : len(small)])
                third = {"smaller matrices": partial(_of_its_own, dense_product(small), less)}
                rounds = repeats if side < max(SIDES) else max(10, repeats // 2)
                yield from timed("layer", side, sparsity, {**ways, **third}, x, rounds)


def _of_its_own(product: Product, x: Array, _: Array) -> Array:
    """Product of a narrower layer with its own inputs, whatever it is called with."""
    return product(x)


def recorded() -> list[Row]:
    """Rows of the study, from the file that ships with the library."""
    return [
        Row(what, int(side), int(batch), float(sparsity), way, *map(float, us))
        for what, side, batch, sparsity, way, *us in studies.lines(FILE)
    ]


def pace(rows: Sequence[Row], what: str, side: int, batch: int, sparsity: float, way: str) -> Row:
    """The one row of this description."""
    (found,) = (row for row in rows if row[:5] == (what, side, batch, sparsity, way))
    return found


def curve(rows: Sequence[Row], side: int, batch: int, way: str) -> list[Row]:
    """Paces of one way by rising sparsity."""
    wanted = ("layer", side, batch, way)
    found = [row for row in rows if (row.what, row.side, row.batch, row.way) == wanted]
    return sorted(found, key=lambda row: row.sparsity)


def pays_from(rows: Sequence[Row], side: int, batch: int, way: str = "CSR") -> float | None:
    """Least tested sparsity from which on a way is faster than matrices, beyond the spread."""
    found = None
    pairs = zip(curve(rows, side, batch, way), curve(rows, side, batch, "matrices"), strict=True)
    for one, other in reversed(list(pairs)):
        if not faster(_latency(one), _latency(other)):
            break
        found = one.sparsity
    return found


def _latency(found: Row) -> Latency:
    """Three calls that have these quartiles."""
    low, middle, high = found.low_us, found.median_us, found.high_us
    return Latency((2 * low - middle, low, middle, high, 2 * high - middle))


def table(rows: Sequence[Row]) -> str:
    """From which sparsity on the sparse product was faster: layers down, batches across."""
    lines = ["layer         " + "".join(f"{f'{batch} at once':>14}" for batch in BATCHES)]
    for side in SIDES:
        cells = []
        for batch in BATCHES:
            found = pays_from(rows, side, batch)
            cells.append("never" if found is None else f"from {100 * found:.0f} %")
        lines.append(f"{side:>5} × {side:<6}" + "".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def in_words(us: float) -> str:
    r"""A time with its unit.

    >>> in_words(6.2), in_words(12345.6)
    ('6.2\u202fµs', '12\u202fms')
    """
    value, unit = (us, "µs") if us < 1000 else (us / 1000, "ms")
    return f"{value:.1f}\u202f{unit}" if value < 10 else f"{value:.0f}\u202f{unit}"


def compared(one: float, other: float) -> str:
    """How a time compares with another, in words.

    >>> compared(30, 10), compared(10, 30), compared(10, 10.4)
    ('3.0 times as long', '3.0 times as fast', 'about as long')
    """
    if 1 / 1.05 < one / other < 1.05:
        return "about as long"
    return f"{one / other:.1f} times as long" if one > other else f"{other / one:.1f} times as fast"


def describe(rows: Sequence[Row], side: int, batch: int, sparsity: float) -> str:
    """Say how long each way takes, and from where on leaving zeros out pays."""
    times = {way: pace(rows, "layer", side, batch, sparsity, way) for way in WAYS}
    found = pays_from(rows, side, batch)
    where = "at no sparsity tried" if found is None else f"from {percent(found)} on"
    at_once = "one sample" if batch == 1 else f"{batch} samples at once"
    small = round(side * np.sqrt(1 - sparsity))
    dense, sparse = times["matrices"].least_us, times["CSR"].least_us
    return (
        f"{side} × {side}, {at_once}, {percent(sparsity)} zeros: matrices {in_words(dense)}; CSR "
        f"{in_words(sparse)}, {compared(sparse, dense)}; a dense {small} × {small} with as many "
        f"weights {in_words(times['smaller matrices'].least_us)}. CSR is faster beyond the spread "
        f"{where}."
    )


def demo(rows: Sequence[Row]) -> Explorer:
    """Explorer over the size of a layer, the batch, and the sparsity."""
    sides = {f"{side} × {side}": side for side in SIDES}
    batches = {str(batch): batch for batch in BATCHES}

    def near(sparsity: float) -> float:
        return min(SPARSITIES, key=lambda s: abs(s - sparsity))

    def render(side: str, batch: str, sparsity: float) -> Figure:
        lanes = [Lane(way, curve(rows, sides[side], batches[batch], way)) for way in WAYS]
        return paces(lanes, near(sparsity), pays_from(rows, sides[side], batches[batch]))

    def caption(side: str, batch: str, sparsity: float) -> str:
        return describe(rows, sides[side], batches[batch], near(sparsity))

    return Explorer(
        render,
        {"side": list(sides), "batch": list(batches), "sparsity": [0.5, 0.7, 0.9, 0.98]},
        caption,
        title="A layer and its zeros on the clock",
        labels={"side": "Layer", "batch": "Samples at once", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"side": "1024 × 1024", "batch": "256", "sparsity": 0.9},
    )
