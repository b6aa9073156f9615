"""Release an assignment: prove it, make nbgrader's source of it, and what students get."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from pruning_lab.course import engine
from pruning_lab.course.authored import parse
from pruning_lab.course.folder import Course
from pruning_lab.course.proofs import answers
from pruning_lab.course.sources import ANSWER_STUB, new_notebook, read, role
from pruning_lab.grading.papers import Assignment, Exam

CHECK = "check({name})\n# stuck? hint({name})"
LATER = "Solutions are discussed after the deadline."
TRIED = 5  # students' variants that a release tries


def release(course: Course, assignment: str, due: str = "") -> Path:
    """Zip of what students get, after the source has been proved.

    Parameters
    ----------
    course : its folder holds the source, exercises/ASSIGNMENT.md
    assignment : name of the source
    due : date and time, as "2030-01-31 18:00 UTC"; none if empty

    Raises
    ------
    ValueError
        If an exercise does not hold, or something that students must not see is left.
    """
    text = course.source(assignment).read_text(encoding="utf-8")
    seeds = [course.variant(assignment, f"release {number}") for number in range(TRIED)]
    found, *_ = [answers(text, variant=seed) for seed in seeds]
    _write(source_notebook(text), course.notebook("source", assignment))
    engine.generate(course, assignment, due)
    given = course.notebook("release", assignment)
    table = {"chapter": assignment, "exercises": [_without_solution(one) for one in found]}
    beside = answers_beside(course, assignment)
    beside.write_text(json.dumps(table, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    check_for_leaks(given.read_text(encoding="utf-8"), text)  # hints may quote a line
    return _zip([given, beside], course.root / "release" / f"{assignment}.zip")


def answers_beside(course: Course, assignment: str) -> Path:
    """The table by which `check` answers, as students get it."""
    return course.notebook("release", assignment).with_suffix(".answers.json")


def source_notebook(text: str) -> NotebookNode:
    """Notebook of a source as nbgrader wants it: solutions and hidden tests inside, marked."""
    cells = []
    for cell in read(text).cells:
        kind = role(cell)
        if kind == "answer":
            cell.source = f"{ANSWER_STUB}\n\n### BEGIN SOLUTION\n{cell.source}\n### END SOLUTION"
        if kind in ("text", "given", "solution", "tests", "answer"):
            cells.append(cell)
        if kind == "solution":
            name = _function(cell)
            cells.append(new_code_cell(CHECK.format(name=name), id=f"check-{name}"))
    return new_notebook(cells)


def instructors(text: str, given: Mapping[str, str]) -> Assignment:
    """What the grader needs of a source, and of the files that students were given with it."""
    parts = parse(text)
    tests = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in read(text).cells
        if role(cell) == "tests"
    }
    hints = {part.tests: part.hints[0] for part in parts if part.tests}
    return Assignment(
        given=tuple(source for part in parts for source in part.given),
        functions=tuple(part.name for part in parts if part.name),
        tests={name: Exam(source, hints.get(source, "")) for name, source in tests.items()},
        files=dict(given),
    )


def check_for_leaks(given: str, text: str) -> None:
    """Refuse what students get if a line of a solution or of hidden tests is left in it.

    Parameters
    ----------
    given : text of the notebook that students get
    text : the source

    Raises
    ------
    ValueError
        With the line that leaks.
    """
    shown = {
        line.strip()
        for cell in read(text).cells
        if role(cell) in ("text", "given")
        for line in cell.source.splitlines()
    }
    for line in _secret_lines(text):
        if json.dumps(line)[1:-1] in given and line not in shown:
            raise ValueError(f"what students get holds a line of a solution or hidden test: {line}")


def _secret_lines(text: str) -> list[str]:
    """Lines between the marks that say something."""
    lines, inside = [], False
    for cell in read(text).cells:
        for line in cell.source.splitlines():
            if "### BEGIN " in line or "### END " in line:
                inside = "### BEGIN " in line
            elif inside and len(line.strip()) > 12:
                lines.append(line.strip())
    return lines


def _without_solution(one: object) -> dict[str, object]:
    return replace(one, solution=LATER).to_json()  # type: ignore[type-var, attr-defined]


def _function(cell: NotebookNode) -> str:
    return next(
        line.removeprefix("def ").partition("(")[0]
        for line in cell.source.splitlines()
        if line.startswith("def ")
    )


def _write(notebook: NotebookNode, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def _zip(files: list[Path], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{path.stem}/{file.name}")
    return path
