"""Grade all submissions: judged side by side and apart, written down by one process."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path

from pruning_lab.course import engine, release
from pruning_lab.course.folder import Course
from pruning_lab.grading import judging
from pruning_lab.grading.papers import Task, Verdict


@dataclass
class Graded:
    """What a call of `grade` did: who was judged, who had not changed, who could not be graded."""

    judged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def grade(
    course: Course,
    assignment: str,
    *,
    executor: Executor | None = None,
    workers: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> Graded:
    """Grade whatever has been handed in and has changed since the last time.

    Verdicts are kept as they come, so that an interrupted call loses nothing. The gradebook is
    written by this process alone.

    Parameters
    ----------
    course, assignment : with submissions collected
    executor : judges submissions, here or on other machines; threads of this one, if None
    workers : how many side by side, without an executor; one a core, if 0
    progress : called with done and total

    Raises
    ------
    ValueError
        If another call is at work in this course.
    RuntimeError
        If the jail does not start: then nothing is graded.
    """
    with _alone(course.root / ".grading.lock"):
        engine.enrol(course)
        works = _works(course, assignment)
        found = Graded(unchanged=[work.student for work in works if work.is_done])
        waiting = [work for work in works if not work.is_done]
        total = len(waiting)
        with executor or ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            judged = {pool.submit(judging.judge, w.task): w for w in waiting if not w.is_judged}
            kept = [work for work in waiting if work.is_judged]
            for done, work in enumerate(chain(kept, _as_judged(judged)), 1):
                _write_down(course, assignment, work, found)
                if progress is not None:
                    progress(done, total)
        return found


@dataclass(frozen=True)
class Work:
    """One submission on its way: judged, then written down; both are remembered in files.

    Parameters
    ----------
    student : who handed it in
    task : to be judged
    verdict : where the verdict is kept
    time : when it was handed in, for late penalties
    """

    student: str
    task: Task
    verdict: Path
    time: str

    @property
    def is_judged(self) -> bool:
        """Whether there is a verdict on just this work."""
        return self.verdict.is_file() and json.loads(self.verdict.read_text())["of"] == self._mark

    @property
    def is_done(self) -> bool:
        """Whether the gradebook holds it already."""
        path = self._written
        return path.is_file() and path.read_text() == f"{self._mark} {self.time}"

    def judged(self, verdict: Verdict) -> None:
        """Keep a verdict."""
        _replace(self.verdict, json.dumps({"of": self._mark, **asdict(verdict)}))

    def done(self) -> None:
        """Remember that the gradebook holds it."""
        _replace(self._written, f"{self._mark} {self.time}")

    @cached_property
    def _mark(self) -> str:
        return self.task.digest

    @property
    def _written(self) -> Path:
        return self.verdict.with_suffix(".written")


def _works(course: Course, assignment: str) -> list[Work]:
    table = release.answers_beside(course, assignment)
    instructors = release.instructors(
        course.source(assignment).read_text(encoding="utf-8"),
        {table.name: table.read_text(encoding="utf-8")},
    )
    return [
        Work(
            student,
            Task(
                course.notebook("submitted", assignment, student).read_text(encoding="utf-8"),
                instructors,
                course.variant(assignment, student),
                course.limits,
            ),
            course.verdict(assignment, student),
            _time(course.notebook("submitted", assignment, student)),
        )
        for student in course.submitted(assignment)
    ]


def _as_judged(judged: dict[Future[Verdict], Work]) -> Iterator[Work]:
    """Yield works as their verdicts come in, each kept first."""
    for future in as_completed(judged):
        work = judged[future]
        work.judged(future.result())
        yield work


def _write_down(course: Course, assignment: str, work: Work, found: Graded) -> None:
    try:
        engine.autograde(course, assignment, work.student)
    except ValueError as error:
        found.failed[work.student] = str(error)
    else:
        work.done()
        found.judged.append(work.student)


def _time(notebook: Path) -> str:
    path = notebook.with_name("timestamp.txt")
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock; it falls open by itself when the process ends, however it ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ValueError("somebody is grading in this course already; wait for it.") from error
        yield
