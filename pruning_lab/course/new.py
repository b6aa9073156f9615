"""Make a course folder: private copies of the exercises, with seeds of their own."""

import importlib.resources
import re
import secrets
from pathlib import Path

from pruning_lab.course.folder import COLUMNS, ROSTER, SECRET, SETTINGS
from pruning_lab.grading.complaints import BEGIN, END

EXERCISES = Path(__file__).parents[2] / "exercises"
TEMPLATES = importlib.resources.files(__package__) / "templates"
FILES = {
    "nbgrader_config.txt": "nbgrader_config.py",
    "README.md": "README.md",
    "SYLLABUS.md": "SYLLABUS.md",
    SETTINGS: SETTINGS,
}
IGNORED = [SECRET, "gradebook.db*", "inbox/", "submitted/", "autograded/", "feedback/", ".*/"]
GENERATORS = re.compile(r"default_rng\((\d+)\)")


def new(root: Path, *, name: str = "", exercises: Path = EXERCISES) -> list[str]:
    """Make a course folder and return the names of its assignments.

    Parameters
    ----------
    root : of the course; must not exist, or be empty
    name : of the course; the folder's, if empty
    exercises : sources to copy

    Raises
    ------
    ValueError
        If the folder is not empty or there are no exercises.
    """
    if root.exists() and any(root.iterdir()):
        raise ValueError(f"{root} is not empty. A course gets a folder of its own; name another.")
    sources = sorted(exercises.glob("*.md"))
    if not sources:
        raise ValueError(
            f"there are no exercises in {exercises}. Say where they are, --exercises FOLDER: the "
            "folder `exercises` of the book's repository."
        )
    (root / "exercises").mkdir(parents=True)
    for source in sources:
        text = source.read_text(encoding="utf-8")
        (root / "exercises" / source.name).write_text(with_variants(text), encoding="utf-8")
    for template, file in FILES.items():
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        (root / file).write_text(text.replace("COURSE", name or root.name), encoding="utf-8")
    (root / ROSTER).write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    (root / ".gitignore").write_text("\n".join(IGNORED) + "\n", encoding="utf-8")
    _write_secret(root / SECRET)
    return [source.stem for source in sources]


def with_variants(text: str) -> str:
    r"""Source whose hidden tests draw their random numbers anew for every course and student.

    A generator with a number for a seed gets the student's variant as well. What the tests
    demand must hold for every seed; releasing an assignment tries many.

    Examples
    --------
    >>> print(with_variants(f"{BEGIN}\nrng = default_rng(7)\n{END}"))
    ### BEGIN HIDDEN TESTS
    rng = default_rng([variant, 7])
    ### END HIDDEN TESTS
    """
    lines, hidden = [], False
    for line in text.splitlines():
        hidden = (hidden or BEGIN in line) and END not in line
        lines.append(GENERATORS.sub(r"default_rng([variant, \1])", line) if hidden else line)
    return "\n".join(lines) + "\n" * text.endswith("\n")


def _write_secret(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(32), encoding="utf-8")
