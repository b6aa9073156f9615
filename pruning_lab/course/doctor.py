"""Whether this machine can grade safely: every wall of the jail is tried, not assumed."""

import platform
import shutil
import tempfile
from dataclasses import dataclass

from pruning_lab.grading.jail import Broken
from pruning_lab.grading.limits import Limits
from pruning_lab.grading.sandbox import Sandbox, Stopped

SMALL = Limits(call_seconds=2.0, memory=1 << 30)
PROBES = {
    "student code runs": ("result = 1 + 1", None),
    "no network": (
        "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)",
        "OSError",
    ),
    "nothing can be written but a small folder": ("open('/dev/shm/x', 'w')", "OSError"),
    "no programs of others": (
        "import os\nassert len([n for n in os.listdir('/proc') if n.isdigit()]) > 3",
        "AssertionError",
    ),
    "memory has a limit": ("x = bytearray(4 << 30)", "MemoryError"),
    "processes have a limit": (
        "import os, time\nfor _ in range(64):\n    if os.fork() == 0: time.sleep(9)",
        "BlockingIOError",
    ),
    "endless loops end": ("while True: pass", "too slow"),
}
OS_ERRORS = {"OSError", "PermissionError", "ConnectionRefusedError", "FileNotFoundError"}


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Parameters
    ----------
    what : was tried
    holds : whether it is as it must be
    said : what came instead, and what to do
    """

    what: str
    holds: bool
    said: str = ""


def examine() -> list[Finding]:
    """Try everything that safe grading needs on this machine."""
    system = platform.system()
    found = [Finding("Linux", system == "Linux", f"this is {system}: grade in a Linux machine")]
    bwrap = shutil.which("bwrap")
    found.append(Finding("bubblewrap", bool(bwrap), "install your system's package `bubblewrap`"))
    if not all(finding.holds for finding in found):
        return found
    with tempfile.NamedTemporaryFile() as yours:
        probes = {**PROBES, "no files of yours": (f"open({yours.name!r})", "FileNotFoundError")}
        return found + [_tried(what, *probe) for what, probe in probes.items()]


def _tried(what: str, source: str, wanted: str | None) -> Finding:
    try:
        with Sandbox(SMALL) as sandbox:
            sandbox.run(source)
    except Stopped as stopped:
        came = stopped.name or stopped.kind
        fits = came == wanted or (wanted == "OSError" and came in OS_ERRORS)
        return Finding(what, fits, f"came: {came} {stopped.text}")
    except Broken as error:
        return Finding(what, False, str(error))
    return Finding(what, wanted is None, "nothing stopped it")
