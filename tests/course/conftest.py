"""A small course in a folder of its own, and bubblewrap from the system's packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from pruning_lab.course import new, release
from pruning_lab.course.folder import COLUMNS, ROSTER, SETTINGS, Course

sys.path.append(str(Path(__file__).parent))
import corpus

ASSIGNMENT = "demo"


@pytest.fixture(scope="session", autouse=True)
def bubblewrap():
    """Without it nothing is graded; where we may, we install it."""
    if shutil.which("bwrap") is None and os.getuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "bubblewrap"], check=True, capture_output=True)
    assert shutil.which("bwrap"), "install your system's package `bubblewrap`"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one assignment, released."""
    root = tmp_path_factory.mktemp("course") / "demo"
    exercises = tmp_path_factory.mktemp("exercises")
    shutil.copy(Path(__file__).with_name("assignment.md"), exercises / f"{ASSIGNMENT}.md")
    new.new(root, name="demo course", exercises=exercises)
    (root / SETTINGS).write_text(corpus.QUICK)
    made = Course(root)
    release.release(made, ASSIGNMENT, "2030-01-31 18:00 UTC")
    return made


@pytest.fixture(scope="module")
def released(course):
    """What students were given."""
    return nbformat.read(course.notebook("release", ASSIGNMENT), as_version=4)


@pytest.fixture
def enrol(course):
    """Write a roster of these ids."""

    def write(*ids):
        lines = [",".join(COLUMNS), *(f"{id},,,," for id in ids)]
        (course.root / ROSTER).write_text("\n".join(lines) + "\n")
        return Course(course.root)

    return write
