"""nbgrader, unforked: the only module that knows it. Its database, pages and plug-ins all work.

Only the step that would run student code is replaced: outputs come from verdicts that were
judged in isolation. Where there is no verdict nothing is run.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode, from_dict
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    GetGrades,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from sqlalchemy.exc import SAWarning
from traitlets import Unicode
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from pruning_lab.course.folder import Course

# nbgrader starts the program `alembic`, which lies beside this Python
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


class Judged(NbGraderPreprocessor):
    """Gives every cell the outputs that its verdict holds; takes the place of Execute."""

    course = Unicode(help="folder of the course").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Outputs of the verdict on this submission; raises a ValueError if there is none."""
        names = resources["nbgrader"]
        path = Course(Path(self.course)).verdict(names["assignment"], names["student"])
        if not path.is_file():
            raise ValueError(
                f"there is no verdict on {names['student']}. Student code is only run in a jail: "
                "use `pruning-lab course grade`, not nbgrader autograde."
            )
        outputs = json.loads(path.read_text(encoding="utf-8"))["outputs"]
        if len(outputs) != len(nb.cells):
            raise ValueError(f"the verdict on {names['student']} is of another notebook.")
        for cell, found in zip(nb.cells, outputs, strict=True):
            if cell.cell_type == "code":
                cell.outputs = [from_dict(output) for output in found]
        return nb, resources


def configure(config: Any, file: str) -> None:
    """Set nbgrader up for isolated grading, from a course's nbgrader_config.py.

    Parameters
    ----------
    config : what nbgrader calls ``c``
    file : path of nbgrader_config.py
    """
    root = str(Path(file).resolve().parent)
    config.CourseDirectory.root = root
    config.Judged.course = root
    config.Autograde.create_student = False
    config.Autograde.autograde_preprocessors = [
        Judged,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.ClearMetadataPreprocessor.preserve_cell_metadata_mask = {"nbgrader"}
    config.GenerateFeedback.preprocessors = [ClearHiddenTests, GetGrades, CSSHTMLHeaderPreprocessor]
    config.HTMLExporter.preprocessors = [SanitizeHTML]  # in feedback and on the grader's page
    config.SanitizeHTML.enabled = True


def gradebook(course: Course) -> Gradebook:
    """The course's database, as a context."""
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", course.name)


def generate(course: Course, assignment: str, due: str = "") -> None:
    """Make release/ from source/, and remember the cells in the database."""
    with gradebook(course) as book:
        book.update_or_create_assignment(assignment, **({"duedate": due} if due else {}))
    with _calm():
        result = _api(course).generate_assignment(assignment, force=True)
    _must(result, f"releasing {assignment}")


def enrol(course: Course) -> None:
    """Bring the roster into the database."""
    with gradebook(course) as book:
        for student in course.students:
            known = {name: getattr(student, name) for name in ("first_name", "last_name", "email")}
            book.update_or_create_student(student.id, **{k: v for k, v in known.items() if v})


def autograde(course: Course, assignment: str, student: str) -> None:
    """Write the verdict on a submission into the database, and late penalties."""
    with _calm():
        result = _api(course).autograde(assignment, student, force=True)
    _must(result, f"grading {student}")


def feedback(course: Course, assignment: str, student: str) -> Path:
    """Page for one student."""
    with _calm():
        result = _api(course).generate_feedback(assignment, student, force=True)
    _must(result, f"feedback for {student}")
    return course.notebook("feedback", assignment, student).with_suffix(".html")


@contextmanager
def _calm() -> Iterator[None]:
    """Without what SQLAlchemy 2 says of nbgrader's way to add objects, which works."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield


def _api(course: Course) -> NbGraderAPI:
    loader = PyFileConfigLoader("nbgrader_config.py", str(course.root))
    config: Config = loader.load_config()
    config.Application.log_level = "ERROR"
    return NbGraderAPI(config=config)


def _must(result: dict[str, Any], what: str) -> None:
    if not result["success"]:
        log = result.get("log") or result.get("error") or "nbgrader does not say why"
        raise ValueError(f"{what} failed: {str(log).strip()[-2000:]}")
