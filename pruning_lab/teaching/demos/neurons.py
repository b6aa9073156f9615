"""Demo: take neurons out of a network one by one, and watch two matrices shrink."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from pruning_lab.arrays import Array, Bools
from pruning_lab.datasets.dataset import Split
from pruning_lab.measure import dense_bytes, latency, macs_per_sample
from pruning_lab.network import Network
from pruning_lab.teaching.demos import units
from pruning_lab.teaching.demos.trials import Run, tested
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.curves import Curve
from pruning_lab.teaching.figures.style import percent
from pruning_lab.teaching.figures.unit_matrices import unit_matrices

LAYER = "dense1"
SMALLEST, LARGEST, LOT = "smallest rows first", "largest rows first", "by lot"


def largest_first(net: Network, data: Split) -> units.UnitScores:
    """Row norms turned round, to see that the order matters."""
    return {name: -norms for name, norms in units.row_norm(net, data).items()}


ORDERS: dict[str, units.Criterion] = {
    SMALLEST: units.row_norm,
    LARGEST: largest_first,
    LOT: units.by_lot,
}


def compute(net: Network, scores: Array, removed: int) -> tuple[Bools, Network]:
    """Which hidden neurons stay when so many of the lowest go, and the compacted network."""
    kept = np.ones(len(scores), bool)
    kept[np.argsort(scores, kind="stable")[:removed]] = False
    return kept, units.without(net, {LAYER: kept})


def curve(runs: Sequence[Run], criterion: units.Criterion, counts: Sequence[int]) -> Array:
    """Test accuracies after so many removals and nothing else, (runs, counts)."""
    found = np.empty((len(runs), len(counts)))
    for i, (net, data) in enumerate(runs):
        scores = criterion(net, data.train)[LAYER]
        for j, removed in enumerate(counts):
            found[i, j] = tested(compute(net, scores, removed)[1], data)
    return found


def milliseconds(net: Network, x: Array, counts: Sequence[int], *, rounds: int = 20) -> Array:
    """Fastest time for `x` of the network with so many neurons removed, (counts,).

    All sizes take turns, since the machine may be busy with something else.
    """
    scores = np.arange(net.parts[LAYER].fan_out, dtype=float)
    nets = [compute(net, scores, removed)[1] for removed in counts]
    best = np.full(len(nets), np.inf)
    for _ in range(rounds):
        for i, small in enumerate(nets):
            best[i] = min(best[i], *latency(small, x, repeats=3).samples_s)
    return 1e3 * best


def parameters(net: Network) -> int:
    """Weights and biases."""
    return sum(
        first.size + second.size for first, second in (p.parameters for p in net.parts.values())
    )


def describe(
    small: Network, removed: int, accuracy: float, dense: float, times: tuple[float, float]
) -> str:
    """Say what is left: numbers, bytes, multiplications, time and accuracy.

    Parameters
    ----------
    accuracy, dense : means over the networks, now and before
    times : milliseconds now and before
    """
    size = (
        f"{parameters(small):,} parameters, {dense_bytes(small):,} bytes of weights, "
        f"{macs_per_sample(small):,} multiplications a digit, {times[0]:.2f} ms for the batch"
    )
    if removed == 0:
        count = small.parts[LAYER].fan_out
        return f"All {count} neurons: {size}. The five networks read {percent(dense, 1)}."
    gone = "1 neuron is" if removed == 1 else f"{removed} neurons are"
    lost = f"{removed} row{'s' * (removed > 1)}"
    return (
        f"{gone} gone, which is {lost} of weights in, as many biases and as many columns of "
        f"weights out. Left: {size} (it was {times[1]:.2f}). The five networks read "
        f"{percent(accuracy, 1)} on average; it was {percent(dense, 1)}."
    )


def demo(run: Run, curves: Mapping[str, Array], counts: Sequence[int], times: Array) -> Explorer:
    """Explorer over the order and the number of neurons removed.

    Parameters
    ----------
    run : the network that is drawn, of one hidden layer, and its data
    curves : order -> (runs, counts) test accuracies
    counts : neurons removed, from 0
    times : (counts,) milliseconds
    """
    net, data = run
    scores = {name: criterion(net, data.train)[LAYER] for name, criterion in ORDERS.items()}
    lots = Curve(LOT, curves[LOT], style.RANDOM, (2.6, 0.28), dashed=True)

    def render(order: str, removed: float) -> Figure:
        kept, small = compute(net, scores[order], round(removed))
        by = Curve(order, curves[order], style.KEPT, (9.2, 0.86))
        shown = [lots] if order == LOT else [by, lots]
        return unit_matrices(net, kept, small, np.asarray(counts, float), shown)

    def caption(order: str, removed: float) -> str:
        _, small = compute(net, scores[order], round(removed))
        mean = curves[order].mean(axis=0)
        now = float(np.interp(round(removed), counts, mean))
        ms = float(np.interp(round(removed), counts, times))
        words = describe(small, round(removed), now, float(mean[0]), (ms, float(times[0])))
        return f"{order[0].upper()}{order[1:]}: {words[0].lower()}{words[1:]}"

    return Explorer(
        render,
        {"order": list(ORDERS), "removed": [int(count) for count in counts]},
        caption,
        title="Neurons taken out of a network, masked and compacted",
        labels={"order": "Order", "removed": "Neurons removed"},
        text={"removed": lambda removed: f"{removed:g} of {net.parts[LAYER].fan_out}"},
        start={"removed": 0},
    )
