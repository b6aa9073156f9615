"""Plain values as JSON text and back: numbers, strings, lists, dicts and arrays, and nothing else.

The answers tables are written in it, and whatever crosses from a student's function to a test
crosses in it. Nothing in it can carry code: arrays are .npy bytes read without pickle.
"""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

DEEPEST = 30
LARGEST = 64 << 20  # bytes of one array
PLACES = np.dtype(np.intp)  # what this machine counts in: in a browser, 32 bits


def dumps(value: object) -> str:
    """Text of a plain value, the same text every time.

    Raises
    ------
    ValueError
        when something in it is no number, string, list, dict or array.

    Examples
    --------
    >>> loads(dumps({"mask": [True, 0.5, None]}))
    {'mask': [True, 0.5, None]}
    """
    return json.dumps(to_json(value), allow_nan=False, separators=(",", ":"))


def loads(text: str) -> object:
    """Value that `dumps` wrote; raises a ValueError when the text is anything else."""
    try:
        return from_json(json.loads(text))
    except RecursionError as error:
        raise ValueError(f"a value may be nested {DEEPEST} deep; this one is deeper") from error


def to_json(value: object, depth: int = 0) -> object:
    """Value in the terms of JSON, arrays as {"array": base64 of .npy}."""
    if depth > DEEPEST:
        raise ValueError(f"a value may be nested {DEEPEST} deep; this one is deeper")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        if abs(value) >= 1 << 63:
            raise ValueError(
                f"integers of up to 63 bits may cross; got one of {value.bit_length()}"
            )
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if type(value) is np.ndarray or isinstance(value, np.generic):  # no matrix, no masked array
        return {"array" if isinstance(value, np.ndarray) else "scalar": _pack(np.asarray(value))}
    if type(value) in (list, tuple):
        return {type(value).__name__: _each(value, depth)}  # type: ignore[arg-type]
    if type(value) is dict:
        return {"dict": [[_key(key), to_json(item, depth + 1)] for key, item in value.items()]}
    raise ValueError(
        "only numbers, strings, lists, dicts and arrays may go in or come out; "
        f"got a {type(value).__name__}"
    )


def from_json(value: object, depth: int = 0) -> object:
    """Value that `to_json` described."""
    if depth > DEEPEST:
        raise ValueError(f"a value may be nested {DEEPEST} deep; this one is deeper")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("special floats are written as tagged values")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"expected a value or one tagged value; got {str(value)[:80]}")
    [(tag, content)] = value.items()
    if tag == "float" and content in ("nan", "inf", "-inf"):
        return float(content)
    if tag in ("array", "scalar") and isinstance(content, str):
        array = _unpack(content)
        return array if tag == "array" else array[()]
    if tag in ("list", "tuple") and isinstance(content, list):
        items = [from_json(item, depth + 1) for item in content]
        return items if tag == "list" else tuple(items)
    if tag == "dict" and isinstance(content, list):
        return dict(_pair(item, depth) for item in content)
    raise ValueError(f"there are no values of the kind {str(tag)[:80]!r}")


def copies(values: Iterable[object]) -> tuple[object, ...]:
    """Values sent across and back: equal to those that came, and sharing nothing with them."""
    return tuple(loads(dumps(value)) for value in values)


def _each(values: Sequence[object], depth: int) -> list[object]:
    return [to_json(value, depth + 1) for value in values]


def _key(key: object) -> str | int:
    if type(key) is str or type(key) is int:
        return key
    raise ValueError(f"the keys of a dict are strings or integers; got a {type(key).__name__}")


def _pair(item: object, depth: int) -> tuple[str | int, object]:
    if not isinstance(item, list) or len(item) != 2:
        raise ValueError("a dict is written as pairs of key and value")
    return _key(item[0]), from_json(item[1], depth + 1)


def _pack(array: NDArray[np.generic]) -> str:
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise ValueError(f"arrays of bool, int or float may cross; got dtype {array.dtype}")
    if array.nbytes > LARGEST:
        raise ValueError(f"an array may have {LARGEST} bytes; got {array.nbytes}")
    content = io.BytesIO()
    npy.write_array(content, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    return base64.b64encode(content.getvalue()).decode()


def _unpack(text: str) -> NDArray[np.generic]:
    content = io.BytesIO(base64.b64decode(text, validate=True))
    if npy.read_magic(content) != (1, 0):
        raise ValueError("arrays cross as .npy version 1.0")
    shape, column_major, dtype = npy.read_array_header_1_0(content)
    data = content.read()
    if dtype.kind not in "biuf" or dtype.itemsize > 8 or column_major:
        raise ValueError(f"arrays of bool, int or float may cross; got dtype {dtype}")
    if len(data) != math.prod(shape) * dtype.itemsize:  # before anything that large is allocated
        raise ValueError(f"an array of shape {shape} does not have {len(data)} bytes")
    array = np.frombuffer(data, dtype).reshape(shape)
    return array.astype(PLACES if _counts(array) else dtype)


def _counts(array: NDArray[np.generic]) -> bool:
    """Whether these can be places or counts, so that np.bincount takes them."""
    if array.dtype != np.int64:
        return False
    bounds = np.iinfo(PLACES)
    return bool(bounds.min <= array.min(initial=0) and array.max(initial=0) <= bounds.max)
