"""The version that runs in the browser: JupyterLite with the library in its Pyodide.

`python book/site/build.py` writes _build/html/lite from the notebooks in _build/live and the wheel
in _build/wheels, unless nothing has changed. See release.py for where Python itself comes from.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import policy
import third_party
from derive.wheel import JANUARY_2024
from fingerprints import fingerprint
from folders import BUILD
from live import pyodide, release, worker

LITE = BUILD / "html" / "lite"
PACKAGES = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "anywidget", "jupyterlab-widgets")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSION = f"extensions/{KERNEL}/static"
# extensions of the page; another one that is installed here may keep the page from starting
PAGE = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget", "jupyterlab_pygments")

WEIGHTS = ("crepe_tiny", "pnet", "rnet")  # small enough to travel: 2.4 MB in all

# what a reader writes is kept in the browser soon, not after Jupyter's two minutes
SETTINGS = {"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 5}}

# what a reader of the book never loads: licences are kept, once
SPARE = ("**/*.map", "**/*.orig", "doc")
SPARE += ("build/*.svg", "build/*.eot", "build/*.ttf")


def build() -> Path:
    """The folder of the live version, made anew only if an input changed."""
    mark = BUILD / "lite.stamp"
    state = stamp()
    if LITE.is_dir() and mark.is_file() and mark.read_text() == state:
        return LITE
    mark.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="lite-") as folder:
        made = Path(folder) / "out"
        applications(made)
        strip(made)
        python(made)
        worker.build(made)  # last: it lists what the others made
        shutil.rmtree(LITE, ignore_errors=True)
        LITE.parent.mkdir(parents=True, exist_ok=True)
        made.replace(LITE)
    mark.write_text(state)
    return LITE


def stamp() -> str:
    """A hash of everything the live version is made of."""
    versions = [f"{name}=={version(name)}" for name in (*pyodide.PURE, *PACKAGES)]
    code = [Path(file) for file in (__file__, pyodide.__file__, release.__file__)]
    code += [Path(policy.__file__), third_party.LIST]
    code += [Path(worker.__file__), *worker.SOURCES]
    text = " ".join([release.setting(), *versions])
    return fingerprint([*code, *wheels(), *notebooks(), *weights()], text)


def wheels() -> list[Path]:
    """The library's wheel."""
    found = sorted((BUILD / "wheels").glob("pruning_lab-*.whl"))
    if not found:
        raise ValueError("the library's wheel is missing; run python book/site/build.py first")
    return found


def weights() -> list[Path]:
    """The pretrained weights that travel, with their licences; none if they are not here."""
    return sorted(path for name in WEIGHTS for path in (BUILD / "weights" / name).glob("*"))


def notebooks() -> list[Path]:
    """The notebooks that open live."""
    return sorted((BUILD / "live").glob("*/*.ipynb"))


def applications(target: Path) -> None:
    """Let JupyterLite write its notebook and lab applications, with our notebooks as contents."""
    folder = target.parent
    (folder / "jupyter_lite_config.json").write_text(json.dumps(extensions()), encoding="utf-8")
    (folder / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    for path in weights():  # chapters find them beside themselves
        copy = BUILD / "live" / "chapters" / "weights" / path.parent.name / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    options = ["--apps=notebooks", "--apps=lab", "--no-sourcemaps", "--no-unused-shared-packages"]
    options += [f"--contents={BUILD / 'live'}", f"--output-dir={target}", f"--lite-dir={folder}"]
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--force", *options]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": JANUARY_2024},
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise ValueError(f"JupyterLite could not be built:\n{done.stdout}{done.stderr}")
    for listing in target.glob("api/contents/**/all.json"):
        in_order(listing)


def in_order(listing: Path) -> None:
    """Put a list of files in order; it comes as the disk happens to hold them."""
    folder = json.loads(listing.read_text(encoding="utf-8"))
    folder["content"].sort(key=lambda file: file["path"])
    listing.write_text(json.dumps(folder, indent=1), encoding="utf-8")


def extensions() -> dict[str, Any]:
    """The setting by which JupyterLite takes the extensions of PAGE and no others."""
    folders = [Path(sys.prefix) / "share" / "jupyter" / "labextensions" / name for name in PAGE]
    taken = {"federated_extensions": [str(folder) for folder in folders]}
    return {"LiteBuildConfig": {"ignore_sys_prefix": list(taken), **taken}}


def strip(target: Path) -> None:
    """Remove what no page of the live version loads."""
    for pattern in SPARE:
        for path in target.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def python(target: Path) -> None:
    """Add Pyodide and our packages, and tell the kernel to use them and nothing else."""
    kernel = target / EXTENSION / "pypi"
    added = [*wheels(), *pyodide.pure_wheels(BUILD / "cache")]
    added += [wheel for wheel in kernel.glob("*.whl") if "nbextension" not in wheel.name]
    read = release.listed(release.source(release.setting(), BUILD / "cache"))
    folder = target / "static" / "pyodide"
    packages = pyodide.build(folder, read, added, modules())
    (folder / "licences.txt").write_text(pyodide.licences(folder), encoding="utf-8")
    # the kernel looks for these names, spelled with an underscore, before it installs them itself
    packages += [name.replace("-", "_") for name in pyodide.KERNEL if "-" in name]
    configure(target / "jupyter-lite.json", packages)
    for page in sorted(target.glob("**/*.html")):
        depth = len(page.relative_to(target).parts)
        link = f'<link rel="icon" href="{"../" * depth}_static/icon.svg" type="image/svg+xml">'
        text = page.read_text(encoding="utf-8").replace("<head>", f"<head>{link}")
        page.write_text(policy.with_policy(text, policy.LIVE), encoding="utf-8")


def configure(file: Path, packages: list[str]) -> None:
    """Write the kernel's settings: our Python, all packages at once, no package index."""
    settings = json.loads(file.read_text(encoding="utf-8"))
    data: dict[str, Any] = settings["jupyter-config-data"]
    data["appName"] = "pruning-lab"
    data["exposeAppInBrowser"] = True  # so that the tests can ask the kernel whether it is ready
    plugins = data.setdefault("litePluginSettings", {})
    plugins.setdefault("@jupyterlite/pyodide-kernel-extension:kernel", {}).update(
        pyodideUrl="./static/pyodide/pyodide.js",
        disablePyPIFallback=True,
        loadPyodideOptions={"packages": packages},
    )
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")


def modules() -> set[str]:
    """The modules that the notebooks import."""
    found: set[str] = set()
    for path in notebooks():
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        for line in "\n".join(code).splitlines():
            found |= set(re.findall(r"^\s*(?:import|from)\s+(\w+)", line))
    return found
