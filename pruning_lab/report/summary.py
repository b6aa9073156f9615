"""The report: one network beside another, in numbers and in words."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from pruning_lab.datasets import Split
from pruning_lab.measure import exemplars, parameters
from pruning_lab.network import Network
from pruning_lab.report.break_even import break_even
from pruning_lab.report.measured import Measured, measured
from pruning_lab.report.products import Product, check_same, sparse_network
from pruning_lab.report.race import Clock, Race, race
from pruning_lab.report.words import (
    break_even_in_words,
    change_in_words,
    size_in_words,
    speed_in_words,
    ways_in_words,
)


@dataclass(frozen=True)
class Report:
    """What pruning changed. ``str(report)`` says it in words and claims nothing within the noise.

    Counts and bytes are exact. Times differ if the middle halves of all calls lie apart.
    Accuracies differ if a coin would divide broken and fixed samples so unevenly in fewer than
    one of twenty cases; that the worst class was looked for makes its fall a little likelier.
    Of the calibration error no noise is known, so both numbers stand without a judgement.

    Parameters
    ----------
    before, after : numbers about each network
    samples : how many were predicted, all at once
    broken, fixed : samples that only `before`, or only `after`, gets right
    worst_broken, worst_fixed : those among them of the class that is worst after
    ways : latencies of ``dense``, ``sparse`` and, if given, ``compacted``: ways to compute `after`
    largest_layer : (fan_out, fan_in) of the largest layer of `after`
    break_even : least sparsity at which a sparse product pays for a matrix of that shape and one
        row a sample, or None; a convolution multiplies more rows
    """

    before: Measured
    after: Measured
    samples: int
    broken: int
    fixed: int
    worst_broken: int
    worst_fixed: int
    ways: Race
    largest_layer: tuple[int, int]
    break_even: float | None

    def __str__(self) -> str:
        old, new = self.before, self.after
        return "\n".join(
            [
                size_in_words(old, new),
                speed_in_words(old, new, self.samples),
                ways_in_words(self.ways),
                break_even_in_words(self.break_even, self.largest_layer, self.samples),
                f"Accuracy {new.accuracy:.3f}, before {old.accuracy:.3f}. "
                + change_in_words("Accuracy", self.broken, self.fixed),
                f"Worst class {new.worst_class} with {new.worst_accuracy:.3f}, before "
                f"{old.worst_class} with {old.worst_accuracy:.3f}. "
                + change_in_words(f"Class {new.worst_class}", self.worst_broken, self.worst_fixed),
                f"Calibration error {new.calibration_error:.3f}, before "
                f"{old.calibration_error:.3f}; 0 is best.",
            ]
        )


def report(
    before: Network,
    after: Network,
    data: Split,
    *,
    compacted: Network | None = None,
    repeats: int = 30,
    clock: Clock = perf_counter,
) -> Report:
    """Before and after, in numbers and words: what was and what was not gained on this machine.

    Parameters
    ----------
    before, after : the network and what pruning made of it
    data : samples and labels that neither was trained on, such as ``data.test``
    compacted : `after` with what is dead removed, if it shall race too
    repeats : measured rounds of each race, 10 or more
    clock : seconds since whenever

    Raises
    ------
    ValueError
        If something is no such thing, or `compacted` does not compute what `after` does.

    Examples
    --------
    >>> from pruning_lab.criteria import magnitude
    >>> from pruning_lab.network import mlp
    >>> from pruning_lab.pruning import prune
    >>> net = mlp((8, 4, 2), rng=np.random.default_rng(0))
    >>> data = Split(np.eye(8), np.arange(8) % 2)
    >>> found = report(net, prune(net, magnitude, 0.5)[0], data, repeats=10)
    >>> print(str(found).splitlines()[0])
    20 of 40 weights are left: sparsity 0.5.
    """
    _check(before, after, data, compacted)
    ways: dict[str, Product] = {"dense": after, "sparse": sparse_network(after)}
    if compacted is not None:
        ways["compacted"] = compacted
    taken = race({"before": before, **ways}, data.x, repeats=repeats, clock=clock).latencies
    changed = exemplars(before, after, data.x, data.y)
    original = parameters(before)
    new = measured(after, data, original=original, latency=taken["dense"])
    worst = data.y == new.worst_class
    largest = max((w.shape for w in after.weights.values()), key=lambda shape: shape[0] * shape[1])
    rng = np.random.default_rng(0)  # only the times of its numbers enter
    return Report(
        before=measured(before, data, original=original, latency=taken["before"]),
        after=new,
        samples=len(data),
        broken=int(changed.broken.sum()),
        fixed=int(changed.fixed.sum()),
        worst_broken=int(changed.broken[worst].sum()),
        worst_fixed=int(changed.fixed[worst].sum()),
        ways=Race({name: taken[name] for name in ways}),
        largest_layer=(largest[0], largest[1]),
        break_even=break_even(largest, len(data), rng=rng, repeats=repeats, clock=clock),
    )


def _check(before: Network, after: Network, data: Split, compacted: Network | None) -> None:
    for what, network in (("before", before), ("after", after), ("compacted", compacted)):
        if not isinstance(network, Network) and not (what == "compacted" and network is None):
            raise ValueError(f"{what} must be a Network; got {type(network).__name__}.")
    if not isinstance(data, Split):
        raise ValueError(
            f"data must be a Split, samples with labels; got {type(data).__name__}. "
            "Of a Dataset pass data.test; of arrays make Split(x, y)."
        )
    if len(data) == 0:
        raise ValueError("data needs at least one sample; got none. Is a split empty?")
    if compacted is not None:
        check_same(compacted(data.x), after(data.x), what="compacted")
