"""Derive a deck from a chapter: what stands on its slides, and what the lecturer says.

In a chapter a line such as `+++ {"tags": ["slide", "demo"]}` begins a slide. The text below it, up
to the next cell or to a line `+++`, is marked, and the tags say what the audience sees:

slide      the marked text, if no other tag says more
text, first, last   the marked text, its first or its last sentence
leads      what stands in bold at the start of its paragraphs and items
code       the source of the first cell below
demo, figure, question   the first output of that kind among the cells below
table      what the last of these cells prints

A slide bears the caption of its figure, the title of its demo, the heading of its section, or the
"title" that stands beside the tags. Everything else that its section says is for the speaker.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from derive.plain_markdown import plain
from derive.slide_text import chosen, said, sections, unboxed, with_formulas

KINDS = {"explorer": "demo", "picture": "figure", "quiz": "question"}  # by name of the element
LONGEST_TITLE = 90  # signs; a longer caption stays below its figure

ELEMENT = re.compile(r'data-element="(\w+)"')
LABEL = re.compile(r'aria-label="([^"]*)"')
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)


@dataclass
class Slide:
    """What the audience sees, below a title and the name of the section, and what is said."""

    section: str
    title: str
    shown: list[NotebookNode] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    level: int = 2  # of the title among headings
    missing: set[str] = field(default_factory=set)  # what it should show, and its cells have not

    def cells(self) -> Iterator[NotebookNode]:
        """Cells that nbconvert makes a slide of."""
        kicker = f'<p class="kicker">{self.section}</p>' if self.section != self.title else ""
        head = _markdown(f"{kicker}\n\n{'#' * self.level} {self.title}", "head")
        head.metadata["slideshow"] = {"slide_type": "slide"}
        notes = _markdown("\n\n".join(self.notes), "notes")
        notes.metadata["slideshow"] = {"slide_type": "notes"}
        yield from (head, *self.shown, notes)


def deck(chapter: NotebookNode, source: Path) -> list[Slide]:
    """Slides of a chapter with its outputs; the first bears its title."""
    slides: list[Slide] = []
    waiting: list[str] = []  # said before the first slide of a section
    section, begun = "", False
    for number, cell in enumerate(chapter.cells):
        if cell.cell_type != "markdown":
            continue
        marked = "slide" in cell.metadata.get("tags", [])
        for heading, text in sections(plain(cell.source, source.parent)):
            if heading and not slides:
                question, _, text = text.partition("\n\n")
                where = f"pruning-lab · chapter {int(source.stem[:2])}"
                slides.append(Slide(where, heading, [_markdown(question, "text")], level=1))
                section, begun = heading, True
            elif heading:
                section, begun, waiting = heading, False, []
            if marked:
                below = takewhile(lambda c: c.cell_type == "code", chapter.cells[number + 1 :])
                made = _slides(cell.metadata, section, text, list(below))
                made[0].notes[:0] = waiting
                slides += made
                marked, begun, waiting = False, True, []  # a heading ends what is marked
            elif words := said(text):
                (slides[-1].notes if begun else waiting).append(words)
    if any(cell.get("outputs") for cell in chapter.cells):  # else its weights are not here
        _refuse_empty(slides)
    return [slide for slide in slides if slide.shown]


def _refuse_empty(slides: list[Slide]) -> None:
    for slide in slides:
        if not slide.shown or slide.missing:
            wanted = ", ".join(sorted(slide.missing)) or "something to show"
            raise ValueError(f"the cells below the mark of slide {slide.title!r} have no {wanted}")


def notebook(slides: list[Slide]) -> NotebookNode:
    """Notebook that nbconvert exports as slides."""
    cells = [cell for slide in slides for cell in slide.cells()]
    return new_notebook(cells=cells, metadata={"title": slides[0].title})


def _slides(
    metadata: NotebookNode, section: str, text: str, below: list[NotebookNode]
) -> list[Slide]:
    """What a mark makes: a picture or a question closes a slide, and a question stands alone."""
    tags = set(metadata["tags"]) - {"slide"} or {"text"}
    box, inside = unboxed(text)
    slide = Slide(section, box or section, notes=[said(text)] if text else [])
    if words := chosen(inside, tags):
        slide.shown.append(_markdown(words, "text"))
    if "code" in tags:
        slide.shown.append(new_code_cell(below[0].source, metadata={"tags": ["code"]}))
    slides, closed = [slide], False
    outputs = [(_kind(output), output) for cell in below for output in cell.outputs]
    while outputs:
        kind, output = outputs.pop(0)
        if kind not in tags or (kind == "table" and "table" in dict(outputs)):
            continue
        tags.discard(kind)
        if closed or (kind == "question" and slides[-1].shown):
            slides.append(Slide(section, section))
        _show(kind, output, slides[-1])
        closed = kind != "table"
    slide.title = metadata.get("title", slide.title)
    slide.missing = tags & {*KINDS.values(), "table"}
    return slides


def _kind(output: NotebookNode) -> str:
    found = ELEMENT.search(output.get("data", {}).get("text/html", ""))
    return KINDS[found[1]] if found else "table"


def _show(kind: str, output: NotebookNode, slide: Slide) -> None:
    """Put an output on a slide, and its words where they belong."""
    markup = output.get("data", {}).get("text/html", "")
    if kind == "question":
        slide.title, asked, answers = _question(markup)
        slide.shown.append(_markdown(asked, "text"))
        slide.notes.append(answers)
        return
    if kind == "demo":
        slide.title = html.unescape(LABEL.search(markup)[1])
    if kind == "figure" and (caption := CAPTION.search(markup)):
        words = re.sub(r"<.*?>", "", caption[1])
        if len(words) <= LONGEST_TITLE:
            slide.title = words.rstrip(".")
            output.data["text/html"] = CAPTION.sub("", markup)
    slide.shown.append(new_code_cell("", outputs=[output], metadata={"tags": [kind]}))


def _question(markup: str) -> tuple[str, str, str]:
    """Name, first question with its options numbered, and answers for the speaker."""
    form = BeautifulSoup(markup, "html.parser")
    prompt = form.legend.decode_contents()
    options = form.find("fieldset").select("label > span")
    listed = "".join(f"<li>{option.decode_contents()}</li>" for option in options)
    answers = form.select_one(".pl-answers ul").decode_contents()
    name = form.select_one(".pl-kicker").get_text()
    return name, f"<p>{prompt}</p>\n<ol>{listed}</ol>", f"<ol>{answers}</ol>"


def _markdown(source: str, tag: str) -> NotebookNode:
    return new_markdown_cell(with_formulas(source), metadata={"tags": [tag]})
