"""Cards as files: JSON that people can read, and checks of each entry on the way back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from pruning_lab.report.card import Card, Result, Way

FORMAT = "pruning-card 1"
LONGEST = 1_000_000  # characters of a card; five seeds take some thousand


def write_card(path: str | Path, card: Card) -> None:
    """Write a card down as JSON, to be read by people and by `read_card`.

    Examples
    --------
    >>> import tempfile
    >>> one = Result(seed=0, nbytes=800, nonzeros=90, right=(9, 6), samples=(10, 10))
    >>> card = Card("ours", "by size", "test", {"pruned": Way(60, (one,))}, {}, "", "")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_card(Path(folder) / "card.json", card)
    ...     read_card(Path(folder) / "card.json") == card
    True
    """
    text = json.dumps({"format": FORMAT, **asdict(card)}, indent=1, ensure_ascii=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


def read_card(path: str | Path) -> Card:
    """Card in a file of `write_card`. It is checked, and nothing in it is ever executed.

    Raises
    ------
    ValueError
        If the file is no card, or one of its entries is not what it must be.
    """
    text, name = Path(path).read_text(encoding="utf-8", errors="replace"), Path(path).name
    if len(text) > LONGEST:
        raise ValueError(
            f"{name} has {len(text):,} characters, and a card at most {LONGEST:,}. Is it the model?"
        )
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is no JSON: {error}. Let write_card write it.") from error
    if not isinstance(entries, dict) or entries.get("format") != FORMAT:
        raise ValueError(
            f"{name} must be an object with format {FORMAT!r}; got {text[:40]!r}. "
            "Let write_card write it."
        )
    words = {n: _word(entries, n) for n in ("team", "method", "chosen_on", "machine", "limits")}
    ways = {key: _way(key, way) for key, way in _table(entries, "ways").items()}
    times = {key: _times(key, three) for key, three in _table(entries, "times_ms").items()}
    return Card(**words, ways=ways, times_ms=times)


def _word(entries: Mapping[str, Any], name: str) -> str:
    if not isinstance(word := entries.get(name), str):
        raise ValueError(f"{name} must be text; got {word!r:.60}. If there is none, write ''.")
    return word


def _table(entries: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(table := entries.get(name), dict):
        raise ValueError(f"{name} must be an object with names; got {table!r:.60}.")
    return table


def _way(name: str, way: Any) -> Way:
    if not isinstance(way, dict) or not isinstance(way.get("results"), list):
        raise ValueError(
            f"way {name!r} must be an object with epochs and a list of results; got {way!r:.60}."
        )
    what = f"way {name!r}"
    return Way(
        _count(way, "epochs", what),
        tuple(_result(what, one) for one in way["results"]),
    )


def _result(what: str, one: Any) -> Result:
    if not isinstance(one, dict):
        raise ValueError(f"{what}: a result must be an object; got {one!r:.60}.")
    seed, nbytes, left = (_count(one, name, what) for name in ("seed", "nbytes", "nonzeros"))
    right, samples = (_counts(one, name, what) for name in ("right", "samples"))
    return Result(seed, nbytes, left, right, samples)


def _count(entries: Mapping[str, Any], name: str, what: str) -> int:
    number = entries.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(
            f"{what}: {name} must be a whole number, 0 or more; got {number!r:.60}. "
            "Counts are written in full, without k or %."
        )
    return number


def _counts(entries: Mapping[str, Any], name: str, what: str) -> tuple[int, ...]:
    row = entries.get(name)
    if not isinstance(row, list):
        raise ValueError(f"{what}: {name} must be a list of counts, one a class; got {row!r:.60}.")
    return tuple(_count({name: number}, name, what) for number in row)


def _times(name: str, three: Any) -> tuple[float, float, float]:
    good = isinstance(three, list) and len(three) == 3
    if not good or not all(type(ms) in (int, float) and 0 < ms < np.inf for ms in three):
        raise ValueError(
            f"times_ms of {name!r} must be three numbers above 0: lower quartile, median, upper "
            f"quartile, in milliseconds; got {three!r:.60}."
        )
    low, middle, high = map(float, three)
    if not low <= middle <= high:
        raise ValueError(
            f"times_ms of {name!r} must rise: lower quartile, median, upper quartile; got {three}."
        )
    return low, middle, high
