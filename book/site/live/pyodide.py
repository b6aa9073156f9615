"""The browser's Python: Pyodide's files and one lock file that holds the library as well."""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable
from email.message import Message
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

import third_party
from live.release import LOCK, Read, download

SERIES = "0.27."  # of jupyterlite-pyodide-kernel 0.6
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
# what a kernel needs before its first cell; loaded together while Python starts
KERNEL = ("ssl", "sqlite3", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
KERNEL += ("micropip", "piplite")
# pure Python, at the versions of the lock file; what they need must be here or in Pyodide
PURE = ("anywidget", "comm", "ipywidgets", "psygnal", "typing-extensions")
# required by ipywidgets, but their place is the page, which has them as extensions
PAGE_SIDE = {"jupyterlab-widgets", "widgetsnbextension"}
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "python_version": "3.12"}


def pure_wheels(cache: Path) -> list[Path]:
    """The wheels of PURE, at the versions that are installed here, if they are those listed."""
    wheels = [download(f"{name}=={version(name)}", cache / "wheels") for name in PURE]
    for wheel in wheels:
        third_party.check(wheel.name, wheel.read_bytes())
    return wheels


def entry(wheel: Path) -> dict[str, Any]:
    """A wheel's entry in the lock file."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    metadata = about(wheel)
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


def about(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        info = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(info).decode())


def licences(folder: Path) -> str:
    """A line for each package in a folder: its version, its licence as it calls it, its hash."""
    lines = ["Packages of the browser's Python. Each wheel holds its licence in full.", ""]
    packages = json.loads((folder / LOCK).read_text(encoding="utf-8"))["packages"]
    for name, package in packages.items():
        file = folder / package["file_name"]
        said = licence(about(file)) if file.suffix == ".whl" else "see the project"
        lines.append(f"{name} {package['version']}: {said}; sha256 {package['sha256']}")
    return "\n".join(lines) + "\n"


def licence(metadata: Message) -> str:
    """The licence of a package in a few words."""
    classifiers = metadata.get_all("Classifier", [])
    classified = [c.split(" :: ")[-1] for c in classifiers if c.startswith("License ::")]
    said = metadata.get("License-Expression") or " and ".join(classified)
    return said or (metadata.get("License") or "see the wheel").strip().splitlines()[0]


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
                "to it; add it to PURE in book/site/live/pyodide.py if it is pure Python"
            )
        kept[name] = packages[name]
        waiting += [(needed, name) for needed in packages[name]["depends"]]
    return dict(sorted(kept.items()))


def imported(packages: dict[str, Any], modules: Iterable[str]) -> set[str]:
    """The packages that bring some modules; modules of Python itself bring none."""
    owners = {module: name for name, entry in packages.items() for module in entry["imports"]}
    return {owners[module] for module in modules if module in owners}


def build(target: Path, read: Read, wheels: Iterable[Path], modules: Iterable[str]) -> list[str]:
    """Fill the target with Pyodide and what the modules need; return the names of what starts it.

    What only a notebook imports waits in the target until a cell imports it.
    """
    lock = json.loads(read(LOCK))
    if not lock["info"]["version"].startswith(SERIES):
        raise ValueError(
            f"the kernel needs Pyodide {SERIES}x; PYODIDE offers {lock['info']['version']}"
        )
    packages = {canonicalize_name(name): dict(entry) for name, entry in lock["packages"].items()}
    for package in packages.values():
        package["depends"] = [canonicalize_name(name) for name in package["depends"]]
    own = {canonicalize_name(entry(wheel)["name"]): wheel for wheel in wheels}
    packages |= {name: entry(wheel) for name, wheel in own.items()}
    first = {*KERNEL, "pruning-lab"}
    kept = closure(packages, first | imported(packages, modules))
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
    return list(closure(packages, first))
