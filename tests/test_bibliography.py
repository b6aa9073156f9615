"""Every key that a docstring or a page cites is in the bibliography, with an address."""

import re
from pathlib import Path

from pybtex.database.input.bibtex import Parser

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = Parser(encoding="utf-8").parse_file(str(ROOT / "book" / "references.bib")).entries


def cited() -> set[str]:
    """Keys in docstrings, [Han2015]_, and on pages, {cite:p}`Han2015,Gale2019`."""
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "pruning_lab").rglob("*.py"))
    pages = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("book", "chapters", "exercises")
        for path in (ROOT / folder).glob("*.md")
    )
    roles = re.findall(r"\{cite:\w+\}`([^`]+)`", pages)
    return set(re.findall(r"\[([A-Z]\w+\d{4})\]_", code)) | {
        key.strip() for role in roles for key in role.split(",")
    }


def test_what_is_cited_is_listed():
    assert cited()
    assert cited() <= set(ENTRIES)


def test_every_entry_leads_somewhere():
    for key, entry in ENTRIES.items():
        assert {"doi", "url"} & set(entry.fields), key
