"""A judge that fails is the machine's fault, and no student is blamed for it."""

import json
import os

import pytest

from pruning_lab.grading import judging
from pruning_lab.grading.limits import Limits
from pruning_lab.grading.papers import Assignment, Exam, Task


class Unreadable:
    """Ends the process that receives it."""

    def __reduce__(self):
        return os._exit, (1,)


def test_where_the_judge_does_not_start_nobody_gets_a_verdict():
    with pytest.raises(RuntimeError, match="did not start"):
        judging.judge(Unreadable())


@pytest.mark.parametrize("source", ["double(2)", "1 + 1"])
def test_where_there_is_no_jail_nobody_gets_a_verdict(monkeypatch, source):
    grading = {"grade_id": "tests", "grade": True, "solution": False}
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source},
        {"cell_type": "code", "metadata": {"nbgrader": grading}, "source": ""},
    ]
    exam = Assignment((), ("double",), {"tests": Exam("assert double(2) == 4", "")}, {})
    monkeypatch.setenv("PATH", "")
    for order in (cells, cells[::-1]):
        task = Task(json.dumps({"cells": order}), exam, 0, Limits())
        with pytest.raises(RuntimeError, match="bubblewrap"):
            judging.judge_here(task)
