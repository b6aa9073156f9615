"""Every chapter runs live to its last cell: a browser counts in 32 bits and has no threads."""

import pytest

from browser.visits import kernel_ready
from folders import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.load]

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.md"))
# some cells need PyTorch or large weights, say so, and point to the page of the chapter
PARTLY = {"15_language_models", "16_sound_and_vision", "18_tools"}
MINUTES = 10  # for the slowest chapter on a slow machine
STATE = """() => {
  const cells = jupyterapp.shell.currentWidget.content.widgets;
  const code = cells.filter((cell) => cell.model.type === "code");
  const outputs = code.flatMap((cell) => cell.model.outputs.toJSON());
  return {
    waiting: code.filter((cell) => !cell.model.executionCount).map((cell) => cells.indexOf(cell)),
    errors: outputs.filter((each) => each.output_type === "error")
      .map((each) => each.traceback.join("\\n")),
  };
}"""
ENDED = f"""(before) => {{
  const {{ waiting, errors }} = ({STATE})();
  return !waiting.length || errors.length > before;
}}"""
GO_ON = """(cell) => {
  jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
  void jupyterapp.commands.execute("notebook:run-all-below");
}"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_runs_live_to_its_end(visit, name):
    page = visit().open(f"lite/notebooks/index.html?path=chapters/{name}.ipynb", wait="commit")
    kernel_ready(page)
    state = page.evaluate(STATE)
    while state["waiting"]:  # an error stops what waits behind it
        page.evaluate(GO_ON, state["waiting"][0])
        page.wait_for_function(ENDED, arg=len(state["errors"]), timeout=MINUTES * 60_000)
        state = page.evaluate(STATE)
    if name in PARTLY:
        assert all("page of the chapter" in error.lower() for error in state["errors"])
    else:
        assert state["errors"] == []
