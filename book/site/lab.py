"""Open exercises and chapters as notebooks in JupyterLab: python book/site/lab.py.

Notebooks are copied to _build/lab once; what a student has written there is never
overwritten, and `make clean` leaves it alone.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from derive import exercises, notebooks
from folders import ROOT

WORK = ROOT / "_build" / "lab"


def copy_missing(source: Path, target: Path) -> None:
    """Copy the notebooks that are not there yet."""
    for path in sorted(source.rglob("*.ipynb")):
        copy = target / path.relative_to(source)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)


def main() -> int:
    """Derive the notebooks, copy the missing ones and start JupyterLab."""
    exercises.build(ROOT)
    notebooks.build(ROOT)
    copy_missing(ROOT / "_build" / "live", WORK)
    answers = {"PRUNING_LAB_ANSWERS": str(ROOT / "_build" / "answers")}
    jupyter = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={WORK}", "--ip=127.0.0.1"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; it listens here only
        jupyter.append("--allow-root")
    with contextlib.suppress(KeyboardInterrupt):
        return subprocess.call([*jupyter, *sys.argv[1:]], env=os.environ | answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
