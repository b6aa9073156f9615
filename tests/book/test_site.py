"""Every page of the built book: nothing asked elsewhere, no errors, readable by everybody."""

import gzip
import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from browser.states import DEMO
from browser.visits import documents, violations
from folders import SITE

pytestmark = pytest.mark.browser

PAGES = documents() + (["search", "404", "genindex"] if SITE.exists() else [])
WITH_DEMOS = [
    page for page in PAGES if "data-element=" in (SITE / f"{page}.html").read_text(encoding="utf-8")
]
PHONE = {"width": 375, "height": 812}
ZOOMED = {"width": 320, "height": 640}  # a window of 1280 pixels at 400 per cent


def test_the_site_is_built(site):
    assert "chapters/04_weights" in PAGES
    assert "chapters/04_weights" in WITH_DEMOS


def test_nothing_of_the_workshop_lies_in_the_site():
    found = [path.relative_to(SITE).as_posix() for path in SITE.rglob("*")]
    assert [
        name for name in found if name.startswith((".", "tests")) and name != ".buildinfo"
    ] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(visit, page, scheme):
    # the fixture also sees that nothing was asked elsewhere and that the console has no errors
    opened = visit(color_scheme=scheme).open(f"{page}.html")
    assert opened.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme
    assert violations(opened) == []


@pytest.mark.parametrize("page", PAGES)
def test_at_four_hundred_per_cent_nothing_overflows(visit, page):
    opened = visit(viewport=ZOOMED, has_touch=True, is_mobile=True).open(f"{page}.html")
    width = opened.evaluate("document.documentElement.scrollWidth")
    wide = opened.evaluate(
        """() => [...document.querySelectorAll("main *")]
             .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
             .filter((e) => !e.closest("pre, .scroll, div.math, svg"))
             .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    assert width == ZOOMED["width"]


@pytest.mark.parametrize("page", PAGES)
def test_what_scrolls_can_be_reached_by_keyboard(visit, page):
    opened = visit(viewport=PHONE).open(f"{page}.html")
    opened.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    opened.wait_for_timeout(200)
    unreachable = opened.evaluate(
        """() => [...document.querySelectorAll("main *")]
             .filter((e) => e.scrollWidth > e.clientWidth + 1)
             .filter((e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
             .filter((e) => e.tabIndex < 0 && !e.querySelector("a, button, input"))
             .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert unreachable == []


@pytest.mark.parametrize("page", WITH_DEMOS)
def test_without_javascript_figure_and_text_stand(visit, page):
    opened = visit(java_script_enabled=False).open(f"{page}.html")
    for demo in opened.locator(DEMO).all():
        picture = demo.locator(".pl-picture > svg, .pl-picture > img")
        assert picture.is_visible()
        assert picture.bounding_box()["height"] > 50
        assert len(demo.locator("figcaption").inner_text()) > 20
    assert opened.locator("article p").first.is_visible()


def test_the_menu_opens_on_a_phone_without_javascript(visit):
    opened = visit(java_script_enabled=False, viewport=PHONE).open("chapters/04_weights.html")
    contents = opened.get_by_role("navigation", name="Contents")
    assert not contents.is_visible()
    opened.get_by_role("button", name="Contents").click()
    assert contents.get_by_role("link", name="Glossary").is_visible()
    opened.keyboard.press("Escape")
    assert not contents.is_visible()


def test_the_reader_chooses_the_colours_and_the_choice_stays(visit):
    visiting = visit(color_scheme="light")
    opened = visiting.open("book/glossary.html")
    background = "getComputedStyle(document.body).backgroundColor"
    light = opened.evaluate(background)
    opened.get_by_role("button", name="Switch to dark colours").click()
    dark = opened.evaluate(background)
    assert dark != light
    opened = visiting.open("book/notation.html")
    assert opened.evaluate(background) == dark
    opened.get_by_role("button", name="Switch to light colours").click()
    assert opened.evaluate(background) == light


def test_formulas_are_set_from_the_site(visit):
    opened = visit().open("book/notation.html")
    opened.locator("math").first.wait_for()
    assert opened.locator("merror").count() == 0


def test_search_finds_a_chapter(visit):
    opened = visit().open("book/glossary.html")
    opened.get_by_label("Search the book").fill("magnitude")
    opened.keyboard.press("Enter")
    opened.locator("#search-results a", has_text="Weights").first.wait_for()


@pytest.mark.parametrize("page", documents())
def test_a_page_stays_small(page):
    html = (SITE / f"{page}.html").read_bytes()
    assert len(html) <= 1_500_000
    assert len(gzip.compress(html, 9)) <= 300_000


def test_the_theme_stays_small():
    static = SITE / "_static"
    assert (static / "book.css").stat().st_size <= 25_000
    assert (static / "book.js").stat().st_size <= 6_000
    sizes = {font.stem: font.stat().st_size for font in (static / "fonts").glob("*.woff2")}
    assert sizes.pop("BookMath-Regular") <= 100_000  # only where there are formulas
    assert sum(sizes.values()) <= 180_000


class Addresses(HTMLParser):
    """What a page links to or loads, and its anchors."""

    def __init__(self):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], {""}

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag in ("script", "img", "link", "iframe", "source", "video"):
            self.loads += [values[name] for name in ("src", "href") if values.get(name)]


@cache
def addresses(page):
    parser = Addresses()
    parser.feed((SITE / f"{page}.html").read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("page", [*PAGES, "index"] if PAGES else [])
def test_links_and_anchors_resolve(page):
    found = addresses(page)
    broken = []
    for link in [*found.links, *found.loads]:
        if re.match(r"(https?:|mailto:|data:)", link):
            continue
        target, anchor = urldefrag(urljoin(f"/{page}.html", link))
        path = SITE / unquote(target.split("?")[0]).lstrip("/")
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            broken.append(link)
        elif anchor and path.suffix == ".html":
            name = path.relative_to(SITE).with_suffix("").as_posix()
            if unquote(anchor) not in addresses(name).anchors:
                broken.append(link)
        if path.is_relative_to(SITE / "lite") and "path=" in link:
            notebook = SITE / "lite" / "files" / link.split("path=")[1]
            broken += [] if notebook.is_file() else [link]
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_elsewhere(page):
    assert [url for url in addresses(page).loads if re.match(r"(https?:)?//", url)] == []
