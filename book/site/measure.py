"""Measure the built site in Chromium: python book/site/measure.py writes _build/site-report.json.

Times are medians of five loads, with the samples beside them.
"""

import datetime
import gzip
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page

from browser.states import DEMO, walk
from browser.timings import SLIDER, first_interaction, key_to_paint, live_start, loading
from browser.visits import Visit, chromium, documents, served, violations
from folders import BUILD, ROOT, SITE

REPORT = BUILD / "site-report.json"
LOADS = 5
HEAD = f"{'page':<36} else err axe  LCP s  TBT ms  CLS first s paint ms  kB (gz) states"


def main() -> None:
    """Measure every page and the live notebook, and write the report."""
    with served() as address, chromium() as browser:
        print(HEAD)
        pages = []
        for name in documents():
            pages.append(measure_page(browser, address, name))
            print(row(pages[-1]), flush=True)
        live = measure_live(browser, address, "chapters/04_weights")
    report = {
        "commit": commit(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "loads": LOADS,
        "pages": pages,
        "live": live,
    }
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(
        f"live: kernel ready {live['kernel_ready_s']} s, first figure {live['first_figure_s']} s, "
        f"{live['requests']} requests\n{REPORT.relative_to(ROOT)}"
    )


def commit() -> str:
    """The commit of the checkout, with a + if files differ from it."""
    run = ["git", "describe", "--always", "--abbrev=40", "--dirty=+"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, encoding="utf-8")
    return done.stdout.strip() or "unknown"


def machine() -> str:
    """The machine in a few words."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}"


def median(samples: Sequence[float]) -> float | None:
    """The median to a millisecond or a hundredth of one, None of nothing."""
    return round(statistics.median(samples), 3) if samples else None


def measure_page(browser: Browser, address: str, name: str) -> dict[str, Any]:
    """Everything about one page of the book."""
    html = (SITE / f"{name}.html").read_bytes()
    elsewhere, errors, faults = [], [], []
    for scheme in ("light", "dark"):
        with Visit(browser, address, color_scheme=scheme) as visit:
            page = visit.open(f"{name}.html")
            demos, sliders = page.locator(DEMO).count(), page.locator(SLIDER).count()
            faults += violations(page)
            if scheme == "light":
                states = sum(walk(page, number) for number in range(demos))
                loaded = loaded_bytes(page)
            elsewhere += visit.elsewhere
            errors += visit.errors
    loads, first, paints = [], [], []
    for _ in range(LOADS):
        with Visit(browser, address) as visit:
            loads.append(loading(visit, f"{name}.html"))
        with Visit(browser, address) as visit:
            if sliders:
                first.append(first_interaction(visit, f"{name}.html"))
                paints.append(key_to_paint(visit.page))
    return {
        "page": name,
        "third_party_requests": len(elsewhere),
        "console_errors": len(errors),
        "axe_serious": len(faults),
        "lcp_s": median([load.lcp_s for load in loads]),
        "tbt_ms": median([load.tbt_ms for load in loads]),
        "cls": median([load.cls for load in loads]),
        "first_interaction_s": median(first),
        "first_interaction_s_samples": [round(s, 3) for s in first],
        "key_to_paint_ms_median": median([statistics.median(load) for load in paints]),
        "key_to_paint_ms_samples": [[round(ms, 1) for ms in load] for load in paints],
        "html_bytes": len(html),
        "html_gzip_bytes": len(gzip.compress(html, 9)),
        "loaded_bytes": loaded,
        "demos": demos,
        "states_checked": states,
        "found": [*elsewhere, *errors, *faults],
    }


def loaded_bytes(page: Page) -> dict[str, int]:
    """Bytes of the files that a page loaded, by kind, before compression."""
    files = page.evaluate(
        """() => performance.getEntriesByType("resource")
             .map((r) => [new URL(r.name).pathname.split(".").pop(), r.decodedBodySize])"""
    )
    kinds: dict[str, int] = {}
    for kind, size in files:
        kinds[kind] = kinds.get(kind, 0) + size
    return dict(sorted(kinds.items()))


def measure_live(browser: Browser, address: str, name: str) -> dict[str, Any]:
    """How soon the live chapter's kernel is ready and its first figure stands."""
    ready, figure, requests, elsewhere, errors = [], [], [], [], []
    cells = cells_to_first_figure(name)
    for _ in range(LOADS):
        with Visit(browser, address) as visit:
            times = live_start(visit, name, cells)
            ready.append(times[0])
            figure.append(times[1])
            requests.append(len(visit.requests))
            elsewhere += visit.elsewhere
            errors += visit.errors
    return {
        "page": f"lite/notebooks/{name}",
        "kernel_ready_s": median(ready),
        "kernel_ready_s_samples": [round(s, 2) for s in ready],
        "first_figure_s": median(figure),
        "first_figure_s_samples": [round(s, 2) for s in figure],
        "requests": int(statistics.median(requests)),
        "third_party_requests": len(elsewhere),
        "console_errors": len(errors),
        "lite_bytes": sum(f.stat().st_size for f in (SITE / "lite").rglob("*") if f.is_file()),
        "found": [*elsewhere, *errors],
    }


def cells_to_first_figure(name: str) -> int:
    """How many cells of a notebook to run until one has drawn something."""
    notebook = SITE / "lite" / "files" / f"{name}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    drawing = ("Picture(", ".demo(")
    sources = ["".join(cell["source"]) for cell in cells]
    return next(n for n, source in enumerate(sources, 1) if any(d in source for d in drawing))


def row(page: dict[str, Any]) -> str:
    """The figures of a page in short."""
    first, paint = page["first_interaction_s"] or 0, page["key_to_paint_ms_median"] or 0
    return (
        f"{page['page']:<36} {page['third_party_requests']:>4} {page['console_errors']:>3} "
        f"{page['axe_serious']:>3} {page['lcp_s']:>6.2f} {page['tbt_ms']:>7.0f} "
        f"{page['cls']:>4.2f} {first:>7.2f} {paint:>8.1f} "
        f"{page['html_bytes'] // 1000:>4} ({page['html_gzip_bytes'] // 1000:>3})"
        f"{page['states_checked']:>7}"
    )


if __name__ == "__main__":
    main()
