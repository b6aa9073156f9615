"""The live version: it starts with no network but the site, and an exercise answers."""

import json

import pytest
from playwright.sync_api import expect

from browser.visits import VIOLATIONS, kernel_ready, run_cells
from folders import ROOT, SITE
from live import application
from pruning_lab.course.authored import parse

pytestmark = pytest.mark.browser

EXERCISES = "lite/notebooks/index.html?path=exercises/04_weights.ipynb"
WRONG = "def network_sparsity(weights):\n    return 0.5"
RIGHT = """def network_sparsity(weights):
    zeros = sum(int((w == 0).sum()) for w in weights.values())
    return float(zeros / sum(w.size for w in weights.values()))"""

SURPRISES = """
import json
from pruning_lab.teaching.answers import find
from pruning_lab.teaching.checks import judge

surprises = []
for name, given, solution, mistakes in json.loads({!r}):
    answers = find(name)
    wanted = ["right"] + [mistake.hint for mistake in answers.mistakes]
    for code, want in zip([solution, *mistakes], wanted, strict=True):
        scope = {{"__name__": "__main__"}}
        for cell in [*given, code]:
            exec(cell, scope)
        said = judge(scope[name], answers)
        if want not in (said.outcome, said.help):
            surprises.append((name, want, str(said)))
print(surprises)
"""  # most would be numbers of another width: those of a browser have 32 bits


def printed(page, code):
    """What the kernel of a live notebook prints when it runs some code."""
    return page.evaluate(
        """async code => {
          const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
          const run = kernel.requestExecute({ code });
          let said = "";
          run.onIOPub = ({ content }) => { said += content.text ?? content.evalue ?? ""; };
          await run.done;
          return said;
        }""",
        code,
    )


def cell_with(page, text):
    """The index of the first code cell whose source holds a text."""
    return page.evaluate(
        """text => jupyterapp.shell.currentWidget.content.widgets.findIndex(
             cell => cell.model.type === "code" && cell.model.sharedModel.source.includes(text))""",
        text,
    )


def select(page, index):
    page.evaluate(
        """async index => {
          const notebook = jupyterapp.shell.currentWidget.content;
          notebook.activeCellIndex = index;
          await notebook.scrollToItem(index);
          await jupyterapp.commands.execute("notebook:enter-edit-mode");
        }""",
        index,
    )


def run(page):
    """Press Shift+Enter in the selected cell, and wait until nothing runs any more."""
    before = page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        """index => {
          const cell = jupyterapp.shell.currentWidget.content.widgets[index];
          return cell.model.executionState === "idle" && cell.model.executionCount > 0;
        }""",
        arg=before,
        timeout=120_000,
    )


def answer(page, code):
    """Type an answer into the exercise's cell, run it, run its check, and return what it says."""
    select(page, cell_with(page, "def network_sparsity"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)
    run(page)
    check = cell_with(page, "check(network_sparsity)")
    select(page, check)
    run(page)
    feedback = page.locator("[aria-label='Feedback']").first
    feedback.wait_for(timeout=30_000)
    return feedback.inner_text()


def test_an_exercise_live_once_wrong_and_once_right(visit):
    visiting = visit(viewport={"width": 1200, "height": 1000})
    visiting.context.add_init_script(VIOLATIONS)
    page = visiting.open(EXERCISES, wait="commit")
    kernel_ready(page)
    select(page, cell_with(page, "from pruning_lab"))
    run(page)
    assert page.evaluate("violations") == []
    assert "Not attempted" in answer(page, "def network_sparsity(weights):\n    ...")
    assert "Wrong" in answer(page, WRONG)
    assert "Right" in answer(page, RIGHT)


def test_every_solution_is_right_live_and_every_known_mistake_gets_its_hint(visit):
    page = visit().open(EXERCISES, wait="commit")
    kernel_ready(page)
    exercises = []
    for path in sorted((ROOT / "exercises").glob("*.md")):
        parts = parse(path.read_text(encoding="utf-8"))
        given = [cell for part in parts for cell in part.given]
        for part in parts:
            if part.name:
                exercises.append([part.name, given, part.solution, part.mistakes])
    assert len(exercises) > 19 * 4
    assert printed(page, SURPRISES.format(json.dumps(exercises))) == "[]\n"


def test_what_a_reader_writes_is_there_after_a_reload(visit):
    visiting = visit(viewport={"width": 1200, "height": 1000})
    page = visiting.open(EXERCISES, wait="commit")
    kernel_ready(page)  # it starts by itself: nothing was run yet
    select(page, cell_with(page, "def network_sparsity"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(WRONG)
    saved = "() => !jupyterapp.shell.currentWidget.context.model.dirty"
    page.wait_for_function(saved, timeout=20_000)  # by itself, too
    page.reload(wait_until="commit")
    kernel_ready(page)
    assert cell_with(page, WRONG) == cell_with(page, "def network_sparsity")


def test_a_chapter_draws_live(visit):
    visiting = visit(viewport={"width": 1200, "height": 1000})
    page = visiting.open("lite/notebooks/index.html?path=chapters/04_weights.ipynb", wait="commit")
    kernel_ready(page)
    run_cells(page, cells_until("Picture("))
    page.locator(".jp-OutputArea-output .pl-picture svg").first.wait_for(timeout=120_000)
    assert page.locator(".jp-OutputArea-output [data-mime-type*=error]").count() == 0


def test_a_demo_answers_keys_live(visit):
    visiting = visit(viewport={"width": 1200, "height": 1000})
    page = visiting.open("lite/notebooks/index.html?path=chapters/04_weights.ipynb", wait="commit")
    kernel_ready(page)
    run_cells(page, cells_until(".demo("))
    slider = page.locator(".jp-OutputArea-output .pl-explorer input[type=range]").first
    slider.wait_for(state="attached", timeout=120_000)
    show = "index => jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')"
    page.evaluate(show, cells_until(".demo(") - 1)
    slider.wait_for()
    caption = page.locator(".jp-OutputArea-output .pl-explorer figcaption > p").first
    before, value = caption.inner_text(), slider.input_value()
    slider.press("ArrowRight")
    assert int(slider.input_value()) == int(value) + 1
    expect(caption).not_to_have_text(before, timeout=30_000)


def cells_until(text):
    notebook = SITE / "lite" / "files" / "chapters" / "04_weights.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return next(n for n, cell in enumerate(cells, 1) if text in "".join(cell["source"]))


def test_the_lock_file_holds_everything_and_every_file_is_there():
    folder = SITE / "lite" / "static" / "pyodide"
    packages = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    assert "pruning-lab" in packages
    for package in packages.values():
        assert (folder / package["file_name"]).is_file()
        assert set(package["depends"]) <= set(packages)


def test_the_page_holds_its_own_extensions_and_no_other_that_happens_to_be_installed():
    settings = json.loads((SITE / "lite" / "jupyter-lite.json").read_text(encoding="utf-8"))
    found = settings["jupyter-config-data"]["federated_extensions"]
    assert sorted(each["name"] for each in found) == sorted(application.PAGE)


def test_the_live_version_stays_small():
    files = [file for file in (SITE / "lite").rglob("*") if file.is_file()]
    assert not [file for file in files if file.suffix == ".map"]
    assert (
        sum(file.stat().st_size for file in files) <= 90_000_000
    )  # scikit-learn is 26 of them, and waits
