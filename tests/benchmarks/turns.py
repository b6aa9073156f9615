"""Contestants take turns, so that a busy moment hits them alike, and a ratio compares one turn."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

# A contestant is set up, unmeasured, and returns what is measured. The first one is ours; those
# whose name begins with "bound" say what the machine allows.
Contestants = dict[str, Callable[[], Callable[[], object]]]


@dataclass(frozen=True)
class Task:
    """A benchmark: who takes part, how often, by which clock (seconds), in how many calls."""

    name: str
    contestants: Callable[[], Contestants]
    turns: int = 9
    clock: Callable[[], float] = perf_counter
    calls: int = 1  # within a turn, each set up anew: for what is over before a clock sees it


def take_turns(task: Task) -> dict[str, list[float]]:
    """Milliseconds of each contestant in each turn, after one turn to warm up."""
    contestants = task.contestants()
    names = list(contestants)
    ms: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(task.turns + 1):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            calls = [contestants[name]() for _ in range(task.calls)]
            start = task.clock()
            for work in calls:
                work()
            if turn > 0:
                ms[name].append(1e3 * (task.clock() - start) / task.calls)
    return ms


def rows(task: Task) -> list[dict[str, object]]:
    """One row a peer: medians, and how many times faster ours is, turn by turn."""
    ms = take_turns(task)
    own, *others = ms
    bound = next((name for name in others if name.startswith("bound")), None)
    return [
        {
            "task": task.name,
            "peer": peer,
            "ours": own,
            "ours_ms": statistics.median(ms[own]),
            "peer_ms": statistics.median(ms[peer]),
            **ratio([theirs / mine for mine, theirs in zip(ms[own], ms[peer], strict=True)]),
            "bound": bound and bound.removeprefix("bound: "),
            "bound_ms": bound and statistics.median(ms[bound]),
        }
        for peer in others
        if not peer.startswith("bound")
    ]


def ratio(ratios: list[float]) -> dict[str, object]:
    """Median of the ratios, their range, and all of them."""
    return {
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "ratios": ratios,
    }
