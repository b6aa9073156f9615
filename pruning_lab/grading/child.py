"""The program in the jail. It runs cells and calls functions, and has never seen a test.

What it answers is not trusted: a student's code may do as it likes with this process.
"""

import ast
import builtins
import contextlib
import os
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

SOCKET, LIBRARY, NOBODY = 3, "/grader", 65534
Namespace = dict[str, object]


def main() -> None:
    """Answer messages until the grader is gone."""
    sys.path.insert(0, LIBRARY)
    from pruning_lab.grading import frames

    _become_nobody(*map(int, sys.argv[1:3]))
    sock = socket.socket(fileno=SOCKET)
    scope: Namespace = {"__name__": "__main__", "get_ipython": _Silent}
    mine = os.getpid()
    frames.send(sock, {"ready": True})
    while True:
        answer: dict[str, object]
        try:
            message = frames.receive(sock)
        except (EOFError, OSError):
            os._exit(0)
        try:
            if "cell" in message:
                answer = {"value": _run(message["cell"], scope)}
            elif "file" in message:
                answer = {"value": Path(message["file"]).write_text(message["text"])}
            elif callable(function := scope.get(message["call"])):
                answer = {"value": _call(function, message)}
            else:
                answer = {"missing": True}
        except BaseException as error:  # also SystemExit and KeyboardInterrupt of a student
            answer = _told(error)
        _flush()
        if os.getpid() != mine:  # a copy that the student made; the grader talks to one
            os._exit(0)
        answer["number"] = message["number"]
        try:
            frames.send(sock, answer)
        except ValueError as error:
            frames.send(sock, {**_told(error), "number": message["number"]})


def _become_nobody(uid: int, processes: int) -> None:
    """Give up root, if the grader has it, and the right to start many processes."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))


def _run(source: str, scope: Namespace) -> str:
    """Run a cell as Jupyter would; return how it shows its last expression."""
    tree = ast.parse(_without_magics(source))
    shown = None
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        shown = ast.Expression(last.value)
        tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), scope)
    value = eval(compile(shown, "<cell>", "eval"), scope) if shown else None
    return "" if value is None else repr(value)[:10_000]


def _without_magics(source: str) -> str:
    """Lines that only IPython understands become `pass`."""
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass" if line.lstrip()[:1] in ("%", "!") else line
        for line in source.split("\n")
    )


def _call(function: Callable[..., object], message: dict[str, object]) -> object:
    """JSON of what a function gives back."""
    from pruning_lab.teaching.wire import from_json, to_json

    arguments: Any = from_json(message["arguments"])
    keywords: Any = from_json(message["keywords"])
    return to_json(function(*arguments, **keywords))


def _told(error: BaseException) -> dict[str, object]:
    known = vars(builtins).values()  # a name of the student's own could carry what it was given
    name = next(kind.__name__ for kind in type(error).__mro__ if kind in known)
    try:
        text = str(error)[:2000]
        trace = "".join(traceback.format_exception(error)[-12:])[-4000:]
    except BaseException:  # a student's exception may fail to say what it is
        text = trace = ""
    return {"raised": name, "text": text, "trace": trace}


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # closed or replaced by the student
            stream.flush()


class _Silent:
    """What `get_ipython()` returns: it takes every request and does nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *arguments, **keywords: None


if __name__ == "__main__":
    main()
