"""Plain Markdown of MyST text, for a notebook, where nothing knows directives and roles.

What becomes of each directive and role stands in two tables at the end; one that stands in
neither is an error that names it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
INFO = re.compile(r"^\{(?P<name>[\w:.-]+)\}\s*(?P<argument>.*)$")
ROLE = re.compile(r"\{(?P<name>[\w:.-]+)\}(?P<tick>`+)(?P<text>.+?)(?P=tick)", re.DOTALL)
DEFINITION = re.compile(r"^(\w.*)\n: +(.+)$", re.MULTILINE)
LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<page>[^\s():]+)\.md(#[^\s)]*)?\)")
TARGET = re.compile(r"^\([\w:.-]+\)=\s*$")
TITLED = re.compile(r"^(?P<title>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)


@dataclass(frozen=True)
class Directive:
    """A directive as it stands in the text; `folder` is where its page lies."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    folder: Path

    def text(self) -> str:
        """Body as plain Markdown."""
        return plain(self.body, self.folder)


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
    """Take a fenced block off the lines and return what it becomes."""
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
    directive = Directive(info["name"], info["argument"].strip(), options, body, folder)
    made = DIRECTIVES[info["name"]](directive)
    return ["", *(" " * indent + line for line in made.split("\n")), ""]


def _options(lines: list[str]) -> tuple[dict[str, str], str]:
    options = {}
    while lines and (found := re.match(r"^:([\w-]+):\s*(.*)$", lines[0])):
        options[found[1]] = found[2].strip()
        lines = lines[1:]
    return options, "\n".join(lines).strip("\n")


def _note(title: str = "") -> Callable[[Directive], str]:
    def make(directive: Directive) -> str:
        given = directive.argument
        if directive.name == "margin" and given and not directive.body:
            given, body = "", plain(given, directive.folder)
        else:
            body = directive.text()
        words = ". ".join(filter(None, [title, plain(given, directive.folder) if given else ""]))
        head = [f"**{words}**", ""] if words else []
        return "\n".join(f"> {line}".rstrip() for line in [*head, *body.split("\n")])

    return make


def _picture(directive: Directive) -> str:
    picture = f"![{directive.options.get('alt', '')}]({directive.argument})"
    return f"{picture}\n\n*{directive.text()}*" if directive.body else picture


def _include(directive: Directive) -> str:
    path = (directive.folder / directive.argument).resolve()
    text = path.read_text(encoding="utf-8")
    if name := directive.options.get("pyobject"):
        text = _python_object(text, name, path)
    return f"```{directive.options.get('language', 'python')}\n{text.rstrip()}\n```"


def _python_object(text: str, name: str, path: Path) -> str:
    nodes: list[ast.AST] = [ast.parse(text)]
    for part in name.split("."):
        inner = [child for node in nodes for child in ast.iter_child_nodes(node)]
        nodes = [node for node in inner if getattr(node, "name", "") == part]
    if not nodes:
        raise ValueError(f"there is no {name} in {path.name}, which a chapter includes")
    node = nodes[0]
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])  # type: ignore[attr-defined]
    return "\n".join(text.split("\n")[first - 1 : node.end_lineno])  # type: ignore[attr-defined]


def _code(directive: Directive) -> str:
    return f"```{directive.argument}\n{directive.body}\n```"


def _math(directive: Directive) -> str:
    return f"$$\n{directive.argument}{directive.body}\n$$"


def _folded(directive: Directive) -> str:
    title = directive.argument or "More"
    return f"<details>\n<summary>{title}</summary>\n\n{directive.text()}\n\n</details>"


def _inside(directive: Directive) -> str:
    return directive.text()


def _nothing(directive: Directive) -> str:
    return ""


def _title(text: str) -> str:
    found = TITLED.match(text)
    return found["title"] or found["target"] if found else text


def _keys(text: str) -> str:
    return "[" + "; ".join(key.strip() for key in text.split(",")) + "]"


def _key_of_value(text: str) -> str:
    return f"`{text.split(':')[0]}`"


def _last_part(text: str) -> str:
    return f"`{_title(text).removeprefix('~').rsplit('.', 1)[-1]}`"


DIRECTIVES: dict[str, Callable[[Directive], str]] = {
    **{name: _note(name.capitalize()) for name in ("note", "tip", "warning", "important", "hint")},
    **{name: _note(name.capitalize()) for name in ("caution", "attention", "danger")},
    "seealso": _note("See also"),
    "admonition": _note(),
    "margin": _note(),
    "sidebar": _note(),
    "topic": _note(),
    "exercise": _note("Exercise"),
    "prf:algorithm": _note("Algorithm"),
    "prf:definition": _note("Definition"),
    "prf:theorem": _note("Theorem"),
    "prf:proof": _note("Proof"),
    "prf:example": _note("Example"),
    "prf:remark": _note("Remark"),
    "figure": _picture,
    "image": _picture,
    "literalinclude": _include,
    "code-block": _code,
    "code": _code,
    "math": _math,
    "dropdown": _folded,
    "toggle": _folded,
    "div": _inside,
    "container": _inside,
    "grid": _inside,
    "grid-item": _inside,
    "grid-item-card": _inside,
    "card": _inside,
    "index": _nothing,
    "bibliography": _nothing,
    "footbibliography": _nothing,
    "tableofcontents": _nothing,
    "contents": _nothing,
    "raw": _nothing,
}

ROLES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("cite", "cite:p", "cite:t", "cite:ps", "cite:ts", "footcite"), _keys),
    **dict.fromkeys(("term", "doc", "ref", "numref", "any", "index", "prf:ref"), _title),
    **dict.fromkeys(("func", "meth", "class", "mod", "attr", "py:func", "py:class"), _last_part),
    "abbr": lambda text: text,
    "eq": lambda text: f"({text})",
    "math": lambda text: f"${text}$",
    "code": lambda text: f"`{text}`",
    "kbd": lambda text: f"<kbd>{text}</kbd>",
    "sub": lambda text: f"<sub>{text}</sub>",
    "sup": lambda text: f"<sup>{text}</sup>",
    "download": _title,
    "glue": _key_of_value,
    "glue:text": _key_of_value,
}
