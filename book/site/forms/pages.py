"""The finished pages, as they come along in a form without scripts.

What the site shows is taken as it is: nothing is read or executed a second time.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser

import address
from browser.visits import chromium, served
from folders import ROOT, SITE

ONLINE = address.online()
LEFT_OUT = ("book/api",)  # what is looked up beside one's own code, and grows with it
# paper has no next page on which a font that comes late could be used
ARRIVED = "() => Promise.all([...document.fonts].map((font) => font.load().catch(() => {})))"
DRAWING = re.compile(r'(?<=<div class="pl-picture").*?(<svg.*?</svg>)', re.DOTALL)
STILL = Path(__file__).with_name("still.js")


@dataclass(frozen=True)
class Entry:
    """A page in its place in the contents: the part it opens, if any, and how deep it lies."""

    path: str
    depth: int
    part: str = ""

    @property
    def name(self) -> str:
        """The page's name where all pages lie together."""
        return self.path.replace("/", "-")

    @property
    def number(self) -> str:
        """The number by which other pages call a chapter; empty for other pages."""
        found = re.match(r"chapters/0*(\d+)_", self.path)
        return found[1] if found else ""


def entries(toc: dict[str, Any]) -> list[Entry]:
    """The pages of a Jupyter Book's contents in reading order, less those of LEFT_OUT."""
    found = [Entry(toc["root"], 0)]
    for part in toc["parts"]:
        inside = list(_below(part["chapters"], 0))
        if inside:
            found.append(Entry(inside[0].path, 0, part["caption"]))
            found += inside[1:]
    return found


def _below(items: list[dict[str, Any]], depth: int) -> Iterator[Entry]:
    for item in items:
        if not item["file"].startswith(LEFT_OUT):
            yield Entry(item["file"], depth)
            yield from _below(item.get("sections", []), depth + 1)


def contents(root: Path = ROOT) -> list[Entry]:
    """The pages of this book."""
    return entries(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))


class Press:
    """A browser that makes finished pages still, and prints."""

    def __init__(self, browser: Browser, address: str, site: Path, online: str) -> None:
        self.browser, self.address, self.site, self.online = browser, address, site, online
        self.page = browser.new_page()
        self.page.goto(f"{address}/_static/fonts.css")  # any small file of the site
        self.page.add_script_tag(path=STILL)

    def still(self, entry: Entry, pages: list[Entry], function: str = "still") -> dict[str, Any]:
        """A page's title and text; for e-readers (`forReaders`) its pictures too."""
        options = {
            "path": entry.path,
            "pages": {other.path: other.name for other in pages},
            "site": self.online,
            "depth": entry.depth,
            "number": entry.number,
        }
        html = (self.site / f"{entry.path}.html").read_text(encoding="utf-8")
        made: dict[str, Any] = self.page.evaluate(
            f"([html, options]) => {function}(html, options)", [html, options]
        )
        return made

    def fonts(self) -> str:
        """The rules of the site's fonts, to wait for."""
        rules = (self.site / "_static" / "fonts.css").read_text(encoding="utf-8")
        rules = re.sub(r"font-display: \w+", "font-display: block", rules)
        return rules.replace('url("', 'url("_static/')


def drawing(page: dict[str, Any]) -> str:
    """The first picture of a page made still, for the front of the book."""
    found = DRAWING.search(page["html"])
    return found[1] if found else ""


@contextmanager
def press(site: Path = SITE, online: str = ONLINE) -> Iterator[Press]:
    """A press for a finished site that links to where the site is online."""
    with served(site) as address, chromium() as browser:
        yield Press(browser, address, site, online)


def make(build: Callable[[Press, list[Entry]], Path]) -> None:
    """Make a form of the whole book, and say where it is and how large."""
    try:
        with press() as ready:
            path = build(ready, contents())
    except ValueError as error:
        sys.exit(str(error))
    print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
