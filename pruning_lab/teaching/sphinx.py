"""Sphinx extension: tells kernels that a book is being built, gives pages the script and the style.

Only pages with an element get them. The script stands in the page: a module in a file of its own
does not load from ``file://``, and one request less answers the first key press sooner.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from pruning_lab.teaching import assets

STYLE_FILE = "pruning-lab-elements.css"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    os.environ[assets.STATIC_VARIABLE] = "1"
    # a new script or style changes this value, and so Sphinx writes all pages again
    app.add_config_value("pruning_lab_elements", assets.version(), "html", [str])
    app.connect("builder-inited", _write_style)
    app.connect("html-page-context", _add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write_style(app: Sphinx) -> None:
    """Put the style beside the theme's, past html_static_path and whatever walks over it."""
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STYLE_FILE).write_text(assets.style(), encoding="utf-8")


def _add_to_page(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    body = context.get("body", "")
    if "data-element=" not in body:
        return
    app.add_css_file(STYLE_FILE)
    for kind in assets.KINDS:
        if f'data-element="{kind}"' in body:
            app.add_js_file(None, body=assets.script(kind), type="module")
