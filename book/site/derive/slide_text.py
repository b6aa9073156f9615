"""The text of slides: which part of a marked text is shown, and what of a text is said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extensions.formulas import mathml

HEADING = re.compile(r"\A#{1,3} +(?:\d+ +)?(.+?)\s*\Z")
FENCED = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1\s*$\n?", re.MULTILINE | re.DOTALL)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)\s]*\)")
BOX = re.compile(r"\A> \*\*(.+?)\*\*$")
LEAD = re.compile(r"^(?P<mark>[-*] |\d+\. )?(?P<text>\*\*(?P<lead>.+?)\*\*.*)", re.MULTILINE)
FORMULA = re.compile(
    r"(?P<ticks>`+).+?(?P=ticks)|\$\$(?P<block>.+?)\$\$|(?<!\\)\$(?P<inline>[^$\n]+)\$", re.DOTALL
)
IN_MARKDOWN = str.maketrans({sign: f"&#{ord(sign)};" for sign in "|*_"})  # they mean something
SENTENCE = re.compile(r'(?<=[.?!])\s+|(?<=[.?!]["*)])\s+')


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each heading with the text below it; none before the first one. Links lead nowhere."""
    heading, below, fence = "", "", False
    for line in LINK.sub(r"\1", text).split("\n"):
        fence ^= line.lstrip().startswith(("```", "~~~"))
        found = None if fence else HEADING.match(line)
        if found:
            yield from [(heading, below.strip())] if heading or below.strip() else []
            heading, below = found[1], ""
        else:
            below += line + "\n"
    yield heading, below.strip()


def unboxed(text: str) -> tuple[str, str]:
    """Title and inside of a text that is a box; no title if it is none."""
    first, _, rest = text.partition("\n")
    title = BOX.search(first)
    return (title[1], re.sub(r"^> ?", "", rest, flags=re.M).strip()) if title else ("", text)


def chosen(text: str, tags: set[str]) -> str:
    """What the audience reads of a text, by the tags first, last, leads and text."""
    if "leads" in tags:
        return "\n".join(f"{each['mark'] or '- '}{_lead(each)}" for each in LEAD.finditer(text))
    sentences = SENTENCE.split(text)
    if tags & {"first", "last"}:
        return sentences[0 if "first" in tags else -1]
    return text if "text" in tags else ""


def said(text: str) -> str:
    """A text for the speaker: without code, which nobody reads aloud."""
    return re.sub(r"\n{3,}", "\n\n", FENCED.sub("", FOLDED.sub("", text))).strip()


def with_formulas(text: str) -> str:
    """Markdown with MathML in the place of its formulas."""
    return FORMULA.sub(_formula, text)


def _formula(found: re.Match[str]) -> str:
    if found["ticks"]:
        return found[0]
    tex, tag = (found["block"], "div") if found["block"] else (found["inline"], "span")
    made = mathml(tex.strip(), display=tag == "div").translate(IN_MARKDOWN)
    return f'<{tag} class="math">{made}</{tag}>'


def _lead(found: re.Match[str]) -> str:
    """What stands in bold if that is a sentence; else the sentence that it begins."""
    whole = found["lead"].endswith((".", "?", "!", '."'))
    return found["lead"] if whole else SENTENCE.split(found["text"])[0]
