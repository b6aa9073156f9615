"""Read the MyST source of a notebook and say what each of its cells is for."""

from __future__ import annotations

import re

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
ANSWER_STUB = "YOUR ANSWER HERE"
PRIVATE = {"inputs", "wrong-answer", "hint", "why"}  # tags of cells that no student notebook shows


def read(text: str) -> NotebookNode:
    """Notebook of a MyST source, without outputs."""
    config = MdParserConfig(enable_extensions={"dollarmath", "colon_fence"})
    notebook: NotebookNode = read_myst_markdown_notebook(text, config)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # the reader draws them at random
    return notebook


def role(cell: NotebookNode) -> str:
    """What a cell is for.

    "inputs", "wrong-answer", "hint", "why" by tag; "solution", "tests", "answer" by nbgrader's
    metadata, where an answer is free text that a person grades; else "given" (code) or "text".
    """
    if tags := PRIVATE.intersection(cell.metadata.get("tags", [])):
        return str(min(tags))
    grading = cell.metadata.get("nbgrader", {})
    if grading.get("solution"):
        return "answer" if grading.get("grade") else "solution"
    if grading.get("grade"):
        return "tests"
    return "given" if cell.cell_type == "code" else "text"


def stub(source: str) -> str:
    """Source with a stub for its solution, as nbgrader's ClearSolutions leaves it.

    A region between the marks is replaced, with its indent; without marks everything is.
    """
    marked = any(map(_mark, source.splitlines()))
    return _replace_regions(source, "SOLUTION", STUB) if marked else STUB


def without_hidden_tests(source: str) -> str:
    """Source without its hidden tests, as nbgrader's ClearHiddenTests leaves it."""
    return _replace_regions(source, "HIDDEN TESTS", "")


def without_marks(source: str) -> str:
    """Source without the lines that only mark a region."""
    return "\n".join(line for line in source.splitlines() if not _mark(line))


def new_notebook(cells: list[NotebookNode]) -> NotebookNode:
    """Valid notebook of these cells for any Python kernel, without outputs."""
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


def _replace_regions(source: str, name: str, replacement: str) -> str:
    lines: list[str] = []
    inside = False
    for line in source.splitlines():
        if f"### BEGIN {name}" in line:
            if inside:
                raise ValueError(f"`### BEGIN {name}` comes twice before its END")
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + new for new in replacement.splitlines()]
        elif f"### END {name}" in line:
            if not inside:
                raise ValueError(
                    f"`### END {name}` has no `### BEGIN {name}`; what is between shows"
                )
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError(f"`### BEGIN {name}` has no `### END {name}`")
    return "\n".join(lines)


def _mark(line: str) -> bool:
    return bool(re.match(r"\s*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\s*$", line))
