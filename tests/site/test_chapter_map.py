"""The map of the chapters says what the chapters say."""

import pytest

from extensions import chapter_map
from extensions.chapter_map import before, chapters, lanes, lines, needs

BOOK = {chapter.name: chapter for chapter in chapters()}


def test_every_chapter_stands_on_the_map_in_the_order_of_the_contents():
    assert [chapter.number for chapter in BOOK.values()] == list(range(1, 20))
    assert [chapter.part for chapter in BOOK.values()][::18] == ["Foundations", "Capstone"]


@pytest.mark.parametrize("chapter", BOOK.values(), ids=lambda chapter: chapter.name)
def test_a_chapter_needs_only_chapters_before_it(chapter):
    assert all(BOOK[name].number < chapter.number for name in chapter.needs)


def test_what_a_chapter_says_is_what_it_needs():
    assert BOOK["10_tickets"].needs == {"04_weights", "05_scores", "06_recovery"}
    assert BOOK["12_better_models"].needs == {"03_trees", "04_weights", "06_recovery"}
    assert BOOK["09_ensembles"].needs == set()  # chapter 4 only helps there


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You need [chapter 1](01_a.md). It takes an hour.", {"01_a"}),
        ("About an hour. You need to read [code](02_b.md) and [more](03_c.md).", {"02_b", "03_c"}),
        ("You need a pen. Helpful but not needed: [chapter 1](01_a.md).", set()),
        ("## Later\n\nYou need [chapter 1](01_a.md).", set()),
        ("See [chapter 1](01_a.md).", set()),
    ],
)
def test_needs_are_read_from_the_opening(text, found):
    assert needs(f"# T\n\n{text}\n\n## One") == found


def test_a_line_for_every_need_that_no_longer_way_covers():
    drawn = {(name, other) for name, below in lines(list(BOOK.values())).items() for other in below}
    assert ("04_weights", "05_scores") in drawn
    assert ("04_weights", "10_tickets") not in drawn  # by way of 5 and 6
    reached = {name: set() for name in BOOK}
    for chapter in BOOK.values():
        for name, other in drawn:
            if other == chapter.name:
                reached[other] |= {name, *reached[name]}
    assert {name: set(before(name, BOOK)) for name in BOOK} == reached


def test_lines_of_one_lane_never_meet_and_short_ones_stand_near():
    found = lanes({"long": (1, 9), "short": (2, 3), "later": (4, 5), "meets": (5, 6)})
    assert found == {"short": 0, "later": 0, "meets": 1, "long": 2}


def test_pointing_at_a_chapter_lights_all_that_it_needs():
    rows = {name: row for row, name in enumerate(BOOK, 1)}
    _, drawn = chapter_map._drawn(list(BOOK.values()), rows)
    rule = next(rule for rule in drawn.split("}") if ".map-10>" in rule)
    for number in (1, 4, 5, 6, 10):
        assert f".to-{number}," in rule or f".to-{number})" in rule
    assert ".to-7" not in rule
