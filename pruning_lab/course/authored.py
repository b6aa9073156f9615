"""Exercises as their authors write them: one is what stands between two headings, `##`.

What the cells of its source are for::

    cell                          what it is for
    text                          the task; the heading begins a cell (put `+++` above it)
    code                          given to the student as it is
    code, nbgrader solution       the function to write, a docstring with an example, and its body
                                  between ### BEGIN SOLUTION and ### END SOLUTION
    code, tag inputs              sets `inputs` to a list of tuples of arguments; all are tried
    code, tag wrong-answer        a function of the same name that errs; its docstring is the hint
    code, nbgrader grade          asserts, between ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS
    text, tag hint                one hint; the first nudges, the last nearly tells
    text, tag why                 what to take along; shown once the answer is right
    text, nbgrader solution grade a model answer to a question that a person grades

Below the heading they may stand in any order.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from nbformat import NotebookNode

from pruning_lab.course.sources import read, role


class Refused(ValueError):
    """An exercise does not hold; the message says which, why, and what to do."""


@dataclass
class Exercise:
    """One exercise as its author wrote it: the sources of its cells, by what they are for."""

    title: str
    name: str = ""
    given: list[str] = field(default_factory=list)
    solution: str = ""
    inputs: str = ""
    tests: str = ""
    mistakes: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    why: str = ""
    answer: str = ""

    def refuse(self, message: str) -> Refused:
        """Error about this exercise, to be raised."""
        return Refused(f"{self.title}: {message}")


def parse(text: str) -> list[Exercise]:
    """Exercises of a chapter's source: what stands between one heading, `##`, and the next.

    The first has no title: it is what stands before the first heading.
    """
    parts = [Exercise("Before the first exercise")]
    for cell in read(text).cells:
        kind = role(cell)
        if kind == "text" and cell.source.startswith("## "):
            parts.append(Exercise(cell.source.splitlines()[0].removeprefix("## ")))
        elif "\n## " in f"\n{cell.source}":
            raise parts[-1].refuse("a new heading needs a line `+++` above it")
        _add(parts[-1], kind, cell)
    for part in parts:
        _complete(part)
    return parts


def _add(part: Exercise, kind: str, cell: NotebookNode) -> None:
    if kind == "given":
        part.given.append(cell.source)
    elif kind == "hint":
        part.hints.append(cell.source)
    elif kind == "wrong-answer":
        part.mistakes.append(cell.source)
    elif kind != "text":
        if getattr(part, kind):
            raise part.refuse(f"there are two cells of the kind {kind}; one belongs here")
        setattr(part, kind, cell.source)


def _complete(part: Exercise) -> None:
    if not part.solution:
        if part.inputs or part.mistakes or part.tests:
            raise part.refuse("inputs, wrong answers or tests without a solution cell")
        return
    if "### BEGIN SOLUTION" not in part.solution:
        raise part.refuse("the solution stands between ### BEGIN SOLUTION and ### END SOLUTION")
    try:
        body = ast.parse(part.solution).body
    except SyntaxError as error:
        raise part.refuse(f"the solution cell is no Python: {error}") from error
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1:
        raise part.refuse(f"the solution cell defines one function; found {functions}")
    part.name = functions[0]
    needed = {
        "an `inputs` cell": bool(part.inputs),
        "a hint": bool(part.hints),
        "two wrong answers": len(part.mistakes) >= 2,
        "a cell of tests": bool(part.tests),
        "a `why`": bool(part.why),
    }
    if missing := [what for what, there in needed.items() if not there]:
        raise part.refuse(f"it lacks {', '.join(missing)}")
