"""Sphinx extension: a link to a term says what the term means, as its title.

The page's script shows titles of terms and of references as cards, for the pointer and for the
keyboard; without a script the browser shows them itself.
"""

import html
import re
from functools import cache
from typing import Any

from docutils import nodes

GLOSSARY = "book/glossary"
LINK = re.compile(r'(<a class="reference internal" href="[^"]*#(term-[^"]+)")(>)')


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("html-page-context", _explain)
    app.connect("html-collect-pages", _index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _explain(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if GLOSSARY in app.env.found_docs and "body" in context:
        context["body"] = explained(context["body"], meanings(app.env))


def _index(app: Any) -> list[Any]:
    """Give the search its terms; Sphinx forgets them where it writes only some pages anew."""
    indexer = getattr(app.builder, "indexer", None)
    if indexer and GLOSSARY in app.env.found_docs:
        terms = app.env.get_doctree(GLOSSARY).findall(nodes.term)
        indexer._index_entries[GLOSSARY] = sorted(
            (term.astext(), anchor, "main") for term in terms for anchor in term["ids"]
        )
    return []


@cache
def meanings(env: Any) -> dict[str, str]:
    """What each term of the glossary means, in plain words, by the anchor of the term."""
    items = env.get_doctree(GLOSSARY).findall(nodes.definition_list_item)
    return {
        anchor: " ".join(item[-1].astext().split())
        for item in items
        for term in item.findall(nodes.term)
        for anchor in term["ids"]
    }


def explained(body: str, known: dict[str, str]) -> str:
    """The page with a title at every link to a term.

    Examples
    --------
    >>> explained('<a class="reference internal" href="g.html#term-a">a</a>', {"term-a": "A."})
    '<a class="reference internal" href="g.html#term-a" title="A.">a</a>'
    """

    def titled(found: re.Match[str]) -> str:
        meaning = html.escape(known.get(found[2], ""))
        return f'{found[1]} title="{meaning}"{found[3]}' if meaning else found[0]

    return LINK.sub(titled, body)
