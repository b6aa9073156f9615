"""Explorer: a picture the reader changes, from a pure function and a grid of values."""

from __future__ import annotations

import base64
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import traitlets
from matplotlib.figure import Figure

from pruning_lab.teaching import assets, charts, drawings, frames, markup
from pruning_lab.teaching.controls import Control, Value, make_controls
from pruning_lab.teaching.element import Element, building_book

MOST_STATES = 400
UNSEEN = "Readers may not see the picture."


class Explorer(Element):
    """A figure with controls above it and a sentence below it that says what it shows.

    In the book every state of the grid is drawn while the book is built. In a notebook the kernel
    draws what is asked for, also between the values of the grid. The numbers that a chart draws
    unfold below it, state by state.

    Parameters
    ----------
    render : returns the figure of a state; pure, called with the parameters by name
    grid : the values of each parameter; rising numbers become a slider, others radio buttons
    describe : returns a state in one or two sentences: the live caption and the alternative text
    title : names the picture for readers who cannot see it
    labels, text : words for a parameter, and for a value of it
    start : the values of the first state; a parameter left out starts with its first value
    raster : draw PNG on a white card, for heatmaps and big scatters

    Raises
    ------
    ValueError
        If the grid is empty, too large or has duplicates, if ``start``, ``labels`` or ``text`` name
        what the grid does not have, or if a state has no text.
    """

    _esm = assets.script("explorer")
    state = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        render: Callable[..., Figure],
        grid: Mapping[str, Sequence[Value]],
        describe: Callable[..., str],
        *,
        title: str,
        labels: Mapping[str, str] | None = None,
        text: Mapping[str, Callable[[Any], str]] | None = None,
        start: Mapping[str, Value] | None = None,
        raster: bool = False,
    ) -> None:
        self._controls = make_controls(grid, labels or {}, text or {}, start or {})
        self._render, self._describe, self._raster = render, describe, raster
        self._title = markup.words(title, "title", UNSEEN)
        _refuse_too_many(self._controls)
        first = {c.name: c.values[c.start] for c in self._controls}
        self._text(first)
        super().__init__(
            state=first, markup="" if building_book() else self._html(first, live=True)
        )
        self.on_msg(self._answer)

    def states(self) -> Iterator[tuple[dict[str, Value], str]]:
        """Yield every state of the grid with its text, the last parameter changing fastest."""
        names = [control.name for control in self._controls]
        for values in itertools.product(*(control.values for control in self._controls)):
            parameters = dict(zip(names, values, strict=True))
            yield parameters, self._text(parameters)

    def to_html(self) -> str:
        """The figure with all its states, for a page without a kernel."""
        return self._html(self.state, live=False)

    def to_text(self) -> str:
        """Title and text of the present state."""
        return f"{self._title}: {self._text(self.state)}"

    def to_png(self) -> bytes:
        """The present state as PNG."""
        return drawings.png(self._figure(self.state))

    def _html(self, state: Mapping[str, Value], *, live: bool) -> str:
        controls = [control.data() for control in self._controls]
        figure = self._figure(state)
        packed: dict[str, Any] = {"table": charts.lines(figure)} if live else self._pack()
        longest = max(packed.get("texts", [""]), key=len)
        table = charts.unfold('<div class="scroll"></div>' if charts.tables(figure) else "")
        width, _ = drawings.size(figure)
        title = markup.escape(self._title)
        kind = "pl-explorer pl-card" if self._raster else "pl-explorer"
        bar = "".join(control.to_html(live=live) for control in self._controls)
        return (
            f'<figure class="{kind}" data-element="explorer" style="--pl-width:{width}px">'
            # the form keeps the radio groups of two demos apart, and a browser from refilling them
            f'<form autocomplete="off"><div class="pl-bar" role="group" aria-label="{title}">'
            f"{bar}</div></form>"
            f'<div class="pl-picture" role="img" aria-label="{title}">{self._picture(figure)}</div>'
            f'<figcaption data-longest="{markup.escape(longest)}"><p aria-live="polite">'
            f"{markup.escape(self._text(state))}</p></figcaption>{table}"
            f"{markup.data({'controls': controls, **packed})}</figure>"
        )

    def _pack(self) -> dict[str, Any]:
        states, sizes, tables = list(self.states()), set(), []

        def picture(parameters: Mapping[str, Value]) -> str:
            figure = self._figure(parameters)
            sizes.add(drawings.size(figure))
            drawn = self._picture(figure)
            tables.append(charts.lines(figure))
            return drawn

        # one figure lives at a time: many slow down the garbage collector
        packed = frames.pack(picture(parameters) for parameters, _ in states)
        if len(sizes) > 1:
            raise ValueError(f"render must draw in one size, or the page jumps; got {sizes}.")
        return {**packed, "texts": [text for _, text in states], "tables": frames.pack(tables)}

    def _picture(self, figure: Figure) -> str:
        if not self._raster:
            return drawings.svg(figure, salt=self._title)
        width, height = drawings.size(figure)
        image = base64.b64encode(drawings.png(figure)).decode()
        source = f"data:image/png;base64,{image}"
        return f'<img alt="" width="{width}" height="{height}" src="{source}"/>'

    def _text(self, parameters: Mapping[str, Value]) -> str:
        return markup.words(self._describe(**parameters), f"describe{dict(parameters)}", UNSEEN)

    def _figure(self, parameters: Mapping[str, Value]) -> Figure:
        return drawings.checked_figure(self._render(**parameters))

    def _answer(self, _: object, message: Mapping[str, Any], __: object) -> None:
        """Draw the state that the front end asks for; an error is an answer too."""
        if "want" not in message:
            return
        try:
            reply = self._frame(message["want"])
        except Exception as error:  # whatever render raises, the front end must not wait for ever
            reply = {"error": f"{type(error).__name__}: {error}"}
        # the front end's own key comes back: Python and JavaScript print numbers differently
        self.send({"key": message.get("key"), **reply})

    def _frame(self, want: Mapping[str, Value]) -> dict[str, str]:
        asked = {control.name: control.accept(want[control.name]) for control in self._controls}
        figure = self._figure(asked)
        drawn = self._picture(figure)
        return {"picture": drawn, "text": self._text(asked), "table": charts.lines(figure)}


def _refuse_too_many(controls: Sequence[Control]) -> None:
    count = math.prod(len(control.values) for control in controls)
    if count > MOST_STATES:
        raise ValueError(
            f"the grid has {count} states and every one is drawn; at most {MOST_STATES} "
            "are allowed. Give a parameter fewer values."
        )
