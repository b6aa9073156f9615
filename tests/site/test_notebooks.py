"""Student notebooks give nothing away and run; live chapters and pages are plain and complete."""

import ast
import os
import re
import subprocess
import sys

import nbformat
import pytest

from derive.exercises import build as build_answers
from derive.notebooks import build, install, live_chapter, student_notebook
from extensions.exercises_pages import _derive, page_source
from folders import ROOT
from pruning_lab.course.authored import parse
from pruning_lab.course.sources import read, role, stub, without_hidden_tests
from pruning_lab.teaching import absent

BROWSER = {"numpy", "scipy", "sklearn", "matplotlib", "IPython", "pruning_lab"}
SOURCES = sorted((ROOT / "exercises").glob("*.md"))
CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def text(request):
    return request.param.read_text(encoding="utf-8")


def bodies(text):
    """Code of each solution, by the line, without what the stub shows too."""
    for part in parse(text):
        if part.solution:
            inside = part.solution.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
            yield part.name, inside.strip("\n").rstrip()


def test_no_solution_hidden_test_input_or_wrong_answer_is_in_the_student_notebook(text):
    notebook = student_notebook(text)
    shown = "\n".join(cell.source for cell in notebook.cells)
    for name, body in bodies(text):
        assert body not in shown, name
    for secret in ("HIDDEN TESTS", "BEGIN SOLUTION", "assert ", "inputs ="):
        assert secret not in shown
    for part in parse(text):
        for private in (*part.mistakes, *part.hints, part.why, part.answer):
            assert not private or private not in shown
    assert not any(cell.metadata.get("tags") for cell in notebook.cells)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")


def test_every_exercise_has_a_stub_that_nbgrader_knows_and_a_check_below_it(text):
    cells = student_notebook(text).cells
    for part in parse(text):
        if part.name:
            (place,) = [i for i, cell in enumerate(cells) if f"def {part.name}(" in cell.source]
            assert cells[place].source.endswith("# YOUR CODE HERE\n    raise NotImplementedError()")
            assert cells[place].metadata.nbgrader.solution
            assert cells[place + 1].source.startswith(f"check({part.name})")


def test_a_free_text_question_waits_for_an_answer_that_a_person_grades(text):
    waiting = [cell for cell in student_notebook(text).cells if role(cell) == "answer"]
    assert [cell.source for cell in waiting] == ["YOUR ANSWER HERE"]
    assert waiting[0].metadata.nbgrader.points > 0
    assert not waiting[0].metadata.nbgrader.locked


@pytest.mark.skipif(sys.platform == "win32", reason="kernels of tests are started on POSIX only")
def test_the_student_notebook_runs_empty_and_says_right_when_solved(text, tmp_path, monkeypatch):
    build_answers(ROOT)
    monkeypatch.setenv("PRUNING_LAB_ANSWERS", str(ROOT / "_build" / "answers"))
    solutions = dict(bodies(text))
    for solved in (False, True):
        notebook = student_notebook(text, first=install(ROOT, "http://127.0.0.1:9"))
        for cell in notebook.cells:
            for name, body in solutions.items():
                if solved and f"def {name}(" in cell.source:
                    cell.source = cell.source.split("    # YOUR CODE")[0] + body
        says = executed(notebook, tmp_path)
        wanted = "✓ Right." if solved else "○ Not attempted."
        assert len(says) == len(solutions)
        assert all(text.startswith(wanted) for text in says), says


def executed(notebook, folder):
    """What each `check` answers when the notebook runs top to bottom."""
    path = folder / "run.py"
    path.write_text(
        "import sys, nbformat\nfrom nbclient import NotebookClient\n"
        "nb = nbformat.read(sys.argv[1], 4)\n"
        "NotebookClient(nb, timeout=120, kernel_name='python3').execute()\n"
        "nbformat.write(nb, sys.argv[1])\n"
    )
    nbformat.write(notebook, folder / "student.ipynb")
    command = [sys.executable, path, folder / "student.ipynb"]
    subprocess.run(command, check=True, env=os.environ, cwd=folder)
    done = nbformat.read(folder / "student.ipynb", 4)
    checks = [cell for cell in done.cells if cell.source.startswith("check(")]
    return [cell.outputs[0].data["text/plain"] for cell in checks]


def test_the_first_cell_installs_the_wheel_from_the_site_and_the_live_one_needs_none(tmp_path):
    for folder in ("exercises", "chapters", "pruning_lab"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pruning_lab" / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "exercises" / "01_some.md").write_text(SOURCES[0].read_text(encoding="utf-8"))
    (tmp_path / "chapters" / "01_some.md").write_text("---\nfile_format: mystnb\n---\n# Title\n")
    written = [
        path.relative_to(tmp_path).as_posix() for path in build(tmp_path, "https://a.org/b/")
    ]
    assert written == [
        "_build/notebooks/01_some.ipynb",
        "_build/live/exercises/01_some.ipynb",
        "_build/notebooks/00_progress.ipynb",
        "_build/live/exercises/00_progress.ipynb",
        "_build/live/chapters/01_some.ipynb",
        "_build/notebooks/chapters/01_some.ipynb",
    ]
    laptop, live = (nbformat.read(tmp_path / path, 4) for path in written[:2])
    wheel = "https://a.org/b/wheels/pruning_lab-1.2.3-py3-none-any.whl"
    install = f'    %pip install --quiet "pruning-lab[widgets] @ {wheel}"'
    assert laptop.cells[0].source.endswith(install)
    assert [cell.source for cell in live.cells] == [cell.source for cell in laptop.cells[1:]]
    chapter, download = (nbformat.read(tmp_path / path, 4) for path in written[-2:])
    assert download.cells[0].source == laptop.cells[0].source
    assert [cell.source for cell in chapter.cells] == [cell.source for cell in download.cells[1:]]


def test_the_same_source_gives_the_same_notebook(text):
    assert nbformat.writes(student_notebook(text)) == nbformat.writes(student_notebook(text))


def test_a_stub_takes_the_place_and_the_indent_of_the_solution():
    source = "if x:\n    ### BEGIN SOLUTION\n    y = 1\n    ### END SOLUTION\nz = 2"
    stubbed = "if x:\n    # YOUR CODE HERE\n    raise NotImplementedError()\nz = 2"
    assert stub(source) == stubbed
    assert stub("x = 1") == "# YOUR CODE HERE\nraise NotImplementedError()"
    assert without_hidden_tests("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc") == "a\nc"
    with pytest.raises(ValueError, match="has no `### END SOLUTION`"):
        stub("### BEGIN SOLUTION\nx = 1")
    with pytest.raises(ValueError, match="END HIDDEN TESTS` has no `### BEGIN"):
        without_hidden_tests("### BEGIN HIDEN TESTS\nassert secret\n### END HIDDEN TESTS")
    with pytest.raises(ValueError, match="END SOLUTION` has no `### BEGIN"):
        stub("x = 1\n### END SOLUTION")
    with pytest.raises(ValueError, match="comes twice"):
        stub("### BEGIN SOLUTION\n### BEGIN SOLUTION")


def test_a_solution_in_a_cell_that_is_not_marked_as_one_is_refused():
    source = (
        "---\nfile_format: mystnb\n---\n```{code-cell}\n### BEGIN SOLUTION\n### END SOLUTION\n```"
    )
    with pytest.raises(ValueError, match="lacks nbgrader's metadata"):
        student_notebook(source)


def test_the_page_shows_stubs_and_folds_hints_and_solutions_away(text):
    page = page_source(text, "01_some")
    assert "code-cell" not in page
    assert "HIDDEN TESTS" not in page
    assert "?path=exercises/01_some.ipynb" in page
    unfolded = re.sub(r"^`````\{dropdown\}.*?^`````$", "", page, flags=re.DOTALL | re.MULTILINE)
    for name, body in bodies(text):
        assert body in page, name
        assert body not in unfolded, name
    assert page.count("{dropdown} Solution") == len(list(bodies(text)))
    for part in parse(text):
        for hint in part.hints:
            assert hint in page
            assert hint not in unfolded


def test_sphinx_reads_the_page_of_an_exercise_and_any_other_page_as_it_is(text):
    exercise, chapter = [text], [text]
    _derive(None, "exercises/01_some", exercise)
    _derive(None, "chapters/01_some", chapter)
    assert exercise == [page_source(text, "01_some")]
    assert chapter == [text]


@pytest.mark.parametrize(
    "path", SOURCES + CHAPTERS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_what_a_browser_has_not_is_asked_for_first(path):
    source = path.read_text(encoding="utf-8")
    live = live_chapter(source, path.parent) if path in CHAPTERS else student_notebook(source)
    for cell in live.cells:
        if cell.cell_type == "code":
            roots = {full.split(".")[0] for full in absent.imported(cell.source)}
            strange = roots - BROWSER - set(sys.stdlib_module_names)
            assert strange == set(absent.lacking(cell.source)) & strange
            assert bool(absent.lacking(cell.source)) == cell.source.startswith(
                "from pruning_lab.teaching.absent import needs\n\nneeds("
            )


def sections_that_run(path):
    """Heading -> for each of its code cells whether a browser can run it."""
    made, lost, heading, found = set(), set(), "0 opening", {}
    for cell in read(path.read_text(encoding="utf-8")).cells:
        if cell.cell_type == "markdown":
            heading = [heading, *re.findall(r"^## (.*)", cell.source, re.M)][-1]
            continue
        nodes = list(ast.walk(ast.parse(cell.source)))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        own |= {full.split(".")[-1] for full in absent.imported(cell.source)}
        missed = {node.id for node in names} & (lost - made - own)
        runs = not absent.lacking(cell.source) and not missed
        (made if runs else lost).update(own)
        found.setdefault(heading, []).append(runs)
    return found


def test_the_chapter_on_tools_keeps_its_promise_of_what_runs_in_a_browser():
    found = sections_that_run(ROOT / "chapters" / "18_tools.md")
    whole = [heading.split()[0] for heading, runs in found.items() if all(runs)]
    assert {"6", "7", "10", "Five"} <= set(whole)
    in_part = {heading.split()[0] for heading, runs in found.items() if any(runs)}
    assert {"1", "2", "3", "5"} <= in_part
    assert not {"4", "9"} & in_part


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_live_chapter_is_plain_markdown_with_all_its_code(path):
    source = path.read_text(encoding="utf-8")
    notebook = live_chapter(source, path.parent)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) == len([cell for cell in read(source).cells if cell.cell_type == "code"])
    for cell in notebook.cells:
        assert not (cell.cell_type == "markdown" and re.search(r"\{[\w:-]+\}[`\w]", cell.source))
        assert "myst_nb" not in cell.source


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_marks_of_slides_leave_no_trace_in_a_live_chapter(path):
    source = path.read_text(encoding="utf-8")
    unmarked = re.sub(r"^\+\+\+( \{.*\})?\n\n", "", source, flags=re.MULTILINE)
    cells = [live_chapter(text, path.parent).cells for text in (source, unmarked)]
    assert [cell.source for cell in cells[0]] == [cell.source for cell in cells[1]]


def test_a_hidden_cell_stays_and_glue_prints_in_a_live_chapter():
    source = (
        "---\nfile_format: mystnb\n---\n# T\n\n```{code-cell} python\n:tags: [remove-input]\n"
        'from myst_nb import glue\nglue("best", 0.5)\n```\n'
    )
    notebook = live_chapter(source, ROOT)
    assert notebook.cells[1].metadata.jupyter.source_hidden
    command = [sys.executable, "-c", notebook.cells[1].source]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "best: 0.5\n"
