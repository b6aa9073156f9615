"""A course from the release to the tables: what is released, graded, returned and exported."""

import csv
import json
import re
import sqlite3

import corpus
import nbformat
import pytest

from pruning_lab.course import batch, collecting, engine, marks, new, release, returning
from pruning_lab.course.command import main
from pruning_lab.course.folder import Course

ASSIGNMENT = "demo"


@pytest.fixture(scope="module")
def graded(course, released, tmp_path_factory):
    """Three students: all right, half right, nothing done."""
    inbox = tmp_path_factory.mktemp("three")
    wrong = corpus.RIGHT["largest"].replace("np.abs(w)", "w")  # passes what students may see
    for student, notebook in {
        "ada": corpus.honest(released),
        "bob": corpus.honest(released, {"largest": wrong}),
        "cyd": released,
    }.items():
        (inbox / student).mkdir()
        (inbox / student / "demo.ipynb").write_bytes(corpus.written(notebook))
    lines = ["id,first_name,last_name,email,canvas_id", "ada,Ada,Lovelace,a@x.org,1"]
    (course.root / "roster.csv").write_text(
        "\n".join([*lines, "bob,,,b@x.org,2", "cyd,,,,", "dan,,,,"])
    )
    course = Course(course.root)
    collecting.collect(course, ASSIGNMENT, inbox)
    batch.grade(course, ASSIGNMENT)
    return course


def points(course, student):
    return {m.question: m.points for m in marks.marks(course) if m.student == student}


def table(path):
    return list(csv.DictReader(path.read_text().splitlines()))


# ---- release


def test_students_get_no_solution_no_hidden_test_and_no_private_cell(course, released):
    text = nbformat.writes(released) + release.answers_beside(course, ASSIGNMENT).read_text()
    for secret in ("zero_count", "keep_these", "secret_", "7319.25", "HIDDEN TESTS", "8861"):
        assert secret not in nbformat.writes(released), secret
    assert "A dense multiplication multiplies" not in text
    assert "That is the density" not in nbformat.writes(released)


def test_the_table_of_answers_holds_no_solution(course):
    table = json.loads(release.answers_beside(course, ASSIGNMENT).read_text())
    assert "zero_count" not in json.dumps(table)
    assert all("keep_these" not in str(one["solution"]) for one in table["exercises"])


@pytest.mark.parametrize("line", ["zero_count = np.count_nonzero(w == 0)", "secret_share = 0.75"])
def test_a_line_that_is_left_in_is_found(course, line):
    text = course.source(ASSIGNMENT).read_text()
    with pytest.raises(ValueError, match="a line of a solution or hidden test"):
        release.check_for_leaks(json.dumps(f"some text\n{line}\n"), text)


def test_a_source_that_does_not_hold_is_not_released(course):
    source = course.source(ASSIGNMENT)
    text = source.read_text()
    source.with_name("bad.md").write_text(text.replace("[:count]] = True", "[:1]] = True"))
    with pytest.raises(ValueError, match="solution"):
        release.release(course, "bad")
    with pytest.raises(ValueError, match="known: bad, demo"):
        release.release(course, "misspelt")


# ---- variants


def test_hidden_tests_of_a_course_draw_with_a_seed_of_each_student(course):
    text = course.source(ASSIGNMENT).read_text()
    assert "default_rng([variant, 8861])" in text
    assert "default_rng([variant, 5527])" in text
    numbers = {course.variant(ASSIGNMENT, student) for student in ("ada", "bob", "cyd")}
    assert len(numbers) == 3
    assert course.variant(ASSIGNMENT, "ada") == course.variant(ASSIGNMENT, "ada")


def test_another_course_has_other_numbers(course, tmp_path):
    other = tmp_path / "other"
    new.new(other, exercises=course.root / "exercises")
    assert Course(other).variant(ASSIGNMENT, "ada") != course.variant(ASSIGNMENT, "ada")
    with pytest.raises(ValueError, match="not empty"):
        new.new(other)


# ---- grades


def test_right_answers_get_their_points_and_wrong_ones_none(graded):
    assert points(graded, "ada") == {"sparsity_of_tests": 2, "largest_tests": 3, "speed": 0}
    assert points(graded, "bob") == {"sparsity_of_tests": 2, "largest_tests": 0, "speed": 0}
    assert points(graded, "cyd") == {"sparsity_of_tests": 0, "largest_tests": 0, "speed": 0}


def test_a_free_text_answer_waits_for_a_person_and_an_untouched_one_does_not(graded):
    waiting = {m.student for m in marks.marks(graded) if m.needs_reading}
    assert waiting == {"ada", "bob"}


def test_a_second_run_grades_only_what_changed(graded, released, tmp_path):
    assert batch.grade(graded, ASSIGNMENT).judged == []
    (tmp_path / "bob").mkdir()
    better = corpus.written(corpus.honest(released))
    (tmp_path / "bob" / "demo.ipynb").write_bytes(better)
    before = graded.notebook("submitted", ASSIGNMENT, "bob").read_bytes()
    collecting.collect(graded, ASSIGNMENT, tmp_path)
    again = batch.grade(graded, ASSIGNMENT)
    assert again.judged == ["bob"]
    assert sorted(again.unchanged) == ["ada", "cyd"]
    assert points(graded, "bob")["largest_tests"] == 3
    graded.notebook("submitted", ASSIGNMENT, "bob").write_bytes(before)
    batch.grade(graded, ASSIGNMENT)


def test_marks_by_hand_survive_another_grading(graded):
    with engine.gradebook(graded) as book:
        grade = book.find_grade("speed", ASSIGNMENT, ASSIGNMENT, "ada")
        grade.manual_score, grade.needs_manual_grade = 4, False
        book.db.commit()
    graded.verdict(ASSIGNMENT, "ada").unlink()
    graded.verdict(ASSIGNMENT, "ada").with_suffix(".written").unlink()
    assert batch.grade(graded, ASSIGNMENT).judged == ["ada"]
    assert points(graded, "ada")["speed"] == 4


def test_nbgrader_itself_never_runs_student_code(graded):
    """Without a verdict its own command stops; it does not fall back on running anything."""
    verdict = graded.verdict(ASSIGNMENT, "cyd")
    text = verdict.read_text()
    verdict.unlink()
    with pytest.raises(ValueError, match="grading cyd failed"):
        engine.autograde(graded, ASSIGNMENT, "cyd")
    verdict.write_text(text)
    engine.autograde(graded, ASSIGNMENT, "cyd")


def test_two_cannot_grade_at_once(graded):
    with batch._alone(graded.root / ".grading.lock"), pytest.raises(ValueError, match="already"):
        batch.grade(graded, ASSIGNMENT)


# ---- feedback and tables


def test_feedback_says_what_kind_of_thing_failed_and_hides_the_rest(graded):
    archive = returning.feedback(graded, ASSIGNMENT)
    assert archive.is_file()
    page = graded.notebook("feedback", ASSIGNMENT, "bob").with_suffix(".html").read_text()
    assert "the largest stay" in page
    assert "Sort by magnitude" in page
    for secret in ("secret_", "7319.25", "5527", "variant"):
        assert secret not in page


def test_what_a_student_writes_is_no_script_on_the_graders_page(graded, released, tmp_path):
    (tmp_path / "dan").mkdir()
    evil = corpus.honest(released, {"speed": "<script>steal()</script><img src=x onerror=steal()>"})
    (tmp_path / "dan" / "demo.ipynb").write_bytes(corpus.written(evil))
    collecting.collect(graded, ASSIGNMENT, tmp_path)
    batch.grade(graded, ASSIGNMENT)
    page = engine.feedback(graded, ASSIGNMENT, "dan").read_text()
    assert "<script>steal" not in page
    assert not re.search(r"<[^>]*onerror", page)


def test_tables_open_in_canvas_and_moodle_and_hold_no_formula(graded, tmp_path):
    paths = {path.name: path for path in marks.export(graded, tmp_path / "out")}
    canvas = table(paths["canvas.csv"])
    assert canvas[0]["Student"].strip() == "Points Possible"
    assert float(canvas[0][ASSIGNMENT]) == 10
    assert canvas[1]["Student"] == "Lovelace, Ada"
    moodle = table(paths["moodle.csv"])
    assert moodle[0]["Email address"] == "a@x.org"
    assert marks._safe("=cmd()") == "'=cmd()"
    statistics = table(paths["statistics.csv"])
    assert [row["question"] for row in statistics] == [
        "sparsity_of_tests",
        "largest_tests",
        "speed",
    ]


def test_the_database_is_nbgraders_own(graded):
    with sqlite3.connect(graded.root / "gradebook.db") as database:
        tables = {name for (name,) in database.execute("select name from sqlite_master")}
    assert {"assignment", "submitted_assignment", "grade", "comment", "student"} <= tables


# ---- the command


def test_every_step_has_help_and_errors_are_sentences(capsys, tmp_path, monkeypatch):
    for step in ("new", "release", "collect", "grade", "feedback", "export", "doctor"):
        with pytest.raises(SystemExit) as left:
            main(["course", step, "--help"])
        assert left.value.code == 0
        assert "usage" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    assert main(["course", "grade", "demo"]) == 1
    assert "no course folder" in capsys.readouterr().err


def test_the_doctor_tries_every_wall(capsys):
    assert main(["course", "doctor"]) == 0
    assert "can grade safely" in capsys.readouterr().out
