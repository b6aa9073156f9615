"""Sphinx extension: the page of an exercise is its source with stubs for solutions."""

from __future__ import annotations

from typing import Any

from pruning_lab.course.sources import read, role, stub, without_marks


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("source-read", _derive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _derive(app: Any, page: str, source: list[str]) -> None:
    folder, _, name = page.partition("/")
    if folder == "exercises":
        source[0] = page_source(source[0], name)


def page_source(text: str, name: str = "") -> str:
    """Text of the page that shows the exercises: stubs, with hints and solutions to unfold."""
    blocks: list[str] = []
    hints: list[str] = []
    solution: list[str] = []
    for cell in read(text).cells:
        kind = role(cell)
        if kind == "text" and cell.source.startswith("## "):
            blocks += _folded_away(hints, solution)
            hints, solution = [], []
        if kind == "text":
            blocks.append(cell.source)
        elif kind == "given":
            blocks.append(_python(cell.source))
        elif kind == "solution":
            blocks.append(_python(stub(cell.source)))
            solution.append(_python(without_marks(cell.source)))
        elif kind == "hint":
            hints.append(cell.source)
        elif kind in ("why", "answer"):
            solution.append(cell.source)
    blocks += _folded_away(hints, solution)
    if name:
        blocks.insert(1, _links(name))
    return "\n\n".join(blocks) + "\n"


def _folded_away(hints: list[str], solution: list[str]) -> list[str]:
    made = [_dropdown(f"Hint {i}", [text]) for i, text in enumerate(hints, 1)]
    if solution:
        made.append(_dropdown("Solution, and why" if hints else "One good answer", solution))
    return made


def _dropdown(title: str, blocks: list[str]) -> str:
    body = "\n\n".join(blocks)
    return f"`````{{dropdown}} {title}\n{body}\n`````"


def _python(source: str) -> str:
    return f"```python\n{source}\n```"


def _links(name: str) -> str:
    live = f"../lite/notebooks/index.html?path=exercises/{name}.ipynb"
    return (
        "This page is for reading: its cells do not run. Work on them in the browser, with nothing "
        f'to install: <a href="{live}">open them live</a>.'
    )
