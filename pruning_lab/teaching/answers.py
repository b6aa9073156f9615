"""Answers: what the book knows about one exercise, and the tables that hold them.

The build writes a table for each chapter. It maps outputs to hints, so that feedback knows the
usual mistakes without holding the code that makes them.
"""

from __future__ import annotations

import base64
import difflib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pruning_lab.teaching.attempts import Outcome
from pruning_lab.teaching.wire import from_json, to_json

FOLDER = "PRUNING_LAB_ANSWERS"  # names the environment variable that names a folder of tables


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: what it comes to on each input, and the hint that helps."""

    hint: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Answers:
    """One exercise as feedback needs it; the name is that of the function to write."""

    name: str
    title: str
    parameters: tuple[str, ...]
    inputs: tuple[tuple[object, ...], ...]
    expected: tuple[object, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    why: str
    solution: str

    def to_json(self) -> dict[str, object]:
        """Answers in the terms of JSON; the solution in a form that nobody reads by accident."""
        return {
            "name": self.name,
            "title": self.title,
            "parameters": list(self.parameters),
            "inputs": [to_json(list(arguments)) for arguments in self.inputs],
            "expected": [to_json(value) for value in self.expected],
            "mistakes": [
                {"hint": mistake.hint, "outcomes": [_pack(outcome) for outcome in mistake.outcomes]}
                for mistake in self.mistakes
            ],
            "hints": list(self.hints),
            "why": self.why,
            "solution": base64.b64encode(self.solution.encode()).decode(),
        }


def answers_from_json(table: dict[str, object]) -> Answers:
    """Answers that `Answers.to_json` described."""
    entry: dict[str, list[object]] = table  # type: ignore[assignment]
    return Answers(
        name=str(table["name"]),
        title=str(table["title"]),
        parameters=tuple(map(str, entry["parameters"])),
        inputs=tuple(tuple(from_json(given)) for given in entry["inputs"]),  # type: ignore[arg-type]
        expected=tuple(from_json(value) for value in entry["expected"]),
        mistakes=tuple(map(_mistake, entry["mistakes"])),
        hints=tuple(map(str, entry["hints"])),
        why=str(table["why"]),
        solution=base64.b64decode(str(table["solution"])).decode(),
    )


def find(name: str) -> Answers:
    """Answers for the function of that name, from the first table that has them.

    Raises
    ------
    ValueError
        when there is no table, or none of them knows the name.
    """
    known = []
    for path in _tables():
        for entry in json.loads(path.read_text(encoding="utf-8"))["exercises"]:
            if entry["name"] == name:
                return answers_from_json(entry)
            known.append(entry["name"])
    if not known:
        raise ValueError(
            "no table of answers was found, so there is nothing to compare with. In a copy of the "
            f"repository `make lab` writes the tables and sets {FOLDER}; elsewhere install "
            "the library from the book's site, which brings them along."
        )
    close = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    raise ValueError(f"no exercise asks for a function called {name}; known: {known}.{guess}")


def chapters() -> dict[str, list[str]]:
    """Names of the exercises of every chapter, in order; empty where there are no tables."""
    found: dict[str, list[str]] = {}
    for path in _tables():
        table = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(str(table["chapter"]), [str(one["name"]) for one in table["exercises"]])
    return dict(sorted(found.items()))


def _tables() -> Iterator[Path]:
    here = Path.cwd()
    yield from sorted(here.glob("*.answers.json"))
    yield from sorted((here / "answers").glob("*.json"))
    if FOLDER in os.environ:
        yield from sorted(Path(os.environ[FOLDER]).glob("*.json"))
    yield from sorted((Path(__file__).parent / "answers").glob("*.json"))


def _pack(outcome: Outcome) -> dict[str, object]:
    return {"error": outcome.error} if outcome.error else {"value": to_json(outcome.value)}


def _mistake(entry: object) -> Mistake:
    outcomes = [
        Outcome(error=one["error"]) if "error" in one else Outcome(value=from_json(one["value"]))
        for one in entry["outcomes"]  # type: ignore[index]
    ]
    return Mistake(str(entry["hint"]), tuple(outcomes))  # type: ignore[index]
