"""Every hostile or broken submission is graded between two honest ones, which keep their marks."""

import json
import re
import time
from pathlib import Path

import corpus
import pytest

from pruning_lab.course import batch, collecting, marks, returning

ASSIGNMENT, FULL = "demo", 5.0
REPORT = Path(__file__).parents[2] / "_build" / "grading-report.json"
SECRETS = re.compile(r"secret_|7319\.25|41\.625|0\.75\b|zero_count|keep_these|8861|5527|drawn")
OWN = {"answers before it is asked", "patched library of the grader"}  # write 0.75 themselves


@pytest.fixture(scope="module")
def graded(course, released, tmp_path_factory):
    """The whole corpus, collected, graded and given back; and how long that took."""
    inbox = tmp_path_factory.mktemp("inbox")
    hostile = {f"m{number:02}-hostile": case for number, case in enumerate(corpus.CASES)}
    honest = [f"m{number:02}" for number in range(len(hostile) + 1)]
    for student in honest:
        _hand_in(inbox, student, corpus.written(corpus.honest(released)))
    for student, case in hostile.items():
        _hand_in(inbox, student, case.make(released))
    lines = ["id,first_name,last_name,email,canvas_id", *(f"{s},,,," for s in [*honest, *hostile])]
    (course.root / "roster.csv").write_text("\n".join(lines) + "\n")
    start = time.monotonic()
    collecting.collect(course, ASSIGNMENT, inbox)
    found = batch.grade(course, ASSIGNMENT)
    seconds = time.monotonic() - start
    returning.feedback(course, ASSIGNMENT)
    return {"hostile": hostile, "honest": honest, "found": found, "seconds": seconds}


@pytest.fixture(scope="module")
def points(course, graded):
    """Student -> points for what tests mark."""
    sums = dict.fromkeys([*graded["honest"], *graded["hostile"]], 0.0)
    for mark in marks.marks(course):
        sums[mark.student] += mark.points
    return sums


@pytest.fixture(scope="module")
def report(course, graded, points):
    """The table of the corpus, also written to a file."""
    hostile = graded["hostile"]
    rows = {
        "cases": len(hostile),
        "right_grade": sum(points[s] == case.points for s, case in hostile.items()),
        "forged": sum(points[s] > case.points for s, case in hostile.items()),
        "leaked": sum(bool(leaks(course, s, case)) for s, case in hostile.items()),
        "bystanders_harmed": sum(points[s] != FULL for s in graded["honest"]),
        "hung": len(graded["found"].failed),
        "seconds_per_submission": round(graded["seconds"] / len(points), 2),
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(rows) + "\n")
    return rows


def leaks(course, student, case):
    """What of the hidden tests stands on a student's page that the student did not write."""
    page = course.notebook("feedback", ASSIGNMENT, student).with_suffix(".html").read_text()
    own = case.make is not None and case.name in OWN
    return [word for word in SECRETS.findall(page) if not own and word not in _wrote(case)]


def _wrote(case):
    """The secret words that a case's own source uses: looking for a word is no leak."""
    return {"secret_", "drawn"} if case.family == "reading" else set()


def _hand_in(inbox, student, content):
    path = inbox / student / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


@pytest.mark.parametrize("number", range(len(corpus.CASES)))
def test_it_gets_what_it_deserves_and_no_more(number, graded, points):
    student, case = list(graded["hostile"].items())[number]
    assert points[student] == case.points, case.name


@pytest.mark.parametrize("number", range(len(corpus.CASES)))
def test_its_page_gives_no_hidden_test_away(number, course, graded):
    student, case = list(graded["hostile"].items())[number]
    assert leaks(course, student, case) == [], case.name


def test_honest_neighbours_keep_their_marks(graded, points):
    assert {student: points[student] for student in graded["honest"]} == dict.fromkeys(
        graded["honest"], FULL
    )


def test_nobody_is_left_ungraded(graded):
    assert graded["found"].failed == {}
    assert len(graded["found"].judged) == len(graded["hostile"]) + len(graded["honest"])


def test_the_report_counts_no_forged_grade_no_leak_and_no_harm(report):
    assert report["cases"] >= 40
    assert report["right_grade"] == report["cases"]
    assert [report[k] for k in ("forged", "leaked", "bystanders_harmed", "hung")] == [0, 0, 0, 0]


def test_nothing_is_left_running(graded):
    left = [
        path
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if b"grading/child.py" in _content(path)
    ]
    assert left == []


def _content(path):
    try:
        return path.read_bytes()
    except OSError:  # it has just ended
        return b""
