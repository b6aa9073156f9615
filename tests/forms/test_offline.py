"""The copy to carry along: pages open from a folder, the live version with a plain server."""

import contextlib
import subprocess
import sys
import time
import zipfile

import pytest

from browser.states import DEMO
from browser.visits import Visit, kernel_ready
from folders import ROOT, SITE
from forms import offline

pytestmark = pytest.mark.browser
PAGE = """<!DOCTYPE html><html><head>
  <link rel="preload" as="font" type="font/woff2" crossorigin href="../_static/fonts/a.woff2">
  <script src="../_static/book.js?v=1" type="module"></script>
</head><body><p class="actions"><a href="../lite/notebooks/index.html?path=chapters/a.ipynb">Open
live</a></p><p><a href="b.html">Next</a></p></body></html>"""


def unpacked(archive, folder):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder / offline.FOLDER


@pytest.fixture
def site(tmp_path):
    site = tmp_path / "site"
    for name, text in {
        "index.html": "",
        "chapters/a.html": PAGE,
        "chapters/b.html": PAGE,
        "_static/book.js": "const here = 1; document.title = `ran ${here}`;",
        "_static/fonts.css": "@font-face { font-display: optional; }",
        "lite/notebooks/index.html": PAGE,
        "reports/a.err.log": "",
        ".buildinfo": "",
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    return site


def test_it_holds_the_site_and_says_how_to_open_it(site, tmp_path):
    folder = unpacked(offline.build(site, tmp_path / "a.zip"), tmp_path)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    ours = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert names == ours - {"reports/a.err.log", ".buildinfo"} | {
        "READ ME.txt",
        "_static/offline.js",
    }
    assert "python -m http.server" in (folder / "READ ME.txt").read_text()
    assert (folder / "lite/notebooks/index.html").read_text() == PAGE


def test_the_same_site_gives_the_same_file(site, tmp_path):
    one, two = (offline.build(site, tmp_path / name) for name in ("a.zip", "b.zip"))
    assert one.read_bytes() == two.read_bytes()


def test_a_page_of_a_folder_runs_and_says_what_needs_a_server(site, tmp_path, chromium):
    folder = unpacked(offline.build(site, tmp_path / "a.zip"), tmp_path)
    with Visit(chromium, folder.as_uri()) as visit:
        page = visit.open("chapters/a.html")
        assert page.title() == "ran 1"
        assert "python -m http.server" in page.locator(".needs-server").inner_text()
        assert page.locator("a[href*=lite]").count() == 0
        page.get_by_role("link", name="Next").click()
        page.wait_for_url("**/b.html")
        assert visit.errors == []


@contextlib.contextmanager
def plain_server(folder):
    """What Python serves without any of our code."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    running = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield f"http://127.0.0.1:{running.stdout.readline().split(' port ')[1].split()[0]}"
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()


def captions(page, demo):
    """What a demo says while keys are pressed on its first control."""
    demo.locator("input").first.focus()
    said = set()
    for key in ("Home", "End", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        time.sleep(0.2)
        said.add(demo.locator("figcaption").inner_text())
    return said


@pytest.mark.load
def test_the_whole_book_works_from_a_folder_and_live_with_a_plain_server(tmp_path, chromium):
    folder = unpacked(offline.build(SITE, tmp_path / "a.zip"), tmp_path)
    pages = [path.stem for path in sorted((ROOT / "chapters").glob("*.md"))]
    with Visit(chromium, folder.as_uri()) as visit:
        for name in pages:
            page = visit.open(f"chapters/{name}.html")
            assert len(captions(page, page.locator(DEMO).first)) > 1, name
            assert page.get_by_role("button", name="Switch to").is_visible()
        page = visit.open("search.html?q=magnitude")
        page.locator("#search-results a", has_text="Weights").first.wait_for()
        assert visit.errors == []
        assert visit.elsewhere == []
    with plain_server(folder) as address, Visit(chromium, address) as visit:
        page = visit.open("lite/notebooks/index.html?path=exercises/04_weights.ipynb", "commit")
        kernel_ready(page)
        assert visit.elsewhere == []
