"""Sphinx extension: seconds measured while the book is built stay out of its search.

Cells that time something are tagged `timing`. Their outputs are the only part of the site that
differs from one build to the next, and nobody searches for them.
"""

from typing import Any

from docutils import nodes

TAG = "tag_timing"  # the class that a cell with this tag has


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", _index_without_timings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _index_without_timings(app: Any) -> None:
    if not hasattr(app.builder, "index_page"):
        return
    index_page = app.builder.index_page

    def without(page: str, doctree: nodes.document, title: str) -> None:
        index_page(page, without_timings(doctree), title)

    app.builder.index_page = without


def without_timings(doctree: nodes.document) -> nodes.document:
    """The document without the outputs of cells that time something."""
    if not any(_timings(doctree)):
        return doctree
    copy = doctree.deepcopy()
    for node in list(_timings(copy)):
        node.parent.remove(node)
    return copy


def _timings(doctree: nodes.document) -> list[nodes.Element]:
    cells = doctree.findall(lambda node: TAG in getattr(node, "attributes", {}).get("classes", ()))
    return [part for cell in cells for part in cell.children if "cell_output" in part["classes"]]
