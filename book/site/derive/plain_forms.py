"""What becomes of each MyST directive and role in plain Markdown: two tables, at the end."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TITLED = re.compile(r"^(?P<title>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)


@dataclass(frozen=True)
class Directive:
    """A directive as it stands in the text.

    Attributes
    ----------
    name, argument, options, body : as written
    folder : where the page lies
    plain : makes plain Markdown of MyST text
    """

    name: str
    argument: str
    options: dict[str, str]
    body: str
    folder: Path
    plain: Callable[[str], str]

    def text(self) -> str:
        """Body as plain Markdown."""
        return self.plain(self.body)


def _note(title: str = "") -> Callable[[Directive], str]:
    def make(directive: Directive) -> str:
        given = directive.argument
        if directive.name == "margin" and given and not directive.body:
            given, body = "", directive.plain(given)
        else:
            body = directive.text()
        words = ". ".join(filter(None, [title, directive.plain(given) if given else ""]))
        head = [f"**{words}**", ""] if words else []
        return "\n".join(f"> {line}".rstrip() for line in [*head, *body.split("\n")])

    return make


def _picture(directive: Directive) -> str:
    picture = f"![{directive.options.get('alt', '')}]({directive.argument})"
    return f"{picture}\n\n*{directive.text()}*" if directive.body else picture


def _include(directive: Directive) -> str:
    if unknown := set(directive.options) - {"pyobject", "language", "caption", "name"}:
        raise ValueError(
            f"literalinclude {directive.argument}: {sorted(unknown)} would be ignored in the "
            "notebook; show a part of a file with :pyobject:"
        )
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
