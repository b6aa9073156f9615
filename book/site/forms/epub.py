"""Write the ePub: python book/site/forms/epub.py, after the site is built.

EPUB 3: one XHTML file a page, formulas as MathML, pictures as SVG or PNG files, no script.
"""

from __future__ import annotations

import base64
import sys
import uuid
import zipfile
from html import escape
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from address import version
from folders import BUILD
from forms.book import AUTHORS, LICENCE, SUBTITLE, TITLE, made
from forms.pages import ARRIVED, Entry, Press, drawing, make

TARGET = BUILD / "forms" / "pruning-lab.epub"
STYLE = Path(__file__).with_name("reader.css")
TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg", "css": "text/css"}
TYPES |= {"xhtml": "application/xhtml+xml"}
ACCESSIBLE = {
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual",),
    "accessibilityFeature": ("alternativeText", "MathML", "structuralNavigation", "unlocked"),
    "accessibilityHazard": ("none",),
    "accessibilitySummary": (
        "Every picture has a text, formulas are MathML, the contents lead to every section.",
    ),
}

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 xml:lang="en" lang="en">
<head><title>{title}</title><link rel="stylesheet" href="reader.css"/></head>
<body>
{body}
</body></html>
"""
FRONT = """<!DOCTYPE html><meta charset="utf-8"><style>{fonts}
body {{ margin: 0; padding: 150px 90px; text-align: center; color: #1a1a1a; }}
h1 {{ font: 600 130px "Book Sans", sans-serif; margin: 0; }}
p {{ font: 48px/1.3 "Book Sans", sans-serif; margin: 30px 60px 110px; color: #565c64; }}
svg {{ width: 100%; height: auto; }}
svg text {{ font-family: "Book Sans", sans-serif !important; }}</style>
<h1>{title}</h1><p>{subtitle}</p>{picture}"""
PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{authors}</dc:creator><dc:language>en</dc:language>
<dc:rights>{licence}</dc:rights><dc:source>{online}</dc:source>
<meta property="dcterms:modified">{modified}</meta>
{accessible}
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""


def build(press: Press, pages: list[Entry], target: Path = TARGET) -> Path:
    """The ePub of some pages, as a path."""
    files: dict[str, str | bytes] = {"reader.css": STYLE.read_text(encoding="utf-8")}
    properties: dict[str, str] = {"nav": "nav"}
    titles = {}
    for entry in pages:
        page = press.still(entry, pages, "forReaders")
        titles[entry] = page["title"]
        files[f"{entry.name}.xhtml"] = xhtml(page["title"], page["html"])
        if page["formulas"]:
            properties[entry.name] = "mathml"
        for picture in page["pictures"]:
            data = picture["data"]
            svg = picture["name"].endswith(".svg")
            files[f"pictures/{picture['name']}"] = data if svg else base64.b64decode(data)
    files["front.png"] = front(press, pages[0])
    properties["front"] = "cover-image"
    files["cover.xhtml"] = xhtml(TITLE, cover(press.online))
    files["nav.xhtml"] = xhtml("Contents", navigation(titles))
    spine = ["cover", "nav", *(entry.name for entry in pages)]
    files["package.opf"] = package(list(files), properties, spine, press.online)
    write(target, files)
    return target


def xhtml(title: str, body: str) -> str:
    """A whole file."""
    return PAGE.format(title=escape(title), body=body)


def cover(online: str) -> str:
    """The first page."""
    return (
        f'<section class="cover"><h1>{TITLE}</h1><p>{SUBTITLE}</p><p>{AUTHORS}</p>'
        f"<p>Version {version()}. {LICENCE}.</p><p>Demos stand still here. They move at "
        f'<a href="{escape(online)}/">{escape(online)}</a>.</p></section>'
    )


def front(press: Press, root: Entry) -> bytes:
    """The picture of the book in a library: its title, and what its first page shows."""
    picture = drawing(press.still(root, [root]))
    sheet = press.browser.new_page(viewport={"width": 1200, "height": 1800})
    sheet.route("**/front.html", lambda route: route.fulfill(body=text, content_type="text/html"))
    text = FRONT.format(title=TITLE, subtitle=SUBTITLE, picture=picture, fonts=press.fonts())
    sheet.goto(f"{press.address}/front.html")
    sheet.evaluate(ARRIVED)
    try:
        return sheet.screenshot()
    finally:
        sheet.close()


def navigation(titles: dict[Entry, str]) -> str:
    """The contents: parts, in them pages, below a chapter its exercises."""
    parts: list[tuple[str, list[Entry]]] = []
    for entry in titles:
        if entry.part or not parts:
            parts.append((entry.part, []))
        parts[-1][1].append(entry)
    items = []
    for part, inside in parts:
        inner = _nested(inside, titles)
        items.append(f"<li><span>{escape(part)}</span>\n<ol>{inner}</ol></li>" if part else inner)
    listed = "\n".join(items)
    return f'<nav epub:type="toc" role="doc-toc"><h1>Contents</h1>\n<ol>{listed}</ol></nav>'


def _nested(inside: list[Entry], titles: dict[Entry, str]) -> str:
    done = []
    for entry in inside:
        item = f'<a href="{entry.name}.xhtml">{escape(titles[entry])}</a>'
        if entry.depth and done:
            done[-1][1].append(f"<li>{item}</li>")
        else:
            done.append((item, []))
    return "\n".join(
        f"<li>{item}{'<ol>' + ''.join(below) + '</ol>' if below else ''}</li>"
        for item, below in done
    )


def package(files: list[str], properties: dict[str, str], spine: list[str], online: str) -> str:
    """The list of what lies in the book and in which order it is read."""
    items = []
    for file in files:
        name, _, kind = file.rpartition(".")
        given = f' properties="{properties[name]}"' if name in properties else ""
        items.append(f'<item id="{_id(file)}" href="{file}" media-type="{TYPES[kind]}"{given}/>')
    accessible = [
        f'<meta property="schema:{name}">{value}</meta>'
        for name, values in ACCESSIBLE.items()
        for value in values
    ]
    return PACKAGE.format(
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, f"{TITLE} {version()}").urn,
        title=f"{TITLE}: {SUBTITLE[0].lower()}{SUBTITLE[1:]}",
        authors=AUTHORS,
        licence=LICENCE,
        online=escape(online),
        modified=f"{made():%Y-%m-%dT%H:%M:%SZ}",
        accessible="\n".join(accessible),
        manifest="\n".join(items),
        spine="\n".join(f'<itemref idref="{_id(f"{name}.xhtml")}"/>' for name in spine),
    )


def _id(file: str) -> str:
    return "f-" + file.replace("/", "-")


def write(target: Path, files: dict[str, Any]) -> None:
    """The archive: its type first and uncompressed, as the standard wants it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    moment = made().timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", moment), "application/epub+zip")
        every = {"META-INF/container.xml": CONTAINER}
        every |= {f"book/{name}": data for name, data in files.items()}
        for name, data in every.items():
            info = zipfile.ZipInfo(name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


if __name__ == "__main__":
    make(build)
