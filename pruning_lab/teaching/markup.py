"""Text to safe HTML: words, escaping, data for scripts, the two signs an author may use."""

from __future__ import annotations

import html
import json
import re

_CODE = re.compile(r"`([^`]+)`")
_EMPHASIS = re.compile(r"\*([^*\s](?:[^*]*[^*\s])?)\*")
_PER_CENT = re.compile(r"(?<=\d) (?=%)")


def escape(text: str) -> str:
    """Text that is safe between tags and inside quoted attributes.

    Examples
    --------
    >>> escape('a < "b"')
    'a &lt; &quot;b&quot;'
    """
    return html.escape(text, quote=True)


def inline(text: str) -> str:
    """The HTML of plain text in which `code` and *emphasis* may stand.

    Examples
    --------
    >>> inline("`a*b*c` is *not* <b>")
    '<code>a*b*c</code> is <em>not</em> &lt;b&gt;'
    """
    parts = _CODE.split(text)  # text, code, text, code, … text
    return "".join(
        f"<code>{escape(part)}</code>" if i % 2 else _set(escape(part))
        for i, part in enumerate(parts)
    )


def _set(text: str) -> str:
    """The text with its emphasis, and a narrow space, which breaks no line, before per cent."""
    return _PER_CENT.sub("\u202f", _EMPHASIS.sub(r"<em>\1</em>", text))


def plain(text: str) -> str:
    """The text without its `code` and *emphasis* signs.

    Examples
    --------
    >>> plain("`w` is *not* zero")
    'w is not zero'
    """
    parts = _CODE.split(text)
    return "".join(p if i % 2 else _EMPHASIS.sub(r"\1", p) for i, p in enumerate(parts))


def words(text: object, what: str, hint: str = "") -> str:
    """The text, if there is something to read in it.

    Examples
    --------
    >>> words(" ", "the title", "Name the picture.")
    Traceback (most recent call last):
        ...
    ValueError: the title must be words to read; got ' '. Name the picture.
    """
    if isinstance(text, str) and text.strip():
        return text
    raise ValueError(f"{what} must be words to read; got {text!r}. {hint}".rstrip())


def data(value: object) -> str:
    r"""JSON in an inert script tag, safe in HTML and in XHTML.

    Examples
    --------
    >>> data({"text": "</script>"})
    '<script type="application/json">{"text":"\\u003c/script\\u003e"}</script>'
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for sign in "&<>":
        text = text.replace(sign, rf"\u{ord(sign):04x}")
    return f'<script type="application/json">{text}</script>'
