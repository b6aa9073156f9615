"""A process that was stopped starts again, with what the cells before had left."""

import time

import pytest

from pruning_lab.grading.limits import Limits
from pruning_lab.grading.sandbox import Sandbox, Stopped

HANG = "def hang():\n    while True: pass"
LATER = 2.0  # seconds


@pytest.fixture
def sandbox():
    with Sandbox(Limits(call_seconds=0.5, restarts=3)) as found:
        yield found


def test_what_ran_before_a_stop_is_there_after_it(sandbox):
    sandbox.run("a = 1")
    sandbox.run(HANG)
    with pytest.raises(Stopped, match="too slow"):
        sandbox.call("hang", [], {})
    sandbox.run("def f():\n    return a")
    assert sandbox.call("f", [], {}) == 1


def test_a_cell_that_stops_the_process_the_second_time_harms_no_other(sandbox):
    last = time.time() + LATER
    sandbox.run("a = 1")
    sandbox.run(f"import os, time\nif time.time() > {last}: os._exit(1)")
    sandbox.run(HANG)
    with pytest.raises(Stopped, match="too slow"):
        sandbox.call("hang", [], {})
    time.sleep(max(0.0, last - time.time()))
    sandbox.run("def f():\n    return a")
    assert sandbox.call("f", [], {}) == 1
