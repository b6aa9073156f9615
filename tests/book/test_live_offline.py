"""The live version after the first visit: it starts and runs without a network."""

import json
import re
import time

import pytest
from playwright.sync_api import Error

from browser.visits import Visit, kernel_ready, served
from folders import SITE
from live import worker

pytestmark = pytest.mark.browser

NOTEBOOK = "lite/notebooks/index.html?path=exercises/04_weights.ipynb"
KEPT = "async () => (await (await caches.open('live /lite/')).keys()).map(({ url }) => url)"
FIRST_CODE = """() => jupyterapp.shell.currentWidget.content.widgets
  .findIndex((cell) => cell.model.type === "code")"""
RUN = """async (index) => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = index;
  await jupyterapp.commands.execute("notebook:run-cell");
  return notebook.widgets[index].model.toJSON();
}"""


def until(page, question, arg=None, seconds=180):
    """Ask until the page says yes; in between it may load anew."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(question, arg):
                return
        except Error as error:
            if "navigation" not in str(error):
                raise
        time.sleep(0.2)
    pytest.fail(f"never true: {question}")


def test_a_kernel_starts_and_a_cell_runs_without_a_network(chromium):
    listed = re.match(r"const FILES = (.*);", (SITE / "lite" / worker.WORKER).read_text())
    with served() as address, Visit(chromium, address) as visit:
        page = visit.open(NOTEBOOK, wait="commit")
        kernel_ready(page)
        until(
            page,
            f"async (count) => (await ({KEPT})()).length === count",
            len(json.loads(listed[1])),
        )
        assert visit.elsewhere == []
        visit.context.set_offline(True)
        page.goto(f"{address}/{NOTEBOOK}", wait_until="commit")
        kernel_ready(page)
        cell = page.evaluate(RUN, page.evaluate(FIRST_CODE))
    assert cell["execution_count"] == 1
    assert [output for output in cell["outputs"] if output["output_type"] == "error"] == []


THEIRS = """addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));"""
PAGE = """<!DOCTYPE html><html><head><title>Live</title></head><body><script>
window.first = navigator.serviceWorker.controller;
navigator.serviceWorker.register("../service-worker.js?enableCache=false");
</script></body></html>"""
READY = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage("keep everything");
  while (active.state !== "activated" || !navigator.serviceWorker.controller)
    await new Promise((done) => setTimeout(done, 50));
}"""


# the page was started by the new worker, which has let go of a file of the old one
RENEWED = f"""async (old) => {{
  await ({READY})();
  const {{ controller, ready }} = navigator.serviceWorker;
  if (window.first !== controller || (await ready).active !== controller) return false;
  return !(await ({KEPT})()).includes(old);
}}"""


def build(site, **files):
    lite = site / "lite"
    for name, text in {
        "notebooks/index.html": PAGE,
        "jupyter-lite.json": '{"jupyter-config-data": {"appVersion": "0.6.4"}}',
        worker.WORKER: THEIRS,
        **files,
    }.items():
        (lite / name).parent.mkdir(parents=True, exist_ok=True)
        (lite / name).write_text(text)
    worker.build(lite)


def kept(page, name):
    return [url for url in page.evaluate(KEPT) if f"/lite/{name}" in url]


def text_of(page, name):
    return page.evaluate("async (name) => (await fetch(`../${name}`)).text()", name)


def test_a_new_build_replaces_what_it_changed_and_only_that(chromium, tmp_path):
    (tmp_path / "index.html").write_text("")
    build(tmp_path, one="first", two="same")
    with served(tmp_path) as address, Visit(chromium, address) as visit:
        page = visit.open("lite/notebooks/index.html")
        page.evaluate(READY)
        until(page, f"async () => (await ({KEPT})()).length === 5")
        before = kept(page, "two")
        old = kept(page, "one")

        (tmp_path / "lite" / "one").write_text("forged")  # not what the build made
        assert text_of(page, "one") == "first"

        build(tmp_path, one="second", two="same")
        page.reload(wait_until="commit")  # meets the old worker, which fetches the new one
        until(page, RENEWED, old[0])
        assert text_of(page, "one") == "second"
        assert kept(page, "two") == before
        assert len(kept(page, "one")) == 1

        (tmp_path / "lite" / "one").write_text("forged")
        page.evaluate(
            "url => caches.open('live /lite/').then((s) => s.delete(url))", kept(page, "one")[0]
        )
        assert text_of(page, "one") == "forged"  # handed on, as any server's file,
        assert kept(page, "one") == []  # and not kept
        assert visit.elsewhere == []
