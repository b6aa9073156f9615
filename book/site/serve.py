"""Serve the built book on this machine: python book/site/serve.py (0: say where it lies)."""

import contextlib
import functools
import gzip
import http.server
import itertools
import os
import sys
import webbrowser
from pathlib import Path

from folders import SITE

FIRST_PORT = 8000
TEXTS = {".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg", ".txt", ".xml"}


@functools.lru_cache(maxsize=256)
def packed(path: Path, changed: int) -> bytes:
    """A file in gzip; `changed` is when it was, so that a newer one is packed anew."""
    return gzip.compress(path.read_bytes(), mtime=0)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of the site, quietly, each checked anew by the browser."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".ipynb": "application/json",
        ".whl": "application/octet-stream",
        ".woff2": "font/woff2",
    }

    def do_GET(self) -> None:
        """Send text packed to whoever accepts that, as hosts of pages do, and all else as it is."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepted and path.suffix in TEXTS and path.is_file()):
            return super().do_GET()
        content = packed(path, path.stat().st_mtime_ns)
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Ask the browser to look for a newer file each time."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the reader's terminal is no log."""


class Server(http.server.ThreadingHTTPServer):
    """A server that never shares a port with another program, as Windows would let it."""

    allow_reuse_address = os.name != "nt"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a reader who left in the middle of a file; show any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def open_server(site: Path, first_port: int = FIRST_PORT) -> Server:
    """A server of a folder on 127.0.0.1, on the first free port from `first_port` on."""
    handler = functools.partial(Handler, directory=str(site))
    for port in itertools.count(first_port):
        with contextlib.suppress(OSError):
            return Server(("127.0.0.1", port), handler)
    raise AssertionError("itertools.count never ends")


def has_screen() -> bool:
    """Tell whether a browser window could open here."""
    if os.environ.get("CI"):
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def main() -> None:
    """Serve until interrupted."""
    if "0" in sys.argv[1:]:
        print(f"The book lies in {SITE} (make book serves it).")
        return
    with open_server(SITE) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The book is at {address}  (Ctrl+C ends this)", flush=True)
        if has_screen():
            webbrowser.open(address)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
