"""Demo: Deep Compression in small: prune, share values, code the common ones briefly."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array
from pruning_lab.criteria import magnitude
from pruning_lab.datasets import Dataset
from pruning_lab.network import Network
from pruning_lab.pruning import prune
from pruning_lab.storage import Codebook, cheapest
from pruning_lab.teaching.demos import studies
from pruning_lab.teaching.demos.containers import (
    MORE,
    NEURONS,
    SCRATCH,
    TESTS,
    WEIGHTS,
    from_scratch,
    nbytes,
    trained,
    without_neurons,
)
from pruning_lab.teaching.demos.trials import retrain
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.codebooks import Stage, codebooks
from pruning_lab.teaching.figures.style import percent

SPARSITIES = (0.0, 0.8, 0.9, 0.95)
BITS = (1, 2, 3, 4, 5, 6)
FILE = "codebooks.csv"
SHOWN = "dense2"  # the layer whose weights are drawn


class Row(NamedTuple):
    """One network with its weights rounded to ``2 ** bits`` values a layer; 0 bits: not rounded.

    Parameters
    ----------
    read : test digits, of 360
    values, places, book : bytes with codes of one length and a byte a step
    coded : bytes with a Huffman code for each of both
    """

    seed: int
    way: str
    sparsity: float
    bits: int
    read: int
    values: int
    places: int
    book: int
    coded: int

    @property
    def plain(self) -> int:
        """Bytes before Huffman's codes."""
        return self.values + self.places + self.book


def pruned(net: Network, data: Dataset, sparsity: float) -> Network:
    """Network cut once and retrained; at sparsity 0 it is only trained on."""
    cut, mask = prune(net, magnitude, sparsity)
    return retrain(cut, mask, data, epochs=MORE)


def rounded(net: Network, bits: int) -> dict[str, Codebook]:
    """Every matrix with a codebook of its own."""
    return {name: Codebook.encode(w, bits=bits) for name, w in net.weights.items()}


def steps(matrix: Array) -> int:
    """Steps that lead from weight to weight, a byte each; a gap of 255 or more takes several.

    Examples
    --------
    >>> steps(np.array([[1.0, 0.0, 2.0]])), steps(np.eye(1, 1000, 999))
    (2, 4)
    """
    gaps = np.diff(np.flatnonzero(matrix), prepend=-1) - 1
    return len(gaps) + int((gaps // 255).sum())


def measured(net: Network, data: Dataset, seed: int, way: str, sparsity: float, bits: int) -> Row:
    """Row of one network; where no single weights are pruned no places are stored."""
    books = rounded(net, bits)
    again = net.with_weights({name: book.decode() for name, book in books.items()})
    kept = [int(np.count_nonzero(w)) for w in net.weights.values()]
    parts = [book.arrays for book in books.values()]
    places = way == WEIGHTS and sparsity > 0
    return Row(
        seed,
        way,
        sparsity,
        bits,
        int(np.sum(again.predict(data.test.x) == data.test.y)),
        sum(-(-count * bits // 8) for count in kept),
        sum(steps(w) for w in net.weights.values()) if places else 0,
        sum(part["centres"].nbytes for part in parts),
        sum(
            part[name].nbytes
            for part in parts
            for name in ("centres", "codes", *(("steps",) if places else ()))
        ),
    )


def study(
    seed: int, sparsities: Sequence[float] = SPARSITIES, bits: Sequence[int] = BITS
) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    net, data = trained(seed)
    for sparsity in sparsities:
        for way, cut in ways(net, data, seed, sparsity):
            read = int(np.sum(cut.predict(data.test.x) == data.test.y))
            size = nbytes(cut, lambda matrix: cheapest(matrix).best)
            yield Row(seed, way, sparsity, 0, read, size, 0, 0, size)
            for count in bits:
                yield measured(cut, data, seed, way, sparsity, count)


def ways(net: Network, data: Dataset, seed: int, sparsity: float) -> Iterator[tuple[str, Network]]:
    """Yield networks with equally many weights, trained equally long, by how they were made."""
    yield WEIGHTS, pruned(net, data, sparsity)
    if sparsity > 0:
        small = without_neurons(net, data, sparsity)
        yield NEURONS, retrain(small, None, data, epochs=MORE)
        yield SCRATCH, from_scratch(seed, data, sparsity)


def stored() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), way, float(sparsity), *map(int, numbers))
        for seed, way, sparsity, *numbers in studies.lines(FILE)
    ]


def at(rows: Sequence[Row], sparsity: float, bits: int, way: str = WEIGHTS) -> list[Row]:
    """Rows of all seeds at one setting."""
    wanted = (way, sparsity, bits)
    return [row for row in rows if (row.way, row.sparsity, row.bits) == wanted]


def table(rows: Sequence[Row], dense: int, settings: Sequence[tuple[str, float, int]]) -> str:
    """One setting a line: accuracy, bytes with codes of one length and of Huffman's, the factor.

    Parameters
    ----------
    dense : bytes of the network before
    settings : way, sparsity, bits; 0 bits: not rounded
    """
    lines = [f"{'':29}{'accuracy in %':>14}{'bytes':>9}{'coded':>9}{'smaller':>9}"]
    for way, sparsity, bits in settings:
        found = at(rows, sparsity, bits, way)
        right = [100 * row.read / TESTS for row in found]
        plain, coded = (np.mean([getattr(row, n) for row in found]) for n in ("plain", "coded"))
        name = f"{way}, {100 * sparsity:.0f} %, {bits or 32} bit{'s' * (bits != 1)}"
        spread = f"{np.mean(right):.1f} ({min(right):.0f}–{max(right):.0f})"
        lines.append(f"{name:29}{spread:>14}{plain:>9,.0f}{coded:>9,.0f}{dense / coded:>8.1f}x")
    return "\n".join(lines)


def describe(before: Sequence[Row], now: Sequence[Row], dense: int) -> str:
    """Say how small each step makes it, and what is read before and after rounding."""
    row, cut = now[0], before[0]

    def read(rows: Sequence[Row]) -> str:
        return percent(float(np.mean([each.read for each in rows])) / TESTS, 1)

    first = (
        "Nothing is pruned"
        if row.sparsity == 0
        else f"{percent(row.sparsity)} pruned and stored in the tightest exact form: "
        f"{cut.plain:,} bytes, {dense / cut.plain:.1f} times smaller"
    )
    values = 2**row.bits
    return (
        f"{first}. {values} shared values a layer, {row.bits} bit{'s' * (row.bits > 1)} each: "
        f"{row.plain:,} bytes, {dense / row.plain:.1f} times smaller; with Huffman codes "
        f"{row.coded:,}, {dense / row.coded:.1f} times. Five networks read {read(before)} before "
        f"rounding, {read(now)} after."
    )


def demo(nets: Mapping[float, Network], rows: Sequence[Row]) -> Explorer:
    """Explorer over sparsity and bits.

    Parameters
    ----------
    nets : sparsity -> network cut and retrained, one of whose layers is drawn
    rows : the study; bytes are those of its first seed
    """
    dense = sum(w.nbytes for w in nets[SPARSITIES[0]].weights.values())
    books = {
        (sparsity, bits): Codebook.encode(net.weights[SHOWN], bits=bits).centres
        for sparsity, net in nets.items()
        for bits in BITS
    }

    def near(sparsity: float, bits: float) -> tuple[float, int]:
        return (
            min(SPARSITIES, key=lambda s: abs(s - sparsity)),
            min(BITS, key=lambda b: abs(b - bits)),
        )

    def render(sparsity: float, bits: float) -> Figure:
        sparsity, count = near(sparsity, bits)
        weights = nets[sparsity].weights[SHOWN]
        before, now = at(rows, sparsity, 0), at(rows, sparsity, count)
        first = now[0]
        bars = [
            Stage("matrices", dense, 0, 0),
            Stage("pruned", before[0].plain, 0, 0),
            Stage("shared values", first.values, first.places, first.book),
            Stage("Huffman codes", first.coded, 0, 0),
        ]
        read = [np.array([row.read for row in each]) / TESTS for each in (before, now)]
        return codebooks(weights[weights != 0], books[sparsity, count], bars, *read)

    def caption(sparsity: float, bits: float) -> str:
        sparsity, count = near(sparsity, bits)
        return describe(at(rows, sparsity, 0), at(rows, sparsity, count), dense)

    return Explorer(
        render,
        {"sparsity": list(SPARSITIES), "bits": list(BITS)},
        caption,
        title="Prune, share, code",
        labels={"sparsity": "Pruned", "bits": "Bits for each weight"},
        text={"sparsity": percent},
        start={"sparsity": 0.9, "bits": 4},
    )
