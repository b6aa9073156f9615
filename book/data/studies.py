"""Write a study of a demo, a few seeds in parallel, as CSV beside the demo that shows it."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one seed a process

import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np

import pruning_lab


def field(value: object) -> str:
    """A value as a field: lists are spaced out, what holds a comma is quoted."""
    if isinstance(value, tuple):
        return " ".join(map(field, value))
    word = f"{value:.4g}" if isinstance(value, float) else str(value)
    return f'"{word}"' if "," in word else word


def write(
    module: ModuleType,
    study: Callable[[int], list],
    what: str,
    *,
    command: str,
    seeds: Sequence[int] = range(5),
) -> None:
    """Run a study for each seed and write its rows under a head that says whence they come."""
    with ProcessPoolExecutor(min(len(seeds), 5)) as pool:
        rows = [row for found in pool.map(study, seeds) for row in found]
    save(module, rows, what, command=command, seeds=seeds)


def save(
    module: ModuleType, rows: Sequence[tuple], what: str, *, command: str, seeds: Sequence[int]
) -> None:
    """Write rows to the module's file."""
    head = [
        f"# command: {command}",
        f"# seeds: {seeds[0]} to {seeds[-1]}; pruning_lab {pruning_lab.__version__}, "
        f"numpy {np.__version__}, Python {platform.python_version()}, {platform.machine()}",
        f"# {what}",
        ",".join(module.Row._fields),
    ]
    lines = [",".join(map(field, row)) for row in rows]
    path = Path(module.__file__ or "").with_name(module.FILE)
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")
