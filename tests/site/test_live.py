"""The live version's steps that need no browser."""

import json
from pathlib import Path

import pytest

from live import application, pyodide


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A build folder with one wheel and one notebook."""
    monkeypatch.setattr(application, "BUILD", tmp_path)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "pruning_lab-0.1.0-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "live" / "chapters").mkdir(parents=True)
    cells = [
        {"cell_type": "markdown", "source": ["import nothing"]},
        {"cell_type": "code", "source": ["import numpy as np\n", "from sklearn import tree"]},
    ]
    (tmp_path / "live" / "chapters" / "one.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def test_the_modules_of_the_notebooks_are_found(folder):
    assert application.modules() == {"numpy", "sklearn"}


def test_a_new_notebook_wheel_or_source_of_pyodide_changes_the_stamp(folder, monkeypatch):
    stamps = {application.stamp()}
    (folder / "live" / "chapters" / "two.ipynb").write_text('{"cells": []}')
    stamps.add(application.stamp())
    next((folder / "wheels").glob("*.whl")).write_bytes(b"another")
    stamps.add(application.stamp())
    monkeypatch.setenv("PYODIDE", "/somewhere/pyodide")
    stamps.add(application.stamp())
    assert len(stamps) == 4


def test_small_weights_travel_with_their_licence_and_change_the_stamp(folder):
    before = application.stamp()
    for name in ("pnet", "minilm"):
        (folder / "weights" / name).mkdir(parents=True)
        for file in ("weights.npz", "LICENSE"):
            (folder / "weights" / name / file).write_bytes(b"numbers")
    assert [path.parent.name for path in application.weights()] == ["pnet", "pnet"]
    assert application.stamp() != before


def test_a_missing_wheel_is_said(folder):
    next((folder / "wheels").glob("*.whl")).unlink()
    with pytest.raises(ValueError, match=r"run python book/site/build\.py first"):
        application.wheels()


def test_the_kernel_uses_our_python_and_asks_no_index(tmp_path):
    file = tmp_path / "jupyter-lite.json"
    file.write_text('{"jupyter-config-data": {"appName": "x", "litePluginSettings": {}}}')
    application.configure(file, ["numpy"])
    settings = json.loads(file.read_text())["jupyter-config-data"]["litePluginSettings"]
    kernel = settings["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["pyodideUrl"].startswith("./")
    assert kernel["disablePyPIFallback"] is True
    assert kernel["loadPyodideOptions"] == {"packages": ["numpy"]}


def test_of_all_extensions_that_are_installed_only_those_of_the_page_are_taken():
    taken = application.extensions()["LiteBuildConfig"]
    assert taken["ignore_sys_prefix"] == ["federated_extensions"]
    named = [Path(folder, "package.json") for folder in taken["federated_extensions"]]
    assert sorted(json.loads(file.read_text())["name"] for file in named) == sorted(
        application.PAGE
    )


def test_what_no_reader_loads_is_removed(tmp_path):
    for name in ("build/a.js", "build/a.js.map", "build/fa.svg", "doc/x.html", "lab/b.map"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    application.strip(tmp_path)
    assert [f.name for f in tmp_path.rglob("*") if f.is_file()] == ["a.js"]


def test_the_packages_of_the_kernel_are_loaded_before_it_looks_for_them():
    # the kernel spells one name with an underscore; live.python adds that spelling
    assert "pyodide-kernel" in pyodide.KERNEL
