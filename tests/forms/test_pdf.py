"""The PDF of a small site: sheets, bookmarks, links and tags."""

import pikepdf
import pytest

from forms import pdf

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(press, entries, tmp_path_factory):
    path = pdf.build(press, entries, tmp_path_factory.mktemp("pdf") / "book.pdf")
    with pikepdf.open(path) as opened:
        yield opened


def test_each_page_of_the_book_begins_a_sheet_and_the_contents_know_it(press, opened, entries):
    assert len(opened.pages) == 2 + len(entries)  # the first page, the contents
    shown = press.page.locator(".contents a").evaluate_all("all => all.map(a => a.dataset.page)")
    assert shown == ["3", "4", "5", "6"]


def test_bookmarks_are_nested_like_the_contents(opened):
    with opened.open_outline() as outline:
        titles = [item.title for item in outline.root]
        chapter = outline.root[titles.index("1 One")]
    assert titles == ["pruning-lab", "Contents", "Take apart", "1 One", "Notation"]
    assert [item.title for item in chapter.children] == ["Cut", "Answers", "Exercises: One"]


def test_it_is_tagged_in_a_language_and_says_whose_it_is(opened):
    assert opened.Root.MarkInfo.Marked
    assert str(opened.Root.Lang) == "en"
    assert opened.docinfo["/Author"] == "The pruning-lab authors"
    assert sorted(spoken(opened.Root.StructTreeRoot)) == ["A cliff", "A cliff"]


def spoken(part):
    """The texts of pictures, in a tree of tags."""
    if isinstance(part, pikepdf.Array):
        return [text for inner in part for text in spoken(inner)]
    if not isinstance(part, pikepdf.Dictionary):
        return []
    return [str(part.Alt)] if "/Alt" in part else spoken(part.get("/K", []))


def test_links_lead_inside_or_online(opened):
    links = [note for sheet in opened.pages for note in sheet.get("/Annots", [])]
    inside = {str(link.Dest) for link in links if "/Dest" in link}
    online = {str(link.A.URI) for link in links if "/A" in link}
    assert "/chapters-01_one--cut" in inside
    assert {name[1:] for name in inside} <= {name[1:] for name in opened.Root.Dests}
    assert "https://book.example/latest/chapters/01_one.html#cut" in online
    assert not [address for address in online if address.startswith("http://127")]
