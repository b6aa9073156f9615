"""How long one load of a page takes, until it answers and until it has painted."""

import itertools
import time
from typing import NamedTuple

from playwright.sync_api import Page

from browser.states import DEMO
from browser.visits import Visit, kernel_ready, run_cells

KEYS = 10  # key presses a load
PATIENCE = 10.0  # seconds until a slider should have answered
SLIDER = f"{DEMO} input[type=range]"

# notes when the caption of the first demo with a slider changes: seconds since navigation
WATCH = """() => {
  const demos = [...document.querySelectorAll("[data-element=explorer]")];
  const demo = demos.find((each) => each.querySelector("input[type=range]"));
  const caption = demo.querySelector("figcaption > p");
  window.answered = null;
  new MutationObserver(() => { window.answered ??= performance.now(); })
    .observe(caption, { childList: true, characterData: true, subtree: true });
}"""
# presses ArrowRight or ArrowLeft in turn; milliseconds from each key event to the frame painted
PAINT = """(range) => {
  window.paints = [];
  range.addEventListener("keydown", () => {
    const start = performance.now();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();  // its message comes after the frame
      channel.port1.onmessage = () => window.paints.push(performance.now() - start);
      channel.port2.postMessage(0);
    });
  });
}"""
# what Chromium noted while it loaded: of each kind the entries until now
LOADING = """async () => {
  const noted = (type) => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries())).observe({ type, buffered: true });
    setTimeout(() => done([]), 200);
  });
  const [paints, shifts, tasks] = await Promise.all(
    ["largest-contentful-paint", "layout-shift", "longtask"].map(noted));
  return {
    lcp_s: paints.length ? paints.at(-1).startTime / 1000 : null,
    tbt_ms: tasks.reduce((sum, task) => sum + Math.max(0, task.duration - 50), 0),
    cls: shifts.reduce((sum, s) => sum + (s.hadRecentInput ? 0 : s.value), 0),
  };
}"""


class Loading(NamedTuple):
    """How a page came to stand: Largest Contentful Paint, total blocking time, layout shift."""

    lcp_s: float
    tbt_ms: float
    cls: float


def loading(visit: Visit, path: str) -> Loading:
    """How one load of a page went; raises a ValueError if nothing was painted."""
    found = visit.open(path).evaluate(LOADING)
    if found["lcp_s"] is None:
        raise ValueError(f"{path} painted nothing; is it empty, or was the window hidden?")
    return Loading(**found)


def first_interaction(visit: Visit, path: str) -> float:
    """Seconds from navigation until the first demo has answered a key."""
    page = visit.open(path, wait="commit")
    slider = page.locator(SLIDER).first
    slider.wait_for(state="attached")
    page.evaluate(WATCH)
    keys = itertools.cycle(("ArrowRight", "ArrowLeft"))  # it may stand at an end
    deadline = time.monotonic() + PATIENCE
    while (answered := page.evaluate("window.answered")) is None:
        complain_after(deadline, page)
        slider.press(next(keys))
    return float(answered) / 1000


def key_to_paint(page: Page) -> list[float]:
    """Milliseconds from a key press to the painted frame, for a few presses."""
    slider = page.locator(SLIDER).first
    page.wait_for_load_state("networkidle")
    slider.evaluate(PAINT)
    for press in range(KEYS):
        slider.press("ArrowRight" if press < KEYS / 2 else "ArrowLeft")
        deadline = time.monotonic() + PATIENCE
        while page.evaluate("window.paints.length") <= press:  # the page forbids eval
            complain_after(deadline, page)
            page.wait_for_timeout(5)
    return [float(ms) for ms in page.evaluate("window.paints")]


def complain_after(deadline: float, page: Page) -> None:
    """Raise a ValueError when the page's first slider should have answered by now."""
    if time.monotonic() > deadline:
        raise ValueError(f"{page.url}: the first slider does not answer to arrow keys")


def live_start(visit: Visit, name: str, cells: int) -> tuple[float, float]:
    """Seconds until a live notebook's kernel is ready, and until its first cells have drawn."""
    start = time.perf_counter()
    page = visit.open(f"lite/notebooks/index.html?path={name}.ipynb", wait="commit")
    kernel_ready(page)
    ready = time.perf_counter() - start
    run_cells(page, cells)
    page.locator(".jp-OutputArea-output svg").first.wait_for(timeout=120_000)
    return ready, time.perf_counter() - start
