"""The controls of an Explorer: a slider for numbers, radio buttons for anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pruning_lab.teaching.markup import escape, words

Value = float | int | bool | str


@dataclass(frozen=True)
class Control:
    """One parameter: its values, the words for them, and which one stands first."""

    name: str
    label: str
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    start: int

    def data(self) -> dict[str, Any]:
        """What the script needs to know."""
        return {"name": self.name, "values": self.values, "texts": self.texts}

    def accept(self, value: Value) -> Value:
        """The value of the grid that equals it: a front end may say 1 for True."""
        if value in self.values:
            return self.values[self.values.index(value)]
        allowed = ", ".join(map(repr, self.values))
        raise ValueError(f"{self.name} is one of {allowed}; got {value!r}.")

    def to_html(self, *, live: bool) -> str:
        """Radio buttons, the first state checked."""
        name = escape(self.name)
        checked = ["" if i != self.start else ' checked="checked"' for i in range(len(self.values))]
        radios = "".join(
            f'<label><input type="radio" name="{name}" value="{i}"{checked[i]}/> '
            f"<span>{escape(text)}</span></label>"
            for i, text in enumerate(self.texts)
        )
        legend = f"<legend>{escape(self.label)}</legend>"
        return f'<fieldset class="pl-choice">{legend}<div>{radios}</div></fieldset>'


class Slider(Control):
    """A parameter of rising numbers; the reader can also play through them."""

    def accept(self, value: Value) -> Value:
        """The number if it lies within the slider's ends."""
        low, high = self.values[0], self.values[-1]
        if _is_number(value) and low <= value <= high:  # type: ignore[operator]
            return value
        raise ValueError(f"{self.name} is a number from {low} to {high}; got {value!r}.")

    def to_html(self, *, live: bool) -> str:
        """A labelled native range, its value, its ends, a play button.

        Parameters
        ----------
        live : with a kernel there is also a field for numbers between the slider's steps
        """
        last, label, first = (
            len(self.values) - 1,
            escape(self.label),
            escape(self.texts[self.start]),
        )
        return (
            f'<div class="pl-slider" style="--pl-steps:{last}">'
            f'<label><span class="pl-label">{label}</span>'
            f'<input type="range" min="0" max="{last}" step="1" value="{self.start}"'
            f' style="--pl-at:{self.start / last:g}" aria-valuetext="{first}"/></label>'
            f'<output aria-live="off">{first}</output>'
            '<button type="button" data-verb="Play">'
            '<span class="pl-icon" aria-hidden="true"></span><span class="pl-verb">Play</span>'
            f'<span class="pl-hidden"> {label}</span></button>'
            f'<span class="pl-ends" aria-hidden="true"><span>{escape(self.texts[0])}</span>'
            f"<span>{escape(self.texts[-1])}</span></span>{self._any(live)}</div>"
        )

    def _any(self, live: bool) -> str:
        if not live:
            return ""
        low, high = self.values[0], self.values[-1]
        return (
            f'<label class="pl-any">or type <span class="pl-hidden">{escape(self.label)}</span>'
            f' <input type="number" step="any" min="{low}" max="{high}"/></label>'
        )


def make_controls(
    grid: Mapping[str, Sequence[Value]],
    labels: Mapping[str, str],
    text: Mapping[str, Callable[[Any], str]],
    start: Mapping[str, Value],
) -> tuple[Control, ...]:
    """One control for each parameter of the grid, in its order."""
    if not isinstance(grid, Mapping) or not grid:
        raise ValueError(
            "grid has no parameter; an Explorer needs something to change, such as "
            f"{{'sparsity': [0.0, 0.5, 0.9]}}; got {grid!r}."
        )
    for name, given in (("labels", labels), ("text", text), ("start", start)):
        if unknown := [key for key in given if key not in grid]:
            raise ValueError(f"{name} names {unknown[0]!r}; the grid has {', '.join(grid)}.")
    return tuple(
        _control(name, values, labels.get(name, name), text.get(name, _in_words), start.get(name))
        for name, values in grid.items()
    )


def _control(
    name: str,
    given: Sequence[Value],
    label: str,
    to_text: Callable[[Any], str],
    start: Value | None,
) -> Control:
    values = _plain(name, given)
    if len(values) < 2:
        raise ValueError(f"{name} needs at least two values to choose from; got {list(values)}.")
    if len(set(values)) < len(values):
        raise ValueError(f"{name} has a value twice in {list(values)}; list each value once.")
    label = words(label, f"labels[{name!r}]")
    texts = tuple(words(to_text(value), f"text[{name!r}] of {value!r}") for value in values)
    if len(set(texts)) < len(texts):
        raise ValueError(
            f"two values of {name} are called the same in {list(texts)}; tell them apart with "
            f"text={{{name!r}: …}}."
        )
    first = _start(name, values, start)
    if not all(map(_is_number, values)):
        return Control(name, label, values, texts, first)
    if list(values) != sorted(values):
        raise ValueError(f"{name} is a slider, so its numbers must rise; got {list(values)}.")
    return Slider(name, label, values, texts, first)


def _plain(name: str, given: Iterable[Any]) -> tuple[Value, ...]:
    """Values as Python's own, which JSON and the reader's browser know as well."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(f"{name} needs a list of values; got {given!r}.")
    values = tuple(value.item() if isinstance(value, np.generic) else value for value in given)
    for value in values:
        if not isinstance(value, str | bool | int | float) or not _is_finite(value):
            raise ValueError(
                f"{name} takes finite numbers, truth values or words; got {value!r}. "
                "For anything else give it words, and look the value up in render."
            )
    return values


def _is_finite(value: Value) -> bool:
    return not _is_number(value) or abs(value) < 1e300  # type: ignore[arg-type]


def _start(name: str, values: tuple[Value, ...], start: Value | None) -> int:
    if start is None:
        return 0
    if start not in values:
        raise ValueError(f"start[{name!r}] must be in the grid {list(values)}; got {start!r}.")
    return values.index(start)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_words(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"
