"""Every hostile or broken submission is graded between two honest ones, which keep their marks."""

import json
import time
from pathlib import Path

import corpus
import pytest

from pruning_lab.course import batch, collecting, marks, returning

ASSIGNMENT, FULL = "demo", 5.0
REPORT = Path(__file__).parents[2] / "_build" / "grading-report.json"


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
def leaked(course, graded):
    """Student -> what of the hidden tests stands on the page that the student gets."""
    pages = {
        s: course.notebook("feedback", ASSIGNMENT, s).with_suffix(".html")
        for s in graded["hostile"]
    }
    return {s: corpus.leaks(pages[s].read_text(), case) for s, case in graded["hostile"].items()}


@pytest.fixture(scope="module")
def report(graded, points, leaked):
    """The table of the corpus, also written to a file."""
    hostile = graded["hostile"]
    rows = {
        "cases": len(hostile),
        "right_grade": sum(points[s] == case.points for s, case in hostile.items()),
        "forged": sum(points[s] > case.points for s, case in hostile.items()),
        "leaked": sum(map(bool, leaked.values())),
        "bystanders_harmed": sum(points[s] != FULL for s in graded["honest"]),
        "hung": len(graded["found"].failed),
        "seconds_per_submission": round(graded["seconds"] / len(points), 2),
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(rows) + "\n")
    return rows


def _hand_in(inbox, student, content):
    path = inbox / student / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


@pytest.mark.parametrize("number", range(len(corpus.CASES)))
def test_it_gets_what_it_deserves_and_no_more(number, graded, points):
    student, case = list(graded["hostile"].items())[number]
    assert points[student] == case.points, case.name


@pytest.mark.parametrize("number", range(len(corpus.CASES)))
def test_its_page_gives_no_hidden_test_away(number, graded, leaked):
    student, case = list(graded["hostile"].items())[number]
    assert leaked[student] == [], case.name


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
