"""What a chart's artists draw, as series of numbers with the names that are written beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch
from matplotlib.text import Annotation

from pruning_lab.arrays import Array

ASIDE = "_aside"
"""The label of what only points at something, and adds no number."""

HERE = "_here"
"""The label of the mark that shows where the reader is: on the series that is named near it."""

GRID = "#e3e6ea"
COLOURS = {
    "#1a1a1a": "black",
    "#0072b2": "blue",
    "#c8cdd3": "pale",
    "#7a7f87": "grey",
    "#d55e00": "orange",
    "#009e73": "green",
    "#cc79a7": "pink",
}


@dataclass(frozen=True)
class Series:
    """What one artist draws: a name, the kind of mark and, for each point, where it stands."""

    name: str
    kind: str
    x: Array
    y: Array


def read(ax: Axes) -> Iterator[Series]:
    """What stands on the axes, in the order in which it was drawn."""
    names = Names(ax)
    for group in ax.containers:
        if isinstance(group, BarContainer):
            yield _bars(names, group)
    for line in ax.lines:
        if line.get_label() != ASIDE and (series := _line(ax, names, line)):
            yield series
    for patch in ax.patches:
        if isinstance(patch, StepPatch):
            counts, edges, _ = patch.get_data()
            ends = np.asarray(edges, dtype=float)
            color = patch.get_facecolor() if patch.get_fill() else patch.get_edgecolor()
            yield names.series(patch, color, "steps", (ends[1:] + ends[:-1]) / 2, counts)
    for drawn in ax.collections:
        if drawn.get_label() != ASIDE:
            yield from _collection(names, drawn)


def _bars(names: Names, group: BarContainer) -> Series:
    boxes = list(group)
    level = group.orientation == "horizontal"
    middle = [
        box.get_y() + box.get_height() / 2 if level else box.get_x() + box.get_width() / 2
        for box in boxes
    ]
    ends = [
        box.get_x() + box.get_width() if level else box.get_y() + box.get_height() for box in boxes
    ]
    x, y = (ends, middle) if level else (middle, ends)
    colors = Counter(to_hex(box.get_facecolor()) for box in boxes)
    return names.series(group, colors.most_common(1)[0][0], "bars", x, y)


def _line(ax: Axes, names: Names, line: Line2D) -> Series | None:
    """A line or its points; a line across the whole chart is one number."""
    x, y = (np.asarray(values, dtype=float) for values in line.get_data())
    across, up = line.get_transform().contains_branch_seperately(ax.transData)
    if not (across or up) or not len(x) or to_hex(line.get_color()) == GRID:
        return None
    nowhere = np.full(len(x), np.nan)
    x, y = x if across else nowhere, y if up else nowhere
    if line.get_linestyle() == "None":
        kind = "points" if len(x) > 1 else "point"
    else:
        kind = "thin line" if line.get_linewidth() < 0.9 else "line"
    color: Any = line.get_color()
    if to_hex(color) == "#ffffff" or line.get_markerfacecolor() == "none":
        color = line.get_markeredgecolor()
    return names.series(line, color, kind, x, y)


def _collection(names: Names, group: Any) -> Iterator[Series]:
    if isinstance(group, LineCollection):
        parts = np.array([part for part in group.get_segments() if len(part) == 2])
        if not len(parts):
            return
        (x, y), (right, top) = parts[:, 0].T, parts[:, 1].T
        if (x == right).all() and (y == y[0]).all():  # strokes up from one level
            yield names.series(group, group.get_color(), "bars", x, top)
        else:
            yield names.series(group, group.get_color(), "strokes", *parts.reshape(-1, 2).T)
    elif isinstance(group, PolyCollection):
        (outline, *_) = group.get_paths()
        edges: dict[float, list[float]] = defaultdict(list)
        for x, y in np.asarray(outline.vertices).tolist():
            edges[x].append(y)
        for name, end in (("band, low edge", min), ("band, high edge", max)):
            heights = [end(found) for found in edges.values()]
            yield names.series(group, group.get_facecolor(), name, list(edges), heights)


class Names:
    """Names of series: the words written in the colour of each, nearest to it."""

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        named = set(rows_by_hand(ax).values())
        self.words = [
            (to_hex(text.get_color()), place, words)
            for text, (words, place) in zip(ax.texts, _places(ax), strict=True)
            if is_name(words) and words not in named
        ]

    def series(self, artist: Any, color: Any, kind: str, x: Any, y: Any) -> Series:
        """A series under its own label, the words nearest to it, or its colour."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        tone = to_hex(np.atleast_2d(color)[0] if not isinstance(color, str) else color)
        label = str(artist.get_label())
        if label and not label.startswith("_"):
            which = kind.partition(", ")[2]  # edge of a band
            return Series(f"{label}, {which}" if which else label, kind, x, y)
        words, said = self._near(tone, x, y), "here" if label == HERE else kind
        name = f"{words}, {said}" if words and said != "line" else words
        nameless = said if label == HERE else f"{COLOURS.get(tone, 'other')} {said}"
        return Series(name or nameless, kind, x, y)

    def _near(self, tone: str, x: Array, y: Array) -> str:
        found = [(place, words) for color, place, words in self.words if color == tone]
        if not found:
            return ""
        points = self.ax.transData.transform(np.nan_to_num(np.stack([x, y], axis=1)))
        return min(found, key=lambda each: float(np.hypot(*(points - each[0]).T).min()))[1]


def rows_by_hand(ax: Axes) -> dict[float, str]:
    """Names of rows, written by hand left of axes whose height has no ticks."""
    if len(ax.get_yticks()):
        return {}
    found = {}
    for text, point in _places(ax):
        x, y = ax.transAxes.inverted().transform(point)
        if x < 0 <= y <= 1:
            found[float(ax.transData.inverted().transform(point)[1])] = text
    return found


def _places(ax: Axes) -> Iterator[tuple[str, Array]]:
    """The words on the axes and where they stand, in pixels."""
    for text in ax.texts:
        point, transform = text.get_position(), text.get_transform()
        if isinstance(text, Annotation):
            point, transform = text.xy, ax.transData
        yield one_line(text.get_text()), np.asarray(transform.transform(point), dtype=float)


def one_line(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def is_name(word: str) -> bool:
    """Whether a word is no mere number, nor a formula."""
    return "$" not in word and any(sign.isalpha() for sign in word)
