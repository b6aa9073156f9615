"""What a page may load, said to the browser in the page itself: its own files and nothing else.

A content security policy stands in every page as a `meta` element before anything that loads. A
static host can send no headers of ours, and a copy on a stick has none at all. Scripts that stand
in a page are allowed by their hashes, so they must not change once the policy is written.

Styles may stand in the page: figures and tables set widths and colours in their elements. `file:`
is there for a copy opened from a folder: browsers of today count its files as `'self'`, which the
standard does not promise, and a page that came over the network cannot load it. The workers of the
live version take their policy from the server, as every worker does: tests watch what they ask for.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from folders import SITE

OWN = "'self' file:"
PAGE = {
    "default-src": OWN,
    "script-src": OWN,
    "style-src": f"{OWN} 'unsafe-inline'",
    "img-src": f"{OWN} data:",
    "font-src": f"{OWN} data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": OWN,
}
# JupyterLab compiles its schemas, Python is WebAssembly, widgets are modules made on the spot
LIVE = PAGE | {
    "script-src": f"{OWN} blob: 'unsafe-eval' 'wasm-unsafe-eval'",
    "img-src": f"{OWN} data: blob:",
    "connect-src": f"{OWN} data: blob:",
    "worker-src": f"{OWN} blob:",
}
NAME = "Content-Security-Policy"
META = re.compile(rf'\s*<meta http-equiv="{NAME}"[^>]*>')
PLACES = (re.compile("<meta charset=[^>]*>", re.I), re.compile("<head>", re.I), re.compile(""))
INLINE = re.compile(r"<script\b(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.DOTALL | re.I)
DATA = re.compile(r"""type=["']?application/""")


def build(site: Path = SITE) -> None:
    """Write the policy into every page of the book."""
    for page in sorted(site.rglob("*.html")):
        if not page.is_relative_to(site / "lite"):
            write(page, PAGE)


def write(page: Path, policy: Mapping[str, str]) -> None:
    """Write a policy into a page, in place of one that it has."""
    text = page.read_text(encoding="utf-8")
    found = with_policy(text, policy)
    if found != text:
        page.write_text(found, encoding="utf-8")


def with_policy(html: str, policy: Mapping[str, str]) -> str:
    """The page with its policy, which allows the scripts that stand in it."""
    html = META.sub("", html)
    scripts = " ".join(f"'sha256-{digest}'" for digest in inline_scripts(html))
    allowed = {**policy, "script-src": f"{policy['script-src']} {scripts}".strip()}
    content = "; ".join(f"{kind} {sources}" for kind, sources in allowed.items())
    place = next(filter(None, (pattern.search(html) for pattern in PLACES))).end()
    return f'{html[:place]}\n  <meta http-equiv="{NAME}" content="{content}">{html[place:]}'


def inline_scripts(html: str) -> list[str]:
    """The hashes of the scripts that stand in a page; data that no browser runs has none."""
    bodies = [body for kind, body in INLINE.findall(html) if not DATA.search(kind)]
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return sorted({base64.b64encode(digest).decode() for digest in digests})
