"""The grader's end of a jail: it runs a student's cells there and calls their functions."""

import contextlib
import resource
import select
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from typing import IO, Any, Literal

import psutil

from pruning_lab.grading import child, frames, jail
from pruning_lab.grading.limits import Limits
from pruning_lab.teaching.wire import from_json, to_json

STARTING_SECONDS = 60.0
ENDING_SECONDS = 5.0
PATIENCE = 0.1  # seconds between two looks at the processor time
Kind = Literal["raised", "too slow", "ended", "unreadable", "missing"]


class Stopped(Exception):
    """Student code did not come to its end, or what it gave back cannot be read.

    Parameters
    ----------
    kind : what happened
    name : of the exception, if it is one that Python itself knows
    text : what the exception says; a student chose it
    """

    def __init__(self, kind: Kind, name: str = "", text: str = "") -> None:
        super().__init__(kind, name, text)
        self.kind, self.name, self.text = kind, name, text


class Sandbox:
    """A jail with a Python process, started anew when it was stopped.

    Parameters
    ----------
    limits : what the submission may use
    files : name -> text, to lie in the working folder

    Examples
    --------
    It needs bubblewrap, and is a context::

        with Sandbox(Limits()) as sandbox:
            sandbox.run("def f(x): return x + 1")
            sandbox.call("f", [1], {})  # 2
    """

    def __init__(self, limits: Limits, files: Mapping[str, str] | None = None) -> None:
        self.limits, self._files = limits, dict(files or {})
        self._until = time.monotonic() + limits.total_seconds
        self._starts = self._number = 0
        self._cells: list[str] = []  # what a new process runs first
        self._given_up: set[str] = set()  # functions that stopped a process
        self._process: subprocess.Popen[bytes] | None = None
        self._output, self._lost = bytearray(), 0

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End whatever runs in the jail."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reader.join(ENDING_SECONDS)
            self._sock.close()
            self._process = None

    def run(self, source: str) -> str:
        """Run a cell; return how Jupyter would show its last expression, if plainly.

        Raises
        ------
        Stopped
            If the cell raises, hangs or ends the process.
        """
        try:
            shown = self._ask({"cell": source})
        except Stopped as stopped:
            if stopped.kind == "raised":  # what it did before it raised stays done, as in Jupyter
                self._cells.append(source)
            raise
        self._cells.append(source)
        return shown if isinstance(shown, str) else ""

    def call(self, name: str, arguments: list[object], keywords: dict[str, object]) -> object:
        """Value of a student's function, of plain values.

        Raises
        ------
        Stopped
            If it raises, hangs, ends the process or gives back no plain value.
        """
        if name in self._given_up:
            raise Stopped("too slow")
        message = {
            "call": name,
            "arguments": to_json(arguments),
            "keywords": to_json(keywords),
        }
        try:
            answer = self._ask(message)
        except Stopped as stopped:
            if stopped.kind in ("too slow", "ended"):
                self._given_up.add(name)
            raise
        try:
            return from_json(answer)
        except Exception as error:
            raise Stopped("unreadable") from error

    def printed(self) -> str:
        """What was printed since the last time, as far as it is kept."""
        if self._process is None:
            return ""
        time.sleep(0.002)  # the reader may be a moment behind
        text = bytes(self._output).decode("utf-8", "replace")
        lost, self._lost = self._lost, 0
        self._output.clear()
        return text + (f"\n[{lost} more bytes were printed]\n" if lost else "")

    def _ask(self, message: frames.Message) -> Any:
        if self._process is None:
            self._start()
        return self._exchange(message)

    def _exchange(self, message: frames.Message) -> Any:
        deadline = min(time.monotonic() + self.limits.wait_seconds, self._until)
        try:
            self._number += 1
            frames.send(self._sock, {**message, "number": self._number})
            self._await_answer(deadline)
            answer = frames.receive(self._sock, deadline)
            if answer.get("number") != self._number:
                raise ValueError("that answers another question")
        except TimeoutError as error:
            self.close()
            raise Stopped("too slow") from error
        except (EOFError, OSError) as error:
            self.close()
            raise Stopped("ended") from error
        except ValueError as error:
            self.close()
            raise Stopped("unreadable") from error
        if "missing" in answer:
            raise Stopped("missing")
        if "raised" in answer:
            text = str(answer.get("text", ""))[:2000]
            raise Stopped("raised", str(answer["raised"])[:80], text)
        return answer.get("value")

    def _await_answer(self, deadline: float) -> None:
        """Wait until something comes; raises a TimeoutError when time of either kind is used up."""
        start = None
        while not select.select([self._sock], [], [], PATIENCE)[0]:
            used = self._processor_time()
            start = used if start is None else start
            if used - start > self.limits.call_seconds or time.monotonic() > deadline:
                raise TimeoutError

    def _processor_time(self) -> float:
        """Seconds that the processes of the jail have used so far."""
        seconds = 0.0
        with contextlib.suppress(psutil.NoSuchProcess, AttributeError):
            family = psutil.Process(self._process.pid).children(recursive=True)  # type: ignore[union-attr]
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    seconds += sum(process.cpu_times()[:2])
        return seconds

    def _start(self) -> None:
        if self._starts > self.limits.restarts or time.monotonic() > self._until:
            raise Stopped("too slow")
        self._starts += 1
        command = jail.command(self.limits)
        self._sock, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(child.SOCKET,),
            preexec_fn=_prepare(theirs.fileno(), self.limits),
        )
        theirs.close()
        self._output, self._lost = bytearray(), 0
        stream = self._process.stdout
        self._reader = threading.Thread(target=self._drain, args=(stream,), daemon=True)
        self._reader.start()
        self._await_ready()
        for name, text in self._files.items():
            self._exchange({"file": name, "text": text})
        self._replay()
        self.printed()

    def _replay(self) -> None:
        """Run the earlier cells again; start without one that went well then and ends it now."""
        for source in self._cells:
            with contextlib.suppress(Stopped):
                self._exchange({"cell": source})
            if self._process is None:
                self._cells.remove(source)
                self._start()
                return

    def _await_ready(self) -> None:
        try:
            frames.receive(self._sock, time.monotonic() + STARTING_SECONDS)
        except (EOFError, OSError, ValueError) as error:
            self.close()
            time.sleep(0.05)
            said = bytes(self._output).decode("utf-8", "replace").strip()
            raise jail.Broken(f"the jail does not start: {said or error}") from error

    def _drain(self, stream: IO[bytes]) -> None:
        with stream:
            while chunk := stream.read1(1 << 16):  # type: ignore[attr-defined]
                room = max(0, self.limits.output - len(self._output))
                self._output += chunk[:room]
                self._lost += len(chunk) - len(chunk[:room])


def _prepare(descriptor: int, limits: Limits):  # type: ignore[no-untyped-def]
    """What the new process does before it becomes the jail."""
    ceilings = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }

    def prepare() -> None:
        import os

        for what, ceiling in ceilings.items():
            resource.setrlimit(what, (ceiling, ceiling))
        os.dup2(descriptor, child.SOCKET, inheritable=True)

    return prepare
