"""The program in the jail. It runs cells and calls functions, and has never seen a test.

What it answers is not trusted: a student's code may do as it likes with this process.
"""

import ast
import builtins
import os
import resource
import socket
import sys
import traceback

SOCKET, LIBRARY, NOBODY = 3, "/grader", 65534
Namespace = dict[str, object]


def main() -> None:
    """Answer messages until the grader is gone."""
    sys.path.insert(0, LIBRARY)
    from pruning_lab.grading import frames
    from pruning_lab.teaching import wire

    _become_nobody(*map(int, sys.argv[1:3]))
    sock = socket.socket(fileno=SOCKET)
    scope: Namespace = {"__name__": "__main__", "get_ipython": _Silent}
    mine = os.getpid()
    frames.send(sock, {"ready": True})
    while True:
        try:
            message = frames.receive(sock)
        except (EOFError, OSError):
            os._exit(0)
        try:
            if "cell" in message:
                answer = {"value": _run(message["cell"], scope)}
            elif not callable(scope.get(message["call"])):
                answer = {"missing": True}
            else:
                answer = {"value": wire.to_json(_call(message, scope, wire))}
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
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        shown = ast.Expression(tree.body.pop().value)
    exec(compile(tree, "<cell>", "exec"), scope)
    value = eval(compile(shown, "<cell>", "eval"), scope) if shown else None
    return "" if value is None else repr(value)[:10_000]


def _without_magics(source: str) -> str:
    """Lines that only IPython understands become `pass`."""
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass" if line.lstrip()[:1] in ("%", "!") else line
        for line in source.split("\n")
    )


def _call(message: dict, scope: Namespace, wire) -> object:
    function = scope[message["call"]]
    arguments = wire.from_json(message["arguments"])
    keywords = wire.from_json(message["keywords"])
    return function(*arguments, **keywords)


def _told(error: BaseException) -> dict[str, str]:
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
        try:
            stream.flush()
        except BaseException:  # closed or replaced by the student
            pass


class _Silent:
    """What `get_ipython()` returns: it takes every request and does nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *arguments, **keywords: None


if __name__ == "__main__":
    main()
