"""Every state of every demo of the book, reached by keyboard."""

import pytest

from browser.states import DEMO, walk
from browser.visits import documents
from folders import SITE

pytestmark = pytest.mark.browser

MARK = 'data-element="explorer"'
DEMOS = [
    (page, number)
    for page in documents()
    for number in range((SITE / f"{page}.html").read_text(encoding="utf-8").count(MARK))
]


def test_the_book_has_demos(site):
    for chapter in (page for page in documents() if page.startswith("chapters/")):
        assert sum(page == chapter for page, _ in DEMOS) >= 2, chapter
    assert ("book/index", 0) in DEMOS


@pytest.mark.parametrize(("page", "number"), DEMOS)
def test_every_state_shows_its_picture_and_its_words(visit, page, number):
    opened = visit().open(f"{page}.html")
    states = walk(opened, number)
    data = opened.locator(DEMO).nth(number).locator("script").text_content()
    assert states == opened.evaluate("data => JSON.parse(data).texts.length", data)
    assert states >= 5
