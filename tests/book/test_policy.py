"""The policy at work: nothing the book does offends it; what others would do is refused."""

import re

import pytest

import policy
from browser.visits import VIOLATIONS, Visit, documents
from folders import SITE

pytestmark = pytest.mark.browser

EVERY = sorted(SITE.rglob("*.html")) if SITE.exists() else []


def test_every_page_has_the_policy_that_fits_it():
    assert len(EVERY) > len(documents())
    for path in EVERY:
        html = path.read_text(encoding="utf-8")
        live = path.is_relative_to(SITE / "lite")
        rules = policy.LIVE if live else policy.PAGE
        assert policy.with_policy(html, rules) == html, path


def test_no_page_but_the_live_ones_compiles_text_or_runs_it():
    for path in EVERY:
        if not path.is_relative_to(SITE / "lite"):
            (rules,) = re.findall(r'Policy" content="([^"]*)"', path.read_text(encoding="utf-8"))
            assert "unsafe-eval" not in rules
            assert "'unsafe-inline'" not in rules.split("script-src")[1].split(";")[0]


@pytest.fixture
def watched(visit):
    """Open a page that notes what its policy refuses."""

    def begin(path, **options):
        visiting = visit(**options)
        visiting.context.add_init_script(VIOLATIONS)
        return visiting.open(path)

    return begin


def test_demos_quizzes_and_formulas_offend_nothing(watched):
    page = watched("chapters/04_weights.html")
    slider = page.locator("[data-element=explorer] input[type=range]").first
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before
    page.locator("[data-element=quiz] input, [data-element=quiz] button").first.click()
    page.locator("math").first.wait_for()
    page.get_by_role("button", name=re.compile("Switch to")).click()
    assert page.evaluate("violations") == []


def test_the_search_offends_nothing(watched):
    page = watched("search.html?q=magnitude")
    page.locator("#search-results a").first.wait_for()
    assert page.evaluate("violations") == []


@pytest.mark.parametrize(
    ("attempt", "directive"),
    [
        ('s = document.createElement("script"); s.src = "https://example.org/a.js"', "script-src"),
        ('s = document.createElement("script"); s.textContent = "window.ran = 1"', "script-src"),
        ('s = new Image(); s.src = "https://example.org/a.png"', "img-src"),
        ('s = document.createElement("iframe"); s.src = "https://example.org/"', "default-src"),
        (
            'fetch("https://example.org/a").catch(() => {}); s = document.createElement("b")',
            "connect",
        ),
    ],
)
def test_what_comes_from_elsewhere_or_is_slipped_in_is_refused(chromium, site, attempt, directive):
    with Visit(chromium, site) as visiting:
        visiting.context.add_init_script(VIOLATIONS)
        refused = []
        visiting.context.on("requestfailed", lambda r: refused.append((r.url, r.failure)))
        page = visiting.open("book/glossary.html")
        page.evaluate(f"() => {{ let s; {attempt}; document.body.append(s); }}")
        page.wait_for_function("violations.length > 0")
        assert page.evaluate("violations[0]").startswith((directive, "frame-src"))
        assert page.evaluate("window.ran") is None
        assert refused == [(url, "csp") for url in visiting.elsewhere]  # none went out
