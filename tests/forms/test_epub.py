"""The ePub of a small site: what the standard asks for, without its checker."""

import posixpath
import re
import zipfile
from xml.etree import ElementTree

import pytest

from forms import epub

pytestmark = pytest.mark.browser
OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture(scope="module")
def files(press, entries, tmp_path_factory):
    path = epub.build(press, entries, tmp_path_factory.mktemp("epub") / "book.epub")
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_file_is_listed_and_every_page_is_well_formed(files):
    package = ElementTree.fromstring(files["book/package.opf"])
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    listed = {f"book/{item.get('href')}" for item in items.values()}
    around = {"mimetype", "META-INF/container.xml", "book/package.opf"}
    assert listed == set(files) - around
    assert all(itemref.get("idref") in items for itemref in package.iter(f"{OPF}itemref"))
    mathematical = [i.get("href") for i in items.values() if i.get("properties") == "mathml"]
    assert mathematical == ["chapters-01_one.xhtml"]
    for name, data in files.items():
        if name.endswith((".xhtml", ".svg")):
            ElementTree.fromstring(data)


def test_links_and_pictures_lie_inside(files):
    anchors = {
        name: set(re.findall(r' id="([^"]+)"', data.decode()))
        for name, data in files.items()
        if name.endswith(".xhtml")
    }
    for name in anchors:
        for address in re.findall(r' (?:href|src)="([^"]+)"', files[name].decode()):
            if address.startswith("https:"):
                continue
            file, _, anchor = address.partition("#")
            target = posixpath.normpath(posixpath.join("book", file))
            assert target in files, address
            assert not anchor or anchor in anchors[target], address


def test_nothing_in_it_runs(files):
    assert b"<script" not in b"".join(files.values())


def test_exercises_stand_below_their_chapter_in_the_contents(files):
    contents = files["book/nav.xhtml"].decode()
    one = '<a href="chapters-01_one.xhtml">1 One</a><ol><li><a href="exercises-01_one.xhtml">'
    assert f"<li><span>Types</span>\n<ol><li>{one}" in contents


def test_the_same_site_gives_the_same_file(press, entries, tmp_path):
    one, two = (epub.build(press, entries, tmp_path / name) for name in "ab")
    assert one.read_bytes() == two.read_bytes()
