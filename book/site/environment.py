"""Set-up on a fresh machine: a virtual environment with pinned packages, and system programs.

    python book/site/environment.py book lab     install these extras of pyproject.toml
    python book/site/environment.py --lock       write what is installed to requirements.lock
    python book/site/environment.py --clean      remove what was built, but no notebook of yours

It runs on whatever Python 3 the machine has, so it imports the standard library only and is
written such that an old one can read it. What stops it is said in one sentence.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
INSIDE = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
LOGS = ROOT / "_build" / "log"
OLDEST = (3, 11)

# extra -> {Debian's package: the programs of which one must be there}
SYSTEM = {
    "course": {"bubblewrap": ["bwrap"]},
    "dev": {
        "chromium": [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ],
        "bubblewrap": ["bwrap"],
    },
}


def main(arguments):
    """Do what the command line asks for."""
    if sys.version_info < OLDEST:
        stop(
            "pruning-lab needs Python {}.{} or later, and this is {}.{}: install a newer one and "
            "name it, as in 'make book PYTHON=python3.12'.".format(*OLDEST, *sys.version_info[:2])
        )
    if arguments == ["--clean"]:
        return clean()
    if arguments == ["--lock"]:
        return lock()
    for extra in arguments:
        for package, programs in SYSTEM.get(extra, {}).items():
            need(package, programs)
    return install(arguments)


def stop(sentence):
    """End with one sentence and a non-zero exit."""
    sys.exit(sentence)


def need(package, programs):
    """Make sure that one of the programs is there; install its package when root on Debian."""
    if os.environ.get("CHROMIUM") or any(shutil.which(program) for program in programs):
        return
    sentence = (
        f"The tests need {package}, which is missing: install it (Debian and Ubuntu: apt-get "
        f"install {package}), or name the program in the variable CHROMIUM."
    )
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        stop(sentence)
    print(f"Installing the system package {package} …", flush=True)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
        if run(command, "system.txt", DEBIAN_FRONTEND="noninteractive") != 0:
            stop(sentence)


def install(extras):
    """Create the environment if need be and install the extras, unless nothing changed."""
    if not INSIDE.exists():
        print("Making a virtual environment …", flush=True)
        if run([sys.executable, "-m", "venv", str(VENV)], "venv.txt") != 0:
            shutil.rmtree(str(VENV), ignore_errors=True)
            stop(
                "No virtual environment could be made: Python's venv module is missing "
                "(Debian and Ubuntu: apt-get install python3-venv)."
            )
    stamp = VENV / "pruning-lab-{}.stamp".format("-".join(extras))
    state = fingerprint([LOCK, ROOT / "pyproject.toml"])
    if read(stamp) == state:
        return
    print("Installing the pinned packages of: {} …".format(", ".join(extras)), flush=True)
    target = ".[{}]".format(",".join(extras))
    pip = [str(INSIDE), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", target]
    if run([*pip, "-c", str(LOCK)], "pip.txt") != 0:
        said = [line for line in read(LOGS / "pip.txt").splitlines() if "ERROR" in line]
        stop(
            "The packages could not be installed; is this machine online, with some GB free? "
            "pip said: {} (all of it: {})".format(said[-1] if said else "nothing", LOGS / "pip.txt")
        )
    stamp.write_text(state)


def lock():
    """Write the versions of all installed packages to requirements.lock."""
    listed = subprocess.check_output(
        [str(INSIDE), "-m", "pip", "freeze", "--exclude-editable"]
    ).decode()
    # a local build of torch is called 2.13.0+cpu: no other machine would find that one
    pins = [line.split("+")[0] for line in listed.splitlines() if "==" in line]
    head = [line for line in read(LOCK).splitlines() if line.startswith("#")]
    LOCK.write_text("\n".join(head + sorted(pins, key=str.lower)) + "\n", encoding="utf-8")


def clean():
    """Remove everything built, except the notebooks that somebody works on."""
    for path in (ROOT / "_build").glob("*"):
        if path.name == "lab":
            continue
        shutil.rmtree(str(path)) if path.is_dir() else path.unlink()


def run(command, log, **variables):
    """Run a command with its output in a log file, and return its exit status."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / log).open("w") as output:
        return subprocess.call(
            command,
            cwd=str(ROOT),
            env=dict(os.environ, **variables),
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def fingerprint(paths):
    """Return a hash of some files and of the Python that runs."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(read(path).encode())
    return digest.hexdigest()


def read(path):
    """Return a file's text, empty if there is none."""
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


if __name__ == "__main__":
    main(sys.argv[1:])
