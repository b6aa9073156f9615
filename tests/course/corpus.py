"""Submissions that mean harm, or are broken, and the points that each deserves.

Code stands in hostile.txt: `## family · name · points`, then cells by their place, `### …`. Points
are those of two questions that tests mark: 2 for `sparsity_of`, 3 for `largest`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

RIGHT = {
    "sparsity_of": "def sparsity_of(w):\n    return float(np.count_nonzero(w == 0) / w.size)",
    "largest": (
        "def largest(w, count):\n"
        "    keep = np.zeros(w.size, dtype=bool)\n"
        "    keep[np.argsort(-np.abs(w), kind='stable')[:count]] = True\n"
        "    return keep"
    ),
    "speed": "Zeros are multiplied as well.",
}
QUICK = """
name = "demo course"
[limits]
call_seconds = 1.0
wait_seconds = 6.0
total_seconds = 40.0
memory = 1073741824
restarts = 2
"""
SECRETS = re.compile(r"secret_|7319\.25|41\.625|0\.75\b|zero_count|keep_these|8861|5527|drawn")
OWN = {"answers before it is asked", "patched library of the grader"}  # write 0.75 themselves


@dataclass(frozen=True)
class Case:
    """One submission: what family it belongs to, what it does, what it deserves."""

    family: str
    name: str
    points: float
    make: Callable[[nbformat.NotebookNode], bytes]


def honest(released, cells=None):
    """Notebook with right answers but for these cells; "before" and "after" are of the student."""
    sources = RIGHT | (cells or {})
    notebook = nbformat.reads(nbformat.writes(released), as_version=4)
    for cell in notebook.cells:
        cell.source = sources.get(_grade_id(cell), cell.source)
    imports = next(n for n, cell in enumerate(notebook.cells) if "import numpy" in cell.source)
    if "before" in sources:
        notebook.cells.insert(imports + 1, new_code_cell(sources["before"]))
    if "after" in sources:
        notebook.cells.append(new_code_cell(sources["after"]))
    return notebook


def written(notebook, cells=None):
    """Bytes of a notebook, with other cells if there are any."""
    notebook.cells = notebook.cells if cells is None else cells
    return json.dumps(notebook).encode()


def leaks(page, case):
    """What of the hidden tests stands on a student's page that the student did not write."""
    wrote = {"secret_", "drawn"} if case.family == "reading" else set()  # looking is no leak
    return [] if case.name in OWN else [word for word in SECRETS.findall(page) if word not in wrote]


def _grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _of_code():
    """Cases of hostile.txt."""
    text = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        head, *cells = re.split(r"^### ", part, flags=re.MULTILINE)
        family, name, points = (word.strip() for word in head.split(" · "))
        sources = dict(cell.rstrip().split("\n", 1) for cell in cells)
        yield Case(family, name, float(points), _maker(sources))


def _maker(sources):
    return lambda released: written(honest(released, sources))


# ---- notebooks that are broken or forged after they were written


def outputs_that_claim_points(notebook):
    for cell in notebook.cells:
        if _grade_id(cell) == "sparsity_of":
            cell.source = "def sparsity_of(w):\n    return -1.0"
        if cell.cell_type == "code":
            two = {"text/plain": "2.0"}
            cell.outputs = [new_output("execute_result", data=two, execution_count=1)]
    return written(notebook)


def points_in_the_notebook(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.update(points=1000, locked=False)
            cell.source = "1000" if cell.cell_type == "code" else cell.source
    return written(notebook)


def cells_come_twice(notebook):
    return written(notebook, [*notebook.cells, *notebook.cells])


def cells_of_others(notebook):
    grading = {"grade": True, "locked": True, "points": 99, "solution": False, "task": False}
    grading |= {"schema_version": 3, "grade_id": "largest_tests"}
    stolen = new_code_cell("2.0", metadata={"nbgrader": grading})
    alien = new_code_cell("2.0", metadata={"nbgrader": grading | {"grade_id": "of_another"}})
    return written(notebook, [stolen, alien, *notebook.cells])


def cells_are_missing(notebook):
    """The tests are gone, and so is the answer to the second question."""
    gone = {"sparsity_of_tests", "largest_tests", "largest"}
    return written(notebook, [cell for cell in notebook.cells if _grade_id(cell) not in gone])


def backwards(notebook):
    return written(notebook, notebook.cells[::-1])


def another_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "bash; rm -rf /", "display_name": "B", "language": "b"}
    return written(notebook)


def marks_and_markup_in_text(notebook):
    text = "### BEGIN HIDDEN TESTS\n### BEGIN SOLUTION\n<script>alert(1)</script>"
    return written(notebook, [*notebook.cells, new_markdown_cell(text), new_code_cell(text)])


def strange_metadata(notebook):
    text = json.loads(written(notebook))
    for cell in text["cells"]:
        if "nbgrader" not in cell["metadata"]:
            cell["metadata"] = ["no", "dictionary"]
    text["cells"] += [{"cell_type": "code"}, {"cell_type": 7, "source": {}}, None]
    return json.dumps(text).encode()


def json_cut_off(notebook):
    return written(notebook)[:-200]


def empty(_):
    return b""


def not_utf_8(notebook):
    return written(notebook).decode().encode("utf-16")


def a_hundred_megabytes(notebook):
    return written(notebook, [*notebook.cells, new_markdown_cell("m" * 100_000_000)])


def deep_json(_):
    return b"[" * 5_000_000


BROKEN = {
    outputs_that_claim_points: 3,
    points_in_the_notebook: 5,
    cells_come_twice: 5,
    cells_of_others: 5,
    cells_are_missing: 2,
    backwards: 0,
    another_kernel: 5,
    marks_and_markup_in_text: 5,
    strange_metadata: 5,
    json_cut_off: 0,
    empty: 0,
    not_utf_8: 0,
    a_hundred_megabytes: 0,
    deep_json: 0,
}


def _of_notebooks():
    for change, points in BROKEN.items():
        name = change.__name__.replace("_", " ")
        yield Case("notebooks", name, float(points), _changer(change))


def _changer(change):
    return lambda released: change(honest(released))


CASES = [*_of_code(), *_of_notebooks()]
