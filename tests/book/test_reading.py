"""Reading: the index, the search, cards, keyboard, zoom, paper, data; nothing flashes or moves."""

import json
import re

import pytest
from playwright.sync_api import expect

from browser.states import DEMO
from browser.visits import documents
from folders import SITE
from pruning_lab.teaching import series

pytestmark = pytest.mark.browser

CHAPTER = "chapters/04_weights.html"
PHONE = {"width": 375, "height": 812}
CARD = "#site-card"


def test_the_keyboard_reaches_the_search_and_finds_the_term_first(visit):
    opened = visit(viewport=PHONE).open(CHAPTER)
    opened.keyboard.press("ControlOrMeta+k")
    expect(opened.get_by_label("Search the book")).to_be_focused()
    opened.keyboard.type("mask")
    opened.keyboard.press("Enter")
    results = opened.locator("#search-results li")
    expect(results.nth(0)).to_have_text(re.compile(r"^mask \(term of the glossary\)"))
    expect(results.nth(0).locator("a")).to_have_attribute("href", re.compile("#term-mask$"))


def test_a_name_of_the_library_comes_before_the_text(visit):
    opened = visit().open("search.html?q=select")
    first = opened.locator("#search-results li").nth(0)
    expect(first).to_have_text(re.compile(r"^pruning_lab\.masks\.select"))


def test_the_contents_lead_to_an_index_of_terms_and_names(visit):
    opened = visit().open(CHAPTER)
    opened.get_by_role("navigation", name="Contents").get_by_role("link", name="Index").click()
    opened.wait_for_url("**/genindex.html")
    for name in ("lottery ticket", "select() (in module pruning_lab.masks)"):
        expect(opened.get_by_role("link", name=name, exact=True).first).to_be_visible()


def focus_by_key(opened, link):
    """Give a link the focus as the Tab key does."""
    link.focus()
    opened.keyboard.press("Shift+Tab")
    opened.keyboard.press("Tab")
    expect(link).to_be_focused()


@pytest.mark.parametrize("target", ["#term-mask", "bibliography.html#"])
def test_a_card_comes_with_the_focus_and_goes_with_escape(visit, target):
    opened = visit(reduced_motion="reduce").open(CHAPTER)
    link = opened.locator(f"article a[data-card][href*='{target}']").first
    card = opened.locator(CARD)
    expect(card).to_be_hidden()
    focus_by_key(opened, link)
    expect(card).to_be_visible()
    expect(card).to_have_text(link.get_attribute("data-card"))
    expect(link).to_have_attribute("aria-describedby", "site-card")
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    opened.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()


def test_the_pointer_can_go_onto_a_card_and_it_stays(visit):
    opened = visit(reduced_motion="reduce").open(CHAPTER)
    link, card = opened.locator("article a[data-card]").first, opened.locator(CARD)
    link.hover()
    expect(card).to_be_visible()
    card.hover()
    opened.wait_for_timeout(600)
    expect(card).to_be_visible()
    opened.mouse.move(1, 1)
    expect(card).to_be_hidden()


def test_without_a_script_the_browser_shows_what_a_term_means(visit):
    opened = visit(java_script_enabled=False).open(CHAPTER)
    for link in opened.locator("article a[href*='#term-']").all():
        assert len(link.get_attribute("title")) > 20


THEME_WHEN_PAINTED = """() => new MutationObserver((_, watch) => {
  if (!document.body) return;
  window.atFirst = document.documentElement.dataset.theme;
  watch.disconnect();
}).observe(document, {childList: true, subtree: true})"""


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_no_page_flashes_in_the_wrong_colours(visit, system, chosen):
    visiting = visit(color_scheme=system)
    visiting.page.add_init_script(f"({THEME_WHEN_PAINTED})()")
    opened = visiting.open("book/notation.html")
    assert opened.evaluate("atFirst") == system
    opened.evaluate("theme => localStorage.setItem('theme', theme)", chosen)
    opened.reload()
    assert opened.evaluate("atFirst") == chosen


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}])
@pytest.mark.parametrize("page", ["book/index", "chapters/04_weights", "exercises/04_weights"])
def test_nothing_moves_while_a_page_loads(visit, page, viewport):
    opened = visit(viewport=viewport).open(f"{page}.html")
    assert opened.evaluate(SHIFT) == 0


HIDDEN = """() => {
  const bar = document.querySelector(".bar").getBoundingClientRect();
  const at = document.activeElement.getBoundingClientRect();
  return !document.activeElement.closest(".bar, #site-contents, .skip")
    && at.height > 0 && at.bottom <= bar.bottom;
}"""


def test_the_bar_never_hides_what_has_the_focus(visit):
    opened = visit(viewport=PHONE, reduced_motion="reduce").open(CHAPTER)
    opened.locator(".turn a").last.focus()
    hidden = []
    for _ in range(80):  # upwards, so that the focus comes in below the bar
        opened.keyboard.press("Shift+Tab")
        if opened.evaluate(HIDDEN):
            hidden.append(opened.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    assert hidden == []


@pytest.mark.parametrize("page", ["book/index", "chapters/04_weights"])
def test_on_paper_there_is_the_text_and_the_first_state(visit, page):
    opened = visit(color_scheme="dark").open(f"{page}.html")
    opened.emulate_media(media="print")
    for gone in (".bar", "#site-contents", ".actions", ".turn", ".pl-bar", CARD):
        for element in opened.locator(gone).all():
            expect(element).to_be_hidden()
    expect(opened.locator(DEMO).first.locator("svg")).to_be_visible()
    paper = "getComputedStyle(document.body).backgroundColor"
    assert opened.evaluate(paper) in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


CHARTS = re.compile(r'<figure [^>]*data-element="(explorer|picture)".*?</figure>', re.DOTALL)
TABLES = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
COLOURS = "|".join([*series.COLOURS.values(), "other"])
KINDS = "line|point|bar|step|stroke|band"
NAMELESS = re.compile(rf'(?:"|\\t|<th scope="\w+">)((?:{COLOURS}) (?:thin )?(?:{KINDS})[^"\\<]*)')


@pytest.mark.parametrize("page", [page for page in documents() if page.startswith("chapters/")])
def test_every_state_of_every_chart_has_its_data(page):
    html = (SITE / f"{page}.html").read_text(encoding="utf-8")
    unfolding = 0
    for figure in CHARTS.finditer(html):
        offered = "<summary>Data</summary>" in figure[0]
        unfolding += offered
        if figure[1] == "picture":
            assert offered == ("<td>" in figure[0])
            continue
        data = json.loads(TABLES.search(figure[0])[1])
        assert len(data["tables"]["frames"]) == len(data["texts"])
        assert offered == bool("".join(data["tables"]["lines"]))
    assert unfolding >= 1
    assert not NAMELESS.findall(html), "label what is drawn, for the data table"


def test_the_data_of_a_demo_follow_its_state(visit):
    opened = visit().open(CHAPTER)
    demo = opened.locator(f"{DEMO}:has(.pl-data)").first
    demo.locator(".pl-data summary").click()
    expect(demo.locator("td").first).to_be_visible()
    first = demo.locator(".pl-data").inner_text()
    demo.locator("input[type=range]").first.press("ArrowRight")
    assert demo.locator(".pl-data").inner_text() != first
