"""In a real browser: a student at work in JupyterLab, an instructor in nbgrader's formgrader."""

import csv
import json
import os
import subprocess
import sys
import time
from urllib.request import urlopen

import corpus
import pytest

from browser import visits
from pruning_lab.course import batch, collecting, marks, returning
from pruning_lab.course.folder import Course

ASSIGNMENT, COMMENT = "demo", "A good reason; now measure it."
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def graded(course, released, tmp_path_factory):
    """Three students have handed in and are graded by tests."""
    inbox = tmp_path_factory.mktemp("three")
    for student, cells in {"ada": {}, "bob": {"speed": "I do not know."}, "cyd": {}}.items():
        (inbox / student).mkdir()
        content = corpus.written(corpus.honest(released, cells))
        (inbox / student / f"{ASSIGNMENT}.ipynb").write_bytes(content)
    lines = ["id,first_name,last_name,email,canvas_id", "ada,Ada,Lovelace,a@x.org,7", "bob,,,,8"]
    (course.root / "roster.csv").write_text("\n".join([*lines, "cyd,,,,9"]) + "\n")
    course = Course(course.root)
    collecting.collect(course, ASSIGNMENT, inbox)
    batch.grade(course, ASSIGNMENT)
    return course


@pytest.fixture(scope="module")
def lab(graded, tmp_path_factory):
    """Address of a JupyterLab that was started in the course folder."""
    runtime = tmp_path_factory.mktemp("runtime")
    environment = {name: str(runtime) for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR")}
    command = ["-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=8790", "--allow-root"]
    with (runtime / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, *command, "--IdentityProvider.token=", "--expose-app-in-browser"],
            cwd=graded.root,
            env=os.environ | environment | {"PYTHONWARNINGS": "ignore"},
            stdout=log,
            stderr=log,
        )
    yield _address(runtime, server)
    server.terminate()
    server.wait()


def _address(runtime, server):
    for _ in range(240):
        time.sleep(0.25)
        assert server.poll() is None, (runtime / "log").read_text()
        for path in runtime.glob("jpserver-*.json"):
            address = json.loads(path.read_text())["url"]
            with urlopen(f"{address}api") as answer:
                assert answer.status == 200
            return address
    raise AssertionError((runtime / "log").read_text())


@pytest.fixture(scope="module")
def read(graded, lab):
    """The first of three answers has been given four points and a comment."""
    with visits.chromium() as browser:
        page = browser.new_page()
        page.goto(f"{lab}formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
        rows = page.locator("table tbody tr")
        rows.nth(2).wait_for()
        page.locator("table tbody a").first.click()
        page.locator("textarea.comment").first.wait_for()
        page.wait_for_load_state("networkidle")  # the page asks for marks and comments
        shown = page.content()
        _write(page, page.locator("input.score").last, "4", "api/grade/")
        _write(page, page.locator("textarea.comment").last, COMMENT, "api/comment/")
    return shown


def _write(page, field, text, kept):
    """Write into a field and wait until the server has it."""
    field.fill(text)
    with page.expect_response(lambda answer: kept in answer.url) as saved:
        field.press("Tab")
    assert saved.value.ok


def test_the_page_shows_an_answer_with_its_points(read):
    assert corpus.RIGHT["speed"] in read or "I do not know." in read


def test_points_and_a_comment_reach_the_student_and_the_tables(graded, read, tmp_path):
    given = [m for m in marks.marks(graded) if m.question == "speed" and m.points == 4]
    assert len(given) == 1
    batch.grade(graded, ASSIGNMENT)
    returning.feedback(graded, ASSIGNMENT)
    page = graded.notebook("feedback", ASSIGNMENT, given[0].student).with_suffix(".html")
    assert COMMENT in page.read_text()
    tables = {path.name: path for path in marks.export(graded, tmp_path)}
    rows = list(csv.DictReader(tables["canvas.csv"].read_text().splitlines()))
    column = next(name for name in rows[0] if name.startswith(ASSIGNMENT))
    assert sorted(float(row[column] or 0) for row in rows if row["ID"]) == [5.0, 5.0, 9.0]


def test_in_jupyterlab_a_student_is_told_at_once_how_it_stands(lab):
    with visits.chromium() as browser:
        page = browser.new_page()
        page.goto(f"{lab}lab/tree/release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for(timeout=60_000)
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        told = page.locator(".jp-OutputArea").get_by_text("Not attempted")
        told.first.wait_for(timeout=60_000)
        assert told.count() == 2
