"""What a student is told of a test that failed: the kind of thing, never what was tested."""

import ast
import traceback
from types import TracebackType

from pruning_lab.grading.papers import Exam
from pruning_lab.grading.sandbox import Stopped

CELL = "<test>"
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
STOPPED = {
    "too slow": "it took too long, or did not end",
    "ended": "it ended the Python process, or used more memory than it may",
    "unreadable": "it gave back something that is no number, text, list, dictionary or array",
    "missing": "it was not found",
}


class TooSlow(Exception):
    """A test did not end in its time."""


def complaint(test: Exam, error: BaseException) -> str:
    """Words for a student on a test that raised this.

    Examples
    --------
    >>> try:
    ...     exec(compile("assert 1 > 2, 'counts are exact'", CELL, "exec"))
    ... except AssertionError as error:
    ...     complaint(Exam("assert 1 > 2, 'counts are exact'", "Round once."), error)
    'A test failed: counts are exact. Hint: Round once.'
    """
    line = _line(error.__traceback__)
    hidden = _is_hidden(test.source, line)
    said = _of(error, test.source, line, hidden)
    whose = "A hidden test" if hidden else "A test"
    return f"{whose} failed: {said}." + (f" Hint: {test.hint}" if test.hint else "")


def _of(error: BaseException, source: str, line: int, hidden: bool) -> str:
    if isinstance(error, Stopped):
        if error.kind != "raised":
            return STOPPED[error.kind]
        if error.name == "NotImplementedError":
            return "your function is not written yet"
        text = "" if hidden or not error.text else f" ({error.text})"
        return f"your function raised {error.name}{text}"
    if isinstance(error, TooSlow):
        return "what came back keeps the test busy for too long"
    if isinstance(error, AssertionError):
        return _message(source, line) or (
            "the result is not what was asked for" if hidden else str(error) or "a wrong result"
        )
    return f"the result has another type or shape than asked for ({type(error).__name__})"


def _message(source: str, line: int) -> str:
    """The message of an assert, if its author wrote it out: one that is computed may give away."""
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    messages = [node.msg for node in asserts if node.lineno <= line <= (node.end_lineno or 0)]
    words = [each.value for each in messages if isinstance(each, ast.Constant)]
    return str(words[0]) if words else ""


def _line(trace: TracebackType | None) -> int:
    """Line of the test in which it failed, 0 if none."""
    lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == CELL]
    return lines[0] if lines and lines[0] else 0


def _is_hidden(source: str, line: int) -> bool:
    hidden = False
    for number, text in enumerate(source.splitlines(), 1):
        hidden = (hidden or BEGIN in text) and END not in text
        if number == line:
            return hidden
    return True
