"""Build the wheel that the site serves: the library, with the tables of answers inside.

`python book/site/build.py` writes _build/wheels/. The package is copied first, so that nothing
generated ever lies in the source tree. It needs no network, and the same files give the same wheel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

AROUND = ("pyproject.toml", "README.md", "LICENSE")  # what the build backend reads
JANUARY_2024 = "1704067200"  # the time of every file in the wheel, in seconds since 1970


def build_wheel(root: Path, out: Path) -> Path:
    """Wheel of the library with the answers in root/_build/answers, as a path in `out`.

    Raises
    ------
    ValueError
        when the answers are not there yet, or the build fails.
    """
    stage(root, root / "_build" / "wheel" / "src")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("pruning_lab-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    done = subprocess.run(
        [*command, str(out.resolve())],
        cwd=root / "_build" / "wheel" / "src",
        env=os.environ | {"SOURCE_DATE_EPOCH": JANUARY_2024},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    wheels = sorted(out.glob("pruning_lab-*.whl"))
    if done.returncode or len(wheels) != 1:
        raise ValueError(f"hatchling could not build the wheel:\n{done.stdout}{done.stderr}")
    return wheels[0]


def stage(root: Path, folder: Path) -> None:
    """Fill a folder with a copy of the package, the answers and what the backend reads."""
    tables = sorted((root / "_build" / "answers").glob("*.json"))
    if not tables:
        raise ValueError("there are no answers to pack; run python book/site/build.py first")
    shutil.rmtree(folder, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "answers")
    shutil.copytree(root / "pruning_lab", folder / "pruning_lab", ignore=ignore)
    for name in AROUND:
        shutil.copyfile(root / name, folder / name)
    answers = folder / "pruning_lab" / "teaching" / "answers"
    answers.mkdir()
    for table in tables:
        shutil.copyfile(table, answers / table.name)
