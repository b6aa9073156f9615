"""Demo: one pruned network, measured with every ruler that its seller may choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from matplotlib.figure import Figure

from pruning_lab import measure
from pruning_lab.arrays import Array
from pruning_lab.datasets import Dataset
from pruning_lab.measure import Latency
from pruning_lab.network import Network
from pruning_lab.pruning import prune
from pruning_lab.report import race, sparse_network
from pruning_lab.report.products import Product
from pruning_lab.storage import cheapest
from pruning_lab.teaching.demos.trials import Criterion, retrain
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures.rulers import Ruler, rulers
from pruning_lab.teaching.figures.style import percent


@dataclass(frozen=True)
class Reading:
    """What every ruler shows of one network.

    Parameters
    ----------
    sparsity : to which it was pruned
    parameters, nonzeros, macs : counts
    dense_bytes, csr_bytes, packed_bytes : of its matrices, as CSR with 32 bits a place, and in
        the cheapest form that the library has
    before_s, dense_s, sparse_s : seconds of the fastest call of the dense network, of this one
        with ordinary products, and with zeros left out; measured in turns
    accuracy, worst : on the test part; of the worst class
    """

    sparsity: float
    parameters: int
    nonzeros: int
    macs: int
    dense_bytes: int
    csr_bytes: int
    packed_bytes: int
    before_s: float
    dense_s: float
    sparse_s: float
    accuracy: float
    worst: float


def csr_bytes(matrix: Array) -> int:
    """Bytes of a float32 matrix as compiled libraries store it: 32 bits a value, column, row start.

    Examples
    --------
    >>> csr_bytes(np.eye(3, dtype=np.float32))
    40
    """
    kept = int(np.count_nonzero(matrix))
    return 4 * kept + 4 * kept + 4 * (len(matrix) + 1)


def read(
    net: Network,
    data: Dataset,
    sparsity: float,
    *,
    taken: tuple[Latency, Latency, Latency],
) -> Reading:
    """Reading of a network that was pruned to this sparsity.

    Parameters
    ----------
    taken : seconds of the dense network, with ordinary products, and with zeros left out
    """
    x, y = data.test.x, data.test.y
    return Reading(
        sparsity=sparsity,
        parameters=measure.parameters(net),
        nonzeros=measure.nonzeros(net),
        macs=measure.macs_per_sample(net),
        dense_bytes=measure.dense_bytes(net),
        csr_bytes=sum(csr_bytes(w) for w in net.weights.values()),
        packed_bytes=sum(cheapest(w).best.nbytes for w in net.weights.values()),
        before_s=min(taken[0].samples_s),
        dense_s=min(taken[1].samples_s),
        sparse_s=min(taken[2].samples_s),
        accuracy=measure.accuracy(net, x, y),
        worst=measure.worst_class(net, x, y)[1],
    )


def compute(
    net: Network,
    data: Dataset,
    criterion: Criterion,
    sparsities: Sequence[float],
    *,
    epochs: int = 20,
    repeats: int = 15,
    clock: Callable[[], float] = perf_counter,
) -> list[Reading]:
    """Readings of one network, cut to each sparsity and retrained; the clock runs in turns.

    Parameters
    ----------
    net : trained, dense
    sparsities : rising from 0, which is only trained on
    epochs : of retraining with the mask kept
    repeats : rounds of each race
    """
    readings = []
    for sparsity in sparsities:
        pruned, mask = prune(net, criterion, sparsity)
        again = retrain(pruned, mask, data, epochs=epochs)
        ways: dict[str, Product] = {"before": net, "dense": again, "sparse": sparse_network(again)}
        before, dense, sparse = race(
            ways, data.test.x, repeats=repeats, clock=clock
        ).latencies.values()
        readings.append(read(again, data, sparsity, taken=(before, dense, sparse)))
    return readings


def scales(now: Reading, dense: Reading) -> list[Ruler]:
    """Every ruler's reading beside that of the dense network, in the order of the picture."""

    def ruler(name: str, value: float, whole: float, text: str, gap: bool = False) -> Ruler:
        return Ruler(name, value / whole, text, gap)

    def kilo(count: float) -> str:
        return f"{count / 1000:,.1f} kB"

    def milli(seconds: float) -> str:
        return f"{1e3 * seconds:.2f} ms"

    return [
        ruler("weights stored", now.parameters, dense.parameters, f"{now.parameters:,}"),
        ruler("weights not zero", now.nonzeros, dense.parameters, f"{now.nonzeros:,}"),
        ruler("multiplications", now.macs, dense.macs, f"{now.macs:,}"),
        ruler("file, matrices", now.dense_bytes, dense.dense_bytes, kilo(now.dense_bytes), True),
        ruler("file, CSR", now.csr_bytes, dense.dense_bytes, kilo(now.csr_bytes)),
        ruler("file, tightest", now.packed_bytes, dense.dense_bytes, kilo(now.packed_bytes)),
        ruler("time, matrices", now.dense_s, now.before_s, milli(now.dense_s), True),
        ruler("time, zeros left out", now.sparse_s, now.before_s, milli(now.sparse_s)),
        ruler("accuracy", now.accuracy, dense.accuracy, percent(now.accuracy, 1), True),
        ruler("worst class", now.worst, dense.worst, percent(now.worst, 1)),
    ]


def describe(now: Reading, dense: Reading) -> str:
    """Say what is smaller, what is not, and what it cost."""
    start = (
        "Nothing is pruned"
        if now.sparsity == 0
        else f"At {percent(now.sparsity)} sparsity {now.nonzeros:,} of {now.parameters:,} weights "
        f"are left, {now.parameters / now.nonzeros:.3g} times fewer"
    )
    csr = now.csr_bytes / dense.dense_bytes
    tight = now.packed_bytes / dense.dense_bytes
    slower = now.sparse_s / now.before_s
    pace = f"{slower:.1f} times the time" if slower >= 1 else f"{percent(slower)} of the time"
    return (
        f"{start}. As matrices the file is as large as before; as CSR it takes "
        f"{percent(csr)} of the dense bytes, in the tightest form {percent(tight)}. "
        f"Leaving the zeros out takes {pace}. "
        f"Accuracy {percent(now.accuracy, 1)}, worst class {percent(now.worst, 1)}."
    )


def demo(readings: Sequence[Reading]) -> Explorer:
    """Explorer over the sparsity at which one network was pruned and retrained.

    Parameters
    ----------
    readings : by rising sparsity; the first, at 0, is what all others are compared with
    """
    dense, sparsities = readings[0], [each.sparsity for each in readings]

    def nearest(sparsity: float) -> Reading:
        return readings[int(np.argmin(np.abs(np.asarray(sparsities) - sparsity)))]

    def render(sparsity: float) -> Figure:
        return rulers(scales(nearest(sparsity), dense))

    def caption(sparsity: float) -> str:
        return describe(nearest(sparsity), dense)

    return Explorer(
        render,
        {"sparsity": sparsities},
        caption,
        title="One network, ten rulers",
        labels={"sparsity": "Sparsity"},
        text={"sparsity": percent},
        start={"sparsity": 0.5} if 0.5 in sparsities else None,
    )
