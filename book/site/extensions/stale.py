"""Sphinx extension: a page is built anew when the part of the library that it uses has changed.

Notebooks are cached by their code cells alone, so a change in the library would go unseen.
Two things mend this. Every page depends, as Sphinx understands it, on the pinned packages and
on the modules that its code cells import, on what those import, and so on. And its cache lies
in a folder named after the state of all these.

A page that needs pretrained weights is not executed where they are absent, and says so.
"""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fingerprints import fingerprint
from folders import ROOT

PACKAGE = "pruning_lab"
PRINTING = {"anywidget", "ipykernel", "ipython", "ipywidgets", "matplotlib", "numpy", "onnx"}
PRINTING |= {"onnxscript", "safetensors", "scikit-learn", "scipy", "torch", "torch-pruning"}
LOADER = ROOT / PACKAGE / "teaching" / "weights.py"  # who imports it needs pretrained weights,
WEIGHTS = ROOT / "_build" / "weights" / "made.txt"  # and this is there when they are
ABSENT = """
```{warning}
The pretrained networks of this chapter were not on the machine that built this page, so its cells
are shown without their results. Run `make weights` once, then build the book again.
```
"""
TITLE = re.compile(r"^# .*\n", re.MULTILINE)
CODE_CELL = re.compile(r"^```\{code-cell\}.*?$(.*?)^```$", re.MULTILINE | re.DOTALL)


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("source-read", _follow_the_library)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _follow_the_library(app: Any, page: str, source: list[str]) -> None:
    used = used_by(source[0])
    if not used:
        return
    for path in (ROOT / "requirements.lock", *used):
        app.env.note_dependency(str(path))
    cache = cache_of(page, source[0])
    mode = app.config.nb_execution_mode
    if lacks_weights(used):
        mode = "off"
        app.env.note_dependency(str(WEIGHTS))  # as soon as they are there, the page is built anew
        source[0] = re.sub(
            r"^# .*\n", lambda title: title[0] + ABSENT, source[0], count=1, flags=re.M
        )
    app.env.mystnb_config = app.env.mystnb_config.copy(
        execution_mode=mode, execution_cache_path=str(cache)
    )


def used_by(text: str) -> set[Path]:
    """Files on which a page's outputs depend; none if it has no code cells."""
    cells = CODE_CELL.findall(text)
    if not cells:
        return set()
    used = files_used("\n".join(map(_without_options, cells)), ROOT)
    weights = {WEIGHTS} if LOADER in used and WEIGHTS.is_file() else set()
    return {*used, *weights}


def lacks_weights(used: set[Path]) -> bool:
    """Tell whether a page that depends on these files needs weights that are not here."""
    return LOADER in used and WEIGHTS not in used


def cache_of(page: str, text: str) -> Path:
    """Folder for a page's outputs in this state of what it uses; those of other states go."""
    caches = ROOT / "_build" / "executed" / page
    current = caches / fingerprint(used_by(text), pins(ROOT / "requirements.lock"))
    for old in set(caches.glob("*")) - {current}:
        shutil.rmtree(old)
    return current


def pins(lock: Path) -> str:
    """Versions of the packages that compute and draw what a page shows, without all the others."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.partition("==")[0] in PRINTING)


def _without_options(cell: str) -> str:
    """Drop the options of a MyST code cell and the magics of IPython."""
    cell = re.sub(r"\A\s*---\n.*?\n---\n", "", cell, flags=re.DOTALL)
    return "\n".join("" if re.match(r"\s*[%!:]", line) else line for line in cell.splitlines())


def files_used(code: str, root: Path) -> set[Path]:
    """The library's files that some code imports, directly or through others."""
    found: set[Path] = set()
    waiting = set(_imported(code, root))
    while waiting:
        path = waiting.pop()
        found.add(path)
        found.update(_data_beside(path))
        if path != root / PACKAGE / "__init__.py":  # names taken from it are resolved singly
            waiting |= set(_imported(path.read_text(encoding="utf-8"), root)) - found
    return found


def data_used(code: str, root: Path) -> set[Path]:
    """The files of book/data that some code names."""
    kept = {path.name: path for path in (root / "book" / "data").glob("*")}
    strings = (node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant))
    names = {value.split("/")[-1] for value in strings if isinstance(value, str)}
    return {path for name, path in kept.items() if name in names}


def _imported(code: str, root: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _modules(alias.name, root)
                if alias.name == PACKAGE:  # any of its names may be used: pruning_lab.select
                    yield from _imported(_front(root), root)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from _modules(node.module, root)
            for alias in node.names:
                yield from _modules(f"{node.module}.{alias.name}", root)
                if node.module == PACKAGE:
                    yield from _home(alias.name, root)


def _front(root: Path) -> str:
    return (root / PACKAGE / "__init__.py").read_text(encoding="utf-8")


def _home(name: str, root: Path) -> Iterator[Path]:
    """The module from which the package's front page takes a name."""
    for node in ast.walk(ast.parse(_front(root))):
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            yield from _modules(str(node.module), root)


def _modules(dotted: str, root: Path) -> Iterator[Path]:
    """The file of a module of ours, and those of the packages around it."""
    parts = dotted.split(".")
    if parts[0] != PACKAGE:
        return
    for n in range(1, len(parts) + 1):
        base = root.joinpath(*parts[:n])
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                yield path


def _data_beside(path: Path) -> Iterator[Path]:
    """The files of a package that are no code: bundled data, scripts of demos."""
    if path.name == "__init__.py":
        yield from (p for p in path.parent.iterdir() if p.is_file() and p.suffix != ".py")
