"""Picture: a figure with its words, which follows the theme of the page."""

from __future__ import annotations

import base64
from typing import Any

from matplotlib.figure import Figure

from pruning_lab.teaching import assets, charts, drawings
from pruning_lab.teaching.element import building_book
from pruning_lab.teaching.markup import escape, inline, plain, words


class Picture:
    """A still figure: inline SVG in light and dark, PNG where no HTML is shown.

    Parameters
    ----------
    figure : drawn with the colours of the book (``drawings.COLOURS``)
    alt : says what a reader who cannot see the figure must know
    caption : the point of the figure as a sentence, shown below it

    Examples
    --------
    >>> Picture(Figure(), alt="An empty sheet.")
    Picture('An empty sheet.')
    """

    def __init__(self, figure: Figure, *, alt: str, caption: str = "") -> None:
        self.figure = drawings.checked_figure(figure)
        self.alt = words(alt, "alt", "Say what the figure shows.")
        self.caption = caption

    def __repr__(self) -> str:
        return f"Picture({plain(self.alt)!r})"

    def to_html(self) -> str:
        """The figure as inline SVG with its words, and its numbers to unfold."""
        width, _ = drawings.size(self.figure)
        drawing = drawings.svg(self.figure, salt=self.alt)
        below = f"<figcaption>{inline(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="pl-still" data-element="picture" style="--pl-width:{width}px">'
            f'<div class="pl-picture" role="img" aria-label="{escape(self.alt)}">{drawing}</div>'
            f"{below}{charts.html(self.figure)}</figure>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        # a page of the book has the palette already; a notebook does not
        colours = "" if building_book() else f"<style>{assets.palette()}</style>"
        return {
            "text/html": colours + self.to_html(),
            "image/png": base64.b64encode(drawings.png(self.figure)).decode(),
            "text/plain": f"{self.alt} {self.caption}".strip(),
        }
