"""Sphinx extension: where a chapter or its exercises open live, and where else they may run.

`repository: owner/name` in _config.yml, or the variable REPOSITORY, adds links to Colab and Binder.
Colab opens what the newest published site, on the branch `gh-pages`, offers for download.
Binder makes a machine from the folder .binder of the branch `main`, which derives them there.
"""

import os
from typing import Any
from urllib.parse import quote

COLAB = (
    "https://colab.research.google.com/github/{repository}/blob/gh-pages/latest/notebooks/{path}"
)
BINDER = "https://mybinder.org/v2/gh/{repository}/main?urlpath={open}"
BUILT = "lab/tree/_build/notebooks/{path}"  # where Binder finds what its postBuild derives


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_config_value("repository", "", "html", [str])
    app.connect("config-inited", _repository)
    app.connect("html-page-context", _offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _repository(app: Any, config: Any) -> None:
    config.repository = os.environ.get("REPOSITORY") or config.repository


def _offer(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    def near(path: str) -> str:
        return context["pathto"](path, 1)  # type: ignore[no-any-return]

    context["launches"] = [
        {"name": name, "url": url if url.startswith("https:") else near(url), "kind": kind}
        for name, kind, url in launches(page, app.config.repository)
    ]


def notebook(page: str) -> str:
    """The path of a page's notebook among the downloads; nothing if it has none.

    Examples
    --------
    >>> notebook("exercises/04_weights"), notebook("chapters/04_weights"), notebook("book/index")
    ('04_weights.ipynb', 'chapters/04_weights.ipynb', '')
    """
    folder, _, name = page.partition("/")
    return {"exercises": f"{name}.ipynb", "chapters": f"{page}.ipynb"}.get(folder, "")


def launches(page: str, repository: str) -> list[tuple[str, str, str]]:
    """Name, kind and address of each way to run a page.

    Examples
    --------
    >>> launches("book/glossary", "")
    []
    """
    path = notebook(page)
    if not path:
        return []
    found = [
        ("Open live", "live", f"lite/notebooks/index.html?path={page}.ipynb"),
        ("Download notebook", "download", f"notebooks/{path}"),
    ]
    if repository:
        machine = quote(BUILT.format(path=path), safe="")
        found += [
            ("Open in Colab", "", COLAB.format(repository=repository, path=path)),
            ("Launch on Binder", "", BINDER.format(repository=repository, open=machine)),
        ]
    return found
