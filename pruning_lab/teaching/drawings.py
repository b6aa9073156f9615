"""A matplotlib figure as SVG that follows the page's theme, or as PNG."""

from __future__ import annotations

import io
import re

import matplotlib as mpl
from matplotlib.figure import Figure

COLOURS = {
    "#1a1a1a": "--pl-ink",
    "#0072b2": "--pl-kept",
    "#c8cdd3": "--pl-pruned",
    "#7a7f87": "--pl-random",
    "#d55e00": "--pl-warn",
    "#009e73": "--pl-second",
    "#cc79a7": "--pl-third",
    "#e3e6ea": "--pl-grid",
    "#ffffff": "--pl-paper",
}
"""Each colour of the figures and the CSS variable (static/palette.css) that it becomes."""

PIXELS_PER_INCH = 96  # CSS pixels
_SHARPNESS = 2  # image pixels for each CSS pixel

_NOISE = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<svg[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r"#([\w.:-]+)")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?![\d.]*e)")
_NOTHING = re.compile(
    r'<defs>\s*</defs>|<g/>|<path d="[^"]*" style="fill: none"/>| transform="rotate\(-?0 [^"]*"'
)
_GROUP = re.compile(r"<g>|<g [^>]*>|</g>")
_SPACE = re.compile(r"\s*\n\s*")


def checked_figure(figure: object) -> Figure:
    """The figure, if it is one."""
    if isinstance(figure, Figure):
        return figure
    raise ValueError(
        f"expected a matplotlib Figure to draw; got {type(figure).__name__}. "
        "Is a `return` missing, or is it the axes, whose figure is ax.figure?"
    )


def svg(figure: Figure, *, salt: str) -> str:
    """The figure as inline SVG: real text, colours as CSS variables, nothing external.

    Parameters
    ----------
    salt : makes the ids of one demo differ from those of another on the same page
    """
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt, "savefig.bbox": None}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = _NOISE.sub("", buffer.getvalue().decode())
    text = _ROOT.sub(_root(figure), text[text.index("<svg") :], count=1)
    text = _drop_unused_ids(text.replace("xlink:href", "href"))
    text = _TAG.sub(lambda tag: _tidy(tag[0]), text)
    return _SPACE.sub("\n", _drop_bare_groups(_NOTHING.sub("", text))).strip()


def png(figure: Figure) -> bytes:
    """The figure as PNG on white, sharp on fine screens."""
    buffer = io.BytesIO()
    with mpl.rc_context({"savefig.bbox": None}):
        figure.savefig(
            buffer,
            format="png",
            dpi=PIXELS_PER_INCH * _SHARPNESS,
            facecolor="white",
            metadata={"Software": None},
        )
    return buffer.getvalue()


def size(figure: Figure) -> tuple[int, int]:
    """Width and height of the figure in CSS pixels."""
    width, height = figure.get_size_inches()
    return round(width * PIXELS_PER_INCH), round(height * PIXELS_PER_INCH)


def _root(figure: Figure) -> str:
    width, height = figure.get_size_inches() * 72  # SVG is drawn in points
    w, h = size(figure)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{w}" height="{h}" stroke-linejoin="round" stroke-linecap="butt">'
    )


def _drop_unused_ids(text: str) -> str:
    used = set(_REFERENCE.findall(text))
    return _ID.sub(lambda found: found[0] if found[1] in used else "", text)


def _tidy(tag: str) -> str:
    """One line; colours become variables; a hundredth of a point is fine enough."""
    tag = _SPACE.sub(" ", tag).replace(' "', '"')
    for colour, variable in COLOURS.items():
        tag = tag.replace(colour, f"var({variable},{colour})")
    return _LONG_NUMBER.sub(lambda number: f"{round(float(number[0]), 2):g}", tag)


def _drop_bare_groups(text: str) -> str:
    """Groups that only held an id mean nothing once it is gone."""
    bare: list[bool] = []

    def keep(tag: re.Match[str]) -> str:
        if tag[0] != "</g>":
            bare.append(tag[0] == "<g>")
            return "" if bare[-1] else tag[0]
        return "" if bare.pop() else tag[0]

    return _GROUP.sub(keep, text)
