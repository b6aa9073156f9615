"""Write the PDF: python book/site/forms/pdf.py, after the site is built.

All pages become one long page, which Chromium prints: with bookmarks, links that lead to other
places of the book, and tags that screen readers follow. It prints twice, since the numbers in
the contents are known only then.
"""

from __future__ import annotations

import io
import re
import sys
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pikepdf

from address import version
from folders import BUILD
from forms.book import AUTHORS, LICENCE, SUBTITLE, TITLE, made
from forms.pages import ARRIVED, Entry, Press, drawing, make

TARGET = BUILD / "forms" / "pruning-lab.pdf"
STYLE = Path(__file__).with_name("paper.css")
STREAMS = pikepdf.ObjectStreamMode.generate
STYLES = ("book.css", "pruning-lab-elements.css")
NUMBER = """(numbers) => {
  for (const [name, number] of Object.entries(numbers))
    document.querySelector(`.contents a[href="#${name}"]`).dataset.page = number;
}"""


def build(press: Press, pages: list[Entry], target: Path = TARGET) -> Path:
    """The PDF of some pages, as a path."""
    stills = [press.still(entry, pages) for entry in pages]
    titles = dict(zip(pages, (page["title"] for page in stills), strict=True))
    leaves = [
        f'<div class="leaf depth-{entry.depth}" style="page: {entry.name}">{page["html"]}</div>'
        for entry, page in zip(pages, stills, strict=True)
    ]
    text = whole(titles, leaves, press, drawing(stills[0]))
    sheet = press.page
    sheet.set_default_timeout(600_000)
    sheet.route("**/book.html", lambda route: route.fulfill(body=text, content_type="text/html"))
    sheet.emulate_media(media="print", color_scheme="light")
    sheet.goto(f"{press.address}/book.html")
    sheet.evaluate(ARRIVED)
    sheet.evaluate(NUMBER, numbers(_print(press), pages))
    target.parent.mkdir(parents=True, exist_ok=True)
    finish(_print(press), target)
    return target


def _print(press: Press) -> bytes:
    return press.page.pdf(
        prefer_css_page_size=True, print_background=True, tagged=True, outline=True
    )


def numbers(pdf: bytes, pages: list[Entry]) -> dict[str, int]:
    """On which sheet each page of the book begins, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sheets = {sheet.objgen: number for number, sheet in enumerate(opened.pages, 1)}
        places = opened.Root.Dests
        return {entry.name: sheets[places[f"/{entry.name}"][0].objgen] for entry in pages}


def finish(pdf: bytes, target: Path) -> None:
    """Say whose book it is, and pack it: objects in streams take a third of the room."""
    title = f"{TITLE}: {SUBTITLE[0].lower()}{SUBTITLE[1:]}"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_metadata() as about:
            about["dc:title"] = title
            about["dc:creator"] = [AUTHORS]
            about["dc:language"] = ["en"]
            about["dc:rights"] = LICENCE
            about["xmp:CreateDate"] = about["xmp:ModifyDate"] = made().isoformat()
        opened.docinfo = opened.make_indirect(pikepdf.Dictionary(Title=title, Author=AUTHORS))
        opened.save(target, object_stream_mode=STREAMS, deterministic_id=True, linearize=True)


def whole(titles: dict[Entry, str], leaves: list[str], press: Press, picture: str) -> str:
    """The long page."""
    styles = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in STYLES)
    own = press.fonts() + STYLE.read_text(encoding="utf-8") + heads(titles)
    body = re.sub(r'href="[\w.-]+\.xhtml#', 'href="#', "\n".join(leaves))
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{TITLE}: {SUBTITLE[0].lower()}{SUBTITLE[1:]}</title>"
        f"{styles}<style>{own}</style></head>"
        f"<body><main>{cover(press.online, picture)}{listed(titles)}{body}</main></body></html>"
    )


def heads(titles: dict[Entry, str]) -> str:
    """Head and number of the pages of each chapter."""
    rules = ['@page contents { @bottom-center { content: counter(page); font: 9pt "Book Sans"; } }']
    for entry, title in titles.items():
        words = title.replace("\\", r"\\").replace('"', r"\"")
        rules.append(
            f"@page {entry.name} {{"
            f' @top-left {{ content: "{words}"; font: 8.5pt "Book Sans"; color: #565c64; }}'
            ' @bottom-center { content: counter(page); font: 9pt "Book Sans"; } }'
        )
    return "\n".join(rules)


def cover(online: str, picture: str) -> str:
    """The first page, with the picture of the first demo."""
    link = f'<a href="{escape(online)}/">{escape(online)}</a>'
    return (
        f'<section class="cover"><h1>{TITLE}</h1><p class="subtitle">{SUBTITLE}</p>'
        f'<p>{AUTHORS}</p><div aria-hidden="true">{picture}</div>'
        f'<p class="small">Version {version()}. {LICENCE}.</p>'
        f'<p class="small">The demos stand still on paper: each shows its first state, and a link '
        f"leads to the page where it moves. All of the book, its exercises as notebooks and the "
        f"pages of the library: {link}</p></section>"
    )


def listed(titles: dict[Entry, str]) -> str:
    """The contents, with room for the numbers."""
    lines = []
    for entry, title in titles.items():
        if entry.part:
            lines.append(f'</ul><p class="part">{escape(entry.part)}</p><ul>')
        below = ' class="below"' if entry.depth else ""
        words = f"<span>{escape(title)}</span>"
        lines.append(f'<li{below}><a href="#{entry.name}" data-page="000">{words}</a></li>')
    return (
        '<nav class="leaf contents" style="page: contents" aria-label="Contents"><h1>Contents</h1>'
        f"<ul>{''.join(lines)}</ul></nav>"
    )


if __name__ == "__main__":
    make(build)
