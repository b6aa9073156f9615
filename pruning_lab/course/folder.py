"""The course folder: where everything of a private course lies, and what is set for it."""

import csv
import hashlib
import hmac
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pruning_lab.grading.limits import Limits

SETTINGS, ROSTER, SECRET = "course.toml", "roster.csv", "secret.txt"
COLUMNS = ("id", "first_name", "last_name", "email", "canvas_id")


@dataclass(frozen=True)
class Student:
    """One line of the roster; only the id is needed.

    Parameters
    ----------
    id : short, unique, without spaces or slashes; a folder will be called so
    first_name, last_name, email : as the learning platform writes them
    canvas_id : number of the student in Canvas
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    canvas_id: str = ""


@dataclass(frozen=True)
class Course:
    """A course folder.

    Parameters
    ----------
    root : the folder that `course new` made

    Raises
    ------
    ValueError
        If it is no course folder.
    """

    root: Path

    def __post_init__(self) -> None:
        if not (self.root / SETTINGS).is_file():
            raise ValueError(
                f"{self.root} is no course folder: it has no {SETTINGS}. Change to the folder "
                "that `pruning-lab course new` made, or make one."
            )

    @cached_property
    def settings(self) -> dict[str, object]:
        """What course.toml says."""
        return tomllib.loads((self.root / SETTINGS).read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        """Name of the course."""
        return str(self.settings.get("name", self.root.name))

    @property
    def limits(self) -> Limits:
        """What a submission may use."""
        given = self.settings.get("limits", {})
        try:
            return Limits(**given)  # type: ignore[arg-type]
        except TypeError as error:
            allowed = ", ".join(vars(Limits()))
            raise ValueError(
                f"{SETTINGS} sets a limit that does not exist: {given}. There are: {allowed}."
            ) from error

    @cached_property
    def students(self) -> list[Student]:
        """The roster.

        Raises
        ------
        ValueError
            If an id is missing, comes twice, or cannot name a folder.
        """
        with (self.root / ROSTER).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [Student(**{c: (row.get(c) or "").strip() for c in COLUMNS}) for row in rows]
        ids = [student.id for student in found]
        for id in ids:
            if not id.replace("-", "").replace("_", "").replace(".", "").isalnum() or id[0] in ".-":
                raise ValueError(
                    f"{ROSTER} has the id {id!r}; an id is made of letters, digits, - _ and dots, "
                    "since a folder will be called so."
                )
            if ids.count(id) > 1:
                raise ValueError(f"{ROSTER} has the id {id!r} twice.")
        return found

    def variant(self, assignment: str, student: str) -> int:
        """Number for seeds and sizes that only this student has in this assignment."""
        secret = (self.root / SECRET).read_bytes()
        text = f"{assignment}/{student}".encode()
        return int.from_bytes(hmac.new(secret, text, hashlib.sha256).digest()[:4], "big") >> 1

    def source(self, assignment: str) -> Path:
        """MyST source of an assignment.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        path = self.root / "exercises" / f"{assignment}.md"
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in path.parent.glob("*.md"))) or "none"
            raise ValueError(
                f"there is no assignment {assignment!r} in {path.parent}; known: {known}."
            )
        return path

    def notebook(self, step: str, assignment: str, student: str = ".") -> Path:
        """Notebook of an assignment in one of nbgrader's folders, such as source or submitted."""
        return self.root / step / student / assignment / f"{assignment}.ipynb"

    def inbox(self, assignment: str) -> Path:
        """Files as they were handed in, never changed."""
        return self.root / "inbox" / assignment

    def verdict(self, assignment: str, student: str) -> Path:
        """What the judge found in a submission."""
        return self.root / ".verdicts" / assignment / f"{student}.json"

    def submitted(self, assignment: str) -> list[str]:
        """Students who handed something in."""
        found = self.root.glob(f"submitted/*/{assignment}/{assignment}.ipynb")
        return sorted(path.parents[1].name for path in found)
