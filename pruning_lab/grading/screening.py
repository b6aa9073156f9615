"""Make a notebook of whatever was handed in: valid, of bounded size, each graded cell once.

Nothing a submission says about grading is believed. Cells are known by their grade_id alone;
what they are for, how many points they bring and what the locked ones hold comes from the
notebook that was released.
"""

import copy
import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

LARGEST = 20 << 20  # bytes of a notebook that is read
LONGEST = 1 << 20  # characters of a cell
MOST = 2000  # cells
MARKS = re.compile(r"(BEGIN|END) (HIDDEN TESTS|SOLUTION|MARK SCHEME)")
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def screen(content: bytes, released: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Notebook that can be graded, and notes on what had to be done to it.

    Parameters
    ----------
    content : of the file that was handed in
    released : notebook that students were given

    Returns
    -------
    notebook
        Every graded cell of the released notebook exactly once and in its order, the student's
        other cells where they were, no outputs. What cannot be read counts as nothing done.
    notes
        In words for the student and the instructor.
    """
    try:
        cells, notes = _cells(content), []
    except ValueError as error:
        cells, notes = [], [f"The notebook could not be read: {error}. It counts as empty."]
    known = {_grade_id(cell): cell for cell in released.cells if _grade_id(cell)}
    counting = _counting(cells, known, notes)
    kept = [
        _restored(cell, known[_grade_id(cell)]) if position in counting else _plain(cell)
        for position, cell in enumerate(cells)
    ]
    _put_back(kept, known, notes)
    return _notebook(kept), notes


def _counting(
    cells: list[dict[str, Any]], known: dict[str, NotebookNode], notes: list[str]
) -> set[int]:
    """Where graded cells stand: of several answers the first counts, of several tests the last."""
    places: dict[str, list[int]] = {}
    for position, cell in enumerate(cells):
        if (name := _grade_id(cell)) in known:
            places.setdefault(name, []).append(position)
    counting = set()
    for name, found in places.items():
        which = -1 if known[name].metadata.nbgrader.get("locked") else 0
        counting.add(found[which])
        if len(found) > 1:
            notes.append(
                f"There were {len(found)} cells {name}; the {['first', 'last'][which]} counts."
            )
    return counting


def _cells(content: bytes) -> list[dict[str, Any]]:
    """Cells of a file as plain dictionaries, checked by hand: nbformat trusts too much."""
    if len(content) > LARGEST:
        raise ValueError(f"it has {len(content) >> 20} MB, and {LARGEST >> 20} are allowed")
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("it is not written in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON, or was cut off") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it is no notebook of version 4")
    return [cell for cell in map(_cell, cells[:MOST]) if cell is not None]


def _cell(cell: object) -> dict[str, Any] | None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    source = source[:LONGEST].encode("utf-8", "replace").decode()  # no lone surrogates
    source = MARKS.sub(r"\1-\2", source)  # only the instructor marks regions
    return {"type": cell["cell_type"], "source": source, "metadata": cell.get("metadata")}


def _grade_id(cell: Any) -> str:
    """Identity of a graded cell, whether of a notebook or of `_cell`; empty if it has none."""
    grading = cell["metadata"].get("nbgrader") if isinstance(cell["metadata"], dict) else None
    name = grading.get("grade_id") if isinstance(grading, dict) else None
    return name if isinstance(name, str) else ""


def _restored(cell: dict[str, Any], released: NotebookNode) -> NotebookNode:
    """The released cell with what the student wrote, where the student may write."""
    restored = copy.deepcopy(released)
    if not released.metadata.nbgrader.get("locked"):
        restored.source = cell["source"]
    if restored.cell_type == "code":
        restored.outputs, restored.execution_count = [], None
    return restored


def _plain(cell: dict[str, Any]) -> NotebookNode:
    """A cell of the student's own."""
    make = new_code_cell if cell["type"] == "code" else new_markdown_cell
    return make(cell["source"])


def _put_back(kept: list[NotebookNode], known: dict[str, NotebookNode], notes: list[str]) -> None:
    """Insert graded cells that are missing, each behind the one before it."""
    place = 0
    for name, released in known.items():
        places = {_grade_id(cell): position for position, cell in enumerate(kept)}
        if name not in places:
            notes.append(f"The cell {name} was missing and has been put back.")
            kept.insert(place, copy.deepcopy(released))
            places[name] = place
        place = places[name] + 1


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook
