"""Demo: one network in six containers: its bytes, its milliseconds, and what it still reads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, HasWeights, Mask, Weights, weights_of
from pruning_lab.criteria import magnitude, random
from pruning_lab.datasets import Dataset, digits
from pruning_lab.network import Network, mlp, train
from pruning_lab.pruning import prune
from pruning_lab.storage import CSR, Bitmap, Encoding, NofM
from pruning_lab.teaching.demos import studies, units
from pruning_lab.teaching.demos.paces import Row as Pace
from pruning_lab.teaching.demos.paces import compared, pace
from pruning_lab.teaching.demos.rulers import csr_bytes
from pruning_lab.teaching.demos.trials import retrain
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.containers import Container, containers
from pruning_lab.teaching.figures.style import percent
from pruning_lab.tiles import Everything, Run

SIZES = (64, 300, 100, 10)
SPARSITIES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
FOURS = {0.25: 3, 0.5: 2, 0.75: 1}  # sparsity -> how many of every four stay
EPOCHS, MORE = 40, 20  # of the first training, and of retraining
TESTS = 360  # digits
FILE = "containers.csv"

WEIGHTS, FOUR, NEURONS = "single weights", "N of every 4", "whole neurons"
SCRATCH, DENSE, LOT = "from scratch", "dense", " by lot"


class Row(NamedTuple):
    """Test digits read, of 360, after the cut and after retraining."""

    seed: int
    way: str
    sparsity: float
    cut: int
    retrained: int


def trained(seed: int, sizes: Sequence[int] = SIZES) -> tuple[Network, Dataset]:
    """One network of this chapter and the digits it learned from."""
    rng = np.random.default_rng(seed)
    data = digits(rng=rng)
    start = mlp(sizes, rng=rng)
    return train(start, data.train.x, data.train.y, epochs=EPOCHS, rng=rng), data


def share_of_neurons(sparsity: float, sizes: Sequence[int] = SIZES) -> float:
    """Share of every hidden layer that leaves this share of the weights pruned.

    Examples
    --------
    >>> round(share_of_neurons(0.75), 2)
    0.39
    """
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        widths = [sizes[0], *(middle * size for size in sizes[1:-1]), sizes[-1]]
        left = sum(a * b for a, b in pairwise(widths))
        whole = sum(a * b for a, b in pairwise(sizes))
        low, high = (middle, high) if left < (1 - sparsity) * whole else (low, middle)
    return high


def without_neurons(net: Network, data: Dataset, sparsity: float, *, lot: bool = False) -> Network:
    """Smaller network of about as many weights as the pruned one has left."""
    scores = (units.by_lot if lot else units.row_norm)(net, data.train)
    return units.without(net, units.keep(scores, share_of_neurons(sparsity)))


def from_scratch(seed: int, data: Dataset, sparsity: float) -> Network:
    """Network of the small shape that was never large, trained as long as all others in all."""
    share, rng = share_of_neurons(sparsity), np.random.default_rng([seed, round(100 * sparsity)])
    widths = [max(1, round(share * size)) for size in SIZES[1:-1]]
    start = mlp((SIZES[0], *widths, SIZES[-1]), rng=rng)
    net = train(start, data.train.x, data.train.y, epochs=EPOCHS, rng=rng)
    return retrain(net, None, data, epochs=MORE)


def study(seed: int, sparsities: Sequence[float] = SPARSITIES) -> Iterator[Row]:
    """Yield what one seed gives; a part of the study gives the same numbers."""
    net, data = trained(seed)

    def read(model: Network) -> int:
        return int(np.sum(model.predict(data.test.x) == data.test.y))

    def again(model: Network, mask: Mask | None) -> int:
        return read(retrain(model, mask, data, epochs=MORE))

    yield Row(seed, DENSE, 0.0, read(net), again(net, None))

    def lots(model: Network) -> Weights:
        return random(model, rng=np.random.default_rng(7))

    rules: tuple[tuple[str, Callable[[Network], Weights]], ...] = (("", magnitude), (LOT, lots))
    for sparsity in (s for s in sparsities if s > 0):
        for name, rule in rules:
            pruned, mask = prune(net, rule, sparsity, scope=Everything())
            yield Row(seed, WEIGHTS + name, sparsity, read(pruned), again(pruned, mask))
            if sparsity in FOURS:
                pruned, mask = prune(net, rule, sparsity, scope=Run(4))
                yield Row(seed, FOUR + name, sparsity, read(pruned), again(pruned, mask))
            small = without_neurons(net, data, sparsity, lot=name == LOT)
            yield Row(seed, NEURONS + name, sparsity, read(small), again(small, None))
        yield Row(seed, SCRATCH, sparsity, 0, read(from_scratch(seed, data, sparsity)))


def stored() -> list[Row]:
    """Rows of the study over five seeds, from the file that ships with the library."""
    return [
        Row(int(seed), way, float(sparsity), int(cut), int(retrained))
        for seed, way, sparsity, cut, retrained in studies.lines(FILE)
    ]


def accuracies(
    rows: Sequence[Row], way: str, sparsities: Sequence[float], stage: str = "retrained"
) -> Array:
    """Accuracies of one way, (seeds, sparsities).

    Examples
    --------
    >>> accuracies([Row(0, "dense", 0.0, 90, 180)], "dense", [0.0])
    array([[0.5]])
    """
    found = [
        [getattr(row, stage) for row in rows if (row.way, row.sparsity) == (way, sparsity)]
        for sparsity in sparsities
    ]
    return np.array(found).T / TESTS


def nbytes(weights: Weights | HasWeights, encode: Callable[[Array], Encoding]) -> int:
    """Bytes of all matrices, each written down by `encode`."""
    return sum(encode(matrix).nbytes for matrix in weights_of(weights).values())


class Sizes(NamedTuple):
    """Bytes of one network, pruned in three ways to one sparsity."""

    matrices: int
    csr: int
    narrow: int
    bitmap: int
    packed: int | None
    small: int


def sizes(net: Network, data: Dataset, sparsity: float) -> Sizes:
    """Bytes in every container; retraining changes none of them."""
    pruned, _ = prune(net, magnitude, sparsity)
    packed, kept = None, FOURS.get(sparsity)
    if kept is not None:
        fours, _ = prune(net, magnitude, sparsity, scope=Run(4))
        packed = nbytes(fours, lambda matrix: NofM.encode(matrix, kept, 4))
    small = without_neurons(net, data, sparsity) if sparsity > 0 else net
    return Sizes(
        matrices=sum(w.nbytes for w in net.weights.values()),
        csr=sum(csr_bytes(w) for w in pruned.weights.values()),
        narrow=nbytes(pruned, CSR.encode),
        bitmap=nbytes(pruned, Bitmap.encode),
        packed=packed,
        small=sum(w.nbytes for w in small.weights.values()),
    )


def rows_of(
    found: Sizes, times: Mapping[str, Pace], accuracy: Mapping[str, Array]
) -> list[Container | tuple[str, str]]:
    """What the picture draws: a head for each way to prune, and its containers."""
    kept = accuracy.get(FOUR)
    four = "exists at 25, 50, 75\u202f% only" if kept is None else _read(kept)
    return [
        (WEIGHTS, _read(accuracy[WEIGHTS])),
        Container("matrices", found.matrices, times["matrices"]),
        Container("CSR, 4-byte places", found.csr, times["CSR"]),
        Container("CSR, narrow places", found.narrow, None),
        Container("bitmap", found.bitmap, None),
        (FOUR, four),
        Container("packed", found.packed, None),
        (NEURONS, _read(accuracy[NEURONS])),
        Container("smaller matrices", found.small, times["smaller matrices"]),
    ]


def _read(accuracy: Array) -> str:
    low, high = (100 * float(bound) for bound in (accuracy.min(), accuracy.max()))
    return f"read {percent(float(accuracy.mean()), 1)} ({low:.1f} to {high:.1f})"


def describe(
    sparsity: float, found: Sizes, times: Mapping[str, Pace], accuracy: Mapping[str, Array]
) -> str:
    """Say which container is smallest, which is fastest, and what is read."""

    def share(count: int) -> str:
        return percent(count / found.matrices)

    def times_of(way: str) -> str:
        return compared(times[way].least_us, times["dense"].least_us)

    start = "Nothing is pruned" if sparsity == 0 else f"{percent(sparsity)} of the weights are gone"
    packed = (
        "" if found.packed is None else f", {FOURS[sparsity]} of 4 packed {share(found.packed)}"
    )
    return (
        f"{start}. Of {found.matrices:,} bytes the matrices take {share(found.matrices)}, CSR "
        f"{share(found.csr)} or with narrow places {share(found.narrow)}, the bitmap "
        f"{share(found.bitmap)}{packed}, the matrices without neurons {share(found.small)}. "
        f"On the clock, CSR: {times_of('CSR')} as the dense network; the smaller matrices: "
        f"{times_of('smaller matrices')}. "
        f"Single weights read {percent(float(accuracy[WEIGHTS].mean()), 1)}, whole neurons "
        f"{percent(float(accuracy[NEURONS].mean()), 1)}."
    )


def demo(net: Network, data: Dataset, rows: Sequence[Row], paces: Sequence[Pace]) -> Explorer:
    """Explorer over the sparsity and how many digits are read at once.

    Parameters
    ----------
    net : trained, dense; its bytes are counted here
    rows, paces : the studies of its accuracy and of its time
    """
    counted = {sparsity: sizes(net, data, sparsity) for sparsity in SPARSITIES}
    batches = {"one": 1, f"{TESTS}": TESTS}

    def state(batch: str, sparsity: float) -> tuple[Sizes, dict[str, Pace], dict[str, Array]]:
        near = min(SPARSITIES, key=lambda s: abs(s - sparsity))
        ways = ("dense", "matrices", "CSR", "smaller matrices")
        times = {way: pace(paces, "network", 0, batches[batch], near, way) for way in ways}
        seen = {}
        for way in (WEIGHTS, FOUR, NEURONS):
            found = accuracies(rows, *((DENSE, [0.0]) if near == 0 else (way, [near])))
            if found.size and (way != FOUR or near in FOURS):
                seen[way] = found
        return counted[near], times, seen

    def render(batch: str, sparsity: float) -> Figure:
        found, times, seen = state(batch, sparsity)
        return containers(rows_of(found, times, seen), found.matrices, times["dense"].least_us)

    def caption(batch: str, sparsity: float) -> str:
        near = min(SPARSITIES, key=lambda s: abs(s - sparsity))
        return f"{_digits(batches[batch])}. " + describe(near, *state(batch, sparsity))

    return Explorer(
        render,
        {"batch": list(batches), "sparsity": list(SPARSITIES)},
        caption,
        title="One network in six containers",
        labels={"batch": "Digits at once", "sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"batch": f"{TESTS}", "sparsity": 0.5},
    )


def _digits(batch: int) -> str:
    return "One digit at a time" if batch == 1 else f"{batch} digits at once"
