"""Running cells: here or on any executor, resumable, the same numbers everywhere."""

import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing
from functools import partial
from os import PathLike
from pathlib import Path

from pruning_lab.experiments.cells import Cell, check_once, listed
from pruning_lab.experiments.records import append, checked_measures, read
from pruning_lab.experiments.tables import Table, tabulated

Task = Callable[[Cell], Mapping[str, float]]


def run(
    task: Task,
    cells: Iterable[Cell],
    *,
    executor: Executor | None = None,
    finished: str | PathLike[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Table:
    """Measure every cell; columns of results, in the order of the cells.

    A task that draws from its cell's seed only gives the same numbers on every executor, in any
    order, and after an interruption (on one machine with the same versions of its libraries).

    Parameters
    ----------
    task : from a cell to numbers by name, such as a `Study`. For processes it must be picklable:
        a function of a module, not a lambda.
    cells : as `cells` or `Study.cells` plan them
    executor : a pool of ``concurrent.futures`` or what acts like one, such as that of a dask
        client; stays open. None runs one cell after the other.
    finished : file that every finished cell is added to at once, one JSON object a line. What it
        holds already is not run again: use a new file for another task.
    progress : called with done and total after each cell, such as `progress_bar`

    Returns
    -------
    table
        ``criterion``, ``sparsity``, ``seed`` and what the task measures, as equally long arrays.

    Raises
    ------
    ValueError
        If there are no cells, one comes twice, or a task gives something else than numbers.
        What a task raises itself is passed on with a note that names the cell; finished cells
        are kept.

    Examples
    --------
    >>> table = run(lambda cell: {"accuracy": 1 - cell.sparsity}, [Cell("random", 0.25, 0)])
    >>> table["accuracy"]
    array([0.75])
    """
    _check_call(task, executor, progress)
    planned = listed(cells)
    check_once(planned)
    if not planned:
        raise ValueError("nothing to run: there are no cells. Plan some with cells(...).")
    path = None if finished is None else Path(finished)
    rows = {} if path is None else read(path)
    missing = [cell for cell in planned if cell not in rows]
    with closing(_results(task, missing, executor)) as results:
        for done, (cell, measured) in enumerate(results, len(planned) - len(missing) + 1):
            rows[cell] = checked_measures(measured, cell)
            if path is not None:
                append(path, cell, rows[cell])
            if progress is not None:
                progress(done, len(planned))
    return tabulated(planned, [rows[cell] for cell in planned])


def progress_bar(done: int, total: int) -> None:
    """One line on the standard error, drawn anew each time.

    Examples
    --------
    >>> progress_bar(3, 4)
    """
    full = 20 * done // total
    end = "\n" if done == total else ""
    print(f"\r[{'#' * full:.<20}] {done} of {total}", end=end, file=sys.stderr, flush=True)


def _check_call(task: object, executor: object, progress: object) -> None:
    if not callable(task) or not (progress is None or callable(progress)):
        raise ValueError(
            "task is a function from a cell to numbers, progress one of done and total; got "
            f"{task!r} and {progress!r}."
        )
    if not (executor is None or hasattr(executor, "submit")):
        raise ValueError(
            "executor is a pool with submit, such as ProcessPoolExecutor(2), or None; got "
            f"{executor!r}."
        )


def _results(
    task: Task, cells: Sequence[Cell], executor: Executor | None
) -> Generator[tuple[Cell, Mapping[str, float]], None, None]:
    """Yield cells and results as they come in."""
    if executor is None:
        for cell in cells:
            yield cell, _named(cell, partial(task, cell))
        return
    futures = {executor.submit(task, cell): cell for cell in cells}
    try:
        for future in as_completed(futures):
            yield futures[future], _named(futures[future], future.result)
    finally:  # also if one failed or the reader stopped: what has not begun need not begin
        for future in futures:
            future.cancel()


def _named(cell: Cell, work: Callable[[], Mapping[str, float]]) -> Mapping[str, float]:
    """Result of the work; an error gets a note that says which cell it was."""
    try:
        return work()
    except Exception as error:
        error.add_note(f"in {cell}")
        raise
