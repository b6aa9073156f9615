"""Progress through the exercises: kept in the notebooks' folder, shown on one page.

In the browser version that folder is the browser's own storage. Nothing is sent anywhere.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pruning_lab.teaching.answers import chapters
from pruning_lab.teaching.feedback import NOT_ATTEMPTED, RIGHT, WRONG
from pruning_lab.teaching.markup import escape

FILE = "progress.txt"  # JSON; but in the browser a .json that is written twice never returns
ORDER = (NOT_ATTEMPTED, WRONG, RIGHT)
MARKS = {RIGHT: "✓", WRONG: "✗", NOT_ATTEMPTED: "○"}


@dataclass(frozen=True)
class Progress:
    """How far a reader has come, to be shown in a notebook.

    Parameters
    ----------
    chapters : chapter -> exercise -> outcome
    """

    chapters: Mapping[str, Mapping[str, str]]

    @property
    def right(self) -> int:
        """How many exercises are right."""
        return sum(outcome == RIGHT for each in self.chapters.values() for outcome in each.values())

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(len, self.chapters.values()))

    def __repr__(self) -> str:
        lines = [f"{self.right} of {self.total} exercises are right."]
        for chapter, exercises in self.chapters.items():
            marks = "  ".join(f"{MARKS[outcome]} {name}" for name, outcome in exercises.items())
            lines.append(f"{_words(chapter):28}  {marks}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row' style='text-align:left'>{escape(_words(chapter))}</th>"
            f"<td style='text-align:left'>{_marks(exercises)}</td></tr>"
            for chapter, exercises in self.chapters.items()
        )
        head = f"<p><strong>{self.right} of {self.total} exercises are right.</strong></p>"
        return f"<div role='group' aria-label='Progress'>{head}<table>{rows}</table></div>"


def progress(folder: Path | None = None) -> Progress:
    """How far a reader has come: the best outcome of every exercise of the book.

    Parameters
    ----------
    folder : where the notebooks lie; the present one, if None

    Examples
    --------
    >>> progress(Path("/nowhere")).right
    0
    """
    kept = _kept((folder or Path.cwd()) / FILE)
    return Progress(
        {
            chapter: {name: kept.get(name, NOT_ATTEMPTED) for name in names}
            for chapter, names in chapters().items()
        }
    )


def keep(name: str, outcome: str) -> None:
    """Remember an outcome, where a notebook is at work; what was right once stays right.

    Parameters
    ----------
    name : of the exercise
    outcome : "right", "wrong" or "not attempted"
    """
    if not _in_notebook():
        return
    path = Path.cwd() / FILE
    kept = _kept(path)
    kept[name] = max(outcome, kept.get(name, NOT_ATTEMPTED), key=ORDER.index)
    with contextlib.suppress(OSError):  # a folder that cannot be written keeps nothing
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _kept(path: Path) -> dict[str, str]:
    """What a file remembers; nothing, if it was damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: outcome for name, outcome in pairs if outcome in ORDER}


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _words(chapter: str) -> str:
    number, _, name = chapter.partition("_")
    return f"{int(number)} · {name.replace('_', ' ')}" if number.isdigit() else chapter


def _marks(exercises: Mapping[str, str]) -> str:
    return " ".join(
        f"<span title='{outcome}' style='margin-right:1em;white-space:nowrap'>"
        f"<span aria-hidden='true'>{MARKS[outcome]}</span> <code>{escape(name)}</code>"
        f"<span style='position:absolute;left:-999em'>: {outcome}</span></span>"
        for name, outcome in exercises.items()
    )
