"""Derive the notebooks that readers open, from the sources of exercises and chapters.

`python book/site/build.py` writes
_build/notebooks/*.ipynb       student notebooks for a laptop; their first cell installs the library
_build/notebooks/chapters/*.ipynb    the chapters, the same way
_build/notebooks/00_progress.ipynb   how far the reader has come
_build/live/exercises/*.ipynb  the same for the browser version, where the library is already there
_build/live/chapters/*.ipynb   the chapters, live
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

import address
from derive.plain_markdown import plain
from pruning_lab.course.sources import (
    ANSWER_STUB,
    new_notebook,
    read,
    role,
    stub,
    without_hidden_tests,
)
from pruning_lab.teaching.absent import lacking

SITE = address.online()  # where the wheel is served from
INSTALL = """\
# The library of the book, unless this computer has it already.
try:
    import pruning_lab
except ImportError:
    %pip install --quiet "pruning-lab[widgets] @ {wheel}"
"""
CHECK = "check({name})\n# stuck? hint({name}), and in the end solution({name})"


def build(root: Path, site: str = SITE) -> list[Path]:
    """Notebooks of every exercise and chapter, as paths in root/_build."""
    out = root / "_build"
    written = []
    for source in sorted((root / "exercises").glob("*.md")):
        text = source.read_text(encoding="utf-8")
        name = f"{source.stem}.ipynb"
        written.append(
            _write(student_notebook(text, install(root, site)), out / "notebooks" / name)
        )
        written.append(_write(student_notebook(text), out / "live" / "exercises" / name))
    for folder in (out / "notebooks", out / "live" / "exercises"):
        written.append(_write(progress_page(), folder / "00_progress.ipynb"))
    for source in sorted((root / "chapters").glob("*.md")):
        text, name = source.read_text(encoding="utf-8"), f"{source.stem}.ipynb"
        chapter = live_chapter(text, source.parent)
        written.append(_write(chapter, out / "live" / "chapters" / name))
        chapter.cells.insert(0, new_code_cell(install(root, site), id="install"))
        written.append(_write(chapter, out / "notebooks" / "chapters" / name))
    return written


def progress_page() -> NotebookNode:
    """Notebook with one cell, which shows how far a reader has come."""
    text = (
        "# Your progress\n\nEvery `check` leaves its outcome in this folder, and nowhere else. "
        "Run the cell to see them all."
    )
    code = "from pruning_lab.teaching.progress import progress\n\nprogress()"
    return new_notebook([new_markdown_cell(text, id="text"), new_code_cell(code, id="progress")])


def install(root: Path, site: str) -> str:
    """Source of the cell that installs the library from the wheel that the site serves."""
    wheel = f"{site.rstrip('/')}/wheels/pruning_lab-{address.version(root)}-py3-none-any.whl"
    return INSTALL.format(wheel=wheel).rstrip()


def student_notebook(text: str, first: str = "") -> NotebookNode:
    """Notebook to work in: stubs for solutions, and nothing that gives an answer away.

    Parameters
    ----------
    text : source of a chapter's exercises
    first : code of a first cell; none when empty
    """
    cells = [new_code_cell(first, id="install")] if first else []
    for cell in read(text).cells:
        cells += _for_students(cell)
    for cell in cells:
        if "### BEGIN " in cell.source:
            raise ValueError(
                "a cell for students still holds a solution or hidden tests; it lacks nbgrader's "
                f"metadata: {cell.source[:80]!r}"
            )
    return new_notebook(cells)


def live_chapter(text: str, folder: Path) -> NotebookNode:
    """Notebook of a chapter in plain Markdown; what the page hides is folded away."""
    cells: list[NotebookNode] = []
    for cell in read(text).cells:
        if cell.cell_type == "markdown":
            source = plain(cell.source, folder)
            if source and cells and cells[-1].cell_type == "markdown":  # parted by a slide's mark
                cells[-1].source += f"\n\n{source}"
            elif source:
                cells.append(new_markdown_cell(source, id=cell.id))
        else:
            tags = set(cell.metadata.get("tags", []))
            hidden = tags & {"remove-input", "hide-input", "remove-cell", "hide-cell"}
            metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
            source = _guarded(_without_glue(cell.source))
            cells.append(new_code_cell(source, id=cell.id, metadata=metadata))
    return new_notebook(cells)


def _for_students(cell: NotebookNode) -> list[NotebookNode]:
    kind = role(cell)
    if kind in ("text", "given"):
        return [_copy(cell, cell.source)]
    if kind == "answer":
        return [_copy(cell, ANSWER_STUB)]
    if kind == "tests":
        left = without_hidden_tests(cell.source).strip()
        return [_copy(cell, left)] if left else []
    if kind == "solution":
        name = cell.metadata.nbgrader.grade_id
        found = re.search(r"^def (\w+)\(", cell.source, re.MULTILINE)
        check = CHECK.format(name=found[1] if found else name)
        return [_copy(cell, stub(cell.source)), new_code_cell(check, id=f"check-{name}")]
    return []


def _copy(cell: NotebookNode, source: str) -> NotebookNode:
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return make(source, id=cell.id, metadata=cell.metadata)


def _without_glue(source: str) -> str:
    """Source in which `glue` prints, since the package that has it stays with the book."""
    stand_in = 'def glue(name, value, display=False):\n    print(f"{name}: {value}")\n'
    return re.sub(r"^from myst_nb import glue$", stand_in, source, flags=re.MULTILINE)


def _guarded(source: str) -> str:
    """Source that first asks for what it imports and a browser has not, and says so kindly."""
    modules = lacking(source)
    if not modules:
        return source
    names = ", ".join(f'"{name}"' for name in modules)
    return f"from pruning_lab.teaching.absent import needs\n\nneeds({names})\n\n{source}"


def _write(notebook: NotebookNode, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path
