"""A file of finished cells: one JSON object a line, so that a run can go on where it stopped."""

import json
from collections.abc import Mapping
from pathlib import Path

from pruning_lab.arrays import Number
from pruning_lab.experiments.cells import Cell

Measured = dict[str, float]
OF_A_CELL = ("criterion", "sparsity", "seed")


def checked_measures(measured: Mapping[str, float], cell: Cell) -> Measured:
    """What was measured, as Python floats under other names than those of the cell."""
    if not isinstance(measured, Mapping) or not measured:
        raise ValueError(f"a task gives a dictionary of numbers; got {measured!r} for {cell}.")
    for name, value in measured.items():
        if not isinstance(name, str) or name in OF_A_CELL or not isinstance(value, Number):
            raise ValueError(
                f"a task gives numbers by name, other names than {OF_A_CELL}; got "
                f"{name!r}: {value!r} for {cell}. An array becomes several numbers."
            )
    return {name: float(value) for name, value in measured.items()}


def append(path: Path, cell: Cell, measured: Measured) -> None:
    """Add a finished cell to the file, which is made if need be."""
    row = {name: getattr(cell, name) for name in OF_A_CELL} | measured
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def read(path: Path) -> dict[Cell, Measured]:
    """Finished cells of a file; none if there is no file.

    A last line that was cut off is taken out of the file: its cell runs again.

    Raises
    ------
    ValueError
        If another line is no finished cell.

    Examples
    --------
    >>> read(Path("no such file"))
    {}
    """
    if not path.exists():
        return {}
    text = path.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    found = {}
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            row = json.loads(line)
            cell = Cell(*(row.pop(name) for name in OF_A_CELL))
            found[cell] = checked_measures(row, cell)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"line {number} of {path} is no finished cell: {line[:80]!r}. Name a new file."
            ) from error
    if whole != text:
        path.write_text(whole, "utf-8")
    return found
