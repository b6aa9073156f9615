"""Write book/data/grading.csv: python tests/course/beside_nbgrader.py (half an hour; bubblewrap).

The hostile and broken submissions of the tests, each between two honest ones, graded by plain
nbgrader and by the course module. Plain nbgrader runs what was handed in beside the tests and the
gradebook; so that only these suffer, every case has a throwaway copy of the course, in a jail.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import corpus
import nbformat
from corpus import Case

import pruning_lab
from pruning_lab.course import batch, collecting, marks, new, release, returning
from pruning_lab.course.folder import Course

HERE = Path(__file__).parent
WRITTEN = HERE.parents[1] / "book" / "data" / "grading.csv"
ASSIGNMENT, FULL = "demo", 5.0
BEFORE, HOSTILE, AFTER = STUDENTS = ("a", "m", "z")  # graded in this order
PATIENCE = 150.0  # seconds for three submissions, of which an honest one takes about four
NOBODY = 222_222
CONFIG = """
from pathlib import Path
c = get_config()
c.CourseDirectory.root = str(Path(__file__).parent)
"""
PLAIN = f"""
import sys
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader
api = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", sys.argv[1]).load_config())
if sys.argv[2] == "release":
    sys.exit(not api.generate_assignment("{ASSIGNMENT}", force=True)["success"])
else:
    for step in (api.autograde, api.generate_feedback):
        for student in {STUDENTS!r}:
            step("{ASSIGNMENT}", student, force=True)
"""


@dataclass(frozen=True)
class Row:
    """What became of one case: its points, its neighbours', what it cost."""

    grader: str
    case: Case
    points: dict[str, float]
    page: str
    seconds: float

    def __str__(self) -> str:
        fair = self.points[HOSTILE] == self.case.points
        forged = self.points[HOSTILE] > self.case.points
        harmed = sum(self.points[student] != FULL for student in (BEFORE, AFTER))
        hung = self.seconds >= PATIENCE
        leaked = bool(corpus.leaks(self.page, self.case))
        told = ",".join(str(int(found)) for found in (fair, forged, leaked, harmed, hung))
        return f"{self.grader},{self.case.family},{self.case.name},{told},{self.seconds:.1f}"


def plain_course(root: Path) -> None:
    """Make a course of plain nbgrader with one assignment, released."""
    source = release.source_notebook((HERE / "assignment.md").read_text(encoding="utf-8"))
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(source, path)
    (root / "nbgrader_config.py").write_text(CONFIG)
    subprocess.run([sys.executable, "-c", PLAIN, root, "release"], check=True, env=_environment())


def by_nbgrader(case: Case, course: Path, root: Path) -> Row:
    """One case, graded by plain nbgrader in a copy of the course."""
    released = nbformat.read(_notebook(course, "release"), as_version=4)
    shutil.copytree(course, root)
    for student, content in _handed_in(case, released):
        path = _notebook(root, "submitted", student)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    for path in (root, *root.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    start = time.monotonic()
    with subprocess.Popen([*_jail(root), "-c", PLAIN, root, "grade"]) as graded:
        try:
            graded.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            graded.kill()  # and all of its processes, which end with it
    seconds = time.monotonic() - start
    return Row(
        "nbgrader", case, _points(root), _page(_notebook(root, "feedback", HOSTILE)), seconds
    )


def by_ours(case: Case, course: Course, inbox: Path) -> Row:
    """One case, graded by the course module."""
    released = nbformat.read(course.notebook("release", ASSIGNMENT), as_version=4)
    for student, content in _handed_in(case, released):
        path = inbox / student / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    start = time.monotonic()
    collecting.collect(course, ASSIGNMENT, inbox)
    batch.grade(course, ASSIGNMENT)
    returning.feedback(course, ASSIGNMENT)
    seconds = time.monotonic() - start
    points = dict.fromkeys(STUDENTS, 0.0)
    for mark in marks.marks(course):
        points[mark.student] += mark.points
    return Row(
        "ours", case, points, _page(course.notebook("feedback", ASSIGNMENT, HOSTILE)), seconds
    )


def our_course(root: Path) -> Course:
    """Make a course of ours with one assignment, released."""
    exercises = root.with_name("exercises")
    exercises.mkdir()
    shutil.copy(HERE / "assignment.md", exercises / f"{ASSIGNMENT}.md")
    new.new(root, name="demo", exercises=exercises)
    (root / "roster.csv").write_text(
        "id,first_name,last_name,email,canvas_id\na,,,,\nm,,,,\nz,,,,\n"
    )
    (root / "course.toml").write_text(corpus.QUICK)
    course = Course(root)
    release.release(course, ASSIGNMENT)
    return course


def rows(folder: Path) -> Iterator[Row]:
    """Yield every case as each of the two graded it."""
    plain, ours = folder / "plain", our_course(folder / "ours")
    plain_course(plain)
    for number, case in enumerate(corpus.CASES):
        yield by_nbgrader(case, plain, folder / "grading")
        shutil.rmtree(folder / "grading")
        yield by_ours(case, ours, folder / f"inbox{number}")


def _handed_in(case: Case, released: nbformat.NotebookNode) -> Iterator[tuple[str, bytes]]:
    honest = corpus.written(corpus.honest(released))
    yield from zip(STUDENTS, (honest, case.make(released), honest), strict=True)


def _notebook(root: Path, step: str, student: str = "") -> Path:
    suffix = ".html" if step == "feedback" else ".ipynb"
    return root / step / student / ASSIGNMENT / f"{ASSIGNMENT}{suffix}"


def _page(path: Path) -> str:
    path = path.with_suffix(".html")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _points(root: Path) -> dict[str, float]:
    """Points for what tests mark, from a gradebook that may be damaged or gone."""
    from nbgrader.api import Gradebook, MissingEntry

    points = dict.fromkeys(STUDENTS, 0.0)
    for student in STUDENTS:
        try:
            with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
                found = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
                points[student] = float(
                    sum(g.score for g in found.grades if g.cell.name != "speed")
                )
        except MissingEntry:
            pass
    return points


def _environment() -> dict[str, str]:
    programs = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    return {"PATH": programs, "HOME": "/tmp", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}


def _jail(root: Path) -> list[str]:
    """Everything can be read, the course alone be written, and no other process be reached."""
    set_up = [word for pair in _environment().items() for word in ("--setenv", *pair)]
    python = Path(os.path.realpath(sys.executable)).parents[1]
    places = [python, Path(sys.prefix).resolve(), Path(pruning_lab.__file__).parents[1]]
    parents = sorted({str(parent) for path in (*places, root) for parent in path.parents})
    reach = [word for parent in parents for word in ("--perms", "0755", "--dir", parent)]
    binds = [word for path in places for word in ("--ro-bind", str(path), str(path))]
    unshare = [f"--unshare-{what}" for what in ("ipc", "pid", "net", "uts", "cgroup")]
    return [
        *("bwrap", "--die-with-parent", "--new-session", "--clearenv", *unshare, *set_up),
        *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
        *("--ro-bind", "/", "/", "--tmpfs", "/root", "--perms", "1777", "--tmpfs", "/tmp"),
        *(*reach, *binds, "--bind", str(root), str(root), "--proc", "/proc"),
        *("--dev", "/dev", "--chdir", str(root), "prlimit", "--nproc=100", "--as=6442450944"),
        *("--fsize=2147483648", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}"),
        *("--clear-groups", str(Path(sys.prefix).resolve() / "bin" / "python")),
    ]


def main() -> None:
    """Grade everything twice, and write down what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for row in rows(Path(folder)):
            print(row, flush=True)
            found.append(str(row))
    head = [
        "# command: python tests/course/beside_nbgrader.py",
        f"# nbgrader {version('nbgrader')}, pruning-lab {version('pruning-lab')}; two cores",
        f"# three submissions at a time, given up after {PATIENCE:.0f} s; points compared exactly",
        "grader,family,case,fair,forged,leaked,harmed,hung,seconds",
    ]
    WRITTEN.write_text("\n".join([*head, *found]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
