"""Where a page opens: live and as a download always, elsewhere only if a repository is named."""

from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from extensions import launches
from folders import ROOT

REPOSITORY = "someone/pruning-lab"


def offered(page, repository=""):
    """Name -> address of the links of a page two folders deep."""
    app = SimpleNamespace(config=SimpleNamespace(repository=repository))
    context = {"pathto": lambda path, _: f"../{path}"}
    launches._offer(app, page, "page.html", context, None)
    return {launch["name"]: launch["url"] for launch in context["launches"]}


def test_without_a_repository_there_are_the_live_version_and_the_download():
    assert offered("chapters/04_weights") == {
        "Open live": "../lite/notebooks/index.html?path=chapters/04_weights.ipynb",
        "Download notebook": "../notebooks/chapters/04_weights.ipynb",
    }
    assert offered("exercises/04_weights")["Download notebook"] == "../notebooks/04_weights.ipynb"


def test_a_page_that_is_no_notebook_opens_nowhere():
    assert offered("book/glossary", REPOSITORY) == {}


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("chapters/04_weights", "chapters/04_weights.ipynb"),
        ("exercises/04_weights", "04_weights.ipynb"),
    ],
)
def test_colab_and_binder_open_the_same_notebook(page, path):
    found = offered(page, REPOSITORY)
    start = "https://colab.research.google.com/github/someone/pruning-lab/blob/gh-pages/latest/notebooks/"
    assert found["Open in Colab"] == start + path
    address, _, machine = found["Launch on Binder"].partition("?urlpath=")
    assert address == "https://mybinder.org/v2/gh/someone/pruning-lab/main"
    assert unquote(machine) == f"lab/tree/_build/notebooks/{path}"


@pytest.mark.parametrize(
    ("variable", "named", "taken"), [("", "a/b", "a/b"), ("c/d", "a/b", "c/d"), ("", "", "")]
)
def test_a_variable_names_the_repository_before_the_configuration(
    monkeypatch, variable, named, taken
):
    monkeypatch.setenv("REPOSITORY", variable)
    config = SimpleNamespace(repository=named)
    launches._repository(None, config)
    assert config.repository == taken


def test_binder_makes_what_its_links_open():
    script = (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
    assert script.startswith("#!/bin/bash\n")
    assert "python book/site/binder.py" in script
    assert (ROOT / ".binder" / "postBuild").stat().st_mode & 0o111
    version = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    assert version == "python-3.11"  # that of requirements.lock
