"""The Sphinx extension: which pages get script and style, and when they are written again."""

import subprocess
import sys
from pathlib import Path

import pytest

from pruning_lab.teaching import assets

CONF = """
extensions = ["myst_nb", "pruning_lab.teaching.sphinx"]
html_theme = "basic"
html_static_path = []
nb_execution_mode = "off"
"""
ELEMENT = '```{{raw}} html\n<figure data-element="{kind}"></figure>\n```\n'


@pytest.fixture
def book(tmp_path):
    pages = {
        "index": "# Plain\n\n```{toctree}\na\nb\nc\n```\n",
        "a": "# A\n\n" + ELEMENT.format(kind="explorer"),
        "b": "# B\n\n" + ELEMENT.format(kind="quiz") + ELEMENT.format(kind="explorer"),
        "c": "# C\n\n" + ELEMENT.format(kind="picture"),
    }
    for name, text in pages.items():
        (tmp_path / f"{name}.md").write_text(text)
    (tmp_path / "conf.py").write_text(CONF)
    return tmp_path


def build(book: Path, *options: str) -> dict[str, str]:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", *options, str(book), str(book / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: (book / "out" / f"{name}.html").read_text() for name in ("index", "a", "b", "c")}


@pytest.mark.parametrize("jobs", [["-j1"], ["-j2"]])
def test_only_pages_with_an_element_get_what_that_element_needs(book, jobs):
    pages = build(book, *jobs)
    has = {
        name: ("home('explorer'" in text.replace('"', "'"), "home('quiz'" in text.replace('"', "'"))
        for name, text in pages.items()
    }
    assert has == {
        "index": (False, False),
        "a": (True, False),
        "b": (True, True),
        "c": (False, False),
    }
    styled = {name for name, text in pages.items() if "pruning-lab-elements.css" in text}
    assert styled == {"a", "b", "c"}
    style = book / "out" / "_static" / "pruning-lab-elements.css"
    assert style.read_text() == assets.style()


def test_a_new_script_writes_every_page_again_and_no_change_writes_none(book):
    build(book)
    page = book / "out" / "a.html"
    first = page.stat().st_mtime_ns
    build(book)
    assert page.stat().st_mtime_ns == first
    build(book, "-D", "pruning_lab_elements=another")  # as if the script had changed
    assert page.stat().st_mtime_ns > first


def test_the_version_is_that_of_all_scripts_and_styles(monkeypatch):
    before = assets.version()
    monkeypatch.setattr(assets, "style", lambda: "other")
    assert assets.version() != before


def test_kernels_learn_that_a_book_is_being_built(book):
    (book / "conf.py").write_text(CONF.replace('"off"', '"force"'))
    cell = "import os\nprint('static:', os.environ['PRUNING_LAB_STATIC'])"
    kernel = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: p}\n---\n"
    (book / "a.md").write_text(f"{kernel}# A\n\n```{{code-cell}}\n{cell}\n```\n")
    assert "static: 1" in build(book)["a"]


def test_all_scripts_of_a_page_are_small():
    assert sum(len(assets.script(kind).encode()) for kind in assets.KINDS) < 12_000
