"""A Chromium that visits the built site, for measure.py and the tests, and what it finds there."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from folders import SITE
from serve import open_server

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# without these Chromium asks its maker for updates and lists
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
QUIET += ["--no-first-run", "--disable-quic", "--no-sandbox"]
# notes what a page's policy refuses, from before its first script on
VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation",
  (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE: Any = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2: axe leaves it out by itself
}


def program() -> str:
    """The path of Chromium or a relative: the variable CHROMIUM, or what the path offers."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None and Path(MAC).exists():
        found = MAC
    if found is None:
        raise ValueError("no Chromium found: install it, or name its program in CHROMIUM")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=QUIET)
        yield browser
        browser.close()


@contextmanager
def served(site: Path = SITE) -> Iterator[str]:
    """The address of the built site while a server runs."""
    if not (site / "index.html").is_file():
        raise ValueError(f"there is no built site in {site}; run `make book SERVE=0` first")
    server = open_server(site, first_port=8400)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def documents(site: Path = SITE) -> list[str]:
    """The names of the pages of the book, such as chapters/04_weights."""
    folders = ("book", "chapters", "exercises")
    pages = [path for folder in folders for path in sorted((site / folder).rglob("*.html"))]
    return [path.relative_to(site).with_suffix("").as_posix() for path in pages]


class Visit:
    """A page in a fresh context that notes what it asks for and what goes wrong."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(**options)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", self._console)
        self.page: Page = self.context.new_page()

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def open(self, path: str, wait: str = "networkidle") -> Page:
        """Go to a page of the site."""
        self.page.goto(f"{self.address}/{path}", wait_until=wait)  # type: ignore[arg-type]
        return self.page

    @property
    def elsewhere(self) -> list[str]:
        """Requests to anybody but the site."""
        own = (self.address + "/", "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice on a page, one line a place."""
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))} ({node['failureSummary']})"
        for violation in Axe().run(page, options=AXE).response["violations"]
        for node in violation["nodes"]
    ]


def kernel_ready(page: Page, timeout_s: float = 120) -> None:
    """Wait until the kernel of a live notebook answers."""
    page.wait_for_function(
        "() => window.jupyterapp?.shell?.currentWidget?.context?.isReady", timeout=timeout_s * 1000
    )
    page.evaluate(
        """async () => {
          const session = jupyterapp.shell.currentWidget.sessionContext;
          await session.ready;
          await session.session.kernel.info;
        }"""
    )


def run_cells(page: Page, count: int) -> None:
    """Run the first cells of a live notebook, as the run button does, one after another."""
    page.evaluate(
        """count => {
          jupyterapp.shell.currentWidget.content.activeCellIndex = 0;
          for (let i = 0; i < count; i++)
            jupyterapp.commands.execute("notebook:run-cell-and-select-next");
        }""",
        count,
    )
