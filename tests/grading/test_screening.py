"""Whatever is handed in becomes a valid notebook with each graded cell once."""

import json

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pruning_lab.grading.screening import LARGEST, screen


def graded(name, source, **grading):
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return new_code_cell(source, metadata={"nbgrader": {**meta, **grading, "grade_id": name}})


RELEASED = new_notebook(
    cells=[
        new_markdown_cell("# Task"),
        graded("answer", "def f(): ...", solution=True),
        graded("tests", "assert f()", grade=True, locked=True, points=2),
        graded("more", "def g(): ...", solution=True),
    ]
)
NAMES = ["answer", "tests", "more"]


def names(notebook):
    found = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return [name for name in found if name]


def written(cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def cell(source, grade_id=None, kind="code", **more):
    metadata = {"nbgrader": {"grade_id": grade_id, **more}} if grade_id else {}
    return {"cell_type": kind, "source": source, "metadata": metadata}


def test_an_answer_is_taken_over_and_a_locked_cell_is_not():
    handed = [cell("def f(): return 1", "answer"), cell("pass", "tests"), cell("x", "more")]
    notebook, notes = screen(written(handed), RELEASED)
    sources = {c.metadata.nbgrader.grade_id: c.source for c in notebook.cells}
    assert sources == {"answer": "def f(): return 1", "tests": "assert f()", "more": "x"}
    assert notes == []


def test_what_a_student_says_of_points_is_not_believed():
    handed = [cell("1000", "tests", points=1000, locked=False, grade=True)]
    notebook, _ = screen(written(handed), RELEASED)
    tests = next(c for c in notebook.cells if c.metadata.nbgrader.grade_id == "tests")
    assert tests.metadata.nbgrader.points == 2
    assert tests.metadata.nbgrader.locked is True
    assert tests.source == "assert f()"


def test_a_missing_cell_is_put_back_behind_the_one_before_it():
    handed = [cell("one", "answer"), cell("mine"), cell("three", "more")]
    notebook, notes = screen(written(handed), RELEASED)
    assert [c.source for c in notebook.cells] == ["one", "assert f()", "mine", "three"]
    assert "tests was missing" in notes[0]


def test_of_two_the_first_counts_and_the_other_is_an_ordinary_cell():
    handed = [cell("first", "answer"), cell("second", "answer")]
    notebook, notes = screen(written(handed), RELEASED)
    assert sorted(names(notebook)) == sorted(NAMES)
    assert notebook.cells[0].source == "first"
    assert notes[0] == "There were 2 cells answer; the first counts."


def test_marks_of_regions_are_the_instructors_alone():
    notebook, _ = screen(written([cell("### BEGIN HIDDEN TESTS\nx", "answer")]), RELEASED)
    assert "BEGIN HIDDEN TESTS" not in notebook.cells[0].source


def test_what_cannot_be_read_counts_as_nothing_done_and_says_why():
    for content, reason in (
        (b"", "no JSON"),
        (b"\xff\xfe1", "UTF-8"),
        (b"[1]", "no notebook"),
        (b"[" * 1_000_000, "no JSON"),
        (b" " * (LARGEST + 1), "MB"),
    ):
        notebook, notes = screen(content, RELEASED)
        assert names(notebook) == NAMES
        assert reason in notes[0]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "evil"]) | VALUES,
        "source": st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3) | VALUES,
        "metadata": st.fixed_dictionaries(
            {"nbgrader": st.fixed_dictionaries({"grade_id": st.sampled_from(NAMES) | VALUES})}
        )
        | VALUES,
        "outputs": VALUES,
    },
)


@given(st.lists(CELLS | VALUES, max_size=8))
def test_any_json_becomes_a_valid_notebook_with_each_graded_cell_once(cells):
    notebook, _ = screen(json.dumps({"cells": cells}).encode(), RELEASED)
    nbformat.validate(notebook)
    assert sorted(names(notebook)) == sorted(NAMES)
    again, notes = screen(nbformat.writes(notebook).encode(), RELEASED)
    assert [c.source for c in again.cells] == [c.source for c in notebook.cells]
    assert notes == []


@given(st.binary(max_size=200))
def test_any_bytes_become_a_notebook(content):
    notebook, _ = screen(content, RELEASED)
    assert sorted(names(notebook)) == sorted(NAMES)
