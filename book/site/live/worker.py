"""A service worker for the live version: after the first visit it needs no network."""

import hashlib
import json
import re
from pathlib import Path

import policy

HERE = Path(__file__).parent
SOURCES = (HERE / "worker.js", HERE / "visit.js")
WORKER = "service-worker.js"


def build(target: Path) -> None:
    """Put our worker before JupyterLite's, and on each page the script that sets it to work."""
    settings = json.loads((target / "jupyter-lite.json").read_text(encoding="utf-8"))
    version = json.dumps(settings["jupyter-config-data"]["appVersion"])
    visit = (HERE / "visit.js").read_text(encoding="utf-8").replace("VERSION", version)
    (target / "visit.js").write_text(visit, encoding="utf-8")
    for page in target.glob("*/**/index.html"):
        up = "../" * (len(page.relative_to(target).parts) - 1)
        text = page.read_text(encoding="utf-8")
        place = (policy.META.search(text) or re.search("<head>", text)).end()  # type: ignore[union-attr]
        text = f'{text[:place]}<script src="{up}visit.js"></script>{text[place:]}'
        page.write_text(text, encoding="utf-8")
    theirs = (target / WORKER).read_text(encoding="utf-8")
    ours = (HERE / "worker.js").read_text(encoding="utf-8")
    listed = f"const FILES = {json.dumps(hashes(target), separators=(',', ':'))};"
    (target / WORKER).write_text(f"{listed}\n{ours}\n{theirs}", encoding="utf-8")


def hashes(target: Path) -> dict[str, str]:
    """A hash of each file of the live version but the worker, by path."""
    files = sorted(path for path in target.rglob("*") if path.is_file())
    names = {path.relative_to(target).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for name, path in names.items()
        if path.name != WORKER
    }
