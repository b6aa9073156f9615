"""Sphinx extension: the page of an exercise is its source with stubs for solutions."""

from typing import Any

from notebooks import page_source


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("source-read", _derive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _derive(app: Any, page: str, source: list[str]) -> None:
    folder, _, name = page.partition("/")
    if folder == "exercises":
        source[0] = page_source(source[0], name)
