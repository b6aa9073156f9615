"""What a student is told of a failed test, and what not."""

import pytest

from pruning_lab.grading.complaints import CELL, TooSlow, complaint
from pruning_lab.grading.papers import Exam
from pruning_lab.grading.sandbox import Stopped

HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


def said(source, **scope):
    """Complaint about a test that fails."""
    with pytest.raises((AssertionError, TypeError, Stopped, TooSlow)) as caught:
        exec(compile(source, CELL, "exec"), scope)
    return complaint(Exam(source, "Count again."), caught.value)


def stops(*arguments):
    def function(*_):
        raise Stopped(*arguments)

    return function


def test_a_message_that_was_written_out_is_told_with_the_hint():
    words = said(HIDDEN.format("assert f() == 731, 'counts are exact'"), f=lambda: 1)
    assert words == "A hidden test failed: counts are exact. Hint: Count again."


def test_a_message_that_is_computed_is_not_told_if_hidden():
    words = said(HIDDEN.format("assert f() == 731, f'{f()} is not 731'"), f=lambda: 1)
    assert "731" not in words
    assert "not what was asked for" in words


def test_a_public_test_says_all_it_has():
    assert "1 is not 731" in said("assert f() == 731, f'{f()} is not 731'", f=lambda: 1)


def test_an_exception_says_its_name_and_if_hidden_no_more():
    stopped = stops("raised", "ValueError", "the input was 7319.25")
    assert "ValueError" in said(HIDDEN.format("f()"), f=stopped)
    assert "7319" not in said(HIDDEN.format("f()"), f=stopped)
    assert "7319" in said("f()", f=stopped)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("too slow", "too long"), ("ended", "ended"), ("unreadable", "array"), ("missing", "found")],
)
def test_every_kind_of_stop_has_words(kind, words):
    assert words in said(HIDDEN.format("f()"), f=stops(kind))


def test_what_was_never_written_is_said_kindly():
    assert "not written yet" in said("f()", f=stops("raised", "NotImplementedError"))


def test_a_wrong_type_and_a_busy_test_are_told_apart():
    assert "another type or shape" in said(HIDDEN.format("1 + f()"), f=lambda: "text")

    def slow():
        raise TooSlow

    assert "too long" in said(HIDDEN.format("f()"), f=slow)
