"""Races: everyone has a turn, and nobody wins within the noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.measure import Latency
from pruning_lab.report import Race, faster, race


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now

    def passing(self, seconds, calls=None, name=None):
        """A function that takes as long."""

        def work(x):
            self.now += seconds
            if calls is not None:
                calls.append(name)

        return work


def test_all_contestants_have_one_call_a_round_and_start_in_turn():
    clock, calls = Clock(), []
    ways = {name: clock.passing(1, calls, name) for name in "abc"}
    race(ways, None, repeats=10, clock=clock)
    assert len(calls) == 33
    rounds = [calls[i : i + 3] for i in range(0, 33, 3)]
    assert all(sorted(names) == list("abc") for names in rounds)
    assert [names[0] for names in rounds[:4]] == list("abca")


def test_a_race_reports_what_each_took_without_the_first_round():
    clock = Clock()
    found = race(
        {"slow": clock.passing(3), "quick": clock.passing(2)}, None, repeats=10, clock=clock
    )
    assert found.latencies["slow"].samples_s == (3,) * 10
    assert found.latencies["quick"].samples_s == (2,) * 10
    assert found.fastest == ("quick",)


def test_who_is_within_the_spread_of_the_fastest_is_fastest_too():
    quick, near, slow = Latency((1, 2, 3, 4)), Latency((2, 3, 4, 5)), Latency((9, 9, 9, 9))
    assert Race({"slow": slow, "near": near, "quick": quick}).fastest == ("near", "quick")


SAMPLES = st.lists(st.floats(0, 100), min_size=1, max_size=20).map(lambda s: Latency(tuple(s)))


@given(SAMPLES, SAMPLES)
def test_never_are_both_faster_and_nobody_is_faster_than_himself(one, other):
    assert not faster(one, one)
    assert not (faster(one, other) and faster(other, one))
    if faster(one, other):
        assert one.median_s < other.median_s


def test_a_clock_that_stands_still_sees_no_difference():
    found = race({"a": lambda x: 1, "b": lambda x: 2}, None, repeats=10, clock=lambda: 0.0)
    assert found.fastest == ("a", "b")


def test_a_race_without_contestants_or_with_too_few_rounds_is_refused():
    with pytest.raises(ValueError, match="at least one contestant"):
        race({}, None)
    with pytest.raises(ValueError, match="at least one contestant"):
        Race({})
    with pytest.raises(ValueError, match="repeats must be a whole number, 10 or more; got 3"):
        race({"a": len}, [], repeats=3)
