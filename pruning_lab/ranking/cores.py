"""The same work on parts of a large table, on all cores of the machine."""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any

CORES = 1 if sys.platform == "emscripten" else os.cpu_count() or 1  # a browser has no threads


def on_all_cores(work: Callable[..., Any], *lists: Sequence[Any]) -> list[Any]:
    """Map in threads: numpy lets go of the interpreter while it computes."""
    with ThreadPoolExecutor(CORES, initializer=_adopt, initargs=(copy_context(),)) as threads:
        return list(threads.map(work, *lists))


def _adopt(context: Context) -> None:
    """Make a thread warn as its caller wants to be warned: see np.errstate."""
    for variable, value in context.items():
        variable.set(value)
