"""What a cell needs and this machine has not: a sentence says so, not a page of traceback.

Nothing that belongs to PyTorch runs inside a browser, and large weights are not sent there.
"""

from __future__ import annotations

import ast
import linecache
import sys
from importlib.util import find_spec
from symtable import symtable
from types import TracebackType
from typing import Any

TITLES = {"torch": "PyTorch", "torch_pruning": "torch-pruning", "onnx": "ONNX"}  # not in a browser


class Absent(ValueError):
    """Something is not here; a notebook shows the sentence alone.

    A later cell that misses a name which this cell would have made says that, too. Any other
    missing name is a mistake, and is shown as ever.

    Parameters
    ----------
    sentence : what is shown
    what : that is not here, in words that can follow "for want of"
    """

    def __init__(self, sentence: str, what: str) -> None:
        super().__init__(sentence)
        self.what = what

    def _render_traceback_(self) -> list[str]:
        if shell := _shell():
            _lose(shell, self.__traceback__, self.what)
            shell.set_custom_exc((NameError,), _follows)
        return [str(self)]


def needs(*modules: str) -> None:
    """Nothing if these modules can be imported here; else a sentence instead of an ImportError.

    Parameters
    ----------
    modules : names as they are imported

    Raises
    ------
    Absent
        If one of them is not here.

    Examples
    --------
    >>> needs("numpy")
    """
    missing = [TITLES.get(name, name) for name in modules if find_spec(name) is None]
    if not missing:
        return
    what = " and ".join(missing)
    why = (
        "which is not part of the version that runs in the browser"
        if sys.platform == "emscripten"
        else "which is not installed here; `make lab` in a copy of the repository brings it"
    )
    raise Absent(
        f"This cell needs {what}, {why}. What comes out is on the page of the chapter. "
        "Cells that need only numpy go on working: run the next one.",
        what,
    )


def lacking(source: str) -> list[str]:
    """Modules that a cell imports and a browser has not, in the order of `TITLES`.

    Parameters
    ----------
    source : Python

    Examples
    --------
    >>> lacking("import numpy as np")
    []
    >>> lacking("from pruning_lab.adapters.torch_modules import TorchModel")
    ['torch']
    """
    found = {name for full in imported(source) for name in map(_owner, full.split(".")) if name}
    return [name for name in TITLES if name in found]


def imported(source: str) -> set[str]:
    """Full names of what a cell imports: ``from a import b`` is ``a.b``."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _owner(part: str) -> str:
    """The module in `TITLES` that a part of a dotted name stands for, or an empty string."""
    if part in TITLES:
        return part
    return "torch" if part.startswith("torch_") else ""  # our adapters' names


def _shell() -> Any:
    """The notebook's interpreter, if this is a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _lose(shell: Any, trace: TracebackType | None, what: str) -> None:
    """Remember the names that the cell behind a traceback should have made."""
    while trace and trace.tb_frame.f_globals is not shell.user_ns:
        trace = trace.tb_next
    if trace:
        source = "".join(linecache.getlines(trace.tb_frame.f_code.co_filename))
        symbols = symtable(source, "cell", "exec").get_symbols()
        made = [s.get_name() for s in symbols if s.is_assigned() or s.is_imported()]
        shell.meta.setdefault("lost", {}).update(dict.fromkeys(made, what))


def _follows(
    shell: Any, kind: type, error: NameError, trace: TracebackType, tb_offset: Any = None
) -> None:
    """Show a name that was lost in two sentences, and any other as ever."""
    what = shell.meta.get("lost", {}).get(error.name)
    if what is None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return
    _lose(shell, trace, what)
    why = (
        f"{str(error).rstrip('.')}. A cell above could not run for want of {what}, and this one "
        "builds on it: its result is on the page of the chapter. Go on with the next cell."
    )
    shell._showtraceback(kind, error, [why])
