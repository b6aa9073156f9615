"""Set-up on a fresh machine: a virtual environment with pinned packages, and system programs.

    python book/site/environment.py book lab     install these extras of pyproject.toml
    python book/site/environment.py --lock       write what is installed to requirements.lock
    python book/site/environment.py --clean      remove what was built (notebooks you worked on stay)

It runs on whatever Python the machine has, so it imports the standard library only and
writes nothing that an old one cannot read. What stops it is said in one sentence.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
INSIDE = os.path.join(VENV, *(["Scripts", "python.exe"] if os.name == "nt" else ["bin", "python"]))
LOCK = os.path.join(ROOT, "requirements.lock")
OLDEST = (3, 11)

# extra -> {Debian's package: the programs of which one must be there}
SYSTEM = {
    "dev": {
        "chromium": [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ]
    }
}


def main(arguments):
    """Do what the command line asks for."""
    if sys.version_info < OLDEST:
        stop(
            "pruning-lab needs Python %d.%d or later, and this is %d.%d: install a newer one "
            "and name it, as in 'make book PYTHON=python3.12'." % (OLDEST + sys.version_info[:2])
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
        "The tests need %s, which is missing: install it (Debian and Ubuntu: apt-get install %s), "
        "or name the program in the variable CHROMIUM." % (package, package)
    )
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        stop(sentence)
    print("Installing the system package %s …" % package, flush=True)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
        if run(command, "system.txt", DEBIAN_FRONTEND="noninteractive") != 0:
            stop(sentence)


def install(extras):
    """Create the environment if need be and install the extras, unless nothing changed."""
    if not os.path.exists(INSIDE):
        print("Making a virtual environment …", flush=True)
        if run([sys.executable, "-m", "venv", VENV], "venv.txt") != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            stop("Python's venv module is missing (Debian and Ubuntu: apt-get install python3-venv).")
    stamp = os.path.join(VENV, "pruning-lab-%s.stamp" % "-".join(extras))
    state = fingerprint([LOCK, os.path.join(ROOT, "pyproject.toml")])
    if read(stamp) == state:
        return
    print("Installing the pinned packages of: %s …" % ", ".join(extras), flush=True)
    target = ".[%s]" % ",".join(extras)
    pip = [INSIDE, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", target]
    if run([*pip, "-c", LOCK], "pip.txt") != 0:
        said = [line for line in read(logfile("pip.txt")).splitlines() if "ERROR" in line]
        stop(
            "The packages could not be installed; is this machine online, with about 2 GB free? "
            "pip said: %s (all of it: %s)"
            % (said[-1] if said else "nothing", os.path.relpath(logfile("pip.txt"), ROOT))
        )
    with open(stamp, "w") as file:
        file.write(state)


def lock():
    """Write the versions of all installed packages to requirements.lock."""
    listed = subprocess.run(
        [INSIDE, "-m", "pip", "freeze", "--exclude-editable"], check=True, stdout=subprocess.PIPE
    ).stdout.decode()
    # a local build of torch is called 2.13.0+cpu: no other machine would find that one
    pins = [line.split("+")[0] for line in listed.splitlines() if "==" in line]
    head = [line for line in read(LOCK).splitlines() if line.startswith("#")]
    with open(LOCK, "w") as file:
        file.write("\n".join(head + sorted(pins, key=str.lower)) + "\n")


def clean():
    """Remove everything built, except the notebooks that somebody works on."""
    built = os.path.join(ROOT, "_build")
    for name in os.listdir(built) if os.path.isdir(built) else []:
        path = os.path.join(built, name)
        if name == "lab":
            continue
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def run(command, log, **variables):
    """Run a command with its output in a log file, and return its exit status."""
    os.makedirs(os.path.dirname(logfile(log)), exist_ok=True)
    with open(logfile(log), "w") as output:
        environment = dict(os.environ, **variables)
        return subprocess.call(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )


def logfile(name):
    """Return the path of a log file."""
    return os.path.join(ROOT, "_build", "log", name)


def fingerprint(paths):
    """Return a hash of some files and of the Python that runs."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(read(path).encode())
    return digest.hexdigest()


def read(path):
    """Return a file's text, empty if there is none."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


if __name__ == "__main__":
    main(sys.argv[1:])
