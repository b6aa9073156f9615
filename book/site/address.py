"""Where the published site stands. One setting says it: `html: baseurl` in _config.yml.

Below that address lie the versions: latest/, v0.1/ with the newest 0.1.x and so on, next/ for what
is no version yet, and preview/… for pull requests. The variables SITE_URL and SITE_FOLDER, which
the workflows set, stand above the setting: a fork is published somewhere else. Without an address
the site knows none: it has no canonical addresses.
"""

import os
import re
from pathlib import Path

import yaml

from folders import ROOT

NEWEST = "latest"  # the folder with a copy of the newest version
PASSING = ("next/", "preview/")  # folders that search engines shall leave alone
VERSION = re.compile(r"v(\d+)\.(\d+)")  # the folder of a version


def base() -> str:
    """The address of the folder of all versions, without a slash at the end; or nothing."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    said = os.environ.get("SITE_URL") or settings["html"].get("baseurl") or ""
    if said and not re.match(r"https?://[^/\s]+", said):
        raise ValueError(f"the address of the site begins with http:// or https://; got {said!r}")
    return str(said).rstrip("/")


def version(root: Path = ROOT) -> str:
    """The library's version, which is the book's."""
    text = (root / "pruning_lab" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if not found:
        raise ValueError('pruning_lab/__init__.py has no line __version__ = "…"')
    return found[1]


def folder() -> str:
    """The folder of this build: that of its version, or what SITE_FOLDER says."""
    said = os.environ.get("SITE_FOLDER", "").strip("/")
    return said or "v" + ".".join(version().split(".")[:2])


def here() -> str:
    """The address of this build; nothing if the site has none."""
    return f"{base()}/{folder()}" if base() else ""


def online() -> str:
    """Where notebooks and other forms find the site: its address, or that of `make book`."""
    return here() or "http://127.0.0.1:8000"


def canonical() -> str:
    """Where search engines shall look for a page: in the newest version."""
    return f"{base()}/{NEWEST}/" if base() else ""
