"""Judge one submission: its cells run in jails, the tests run here, on stand-ins."""

import contextlib
import io
import json
import multiprocessing
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from nbformat.v4 import new_output

from pruning_lab.grading.complaints import CELL, TooSlow, complaint
from pruning_lab.grading.jail import Broken
from pruning_lab.grading.papers import Exam, Output, Task, Verdict
from pruning_lab.grading.sandbox import Sandbox, Stopped
from pruning_lab.grading.stand_in import StandIn

MARGIN = 30.0  # seconds beyond its limit until a judge is given up
BEGUN = "begun"
GONE = "The grader gave this submission up: it kept the tests busy for too long."


def judge(task: Task) -> Verdict:
    """Verdict on a submission, in a process of its own: nothing of it can stay behind.

    Parameters
    ----------
    task : plain data; also for executors that run it in a thread or on another machine. Workers
        of dask must be allowed children: ``distributed.worker.daemon`` is False there.

    Raises
    ------
    RuntimeError
        If the judge or the jail does not start: then nothing is judged, and nobody is blamed.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, theirs), daemon=False)
    process.start()
    theirs.close()
    try:
        begun = _heard(ours, MARGIN)
        answer = _heard(ours, 2 * task.limits.total_seconds + MARGIN) if begun else None
    finally:
        process.kill()
        process.join()
        ours.close()
    if not begun:
        raise RuntimeError("the process that judges did not start; what it said stands above.")
    if isinstance(answer, Verdict):
        return answer
    if answer is not None:
        raise RuntimeError(answer)
    return _given_up(task)


def _heard(connection: Connection, seconds: float) -> object:
    """What comes within that time; None, if nothing does or nobody is left to speak."""
    try:
        return connection.recv() if connection.poll(seconds) else None
    except EOFError:
        return None


def _work(task: Task, answer: Connection) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever asked has been killed
        answer.send(BEGUN)
        answer.send(_found(task))


def _found(task: Task) -> Verdict | str:
    """A verdict, or what is wrong with this machine."""
    try:
        return judge_here(task)
    except (Broken, OSError, MemoryError) as error:
        return str(error) or type(error).__name__


def judge_here(task: Task) -> Verdict:
    """Verdict on a submission, in this process and its main thread."""
    start = time.monotonic()
    cells = json.loads(task.notebook)["cells"]
    jails = task.limits, task.assignment.files
    with Sandbox(*jails) as tested, Sandbox(*jails) as shown:
        scope = _scope(task, tested)
        outputs = [_outputs(cell, task, scope, tested, shown) for cell in cells]
    return Verdict(outputs, time.monotonic() - start)


def _outputs(
    cell: dict[str, Any], task: Task, scope: dict[str, object], tested: Sandbox, shown: Sandbox
) -> list[Output]:
    if cell["cell_type"] != "code":
        return []
    grading = cell["metadata"].get("nbgrader", {})
    if grading.get("grade") and not grading.get("solution"):
        test = task.assignment.tests.get(grading["grade_id"])
        return [] if test is None else _tested(test, dict(scope), task.limits.total_seconds)
    source = "".join(cell["source"])
    with contextlib.suppress(Stopped):
        tested.run(source)
    return _shown(source, shown)


def _tested(test: Exam, scope: dict[str, object], seconds: float) -> list[Output]:
    """Run a cell of tests; what it prints is nobody's business."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), _alarm(seconds):
            exec(compile(test.source, CELL, "exec"), scope)
    except Broken:
        raise
    except Exception as error:
        words = complaint(test, error)
        return [_output("error", ename="TestFailed", evalue=words, traceback=[words])]
    return []


def _shown(source: str, shown: Sandbox) -> list[Output]:
    """Outputs of a student's cell, from a process that has never seen a test."""
    found, error = [], None
    try:
        value = shown.run(source)
    except Stopped as stopped:
        value, error = "", stopped
    if text := shown.printed():
        found.append(_output("stream", name="stdout", text=text))
    if value:
        data = {"text/plain": value}
        found.append(_output("execute_result", data=data, execution_count=1))
    if error is not None:
        name, words = error.name or error.kind, error.text
        found.append(_output("error", ename=name, evalue=words, traceback=[f"{name}: {words}"]))
    return found


def _output(kind: str, **content: object) -> Output:
    return dict(new_output(kind, **content))


def _scope(task: Task, tested: Sandbox) -> dict[str, object]:
    """What tests may name: the given cells' names, the students' functions, the variant."""
    scope: dict[str, object] = {"__name__": "__tests__"}
    for source in task.assignment.given:
        exec(compile(source, "<given>", "exec"), scope)
    functions = {name: StandIn(tested, name) for name in task.assignment.functions}
    return {**scope, **functions, "variant": task.variant}


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer: a test may loop over what a student gave back."""

    def ring(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _given_up(task: Task) -> Verdict:
    """Verdict on a submission that brought its judge down: no test has passed."""
    outputs: list[list[Output]] = []
    for cell in json.loads(task.notebook)["cells"]:
        is_test = cell["metadata"].get("nbgrader", {}).get("grade")
        words = [_output("error", ename="TestFailed", evalue=GONE, traceback=[GONE])]
        outputs.append(words if is_test and cell["cell_type"] == "code" else [])
    return Verdict(outputs, 2 * task.limits.total_seconds + MARGIN)
