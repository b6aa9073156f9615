"""Make a deck of slides of every chapter, in _build/decks: python book/site/decks.py [pdf].

Chapters are executed as the book executes them, and not again where the book has done so. nbconvert
makes the slides, reveal.js shows them; it comes out of the package sphinx-revealjs. With the word
pdf every deck is also printed, one page a slide, by Chromium.
"""

import io
import shutil
import sys
import zipfile
from pathlib import Path

import jinja2
from nbconvert.exporters import SlidesExporter
from traitlets.config import Config

import assets
import execution
import third_party
import weights
from derive import slides
from folders import BUILD, ROOT
from live.release import download
from pruning_lab.teaching import assets as elements

DECKS = BUILD / "decks"
SOURCE = ROOT / "book" / "decks"
STATIC = ROOT / "book" / "theme" / "static"

SHOWN = {"demo", "figure", "table"}  # what a cell shows without its code

REVEAL = "sphinx-revealjs==3.2.1"  # carries reveal.js; book/third_party.toml pins it
REVEAL_FOLDER = "sphinx_revealjs/_static/revealjs/"
REVEAL_FILES = ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE")


def main(arguments: list[str]) -> None:
    """Execute what is not cached, and write decks and index."""
    try:
        weights.build_or_say_so()
        execution.build()
        made = build(DECKS)
    except ValueError as error:
        sys.exit(str(error))
    if "pdf" in arguments:
        print_decks(DECKS)
        write_index(DECKS, made)
    print(f"{len(made)} decks: {(DECKS / 'index.html').as_uri()}")


def build(target: Path) -> dict[str, list[slides.Slide]]:
    """The slides of every chapter by name, written into the target with what they share."""
    shutil.rmtree(target, ignore_errors=True)
    share(target / "shared")
    made = {}
    for chapter in sorted((ROOT / "chapters").glob("*.md")):
        made[chapter.stem] = slides.deck(execution.executed(chapter), chapter)
        (target / f"{chapter.stem}.html").write_text(page(made[chapter.stem]), encoding="utf-8")
    write_index(target, made)
    return made


def page(deck: list[slides.Slide]) -> str:
    """The page of a deck."""
    exporter = SlidesExporter(
        template_file="deck.html.j2",
        extra_template_paths=[str(SOURCE)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        config=Config({"TagRemovePreprocessor": {"enabled": True, "remove_input_tags": SHOWN}}),
    )
    notebook = slides.notebook(deck)
    html, _ = exporter.from_notebook_node(notebook, {"script": elements.script("explorer")})
    return str(html)


def share(target: Path) -> None:
    """Fill the folder with the files that all decks load."""
    shutil.copytree(assets.build(), target)
    for file in (STATIC / "book.css", STATIC / "icon.svg", *SOURCE.glob("deck.[cj]s*")):
        shutil.copy(file, target)
    (target / "elements.css").write_text(elements.style(), encoding="utf-8")
    # a page of the book goes without a font that comes late; a slide is measured, and waits for it
    fonts = (target / "fonts.css").read_text(encoding="utf-8")
    fonts = fonts.replace("font-display: optional", "font-display: block")
    (target / "fonts.css").write_text(fonts, encoding="utf-8")
    wheel = download(REVEAL, BUILD / "cache")
    pinned = io.BytesIO(third_party.check(wheel.name, wheel.read_bytes()))
    (target / "reveal").mkdir()
    with zipfile.ZipFile(pinned) as archive:
        for name in REVEAL_FILES:
            file = target / "reveal" / Path(name).name
            file.write_bytes(archive.read(REVEAL_FOLDER + name))


def write_index(target: Path, made: dict[str, list[slides.Slide]]) -> None:
    """The page that lists the decks."""
    template = jinja2.Template((SOURCE / "index.html.j2").read_text(encoding="utf-8"))
    decks = [
        {
            "name": name,
            "title": deck[0].title,
            "slides": len(deck),
            "pdf": (target / f"{name}.pdf").is_file(),
        }
        for name, deck in made.items()
    ]
    (target / "index.html").write_text(template.render(decks=decks), encoding="utf-8")


def print_decks(folder: Path) -> None:
    """Write every deck as PDF beside its page."""
    from browser.visits import chromium  # needs the packages of the tests

    with chromium() as browser:
        for deck in sorted(folder.glob("[0-9]*.html")):
            print_deck(browser, deck)


def print_deck(browser, deck: Path) -> Path:
    """The PDF of one deck."""
    page = browser.new_page()
    page.goto(f"{deck.as_uri()}?print-pdf", wait_until="networkidle")
    page.wait_for_function("Reveal.isReady()")
    target = deck.with_suffix(".pdf")
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    page.close()
    return target


if __name__ == "__main__":
    main(sys.argv[1:])
