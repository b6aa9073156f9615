"""The jail: bubblewrap's command line, and whether it holds on this machine.

Inside there is no network, no other process, no file but Python, this library and an empty
folder; everything is read-only except that folder, which is small and vanishes.
"""

import itertools
import os
import shutil
import sys
from pathlib import Path

from pruning_lab.grading import child
from pruning_lab.grading.limits import Limits

INSIDE = Path(child.LIBRARY)
WORK = "/tmp/work"
FIRST_UID = 200_000  # when root grades, every jail gets a user of its own from here on
SHARE = 16  # uids for each process that grades
_COUNT = itertools.count()
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "HOME": WORK,
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": WORK,
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Broken(RuntimeError):
    """The jail does not start: the machine's fault, and never a student's."""


def command(limits: Limits, python: str = sys.executable) -> list[str]:
    """Arguments that start `child.py` in a jail.

    Raises
    ------
    Broken
        If bubblewrap is not installed.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise Broken(
            "grading needs bubblewrap, which keeps student code apart; no program `bwrap` was "
            "found. Install your system's package `bubblewrap`, on Linux."
        )
    return [bwrap, *_walls(), *_furniture(limits, python), "--", *_inmate(limits, python)]


def _walls() -> list[str]:
    """Nothing of the outside: no network, no processes, no rights, no variables."""
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--hostname", "jail"]
    walls += ["--clearenv", "--cap-drop", "ALL"]
    if os.getuid() == 0:  # the child itself becomes somebody else, and loses these by that
        walls[0:1] = [f"--unshare-{what}" for what in ("ipc", "pid", "net", "uts", "cgroup")]
        return [*walls, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    walls += ["--unshare-user", "--disable-userns"]
    return [*walls, "--uid", str(child.NOBODY), "--gid", str(child.NOBODY)]


def _furniture(limits: Limits, python: str) -> list[str]:
    """Python, this library, and one small writable folder."""
    found = [word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)]
    folders = sorted(_pythons(python))
    places = [Path(WORK), INSIDE / "pruning_lab", *map(Path, folders)]
    for parent in sorted({str(parent) for place in places for parent in place.parents}):
        found += ["--perms", "0755", "--dir", parent]
    found += ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    for link in ("lib", "lib64", "bin"):
        if os.path.lexists(f"/{link}"):
            found += ["--symlink", f"usr/{link}", f"/{link}"]
    for folder in folders:
        found += ["--ro-bind", folder, folder]
    package = Path(__file__).parents[1]
    found += ["--ro-bind", str(package), str(INSIDE / package.name)]
    found += ["--size", str(limits.folder_size), "--perms", "1777", "--tmpfs", WORK]
    return [*found, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK]


def _pythons(python: str) -> set[str]:
    """Folders of the interpreter and of its virtual environment that lie outside /usr."""
    venv, base = Path(python).parents[1], Path(os.path.realpath(python)).parents[1]
    return {str(folder) for folder in (venv, base) if not folder.is_relative_to("/usr")}


def _inmate(limits: Limits, python: str) -> list[str]:
    program = INSIDE / "pruning_lab" / "grading" / "child.py"
    uid = FIRST_UID + (SHARE * os.getpid() + next(_COUNT)) % FIRST_UID
    return [python, "-I", "-u", str(program), str(uid), str(limits.processes)]
