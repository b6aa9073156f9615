"""Execute the chapters side by side, one on each core, into the caches that the pages read.

Sphinx reads one page after the other, and a chapter takes half a minute. A chapter that fails
here fails again when its page is read, and is reported there.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

from jupyter_cache import get_cache
from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute import create_client
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbformat import NotebookNode

from extensions.stale import cache_of, lacks_weights, used_by
from folders import ROOT
from pruning_lab.course.sources import read
from pruning_lab.teaching.assets import STATIC_VARIABLE

TIMEOUT = 300  # seconds a cell
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SILENT = SimpleNamespace(**dict.fromkeys(("debug", "info", "warning"), lambda *_, **__: None))


def build() -> None:
    """Execute every chapter whose outputs are not cached."""
    chapters = sorted((ROOT / "chapters").glob("*.md"))
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        list(workers.map(execute, chapters))


def execute(chapter: Path) -> None:
    """Execute one chapter, unless its outputs are cached or its weights are not here."""
    os.environ[STATIC_VARIABLE] = "1"  # demos draw all their states into the page
    os.environ.update(ONE_THREAD)  # the chapters keep all cores busy; kernels inherit this
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # and this: they warn that they speak over TCP
    text = chapter.read_text(encoding="utf-8")
    if lacks_weights(used_by(text)):
        return
    cache = cache_of(str(chapter.relative_to(ROOT).with_suffix("")), text)
    config = NbParserConfig(
        execution_mode="cache", execution_cache_path=str(cache), execution_timeout=TIMEOUT
    )
    with create_client(read(text), str(chapter), config, SILENT):
        pass


def executed(chapter: Path) -> NotebookNode:
    """A chapter with its cached outputs, one stream a cell; without any if there are none."""
    text = chapter.read_text(encoding="utf-8")
    page = str(chapter.relative_to(ROOT).with_suffix(""))
    notebook = read(text)
    with suppress(KeyError):
        notebook = get_cache(cache_of(page, text)).merge_match_into_notebook(notebook)[1]
    return CoalesceStreamsPreprocessor().preprocess(notebook, {})[0]
