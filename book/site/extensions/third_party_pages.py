"""Sphinx extension: the table of the files of others, from the list that the build checks."""

from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import third_party


class ThirdParty(SphinxDirective):
    """A table with one row a component."""

    def run(self) -> list[nodes.Node]:
        """Write the table as Markdown and read it."""
        self.env.note_dependency(str(third_party.LIST))
        return self.parse_text_to_nodes(table(third_party.components()))


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_directive("third-party", ThirdParty)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def table(listed: list[third_party.Component]) -> str:
    """The components as a table in Markdown, with the first digits of each hash."""
    rows = ["| what | version | licence | what for | sha256 begins |", "|---|---|---|---|---|"]
    rows += [
        f"| [{one.name}]({one.home}) | {one.version} | {one.licence} | {one.use} "
        f"| `{(one.sha256 or next(iter(one.hashes.values()))[0])[:8]}` |"
        for one in listed
    ]
    return "\n".join(rows)
