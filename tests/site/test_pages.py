"""A page loads what it uses and nothing else; markup that nobody can use is mended."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from extensions import pages

PLACE = {"site_folder": "v0.1", "book_version": "0.1.0", "versions_url": ""}


@dataclass
class File:
    filename: str | None
    priority: int = 500


def dressed(body, template="page.html", page="chapters/04_weights", styles=(), scripts=()):
    """The context of a page after the extension has seen it."""
    context = {
        "body": body,
        "toc": '<ul>\n<li><a href="#">Weights</a>'
        '<ul><li><a href="#one">One</a></li></ul></li>\n</ul>',
        "toctree": lambda **_: (
            '<p class="caption" role="heading">Types</p>'
            '<a class="current reference internal" href="#">Weights</a>'
        ),
        "pathto": lambda name, _: f"../{name}",
        "css_files": [File(name) for name in styles],
        "script_files": [File(name) for name in scripts],
    }
    config = SimpleNamespace(theme_version="1", **PLACE)
    pages._dress(SimpleNamespace(config=config), page, template, context, None)
    return context


def names(files):
    return [file.filename for file in files]


def test_styles_of_sphinx_and_extensions_stay_out():
    styles = ["_static/book.css", "_static/basic.css", "_static/pygments.css", "mystnb.12.css"]
    assert names(dressed("", styles=styles)["css_files"]) == ["_static/book.css"]


@pytest.mark.parametrize(("body", "loaded"), [("<p>", 0), ('<div class="sd-card">', 1)])
def test_the_style_of_cards_comes_with_cards(body, loaded):
    assert len(dressed(body, styles=["_static/sphinx-design.min.css"])["css_files"]) == loaded


def test_scripts_of_the_search_come_with_the_search():
    scripts = ["_static/doctools.js", "_static/sphinx_highlight.js", None]
    assert names(dressed("", scripts=scripts)["script_files"]) == [None]
    searching = dressed("", template="search.html", page="search", scripts=scripts)
    assert names(searching["script_files"]) == scripts


def test_a_page_describes_itself_by_its_first_words():
    body = "<h1>T</h1>\n<p><em>Is</em> &amp; <code>w</code>\nit?</p><p>Two.</p>"
    assert dressed(body)["description"] == "Is & w it?"
    assert len(dressed(f"<p>{'word ' * 99}</p>")["description"]) <= 155
    assert dressed("<h1>T</h1>")["description"] == ""


@pytest.mark.parametrize(("body", "asked"), [("", False), ("<math><mi>w</mi></math>", True)])
def test_the_font_of_formulas_is_asked_for_only_where_there_are_some(body, asked):
    assert ("BookMath-Regular" in dressed(body)["fonts"]) == asked


def test_the_sections_of_a_page_stand_below_its_title():
    contents = dressed("")["contents"]
    assert contents.endswith('Weights</a><ul><li><a href="#one">One</a></li></ul>')
    assert "role=" not in contents


def test_a_wide_table_scrolls_in_a_box_of_its_own():
    body = dressed("<p>a</p><table><tr><td>1</td></tr></table>")["body"]
    assert body == '<p>a</p><div class="scroll"><table><tr><td>1</td></tr></table></div>'


@pytest.mark.parametrize(
    ("folder", "hidden"), [("v0.1", False), ("next", True), ("preview/pr-7", True)]
)
def test_search_engines_leave_previews_alone(monkeypatch, folder, hidden):
    monkeypatch.setitem(PLACE, "site_folder", folder)
    assert dressed("")["hidden_from_search"] is hidden


@pytest.mark.parametrize(
    ("url", "canonical", "versions", "prefix"),
    [
        (
            "https://a.org/b",
            "https://a.org/b/latest/",
            "https://a.org/b/versions.html",
            "/b/latest/",
        ),
        ("", "", "", "/"),
    ],
)
def test_pages_learn_where_they_stand(monkeypatch, tmp_path, url, canonical, versions, prefix):
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setattr(pages.address, "ROOT", tmp_path)
    (tmp_path / "_config.yml").write_text(f"html: {{baseurl: '{url}'}}")
    config = SimpleNamespace()
    pages._place(None, config)
    assert (config.html_baseurl, config.versions_url) == (canonical, versions)
    assert config.notfound_urls_prefix == prefix


def test_markup_that_nobody_can_use_is_mended():
    body = '<table><th class="head"><p></p></th></table><div role="doc-biblioentry" id="a"></div>'
    found = dressed(body)["body"]
    assert "<td></td>" in found
    assert '<div id="a">' in found
