"""One call of a student's function, watched: what it returned, raised, printed and changed."""

from __future__ import annotations

import contextlib
import io
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pruning_lab.teaching.differences import difference
from pruning_lab.teaching.wire import copies

Function = Callable[..., object]


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Attributes
    ----------
    value : what it returned
    error : name of what it raised; empty when it returned
    message, line : of that error, in the student's words and code
    changed : place of the first argument that it changed; −1 when it left them alone
    output : what it printed, and what Python warned of
    """

    value: object = None
    error: str = ""
    message: str = ""
    line: str = ""
    changed: int = -1
    output: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether nobody has written the function yet: nothing, `...` or NotImplementedError."""
        return self.error == "NotImplementedError" or (
            not self.error and (self.value is None or self.value is ...)
        )

    def agrees(self, other: Outcome) -> bool:
        """Whether both returned the same, or raised the same kind of error."""
        if self.error or other.error:
            return self.error == other.error
        return not difference(self.value, other.value)


def attempt(function: Function, arguments: Sequence[object]) -> Outcome:
    """Outcome of one call on copies of the arguments."""
    given, before = copies(arguments), copies(arguments)
    printed = io.StringIO()
    value: object = None
    error: Exception | SystemExit | None = None
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            value = function(*given)
        except (Exception, SystemExit) as caught:  # exit() ends a notebook, not the check
            error = caught
    changed = [i for i, pair in enumerate(zip(before, given, strict=True)) if difference(*pair)]
    said = [f"{w.category.__name__}: {w.message}\n" for w in warned]
    lines = [printed.getvalue(), *dict.fromkeys(said)]  # each warning once
    return Outcome(
        value=value,
        error=type(error).__name__ if error else "",
        message=str(error) if error else "",
        line=_line(error, function) if error else "",
        changed=changed[0] if changed else -1,
        output="".join(lines).rstrip(),
    )


def _line(error: Exception | SystemExit, function: Function) -> str:
    """Deepest line of the student's own cells that the error passed through."""
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first is ours
    code = getattr(function, "__code__", None)
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    lines = [f"line {frame.lineno}: {frame.line}" for frame in (own or frames)[-1:]]
    return "".join(lines).removesuffix(": ")
