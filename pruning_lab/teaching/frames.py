"""Many drawings that share most of their lines, stored so that each line stands once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict


class Packed(TypedDict):
    """Distinct lines, and each drawing as runs of them: start, count, start, count, …."""

    lines: list[str]
    frames: list[list[int]]


def pack(drawings: Iterable[str]) -> Packed:
    r"""The drawings with every distinct line stored once.

    Examples
    --------
    >>> pack(["a\nb\nc", "a\nX\nc"])
    {'lines': ['a', 'b', 'c', 'X'], 'frames': [[0, 3], [0, 1, 3, 1, 2, 1]]}
    """
    table: dict[str, int] = {}
    numbered = [
        [table.setdefault(line, len(table)) for line in drawing.split("\n")] for drawing in drawings
    ]
    return {"lines": list(table), "frames": [_runs(numbers) for numbers in numbered]}


def unpack(packed: Packed, frame: int) -> str:
    r"""One drawing again, as explorer.js does.

    Examples
    --------
    >>> unpack(pack(["a\nb\nc", "a\nX\nc"]), 1)
    'a\nX\nc'
    """
    runs = packed["frames"][frame]
    pairs = zip(runs[::2], runs[1::2], strict=True)
    return "\n".join(line for start, n in pairs for line in packed["lines"][start : start + n])


def _runs(numbers: Sequence[int]) -> list[int]:
    runs: list[int] = []
    for number in numbers:
        if runs and number == runs[-2] + runs[-1]:
            runs[-1] += 1
        else:
            runs += [number, 1]
    return runs
