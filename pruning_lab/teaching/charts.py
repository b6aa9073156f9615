"""The numbers that a figure draws, as tables, read from the figure itself.

What counts is what stands on axes with ticks: lines, points, bars, steps and bands. Drawn objects,
such as networks, trees and cells of a matrix, have no axes to read them off; their words say what
they show.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FuncFormatter

from pruning_lab.arrays import Array
from pruning_lab.teaching.markup import escape
from pruning_lab.teaching.series import Series, is_name, one_line, read, rows_by_hand

MOST_POINTS = 300  # of one series: what is more is counted and given its range
FEWEST_SHARED = 3  # points on common places make columns of one table
TITLE = "\t"  # starts the line of a table's title


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, and rows of words."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(figure: Figure) -> list[Table]:
    """The tables of every chart in the figure, in reading order."""
    return [table for ax in figure.axes if _is_chart(ax) for table in _tables(ax)]


def lines(figure: Figure) -> str:
    r"""The tables as lines of cells between tabs; a line that starts with one is a title.

    Examples
    --------
    >>> figure = Figure()
    >>> _ = figure.subplots().bar([1, 2], [0.5, 0.25], color="#0072b2")
    >>> lines(figure)
    '\t\nx\tblue bars\n1\t0.5\n2\t0.25'
    """
    return "\n".join(
        line
        for table in tables(figure)
        for line in (TITLE + table.title, "\t".join(table.head), *map("\t".join, table.rows))
    )


def html(figure: Figure) -> str:
    """The tables as HTML, to be unfolded; nothing if the figure holds no chart."""
    return unfold("".join(map(_html, tables(figure))))


def unfold(content: str) -> str:
    """A closed box of data, or nothing around nothing."""
    if not content:
        return ""
    return f'<details class="pl-data"><summary>Data</summary>{content}</details>'


def _html(table: Table) -> str:
    title = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = "".join(f"<tr>{_row(row)}</tr>" for row in table.rows)
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(row: Sequence[str]) -> str:
    first, *rest = map(escape, row)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest)


def _is_chart(ax: Axes) -> bool:
    return bool(ax.axison and ax.get_visible() and (len(ax.get_xticks()) or len(ax.get_yticks())))


def _tables(ax: Axes) -> list[Table]:
    """One table for the series that share their places, one for all others.

    Bins in which nothing lies have no row.
    """
    found = list(read(ax))
    across, up = _Scale(ax.xaxis, "x"), _Scale(ax.yaxis, "y", rows_by_hand(ax))
    for scale, values in ((across, [s.x for s in found]), (up, [s.y for s in found])):
        scale.look(values)
    written = [
        one_line(text.get_text()) for text in ax.texts if text.get_transform() == ax.transAxes
    ]
    titles = [ax.get_title(loc=side) for side in ("left", "center")]
    title = next(filter(None, [*map(one_line, titles), up.title, *written]), "")
    together: dict[tuple[float, ...], list[Series]] = defaultdict(list)
    alone: list[Series] = []
    curves = [s for s in found if _distinct(s.x) and _distinct(s.y)]
    upright = not up.named and len({*map(_key, (s.x for s in curves))}) <= len(
        {*map(_key, (s.y for s in curves))}
    )
    for series in found:
        places, heights = (series.x, series.y) if upright else (series.y, series.x)
        shared = series.kind == "bars" or (_distinct(places) and len({*heights.tolist()}) > 1)
        bucket = together[_key(places)] if shared else alone
        bucket.append(series)
    key, value = (across, up) if upright else (up, across)
    made = []
    for shared_places, columns in together.items():
        head = (key.name, *_numbered([series.name for series in columns]))
        found_there = [series.y if upright else series.x for series in columns]
        rows = [
            (key.say(place), *(value.say(column[i]) for column in found_there))
            for i, place in enumerate(shared_places)
            if columns[0].kind != "steps" or any(column[i] for column in found_there)
        ]
        made.append(Table(title, head, tuple(rows)))
    if alone:
        made.append(_apart(title, alone, across, up))
    return made


def _apart(title: str, alone: Sequence[Series], across: _Scale, up: _Scale) -> Table:
    """One row a series; where places have names, these come first and tell the rows apart."""
    scales = [scale for scale in (across, up) if scale.read]
    places = [scale for scale in scales if scale.named]
    numbers = [scale for scale in scales if not scale.named]
    names = [series.name for series in alone]

    def said(series: Series, by: Sequence[_Scale]) -> list[str]:
        return [scale.all(series.x if scale is across else series.y) for scale in by]

    rows = [
        (*said(series, places), name, *said(series, numbers))
        for name, series in zip(names if places else _numbered(names), alone, strict=True)
    ]
    head = (*(scale.name for scale in places), "what", *(scale.name for scale in numbers))
    return Table(title, head, tuple(rows))


def _distinct(places: Array) -> bool:
    return FEWEST_SHARED <= len(places) == len({*places.tolist()}) <= MOST_POINTS


def _key(places: Array) -> tuple[float, ...]:
    return tuple(places.tolist())


def _numbered(names: Sequence[str]) -> list[str]:
    """The names, with a number behind each that is not the only one of its kind."""
    many, seen = Counter(names), Counter[str]()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name} {seen[name]}" if many[name] > 1 else name)
    return numbered


class _Scale:
    """One axis: its name, and how its ticks write numbers."""

    def __init__(self, axis: Axis, letter: str, written: Mapping[float, str] | None = None) -> None:
        self.title = one_line(axis.get_label_text())
        ticks = np.asarray(axis.get_majorticklocs(), dtype=float)
        formatter = axis.get_major_formatter()
        words = formatter.format_ticks(ticks.tolist())
        named = zip(ticks.tolist(), map(one_line, words), strict=True)
        self.words: dict[float, str] = dict(named) or dict(written or {})
        spoken = [word for word in self.words.values() if word]
        self.read = bool(self.words)
        self.percent = bool(spoken) and all(
            word == f"{_number(100 * place)} %" for place, word in self.words.items() if word
        )
        # ticks with words of their own may say another number than the place they stand at
        self.worded = isinstance(formatter, FixedFormatter | FuncFormatter) and not self.percent
        self.named = bool(spoken) and (len(ticks) == 0 or all(map(is_name, spoken)))
        self.name = self.title or ("which" if self.named else letter)

    def look(self, drawn: Sequence[Array]) -> None:
        """Without ticks or words it is read if something rises and falls along it."""
        self.read = self.read or any(len(set(values.tolist())) >= FEWEST_SHARED for values in drawn)

    def say(self, value: float) -> str:
        if not (np.isfinite(value) and self.read):
            return "–"
        if self.named:
            return self.words[min(self.words, key=lambda tick: abs(tick - value))] or "–"
        if self.worded and (word := self.words.get(value, "")):
            return word
        return f"{_number(100 * value)}\u202f%" if self.percent else _number(value)

    def all(self, values: Array) -> str:
        """One word for what is everywhere the same, a range for what is too much to list."""
        values = values[np.isfinite(values)]
        if not len(values):
            return "–"
        words = list(dict.fromkeys(map(self.say, values.tolist())))
        if len(words) == 1:
            return words[0]
        if len(values) > MOST_POINTS:
            low, high = self.say(values.min()), self.say(values.max())
            return f"{len(values)} points, {low} to {high}"
        return "; ".join(map(self.say, values.tolist()))


def _number(value: float) -> str:
    if abs(value) >= 10_000:
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")
