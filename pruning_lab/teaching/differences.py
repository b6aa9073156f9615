"""What differs between an expected value and the one that came, in one sentence."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import NDArray

ABBREVIATED = "…>"  # how a shortened array ends
RELATIVE, ABSOLUTE = 1e-6, 1e-9  # room for the order of a sum, and for nothing else


def difference(expected: object, got: object, where: str = "") -> str:
    """Sentence that says the first thing that is wrong with `got`; empty when nothing is.

    Parameters
    ----------
    expected, got : numbers, strings, lists, dicts and arrays
    where : path of keys that leads here, such as "['dense1']"

    Examples
    --------
    >>> difference([1, 2], [1, 2])
    ''
    >>> difference(0.75, 75.0)
    'expected 0.75, got 75.0.'
    """
    if isinstance(expected, np.ndarray):
        return _arrays(expected, got, where)
    if isinstance(expected, dict):
        return _dicts(expected, got, where)
    if isinstance(expected, list | tuple):
        return _lists(expected, got, where)
    if _is_number(expected):
        return _numbers(expected, got, where)
    if type(got) is type(expected) and got == expected:
        return ""
    return f"{_at(where)}expected {show(expected)}, got {show(got)}."


def show(value: object, room: int = 300) -> str:
    """Value as Python that can be pasted into a cell; what is too long for that is described.

    Examples
    --------
    >>> show(np.array([3.0, -0.5]))
    'np.array([3.0, -0.5])'
    >>> show(np.zeros((40, 50)))
    '<array of 40 × 50 float64: 0, 0, 0, …>'
    """
    if isinstance(value, np.generic) and not isinstance(value.item(), np.generic):
        return show(value.item(), room)
    if isinstance(value, np.ndarray):
        return _show_array(value, room)
    if isinstance(value, dict):
        items = ", ".join(f"{key!r}: {show(item, room // 3)}" for key, item in value.items())
        return "{" + items + "}"
    try:
        text = repr(value)
    except Exception:  # a student's own class, an endless list, a number too long to print
        text = f"<a {type(value).__name__} that cannot be shown>"
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _show_array(array: NDArray[np.generic], room: int) -> str:
    if array.size and array.size * 3 <= room:  # the shortest a number can be, with its comma
        dtype = "" if array.dtype in (bool, np.intp, np.float64) else f", dtype=np.{array.dtype}"
        text = f"np.array({array.tolist()}{dtype})"
        if len(text) <= room:
            return text
    numbers = array.ravel()[:3].tolist()
    first = "".join(f"{n}, " if isinstance(n, bool) else f"{n:.4g}, " for n in numbers)
    size = " × ".join(map(str, array.shape))
    return f"<array of {size} {array.dtype}: {first}{ABBREVIATED}"


def _arrays(expected: NDArray[np.generic], got: object, where: str) -> str:
    if not isinstance(got, np.ndarray):
        help_ = " `np.array(…)` turns it into one." if isinstance(got, list | tuple) else ""
        return f"{_at(where)}expected an array, got {_a(got)}.{help_}"
    if got.shape != expected.shape:
        return f"{_at(where)}expected shape {expected.shape}, got shape {got.shape}."
    if expected.dtype == bool and got.dtype != bool:
        return (
            f"{_at(where)}expected True and False (dtype bool), got dtype {got.dtype}. "
            "A comparison such as `a > 0` gives booleans; so does `.astype(bool)`."
        )
    if got.dtype.kind not in "biuf" or (got.dtype == bool) != (expected.dtype == bool):
        return f"{_at(where)}expected dtype {expected.dtype}, got dtype {got.dtype}."
    return _elements(expected, got, where)


def _elements(expected: NDArray[np.generic], got: NDArray[np.generic], where: str) -> str:
    same = np.isclose(got.astype(float), expected.astype(float), RELATIVE, ABSOLUTE, equal_nan=True)
    if same.all():
        return ""
    first = tuple(int(i) for i in np.argwhere(~same)[0])
    wrong = int((~same).sum())
    place = f"{where}[{', '.join(map(str, first))}]" if first else where
    sentence = _numbers(expected[first].item(), got[first].item(), place)
    if expected.size == 1:
        return sentence
    counts = _counts(expected, got) if expected.dtype == bool else ""
    return f"{sentence} {wrong} of {expected.size} values differ; this is the first.{counts}"


def _counts(expected: NDArray[np.generic], got: NDArray[np.generic]) -> str:
    """Whether as many are True as should be: too many and misplaced are two mistakes."""
    if not (expected == got).any():
        return " True and False are swapped."
    wanted, came = np.count_nonzero(expected), np.count_nonzero(got)
    if wanted == came:
        return f" As many are True as should be ({wanted}), but not the same ones."
    return f" {wanted} should be True, and {came} {'is' if came == 1 else 'are'}."


def _dicts(expected: dict[object, object], got: object, where: str) -> str:
    if not isinstance(got, dict):
        return f"{_at(where)}expected a dict with the keys {_keys(expected)}, got {_a(got)}."
    if missing := [key for key in expected if key not in got]:
        return f"{_at(where)}the key {missing[0]!r} is missing; there should be {_keys(expected)}."
    if extra := [key for key in got if key not in expected]:
        return f"{_at(where)}the key {extra[0]!r} is too much; there should be {_keys(expected)}."
    parts = (difference(expected[key], got[key], f"{where}[{key!r}]") for key in expected)
    return next(filter(None, parts), "")


def _lists(expected: list[object] | tuple[object, ...], got: object, where: str) -> str:
    if not isinstance(got, list | tuple):
        return f"{_at(where)}expected a list of {len(expected)}, got {_a(got)}."
    if len(got) != len(expected):
        return f"{_at(where)}expected a list of {len(expected)}, got one of {len(got)}."
    pairs = enumerate(zip(expected, got, strict=True))
    parts = (difference(one, other, f"{where}[{i}]") for i, (one, other) in pairs)
    return next(filter(None, parts), "")


def _numbers(expected: object, got: object, where: str) -> str:
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got[()]
    if isinstance(expected, bool | np.bool_):
        if isinstance(got, bool | np.bool_) and bool(got) == bool(expected):
            return ""
        return f"{_at(where)}expected {expected}, got {show(got)}."
    if not _is_number(got) or isinstance(got, bool | np.bool_):
        return f"{_at(where)}expected the number {show(expected)}, got {_a(got)}."
    one, other = float(expected), float(got)  # type: ignore[arg-type]
    if np.isclose(other, one, RELATIVE, ABSOLUTE, equal_nan=True):
        return ""
    sentence = f"{_at(where)}expected {show(expected)}, got {show(got)}."
    if np.isnan(other):
        return f"{sentence} nan is what 0 / 0 leaves behind, or a mean over nothing."
    near = abs(other - one) < 1e-3 * max(abs(one), abs(other))
    if near or other in {round(one, digits) for digits in (2, 3, 4)}:
        return (
            f"{sentence} Close, but {abs(other - one):.2g} away: was something rounded on the way?"
        )
    return sentence


def _is_number(value: object) -> bool:
    return isinstance(value, Real | np.number | np.bool_)


def _at(where: str) -> str:
    return f"at {where}: " if where else ""


def _keys(value: dict[object, object]) -> str:
    return ", ".join(repr(key) for key in value)


def _a(value: object) -> str:
    """A value with its type, for a reader who expected another type."""
    if value is None:
        return "nothing (None), as if a `return` were missing"
    name = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if callable(value):
        return f"a function ({name})"
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}: {show(value, 60)}"
