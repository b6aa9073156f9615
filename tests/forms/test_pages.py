"""A page loses what needs a hand, and says the same."""

import pytest

pytestmark = pytest.mark.browser


def made(press, entries, path, function="still"):
    entry = next(entry for entry in entries if entry.path == path)
    return press.still(entry, entries, function)


def test_pages_come_in_reading_order_and_the_library_stays_online(entries):
    assert [entry.path for entry in entries] == [
        "book/index",
        "chapters/01_one",
        "exercises/01_one",
        "book/notation",
    ]
    assert [entry.part for entry in entries] == ["", "Types", "", "Reference"]
    assert [entry.depth for entry in entries] == [0, 0, 1, 0]
    assert [entry.number for entry in entries] == ["", "1", "", ""]


def test_a_demo_shows_its_first_state_its_values_and_where_it_moves(press, entries):
    html = made(press, entries, "chapters/01_one")["html"]
    assert "Half is gone." in html
    assert "Sparsity: 50 %, Scope: global. " in html
    assert 'href="https://book.example/latest/chapters/01_one.html#cut"' in html
    for gone in ("<form", "<script", "<button", "<input", "data-", ">Data<"):
        assert gone not in html


def test_a_quiz_asks_where_it_stands_and_answers_at_the_end(press, entries):
    html = made(press, entries, "chapters/01_one")["html"]
    assert "<li>yes</li><li>no</li>" in html
    assert html.index("kept?") < html.index("Said.") < html.index("Right: no.")
    assert "<h2>Answers</h2>" in html


def test_hints_of_an_exercise_stand_at_the_end_of_its_page(press, entries):
    html = made(press, entries, "exercises/01_one")["html"]
    assert html.index("Count.") < html.index("Hints and solutions") < html.index("Slowly.")
    assert "1 · Warm-up" in html[html.index("Hints and solutions") :]
    assert "<h2>Exercises: One</h2>" in html  # one below its chapter


def test_links_lead_to_pages_that_come_along_or_to_the_site(press, entries):
    html = made(press, entries, "chapters/01_one")["html"]
    assert 'href="exercises-01_one.xhtml#exercises-01_one"' in html
    assert 'href="https://book.example/latest/book/api/masks.html#select"' in html
    assert 'href="https://doi.org/10.1"' in html
    front = made(press, entries, "book/index")["html"]
    assert 'href="chapters-01_one.xhtml#chapters-01_one--cut"' in front
    assert "¶" not in front
    assert ">Go<" not in front


def test_names_are_unique_in_the_book_and_pictures_still_find_their_parts(press, entries):
    html = made(press, entries, "chapters/01_one")["html"]
    assert 'id="chapters-01_one--cut"' in html
    assert 'id="chapters-01_one--dot"' in html
    assert 'href="#chapters-01_one--dot"' in html
    assert "url(#chapters-01_one--c)" in html


def test_a_chapter_has_its_number(press, entries):
    page = made(press, entries, "chapters/01_one")
    assert page["title"] == "1 One"
    assert "<h1>1 One</h1>" in page["html"]


def test_e_readers_get_pictures_as_files_with_colours_and_a_text(press, entries):
    page = made(press, entries, "chapters/01_one", "forReaders")
    names = [picture["name"] for picture in page["pictures"]]
    assert names == ["chapters-01_one-1.svg", "chapters-01_one-2.png"]
    drawing = page["pictures"][0]["data"]
    assert "var(" not in drawing
    assert "fill: #1a1a1a" in drawing
    assert "stroke: rgb(1, 2, 3)" in drawing
    assert 'viewBox="0 0 9 9"' in drawing
    assert '<img src="pictures/chapters-01_one-1.svg" alt="A cliff" />' in page["html"]
    assert page["formulas"] == 1
