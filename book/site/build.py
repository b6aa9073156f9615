"""Build the whole site into _build/html: python book/site/build.py.

The steps, each a module beside this one: the files of others are those that are listed, fonts,
pretrained weights (chapters that need them show no results without), answers of the exercises,
the library's wheel, notebooks, chapters executed on all cores, pages (Jupyter Book), what each may
load, and the version that runs in the browser.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import assets
import execution
import policy
import third_party
import weights
from derive import exercises, notebooks, wheel
from folders import BUILD, ROOT, SITE
from live import application


def main() -> None:
    """Take every step, and say how long each one took."""
    steps: list[tuple[str, Callable[[], object]]] = [
        ("files of others, as listed", third_party.verify),
        ("fonts", assets.build),
        ("pretrained weights", weights.build_or_say_so),
        ("answers of the exercises", lambda: exercises.build(ROOT)),
        ("the library's wheel", lambda: wheel.build_wheel(ROOT, BUILD / "wheels")),
        ("notebooks", lambda: notebooks.build(ROOT)),
        ("chapters, executed", execution.build),
        ("pages", build_pages),
        ("what a page may load", policy.build),
        ("downloads", copy_downloads),
        ("live version", application.build),
    ]
    for name, step in steps:
        start = time.perf_counter()
        print(f"  {name} …", end="", flush=True)
        try:
            step()
        except ValueError as error:  # every step says what is wrong and what to do
            sys.exit(f"\n{error}")
        print(f" {time.perf_counter() - start:.0f} s", flush=True)


def build_pages() -> None:
    """Execute what changed and write the pages; a warning is an error."""
    jupyter_book = shutil.which("jupyter-book", path=str(Path(sys.executable).parent))
    options = ["--warningiserror", "--nitpick", "--keep-going", "--quiet"]
    run([str(jupyter_book), "build", ".", *options])


def copy_downloads() -> None:
    """Put notebooks and the wheel where the pages link to them."""
    for folder in ("notebooks", "wheels"):
        shutil.rmtree(SITE / folder, ignore_errors=True)
        shutil.copytree(BUILD / folder, SITE / folder)


def run(command: Sequence[str]) -> None:
    """Run a command; if it fails, show what it said and end."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        sys.exit(f"\n{done.stdout}\nThe pages could not be built; the lines above say why.")


if __name__ == "__main__":
    main()
