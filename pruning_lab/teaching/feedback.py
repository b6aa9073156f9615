"""Feedback, the answer to an attempt, as plain text and as HTML for a notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pruning_lab.teaching.markup import escape, inline

RIGHT, WRONG, NOT_ATTEMPTED = "right", "wrong", "not attempted"
_MARKS = {RIGHT: "✓", WRONG: "✗", NOT_ATTEMPTED: "○"}
_COLOURS = {RIGHT: "#009e73", WRONG: "#d55e00", NOT_ATTEMPTED: "#7a7f87"}


@dataclass(frozen=True)
class Feedback:
    """What to tell a student: an outcome in a word, a sentence, details, and help.

    Attributes
    ----------
    outcome : "right", "wrong" or "not attempted"; empty for a mere message, such as a hint
    sentence : the news in one sentence
    details : pairs of a label and Python or text to be shown as it is
    help : paragraphs, with `code` and *emphasis*
    arguments : the input that went wrong, so that it can be tried again: `f(*feedback.arguments)`
    """

    outcome: str
    sentence: str
    details: tuple[tuple[str, str], ...] = ()
    help: str = ""
    arguments: tuple[object, ...] = ()

    def __repr__(self) -> str:
        head = f"{_MARKS[self.outcome]} {self.outcome.capitalize()}. " if self.outcome else ""
        lines = [f"{head}{self.sentence}"]
        wide = max((len(label) for label, _ in self.details), default=0)
        for label, content in self.details:
            lines.append(f"  {label:<{wide}}  {content}".replace("\n", "\n" + " " * (wide + 4)))
        return "\n".join([*lines, "", self.help] if self.help else lines)

    def _repr_html_(self) -> str:
        colour = _COLOURS.get(self.outcome, "#0072b2")
        parts = [f"<p style='margin:0'>{self._headline()}</p>"]
        if self.details:
            rows = "".join(map(_row, self.details))
            parts.append(f"<dl style='margin:.5em 0 0'>{rows}</dl>")
        parts.append(markup(self.help))
        return (
            "<div role='group' aria-label='Feedback' style='border-left:4px solid "
            f"{colour};padding:.4em .9em;margin:.3em 0;max-width:46em'>{''.join(parts)}</div>"
        )

    def _headline(self) -> str:
        if not self.outcome:
            return f"<strong>{inline(self.sentence)}</strong>"
        mark = f"<span aria-hidden='true'>{_MARKS[self.outcome]} </span>"
        return f"<strong>{mark}{self.outcome.capitalize()}.</strong> {inline(self.sentence)}"


def markup(text: str) -> str:
    """HTML of paragraphs with `code`, *emphasis* and fenced blocks of code; all else is escaped.

    Examples
    --------
    >>> markup("Sort `abs(w)` < *stably*.")
    "<p style='margin:.6em 0 0'>Sort <code>abs(w)</code> &lt; <em>stably</em>.</p>"
    """
    blocks = re.split(r"^```\w*\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    html = []
    for i, block in enumerate(blocks):
        if i % 2:
            html.append(f"<pre style='margin:.6em 0 0'><code>{escape(block.rstrip())}</code></pre>")
            continue
        for paragraph in filter(str.strip, block.split("\n\n")):
            html.append(f"<p style='margin:.6em 0 0'>{inline(paragraph.strip())}</p>")
    return "".join(html)


def _row(detail: tuple[str, str]) -> str:
    label, content = detail
    wrap = "margin:0;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere"
    code = f"<pre style='{wrap}'><code>{escape(content)}</code></pre>"
    return (
        f"<dt style='font-weight:600;margin-top:.3em'>{escape(label)}</dt>"
        f"<dd style='margin:0 0 0 1.2em'>{code}</dd>"
    )
