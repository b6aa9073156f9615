"""Return feedback: a page for each student that holds no hidden test, and all of them in a zip."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from pruning_lab.course import engine
from pruning_lab.course.folder import Course


def feedback(
    course: Course, assignment: str, *, progress: Callable[[int, int], object] | None = None
) -> Path:
    """Zip with a folder for each student and the page in it.

    Parameters
    ----------
    course, assignment : graded before
    progress : called with done and total

    Raises
    ------
    ValueError
        If nothing is graded yet.
    """
    graded = course.root.glob(f"autograded/*/{assignment}/{assignment}.ipynb")
    students = sorted(path.parents[1].name for path in graded)
    if not students:
        raise ValueError(f"nothing of {assignment} is graded; first: course grade {assignment}.")
    path = course.root / "feedback" / f"{assignment}.zip"
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, student in enumerate(students, 1):
            page = engine.feedback(course, assignment, student)
            archive.write(page, f"{student}/{page.name}")
            if progress is not None:
                progress(done, len(students))
    return path
