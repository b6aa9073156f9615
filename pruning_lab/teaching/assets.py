"""The script and style files of the elements; light, because the Sphinx extension loads it."""

from __future__ import annotations

import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"
KINDS = ("explorer", "quiz")
STATIC_VARIABLE = "PRUNING_LAB_STATIC"  # "1" while a book is being built


def script(kind: str) -> str:
    """The ES module of one kind of element: the shared start, then its own file."""
    return _read("element.js") + _read(f"{kind}.js")


def palette() -> str:
    """The colours of pictures as CSS: light, dark and forced."""
    return _read("palette.css")


def style() -> str:
    """The style sheet of every element and picture."""
    return palette() + _read("elements.css")


def version() -> str:
    """A digest that changes when any script or style does."""
    everything = "".join(map(script, KINDS)) + style()
    return hashlib.sha256(everything.encode()).hexdigest()[:16]


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
