"""A real build, in a small book of its own: what changed is executed again, and nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fingerprints
import folders
from extensions import stale

PAGE = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
---
# {name}

```{{code-cell}}
import pathlib
from pruning_lab import {name}
pathlib.Path("{log}").open("a").write("{name} ")
print("value", {name}.VALUE)
```
"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book" / "site").mkdir(parents=True)
    for module in (fingerprints, folders, stale):
        shutil.copy(module.__file__, tmp_path / "book" / "site")
    (tmp_path / "pruning_lab").mkdir()
    (tmp_path / "pruning_lab" / "__init__.py").write_text("")
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "conf.py").write_text(
        "import sys\nsys.path.insert(0, 'book/site')\nextensions = ['myst_nb', 'stale']\n"
        "nb_execution_mode = 'cache'\nnb_execution_raise_on_error = True\n"
        "exclude_patterns = ['_build']\n"
    )
    for name in ("masks", "trees"):
        (tmp_path / "pruning_lab" / f"{name}.py").write_text("VALUE = 1\n")
        log = (tmp_path / "executed.txt").as_posix()
        (tmp_path / f"{name}.md").write_text(PAGE.format(name=name, log=log))
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\nmasks\ntrees\n```\n")
    return tmp_path


def build(book: Path) -> dict[str, str]:
    """Build the pages and return them with what was executed for it, under "executed"."""
    log = book / "executed.txt"
    log.write_text("")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "_build/html"]
    environment = os.environ | {"PYTHONPATH": str(book), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pages = {
        name: (book / "_build/html" / f"{name}.html").read_text() for name in ("masks", "trees")
    }
    return pages | {"executed": log.read_text()}


def test_pages_follow_the_library_and_only_those_that_use_what_changed(book):
    first = build(book)
    assert sorted(first["executed"].split()) == ["masks", "trees"]
    assert "value 1" in first["trees"]

    assert build(book)["executed"] == ""  # nothing changed

    (book / "pruning_lab" / "trees.py").write_text("VALUE = 2222\n")
    second = build(book)
    assert second["executed"].split() == ["trees"]
    assert "value 2222" in second["trees"]
    assert second["masks"] == first["masks"]

    page = book / "trees.md"
    page.write_text(page.read_text().replace("# trees", "# Trees and text"))
    third = build(book)
    assert third["executed"] == ""  # text alone executes nothing
    assert "Trees and text" in third["trees"]


def test_a_page_without_its_weights_is_built_with_a_note_and_executed_once_they_are_there(book):
    teaching = book / "pruning_lab" / "teaching"
    teaching.mkdir()
    (teaching / "__init__.py").write_text("")
    (teaching / "weights.py").write_text("")
    (book / "pruning_lab" / "trees.py").write_text(
        "import pruning_lab.teaching.weights\nVALUE = 1\n"
    )
    first = build(book)
    assert first["executed"].split() == ["masks"]
    assert "pretrained networks" in first["trees"]
    assert "pretrained networks" not in first["masks"]
    mark = book / "_build" / "weights" / "made.txt"
    mark.parent.mkdir(parents=True)
    mark.write_text("all")
    second = build(book)
    assert second["executed"].split() == ["trees"]
    assert "pretrained networks" not in second["trees"]
    assert "value 1" in second["trees"]
