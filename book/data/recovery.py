"""Write both studies of chapter 6 over five seeds: python book/data/recovery.py (some minutes).

The numbers ship with the library, beside the demos that show them, so that the chapter also runs
where there is no repository: in the browser.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one seed a process

import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np

import pruning_lab
from pruning_lab.teaching.demos import calendars, comebacks

SEEDS = range(5)


def calendars_of(seed: int) -> list[calendars.Row]:
    """All rows of one seed."""
    return list(calendars.study(seed))


def comebacks_of(seed: int) -> list[comebacks.Row]:
    """All rows of one seed."""
    return list(comebacks.study(seed))


def write(module: ModuleType, study: Callable[[int], list], what: str) -> None:
    """Run a study and write it as CSV; the last field of a row is a list of counts."""
    head = [
        "# command: python book/data/recovery.py",
        f"# seeds: {SEEDS.start} to {SEEDS.stop - 1}; pruning_lab {pruning_lab.__version__}, "
        f"numpy {np.__version__}, Python {platform.python_version()}, {platform.machine()}",
        f"# {what}",
        ",".join(module.Row._fields),
    ]
    lines = []
    with ProcessPoolExecutor(len(SEEDS)) as pool:
        rows = [row for found in pool.map(study, SEEDS) for row in found]
    for *names, right in rows:
        words = [f"{value:g}" if isinstance(value, float) else str(value) for value in names]
        words = [f'"{word}"' if "," in word else word for word in words]
        lines.append(",".join([*words, " ".join(map(str, right))]))
    path = Path(module.__file__ or "").with_name(module.FILE)
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


def main() -> None:
    """Run both studies."""
    write(comebacks, comebacks_of, "test digits read, of 360, after each of MARKS epochs")
    write(calendars, calendars_of, "test digits read, of 360, after each marked epoch")


if __name__ == "__main__":
    main()
