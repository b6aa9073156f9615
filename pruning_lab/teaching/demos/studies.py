"""Reading a study that ships with the library: lines of CSV under a head that says whence."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def lines(name: str) -> Iterator[list[str]]:
    """Yield the fields of each row of a file beside the demos, without its head.

    Examples
    --------
    >>> next(lines("comebacks.csv"))[:3]
    ['0', 'their last values', '0.0001']
    """
    rows = csv.reader(line for line in _text(name) if line and not line.startswith("#"))
    next(rows)  # the names of the columns
    yield from rows


def remarks(name: str) -> list[str]:
    """Lines of the head of a study: its command, its seeds and versions, what was measured.

    Examples
    --------
    >>> remarks("comebacks.csv")[0]
    'command: python book/data/recovery.py'
    """
    return [line.lstrip("# ") for line in _text(name) if line.startswith("#")]


def _text(name: str) -> list[str]:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()
