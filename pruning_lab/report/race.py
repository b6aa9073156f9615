"""A race: ways to compute something take turns, so that a busy moment hits them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from pruning_lab.arrays import Array, checked_whole
from pruning_lab.measure import Latency, seconds_of

Clock = Callable[[], float]


def faster(one: Latency, other: Latency) -> bool:
    """Whether one took less time than another, beyond the spread of both.

    That is: the middle half of its calls lies wholly below the middle half of the other's.
    Where the halves overlap, neither is called faster. Fewer than ten calls each say little.

    Examples
    --------
    >>> faster(Latency((1.0, 1.1, 1.2)), Latency((2.0, 2.1, 9.0)))
    True
    >>> faster(Latency((1.0, 1.1, 2.2)), Latency((1.2, 1.3, 1.4)))
    False
    """
    return one.quartiles_s[1] < other.quartiles_s[0]


@dataclass(frozen=True)
class Race:
    """What each contestant took.

    Parameters
    ----------
    latencies : name -> latency; at least one
    """

    latencies: Mapping[str, Latency]

    def __post_init__(self) -> None:
        if not self.latencies:
            raise ValueError("a race needs at least one contestant; got none.")

    @property
    def fastest(self) -> tuple[str, ...]:
        """Contestant with the least median, and all that it does not beat beyond the spread."""
        best = min(self.latencies.values(), key=lambda latency: latency.median_s)
        return tuple(name for name, taken in self.latencies.items() if not faster(best, taken))


def race(
    contestants: Mapping[str, Callable[[Array], object]],
    x: Array,
    *,
    repeats: int = 30,
    clock: Clock = perf_counter,
) -> Race:
    """Latencies of several ways to compute the same, on this machine, now.

    Every contestant has one call a round, and each round starts with the next of them. A first
    round warms up and is not measured. On few cores a matrix product that numpy spreads over
    threads may wait for others' work: times hold for this machine as busy as it is.

    Parameters
    ----------
    contestants : name -> what is called with `x`
    x : (n, …)
    repeats : measured rounds, 10 or more
    clock : seconds since whenever

    Raises
    ------
    ValueError
        If there are no contestants, or `repeats` is no whole number from 10 on.

    Examples
    --------
    >>> import numpy as np
    >>> found = race({"sum": np.sum, "sort": np.sort}, np.ones(100), repeats=10)
    >>> {name: len(latency.samples_s) for name, latency in found.latencies.items()}
    {'sum': 10, 'sort': 10}
    """
    repeats, names = checked_whole(repeats, "repeats", least=10), list(contestants)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(repeats + 1):
        first = turn % max(len(names), 1)
        for name in names[first:] + names[:first]:
            taken = seconds_of(partial(contestants[name], x), clock)
            if turn > 0:
                seconds[name].append(taken)
    return Race({name: Latency(tuple(taken)) for name, taken in seconds.items()})
