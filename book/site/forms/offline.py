"""Pack the site to carry along: python book/site/forms/offline.py, after the site is built.

One zip. Its pages open from a folder, without a server: demos, quizzes, formulas, colours,
contents and search. What a browser forbids pages of a folder, the live version, needs
`python -m http.server`.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from address import version
from folders import BUILD, SITE
from forms.book import AUTHORS, LICENCE, SUBTITLE, TITLE, made

TARGET = BUILD / "forms" / "pruning-lab-offline.zip"
FOLDER = "pruning-lab"
LEFT_OUT = ("reports/", ".", "lite/doc/")  # notes of the build
SCRIPT = Path(__file__).with_name("offline.js")
# a module in a file of its own, and a font asked for early, do not load in a page of a folder
MODULE = re.compile(r'(<script src="([^"]*_static/)book\.js[^"]*") type="module"></script>')
PRELOAD = re.compile(r'\s*<link rel="preload" as="font"[^>]*>')
PACKED = {".whl", ".zip", ".woff2", ".png"}  # nothing to gain
READ_ME = """{title}: {subtitle}
Version {version}. {authors}. {licence}.

Open index.html in a browser: pages, demos, quizzes and the search work without a server.

The chapters as notebooks that run in the browser need one, since browsers forbid them to pages of
a folder. With Python, in this folder:

    python -m http.server

and then open http://localhost:8000 in a browser. Nothing is asked of the network in either way.
"""


def build(site: Path = SITE, target: Path = TARGET) -> Path:
    """The zip of a finished site, as a path."""
    if not (site / "index.html").is_file():
        raise ValueError(f"there is no built site in {site}; run `make book SERVE=0` first")
    target.parent.mkdir(parents=True, exist_ok=True)
    moment = made().timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files(site):
            info = zipfile.ZipInfo(f"{FOLDER}/{name}", moment)
            packed = Path(name).suffix in PACKED
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return target


def files(site: Path) -> list[tuple[str, bytes]]:
    """Names and contents of what comes along."""
    found = [("READ ME.txt", read_me().encode()), ("_static/offline.js", SCRIPT.read_bytes())]
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not name.startswith(LEFT_OUT):
            found.append((name, for_a_folder(name, path.read_bytes())))
    return found


def read_me() -> str:
    """How to open it."""
    return READ_ME.format(
        title=TITLE, subtitle=SUBTITLE, version=version(), authors=AUTHORS, licence=LICENCE
    )


def for_a_folder(name: str, data: bytes) -> bytes:
    """A file of the site, changed where browsers are strict with pages of a folder."""
    if name.startswith("lite/"):
        return data
    if name.endswith(".html"):
        text = PRELOAD.sub("", data.decode())
        scripts = r'\1 defer></script>\n  <script src="\2offline.js" defer></script>'
        return MODULE.sub(scripts, text).encode()
    if name == "_static/book.js":
        return b"{\n" + data + b"\n}\n"  # its names are its own, as in a module
    if name == "_static/fonts.css":
        return re.sub(rb"font-display: \w+", b"font-display: swap", data)
    return data


def main() -> None:
    """Pack it, and say where and how large it is."""
    try:
        path = build()
    except ValueError as error:
        sys.exit(str(error))
    print(f"{path} ({path.stat().st_size / 1e6:.0f} MB)")


if __name__ == "__main__":
    main()
