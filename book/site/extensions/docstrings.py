"""Sphinx extension: the pages of the library, from its docstrings.

A page of ``book/api`` names a module with ``automodule``; autodoc and napoleon do the rest. Here
stands what they do not know of our docstrings: ``[Key2020]_`` is an entry of the bibliography,
`name` in single quotes a name of the library or plain code, ``name : text`` under Parameters
explains and is no type, and signatures read best as they were written.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.ext.autodoc.mock import mock
from sphinx.util.docutils import SphinxDirective

from fingerprints import fingerprint
from folders import ROOT

PAGES = ROOT / "book" / "api"
NAMED = re.compile(r"^\.\. (?:auto|py:)(module|data|type):: (\S+)", re.MULTILINE)
CITED = re.compile(r"(^|\S*\s+)\[([A-Z]\w+\d{4}[a-z]?)\]_", re.MULTILINE)
BEFORE_AUTHORS = re.compile(r"(^|[.:;]|\b(of|in|by|from|to|also|and|which))\s+$|^$")
QUOTED = re.compile(r"((?::[\w:]+:|\B)`[^`]+`_|:[\w:]+:`[^`]+`|``.+?``)|`([^`]+)`", re.DOTALL)
BLANK = re.compile(r"(\n\s*\n)")
EXAMPLE = re.compile(r"^\s*>>> ", re.MULTILINE)
STARRED = re.compile(r"(?<=[(, ])\*(?=\w+[,)])")  # a shape: (n, *sides)
FORMULA = re.compile(r"^( *):math:`([^`\n]+)`$", re.MULTILINE)
SECTION = re.compile(r"(?:Parameters|Attributes)$")
FIELD = re.compile(r"(\*{0,2}\w+(?:, \*{0,2}\w+)*) : (.+)")


class Modules(SphinxDirective):
    """The pages below this one in the contents, each with the first line of its module."""

    def run(self) -> list[nodes.Node]:
        """Write the list as Markdown and read it."""
        here = self.env.config.external_site_map[self.env.docname]
        lines = []
        for name in (str(item) for tree in here.subtrees for item in tree.items):
            page = ROOT / f"{name}.md"
            self.env.note_dependency(str(page))
            with mock(self.config.autodoc_mock_imports):
                module = importlib.import_module(modules(page)[0])
            self.env.note_dependency(str(module.__file__))
            title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
            lines.append(f"- [{title}](/{name}.md): {(module.__doc__ or '').splitlines()[0]}")
        return self.parse_text_to_nodes("\n".join(lines))


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_directive("modules", Modules)
    # a change in this file reads every page again
    app.add_config_value("docstrings_version", fingerprint([Path(__file__)]), "env")
    app.connect("builder-inited", _learn_names)
    app.connect("autodoc-process-docstring", _rewrite, priority=400)  # napoleon comes at 500
    app.connect("autodoc-process-signature", _as_written)
    app.connect("missing-reference", _alias)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def modules(page: Path) -> list[str]:
    """The modules that a page documents."""
    found = NAMED.findall(page.read_text(encoding="utf-8"))
    return [name for kind, name in found if kind == "module"]


def public_names(module: Any) -> list[str]:
    """What a module offers: ``__all__``, or the functions and classes that it defines."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
    ]


_homes: dict[str, set[str]] = {}  # short name -> the full names that have a place on a page


def _learn_names(app: Any) -> None:
    _homes.clear()
    for page in sorted(PAGES.glob("*.md")):
        module = ""
        for kind, written in NAMED.findall(page.read_text(encoding="utf-8")):
            names = [written]  # what is written by hand stands below its module
            if kind == "module":
                module = written
                with mock(app.config.autodoc_mock_imports):
                    names = public_names(importlib.import_module(module))
            for name in names:
                _homes.setdefault(name, set()).add(f"{module}.{name}")


def _home(name: str, near: str) -> str:
    """The full name that a short one means in a module; empty if none or several."""
    found = list(_homes.get(name, ()))
    meant = getattr(sys.modules.get(near), name, None)
    if meant is not None and not inspect.ismodule(meant):
        found = [full for full in found if _thing(full) is meant]
    closest = [full for full in found if near.startswith(full.rpartition(".")[0])] or found
    return closest[0] if len(closest) == 1 else ""


def _thing(full: str) -> object:
    module, _, name = full.rpartition(".")
    return getattr(sys.modules.get(module), name, None)


def _rewrite(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    own = _parameters(thing)
    blocks = BLANK.split("\n".join(_explained(lines)))
    lines[:] = "".join(b if EXAMPLE.search(b) else _prose(b, thing, own) for b in blocks).split(
        "\n"
    )


def _prose(text: str, thing: Any, own: set[str]) -> str:
    text = FORMULA.sub(r"\n\1.. math:: \2\n", text)  # a line of its own may be wide: it scrolls
    text = CITED.sub(lambda found: f"{found[1]}:cite:{_style(found[1])}:`{found[2]}`", text)
    text = QUOTED.sub(lambda found: found[1] or _code(found[2], thing, own), text)
    return STARRED.sub(r"\\*", text)


def _style(before: str) -> str:
    """Authors (year) where they are part of the sentence, (authors, year) elsewhere."""
    return "t" if BEFORE_AUTHORS.search(before) else "p"


def _code(quoted: str, thing: Any, own: set[str]) -> str:
    near = thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", "")
    full = "" if quoted in own else _home(quoted, near or "")
    return f":py:obj:`~{full}`" if full else f"``{quoted}``"


def _parameters(thing: Any) -> set[str]:
    try:
        return set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return set()


def _explained(lines: list[str]) -> Iterator[str]:
    """Move the text after ``name :`` into the line below, where explanations stand."""
    inside = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if following.startswith("---"):
            inside = bool(SECTION.match(line))
        field = FIELD.fullmatch(line) if inside else None
        if field:
            yield field[1]
            yield f"    {field[2]}"
        else:
            yield line


def _as_written(
    app: Any, what: str, name: str, thing: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """The signature in the words of the source, names of the library spelled out for links."""
    try:
        written = _source(thing)
    except (OSError, TypeError):
        return None
    if isinstance(written, ast.ClassDef):
        written = _constructor(written)
    if not isinstance(written, ast.FunctionDef):
        return None
    arguments = written.args
    if what in ("class", "exception", "method") and not isinstance(thing, staticmethod):
        first = arguments.posonlyargs or arguments.args
        if first and first[0].arg in ("self", "cls"):
            del first[0]
    near = getattr(thing, "__module__", "")
    arguments = _Spelled(near).visit(arguments)
    result = written.returns if what in ("function", "method") else None
    text = ast.unparse(_Spelled(near).names(result)) if result else ""
    return f"({ast.unparse(arguments)})", text


def _alias(app: Any, env: Any, node: Any, shown: Any) -> Any:
    """Link a name in a signature that is no class but a name for a type."""
    if node.get("reftype") != "class" or not node["reftarget"].startswith("pruning_lab."):
        return None
    place = (env, node["refdoc"], app.builder, "obj", node["reftarget"], node, shown)
    return env.domains["py"].resolve_xref(*place)


def _source(thing: Any) -> ast.stmt:
    return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))).body[0]


def _constructor(written: ast.ClassDef) -> ast.FunctionDef | None:
    """``__init__`` as written, or the one that a dataclass makes of its fields."""
    for part in written.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return part
    if not any("dataclass" in ast.unparse(decorator) for decorator in written.decorator_list):
        return None
    fields = [
        f"{part.target.id}: {ast.unparse(part.annotation)}" + _default(part.value)
        for part in written.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        if "ClassVar" not in ast.unparse(part.annotation)
    ]
    made = ast.parse(f"def __init__({', '.join(fields)}): ...").body[0]
    return made if isinstance(made, ast.FunctionDef) else None


def _default(value: ast.expr | None) -> str:
    if value is None:
        return ""
    return " = ..." if ast.unparse(value).startswith("field(") else f" = {ast.unparse(value)}"


class _Spelled(ast.NodeTransformer):
    """Spell out, in annotations, the names that have a place on a page."""

    def __init__(self, near: str) -> None:
        self.near = near

    def visit_arg(self, node: ast.arg) -> ast.arg:
        if node.annotation:
            node.annotation = self.names(node.annotation)
        return node

    def names(self, annotation: ast.expr) -> ast.expr:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        for node in ast.walk(annotation):
            if isinstance(node, ast.Name):
                node.id = _home(node.id, self.near) or node.id
        return annotation
