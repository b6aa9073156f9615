"""Sphinx extension: {chapter-map} draws which chapter needs which, read from the chapters.

A chapter says what it needs in one paragraph before its first section, with links; those of a
sentence that says "help" are no need. The map is a list with links, each chapter with what it
needs, and beside it a line from every chapter down to those that lean on it. What is needed by way
of another chapter gets no line of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

from folders import ROOT

NEEDS = re.compile(r"^You (?:should )?(?:need|know|have met)\b.*|^.* You need .*", re.MULTILINE)
LINK = re.compile(r"\((?:\.\./chapters/)?(\d\d_\w+)\.md\)")
SENTENCE = re.compile(r"(?<=[.;])\s+")


@dataclass(frozen=True)
class Chapter:
    """Its name, number, title, part of the book, and the names of those it needs."""

    name: str
    part: str
    title: str
    needs: frozenset[str]

    @property
    def number(self) -> int:
        """Its place in the book."""
        return int(self.name[:2])


def chapters(root: Path = ROOT) -> list[Chapter]:
    """All chapters in the order of the contents."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [
        (part["caption"], one["file"]) for part in contents["parts"] for one in part["chapters"]
    ]
    return [
        _chapter(part, root / f"{file}.md") for part, file in files if file.startswith("chapters/")
    ]


def _chapter(part: str, path: Path) -> Chapter:
    text = path.read_text(encoding="utf-8")
    (title,) = re.findall(r"^# (.+)", text, re.MULTILINE)[:1]
    return Chapter(path.stem, part, title, frozenset(needs(text)))


def needs(text: str) -> set[str]:
    r"""Names of the chapters that a chapter says it needs.

    Examples
    --------
    >>> sorted(needs("# T\n\nYou need [a](01_a.md). It helps to know [b](02_b.md).\n\n## One"))
    ['01_a']
    """
    opening = text.partition("\n## ")[0]
    sentences = [part for found in NEEDS.findall(opening) for part in SENTENCE.split(found)]
    return {name for one in sentences if "elp" not in one for name in LINK.findall(one)}


def before(name: str, book: Mapping[str, Chapter]) -> frozenset[str]:
    """Everything that a chapter needs, directly or by way of others."""
    direct = book[name].needs
    return direct.union(*(before(other, book) for other in direct))


def lines(found: list[Chapter]) -> dict[str, list[str]]:
    """For each chapter that others lean on, those of them that no shorter way reaches."""
    book = {chapter.name: chapter for chapter in found}
    below: dict[str, list[str]] = {}
    for chapter in found:
        further = frozenset[str]().union(*(before(other, book) for other in chapter.needs))
        for other in sorted(chapter.needs - further):
            below.setdefault(other, []).append(chapter.name)
    return dict(sorted(below.items()))


def lanes(spans: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    """A lane for each line from row to row: short ones first, and two of one lane never meet."""
    taken: list[list[tuple[int, int]]] = []
    found = {}
    for name, (start, end) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
        free = (i for i, others in enumerate(taken) if all(end < a or b < start for a, b in others))
        lane = next(free, len(taken))
        taken[lane : lane + 1] = [[*(taken[lane] if lane < len(taken) else []), (start, end)]]
        found[name] = lane
    return found


class ChapterMap(Directive):
    """The map as a list, with lines for pages."""

    def run(self) -> list[nodes.Node]:
        """Draw it from the chapters as they are now."""
        found = chapters()
        env = self.state.document.settings.env
        for name in ["_toc.yml", *(f"chapters/{chapter.name}.md" for chapter in found)]:
            env.note_dependency(str(ROOT / name))
        rows, listed = {}, nodes.bullet_list(classes=["map-list"])
        row, part = 0, ""
        for chapter in found:
            if chapter.part != part:
                row, part = row + 1, chapter.part
                listed += nodes.list_item("", nodes.paragraph("", part), classes=["map-part"])
            row += 1
            rows[chapter.name] = row
            listed += nodes.list_item("", _entry(chapter), classes=[f"map-{chapter.number}"])
        opened, closed = (nodes.raw("", html, format="html") for html in _drawn(found, rows))
        return [opened, listed, closed]


def _entry(chapter: Chapter) -> nodes.paragraph:
    entry = nodes.paragraph("", "", _link(chapter.name, f"{chapter.number} {chapter.title}"))
    if chapter.needs:
        told = nodes.inline("", " needs ", classes=["map-needs"])
        for name in sorted(chapter.needs):
            told += [_link(name, str(int(name[:2]))), nodes.Text(" ")]
        entry += told
    return entry


def _link(name: str, words: str) -> addnodes.pending_xref:
    target = f"/chapters/{name}"
    options: Any = {"refdomain": "std", "reftype": "doc", "reftarget": target, "refexplicit": True}
    return addnodes.pending_xref("", nodes.inline("", words), refwarn=True, **options)


def _drawn(found: list[Chapter], rows: Mapping[str, int]) -> tuple[str, str]:
    """What opens the map, and what closes it: the lines, and which of them a chapter lights up."""
    below, book = lines(found), {chapter.name: chapter for chapter in found}
    lane = lanes({name: (rows[name], rows[leaning[-1]]) for name, leaning in below.items()})
    count = max(lane.values()) + 1
    marks = [
        f'<i class="to-{int(other[:2])}" '
        f'style="grid-area:{rows[name]}/{count - lane[name]}/{rows[other]}/-2"></i>'
        for name, leaning in below.items()
        for other in leaning
    ]
    rules = []
    for chapter in found:
        way = {chapter.name, *before(chapter.name, book)}
        ends = ",".join(f".to-{int(name[:2])}" for name in sorted(way))
        lit = f".map:has(.map-{chapter.number}>p>a:is(:hover,:focus))"
        rules.append(f"{lit} :is({ends}){{color:var(--kept);z-index:1}}")
    drawn = f'<style>{"".join(rules)}</style><span aria-hidden="true">{"".join(marks)}</span>'
    return f'<div class="map" style="--lanes:{count}">', f"{drawn}</div>"


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_directive("chapter-map", ChapterMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
