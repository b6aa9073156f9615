"""Element: one ES module, two homes - a widget in a notebook, plain HTML in the book."""

from __future__ import annotations

import os
from typing import Any

import anywidget
import traitlets

from pruning_lab.teaching import assets


def building_book() -> bool:
    """Whether a book is being built; kernels inherit it from the Sphinx extension."""
    return os.environ.get(assets.STATIC_VARIABLE) == "1"


class Element(anywidget.AnyWidget):
    """Something the reader can touch, which also stands without a script and without a kernel.

    A subclass writes the same markup for both homes. On a page of the book the script finds that
    markup by its ``data-element``; in a notebook it receives it as the trait ``markup``. While a
    book is built no comm is opened, so no widget state and no widget manager reach the page.
    """

    _css = assets.style()
    markup = traitlets.Unicode().tag(sync=True)

    def open(self) -> None:
        """Announce the widget to the front end, unless a book is being built."""
        if not building_book():
            super().open()

    def to_html(self) -> str:
        """The HTML that stands alone and that the script brings to life."""
        return self.markup

    def to_text(self) -> str:
        """The element in words, for a terminal."""
        raise NotImplementedError

    def to_png(self) -> bytes | None:
        """A still picture for formats that show no HTML, if there is one."""
        return None

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if building_book():
            return _static_bundle(self), {}
        data, metadata = _as_pair(super()._repr_mimebundle_(**kwargs))
        return {**data, "text/plain": self.to_text()}, metadata


def _static_bundle(element: Element) -> dict[str, Any]:
    bundle: dict[str, Any] = {"text/html": element.to_html(), "text/plain": element.to_text()}
    picture = element.to_png()
    return bundle if picture is None else {**bundle, "image/png": picture}


def _as_pair(bundle: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return bundle if isinstance(bundle, tuple) else (bundle, {})
