"""Plain Markdown of MyST text, for a notebook, where nothing knows directives and roles.

What becomes of each directive and role stands in the tables of plain_forms.py; one that stands
in neither is an error that names it.
"""

from __future__ import annotations

import re
from pathlib import Path

from derive.plain_forms import DIRECTIVES, ROLES, Directive

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
INFO = re.compile(r"^\{(?P<name>[\w:.-]+)\}\s*(?P<argument>.*)$")
ROLE = re.compile(r"\{(?P<name>[\w:.-]+)\}(?P<tick>`+)(?P<text>.+?)(?P=tick)", re.DOTALL)
DEFINITION = re.compile(r"^(\w.*)\n: +(.+)$", re.MULTILINE)
LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<page>[^\s():]+)\.md(#[^\s)]*)?\)")
TARGET = re.compile(r"^\([\w:.-]+\)=\s*$")


def plain(text: str, folder: Path) -> str:
    """Plain Markdown of MyST text that stands in a file of this folder.

    Raises
    ------
    ValueError
        when it holds a directive or role that the tables do not know.
    """
    lines = text.split("\n")
    done: list[str] = []
    prose: list[str] = []
    while lines:
        if fence := FENCE.match(lines[0]):
            done += _prose(prose)
            prose = []
            done += _block(fence, lines, folder)
        else:
            prose.append(lines.pop(0))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(done + _prose(prose))).strip("\n")


def _prose(lines: list[str]) -> list[str]:
    kept = [line for line in lines if not TARGET.match(line) and not line.startswith("% ")]
    text = LINK.sub(_link, ROLE.sub(_role, "\n".join(kept)))
    return DEFINITION.sub(r"**\1**\n\n\2", text).split("\n") if kept else []


def _link(found: re.Match[str]) -> str:
    """A link to another notebook; a page that is no notebook stays behind, so only its name."""
    notebook = re.search(r"(^|/)(chapters|exercises)/", found["page"])
    return f"[{found['text']}]({found['page']}.ipynb)" if notebook else found["text"]


def _role(found: re.Match[str]) -> str:
    name = found["name"]
    if name not in ROLES:
        raise ValueError(f"no plain form is known for the role {{{name}}}; add it to ROLES")
    return ROLES[name](" ".join(found["text"].split()))


def _block(opening: re.Match[str], lines: list[str], folder: Path) -> list[str]:
    """What a fenced block becomes; it is taken off the lines."""
    first, inside = lines.pop(0), []
    closing = re.compile(rf"^ *{opening['fence'][0]}{{{len(opening['fence'])},}}\s*$")
    while lines and not closing.match(lines[0]):
        inside.append(lines.pop(0))
    last = lines.pop(0) if lines else ""
    info = INFO.match(opening["info"].strip())
    if not info:
        return [first, *inside, last]  # code, or no MyST: as it is
    if info["name"] not in DIRECTIVES:
        raise ValueError(
            f"no plain form is known for the directive {{{info['name']}}}; add it to DIRECTIVES"
        )
    indent = len(opening["indent"])
    options, body = _options([line[indent:] for line in inside])
    argument = info["argument"].strip()
    directive = Directive(
        info["name"], argument, options, body, folder, lambda text: plain(text, folder)
    )
    made = DIRECTIVES[info["name"]](directive)
    return ["", *(" " * indent + line for line in made.split("\n")), ""]


def _options(lines: list[str]) -> tuple[dict[str, str], str]:
    options = {}
    while lines and (found := re.match(r"^:([\w-]+):\s*(.*)$", lines[0])):
        options[found[1]] = found[2].strip()
        lines = lines[1:]
    return options, "\n".join(lines).strip("\n")
