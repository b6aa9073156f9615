"""A class of five hundred: nothing is lost, also when the grader is killed in the middle."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import corpus
import dask
import pytest
from distributed import Client, LocalCluster

from pruning_lab.course import batch, collecting, marks

pytestmark = pytest.mark.load
ASSIGNMENT, STUDENTS = "demo", 500
MIXED = [
    ({}, 5.0),
    ({"largest": corpus.RIGHT["largest"].replace("np.abs(w)", "w")}, 2.0),
    ({"sparsity_of": "def sparsity_of(w):\n    return 0.5"}, 3.0),
    ({"sparsity_of": "def sparsity_of(w):\n    return", "largest": "largest = None"}, 0.0),
]
GRADE = (
    "import pathlib\n"
    "from pruning_lab.course import batch\n"
    "from pruning_lab.course.folder import Course\n"
    "batch.grade(Course(pathlib.Path.cwd()), 'demo')\n"
)


def submissions(released, count):
    """Student -> what is handed in and what it deserves: mixed quality, one in twenty hostile."""
    for number in range(count):
        if number % 20 == 19:
            case = corpus.CASES[number // 20 % len(corpus.CASES)]
            yield f"s{number:03}", case.make(released), case.points
        else:
            cells, points = MIXED[number % len(MIXED)]
            yield f"s{number:03}", corpus.written(corpus.honest(released, cells)), points


def handed_in(course, released, folder, count):
    deserved = {}
    for student, content, points in submissions(released, count):
        (folder / student).mkdir(parents=True)
        (folder / student / f"{ASSIGNMENT}.ipynb").write_bytes(content)
        deserved[student] = points
    lines = ["id,first_name,last_name,email,canvas_id", *(f"{s},,,," for s in deserved)]
    (course.root / "roster.csv").write_text("\n".join(lines) + "\n")
    course.__dict__.pop("students", None)
    collecting.collect(course, ASSIGNMENT, folder)
    return deserved


def points(course):
    sums = {}
    for mark in marks.marks(course):
        sums[mark.student] = sums.get(mark.student, 0.0) + mark.points
    return sums


def test_a_class_is_graded_whole_though_the_grader_is_killed(course, released, tmp_path):
    deserved = handed_in(course, released, tmp_path, STUDENTS)
    start = time.monotonic()
    first = subprocess.Popen([sys.executable, "-c", GRADE], cwd=course.root)
    while len(list(course.root.glob(".verdicts/demo/*.written"))) < STUDENTS // 3:
        time.sleep(0.5)
        assert first.poll() is None, "the grader ended by itself"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    before = len(list(course.root.glob(".verdicts/demo/*.written")))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = batch.grade(course, ASSIGNMENT)
    seconds = (time.monotonic() - start) / STUDENTS
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert found.failed == {}
    assert len(found.judged) + len(found.unchanged) == STUDENTS
    assert len(found.unchanged) >= before - 1
    assert points(course) == deserved
    told = {"students": STUDENTS, "seconds_per_submission": round(seconds, 2), "grown_kb": grown}
    print(json.dumps(told))
    assert grown < 300_000


def test_two_workers_of_dask_give_the_same_gradebook(course, released, tmp_path):
    deserved = handed_in(course, released, tmp_path / "few", 24)
    for path in (course.root / ".verdicts" / ASSIGNMENT).glob("*"):
        path.unlink()
    with (
        dask.config.set({"distributed.worker.daemon": False}),  # a judge has children
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        found = batch.grade(course, ASSIGNMENT, executor=client.get_executor())
    assert found.failed == {}
    mine = points(course)
    assert {student: mine[student] for student in deserved} == deserved
