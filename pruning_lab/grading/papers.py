"""What the instructor knows of an assignment, and what the grader found in a submission."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

import pruning_lab
from pruning_lab.grading.limits import Limits

Output = dict[str, Any]  # as a notebook holds it


@dataclass(frozen=True)
class Exam:
    """A cell of tests, of which a student may have seen a part.

    Parameters
    ----------
    source : with what stands between ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS
    hint : said when it fails
    """

    source: str
    hint: str = ""


@dataclass(frozen=True)
class Assignment:
    """What tests need: they run in the grader and see nothing of a submission but its functions.

    Parameters
    ----------
    given : sources of the cells that every student was given, in order
    functions : names that students define; tests call them
    tests : grade_id -> test
    files : name -> text of the files that students were given beside the notebook
    """

    given: tuple[str, ...]
    functions: tuple[str, ...]
    tests: dict[str, Exam]
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One submission to be judged: plain data, so that it may go to another machine.

    Parameters
    ----------
    notebook : text of the notebook, as `screening` leaves it
    assignment : the instructor's side
    variant : number of this student, for seeds and sizes
    limits : what the submission may use
    """

    notebook: str
    assignment: Assignment
    variant: int = 0
    limits: Limits = field(default_factory=Limits)

    @property
    def digest(self) -> str:
        """The same for the same work: what a verdict is kept under."""
        text = json.dumps([pruning_lab.__version__, asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """Outputs of every cell of a notebook, in order; a test cell without an error has passed.

    Parameters
    ----------
    outputs : one list a cell
    seconds : wall-clock time
    """

    outputs: list[list[Output]]
    seconds: float
