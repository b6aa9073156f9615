"""The controls of an Explorer: a slider for numbers, radio buttons for anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pruning_lab.teaching.markup import escape

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
        """Return what the script needs to know."""
        return {"name": self.name, "values": self.values, "texts": self.texts}

    def accept(self, value: Value) -> Value:
        """Return the value if the control allows it."""
        if value in self.values:
            return value
        allowed = ", ".join(map(repr, self.values))
        raise ValueError(f"{self.name} is one of {allowed}; got {value!r}.")

    def to_html(self, *, live: bool) -> str:
        """Return radio buttons, the first state checked."""
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
        """Return the number if it lies within the slider's ends."""
        low, high = self.values[0], self.values[-1]
        if _is_number(value) and low <= value <= high:  # type: ignore[operator]
            return value
        raise ValueError(f"{self.name} is a number from {low} to {high}; got {value!r}.")

    def to_html(self, *, live: bool) -> str:
        """Return a labelled native range, its value, its ends, a play button.

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
    """Return one control for each parameter of the grid, in its order."""
    if not grid:
        raise ValueError("grid has no parameter; an Explorer needs something to change.")
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
    values = tuple(getattr(value, "item", lambda value=value: value)() for value in given)
    if len(values) < 2:
        raise ValueError(f"{name} needs at least two values to choose from; got {list(values)}.")
    if len(set(values)) < len(values):
        raise ValueError(f"{name} has a value twice in {list(values)}; list each value once.")
    texts = tuple(to_text(value) for value in values)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError(f"text[{name!r}] must return words for every value; got {list(texts)}.")
    first = _start(name, values, start)
    if not all(map(_is_number, values)):
        return Control(name, label, values, texts, first)
    if list(values) != sorted(values):
        raise ValueError(f"{name} is a slider, so its numbers must rise; got {list(values)}.")
    return Slider(name, label, values, texts, first)


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
