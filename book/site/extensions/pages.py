"""Sphinx extension: the Python side of the theme. A page loads only what it uses."""

import html
import re
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from docutils.parsers.rst.directives.body import Sidebar

import address
from fingerprints import fingerprint
from folders import BUILD, ROOT

THEME = ROOT / "book" / "theme"
ASSETS = BUILD / "assets"

# styles and scripts that Sphinx and extensions add to every page, and what a page must hold to need
# one; an empty string is never found: the theme's own style replaces the file
NEEDS = {
    "basic.css": "",
    "pygments": "",
    "mystnb": "",
    "proof": "",
    "exercise": "",
    "sphinx-design": 'class="sd-',
    "design-tabs": "sd-tab",
    "documentation_options": "search-results",
    "doctools": "search-results",
    "sphinx_highlight": "search-results",
}
FIRST = ["BookSerif-Semibold"]  # fonts that a page asks for at once, beside those in fonts.css
CURRENT = re.compile(r'<a class="current reference internal" href="#">.*?</a>', re.DOTALL)
HERE = ' aria-current="page">'
SECTIONS = re.compile(r"^<ul>\s*<li>.*?</a>(<ul>.*</ul>)\s*</li>\s*</ul>\s*$", re.DOTALL)
# markup that assistive technology cannot use, and what stands in its place
MENDED = {
    '<summary aria-label="Toggle hidden content">': "<summary>",  # it has words of its own
    '<p class="caption" role="heading">': '<p class="caption">',  # a heading of no level
    '<div role="list" class="citation-list">': '<div class="citation-list">',  # not of items
    ' role="doc-biblioentry"': "",  # deprecated: an entry is what the list says it is
}
NAMELESS = re.compile(r'<th class="head[^"]*"><p></p></th>')  # no name, no header
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)


class Margin(Sidebar):
    """A note in the margin; on a phone it stands between the paragraphs."""

    required_arguments = 0
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make a sidebar whose title may be missing."""
        titled = bool(self.arguments)
        self.arguments = self.arguments or ["-"]
        (note,) = super().run()
        note["classes"].append("margin")
        if not titled:
            note.pop(0)
        return [note]


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_directive("margin", Margin, override=True)
    app.add_config_value("theme_version", _version(), "html")  # a new look: write every page
    app.add_config_value(
        "comments_config", {}, "html"
    )  # set by Jupyter Book for an extension we lack
    app.add_config_value("site_folder", address.folder(), "html")
    app.add_config_value("book_version", address.version(), "html")
    app.add_config_value("versions_url", "", "html")
    app.connect("config-inited", _place)
    app.connect("html-page-context", _dress, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _place(app: Any, config: Any) -> None:
    """Tell Sphinx where the site stands, and the page of a lost reader where its files are."""
    config.html_baseurl = address.canonical()
    config.versions_url = f"{address.base()}/versions.html" if address.base() else ""
    config.notfound_urls_prefix = urlsplit(address.canonical()).path or "/"


def _version() -> str:
    return fingerprint(path for path in THEME.rglob("*") if path.is_file())[:8]


def _dress(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    body = _mend(context.get("body", ""))
    context["body"] = TABLE.sub(r'<div class="scroll">\g<0></div>', body)
    seen = body + ("search-results" if template == "search.html" else "")
    context["script_files"] = [s for s in context["script_files"] if _wanted(s, seen)]
    context["css_files"] = [s for s in context["css_files"] if _wanted(s, seen)]

    def static(path: str) -> str:
        return context["pathto"](f"_static/{path}", 1)

    context["contents"] = _contents(context)
    context["description"] = _description(body)
    context["fonts"] = FIRST + (["BookMath-Regular"] if "<math" in body else [])
    context["theme_script"] = f"{static('book.js')}?v={app.config.theme_version}"
    context["font_url"] = lambda name: static(_font(name))
    context["version"] = app.config.book_version
    context["versions_url"] = app.config.versions_url
    context["hidden_from_search"] = not address.VERSION.fullmatch(app.config.site_folder)


def _description(body: str) -> str:
    """The first paragraph in plain words, as far as a list of search results shows it."""
    found = PARAGRAPH.search(body)
    words = " ".join(html.unescape(TAG.sub("", found[1])).split()) if found else ""
    return textwrap.shorten(words, 155, placeholder=" …")


def _contents(context: dict[str, Any]) -> str:
    """The contents of the book, with the sections of this page below its title."""
    tree = context["toctree"](collapse=True, includehidden=True, maxdepth=3, titles_only=True)
    found = SECTIONS.search(context.get("toc") or "")
    sections = found[1] if found else ""
    tree = CURRENT.sub(lambda here: here[0].replace(">", HERE, 1) + sections, tree or "", count=1)
    return _mend(tree)


def _mend(markup: str) -> str:
    for found, mended in MENDED.items():
        markup = markup.replace(found, mended)
    return NAMELESS.sub("<td></td>", markup)


def _wanted(asset: Any, seen: str) -> bool:
    name = Path(str(asset.filename or "")).name
    for part, need in NEEDS.items():
        if name.startswith(part):
            return bool(need) and need in seen
    return True


def _font(name: str) -> str:
    """The font's address as fonts.css spells it, so that the preloaded file is the one used."""
    css = (ASSETS / "fonts.css").read_text(encoding="utf-8")
    found = re.search(rf"fonts/{name}\.woff2\?v=\w+", css)
    return found[0] if found else f"fonts/{name}.woff2"
