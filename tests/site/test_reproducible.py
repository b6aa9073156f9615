"""Two builds of one commit give the same site, whatever the folder, the day and the order of sets.

What a cell tagged `timing` printed is left out: it differs because clocks do.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
from docutils import nodes
from docutils.utils import new_document

import assets
from extensions.timings import TAG, without_timings
from folders import BUILD, ROOT
from live import application


class Timings(HTMLParser):
    """Where a page holds the outputs of cells that time something, as spans of its text."""

    def __init__(self, html):
        super().__init__()
        self.lines = [0, *(found.end() for found in re.finditer("\n", html))]
        self.depth, self.cell, self.output, self.spans, self.start = 0, 0, 0, [], 0
        self.feed(html)

    def place(self):
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag, attributes):
        if tag != "div":
            return
        self.depth += 1
        classes = (dict(attributes).get("class") or "").split()
        if TAG in classes and not self.cell:
            self.cell = self.depth
        if self.cell and "cell_output" in classes and not self.output:
            self.output, self.start = self.depth, self.place()

    def handle_endtag(self, tag):
        if tag != "div":
            return
        if self.output == self.depth:
            self.spans.append((self.start, self.place()))
            self.output = 0
        if self.cell == self.depth:
            self.cell = 0
        self.depth -= 1


def settled(html):
    """A page without what its timings printed."""
    for start, end in reversed(Timings(html).spans):
        html = html[:start] + html[end:]
    return html


def built(folder, number):
    """The site of this commit, built from nothing in a folder; downloads are given."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    for given in ("weights", "cache"):
        if (BUILD / given).is_dir():
            shutil.copytree(BUILD / given, folder / "_build" / given)
    variables = {
        "PYTHONPATH": str(folder),
        "PYTHONHASHSEED": str(number),
        "TZ": f"Etc/GMT-{number}",
    }
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "book/site/build.py"],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    print(f"built in {time.perf_counter() - start:.0f} s")
    return folder / "_build" / "html"


def differences(one, two):
    """The files of two sites that differ, or that only one has."""
    names = [{p.relative_to(s).as_posix() for p in s.rglob("*") if p.is_file()} for s in (one, two)]
    found = sorted(names[0] ^ names[1])
    for name in sorted(names[0] & names[1]):
        a, b = (one / name).read_bytes(), (two / name).read_bytes()
        if a != b and name.endswith(".html"):
            a, b = settled(a.decode()), settled(b.decode())
        if a != b:
            found.append(name)
    return found


@pytest.mark.load
def test_two_builds_of_one_commit_give_the_same_site(tmp_path):
    first = built(tmp_path / "one", 1)
    second = built(tmp_path / "a longer way" / "to the second", 2)
    assert differences(first, second) == []


CELL = f"""<p>a</p><div class="cell {TAG} docutils container"><div class="cell_input">
<div>code</div></div><div class="cell_output docutils"><div class="output">0.12 s</div></div></div>
<div class="cell"><div class="cell_output"><div>b</div></div></div>"""


def test_only_what_a_timing_printed_is_left_out():
    left = settled(CELL)
    assert "0.12 s" not in left
    assert "code" in left
    assert ">b<" in left
    assert settled(CELL.replace("0.12", "99")) == left
    assert settled(CELL.replace("code", "other")) != left


def test_a_difference_is_found_and_a_file_too_many(tmp_path):
    for name, text in (("one", "x"), ("two", "y")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.html").write_text(CELL.replace("0.12", text))
        (tmp_path / name / "b.js").write_text(text)
    (tmp_path / "two" / "c").write_text("")
    assert differences(tmp_path / "one", tmp_path / "two") == ["c", "b.js"]


def test_the_fonts_are_the_same_whenever_they_are_made(tmp_path, monkeypatch):
    source = assets.font_source("SourceSansPro-Regular")
    made = []
    for day in ("1000000000", "2000000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
        target = tmp_path / day / "a.woff2"
        target.parent.mkdir()
        assets.subset(source, target)
        made.append(target.read_bytes())
    assert made[0] == made[1]


def test_a_list_of_files_is_in_order(tmp_path):
    listing = tmp_path / "all.json"
    listing.write_text('{"content": [{"path": "b"}, {"path": "a"}]}')
    application.in_order(listing)
    assert re.findall(r'"path": "(\w)"', listing.read_text()) == ["a", "b"]


def test_the_search_forgets_what_a_timing_printed_and_nothing_else():
    document = new_document("page")
    for tag in ("", TAG):
        cell = nodes.container(classes=["cell", tag])
        for part in ("input", "output"):
            cell += nodes.container("", nodes.paragraph("", part), classes=[f"cell_{part}"])
        document += cell
    assert without_timings(document).astext().split() == ["input", "output", "input"]
    assert document.astext().split().count("output") == 2
