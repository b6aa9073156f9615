"""The exercises of the book hold, and an exercise that does not hold is refused."""

import json
from pathlib import Path

import pytest

from derive.exercises import build
from folders import ROOT
from pruning_lab.course.authored import Refused, parse
from pruning_lab.course.proofs import answers
from pruning_lab.course.sources import role, stub
from pruning_lab.teaching.checks import judge
from pruning_lab.teaching.wire import dumps, loads

SOURCES = sorted((ROOT / "exercises").glob("*.md"))
SOLUTION = """\
def double(x):
    '''Twice x.

    >>> double(2)
    4
    '''
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def source(request):
    """Text, parts and answers of one chapter's exercises; to prove them runs every claim below."""
    text = request.param.read_text(encoding="utf-8")
    return text, [part for part in parse(text) if part.name], answers(text)


def run(code, text, part):
    """The function that this code defines, where the cells given to the student have been run."""
    scope = {"__name__": "__main__"}
    for other in parse(text):
        for given in other.given:
            exec(given, scope)
    exec(code, scope)
    return scope[part.name]


def test_solutions_are_right_and_untouched_stubs_are_not_attempted(source):
    text, parts, found = source
    for part, one in zip(parts, found, strict=True):
        assert judge(run(part.solution, text, part), one).outcome == "right"
        assert judge(run(stub(part.solution), text, part), one).outcome == "not attempted"


def test_every_known_wrong_answer_is_caught_with_its_own_hint(source):
    text, parts, found = source
    for part, one in zip(parts, found, strict=True):
        assert len({mistake.hint for mistake in one.mistakes}) == len(part.mistakes) >= 2
        for wrong, mistake in zip(part.mistakes, one.mistakes, strict=True):
            feedback = judge(run(wrong, text, part), one)
            assert (feedback.outcome, feedback.help) == ("wrong", mistake.hint)


def test_every_input_and_result_crosses_as_plain_text(source):
    for one in source[2]:
        for value in (*one.inputs, *one.expected):
            assert dumps(loads(dumps(value))) == dumps(value)


def test_a_chapter_has_four_exercises_or_more_and_an_open_question(source):
    text, parts, _ = source
    assert len(parts) >= 4
    assert any(part.answer for part in parse(text))


def test_the_table_is_the_same_each_time_and_hides_the_solutions(tmp_path, source):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "01_some.md").write_text(source[0], encoding="utf-8")
    first, second = ([path.read_bytes() for path in build(tmp_path)] for _ in range(2))
    assert first == second
    for part in source[1]:
        body = part.solution.split("### BEGIN SOLUTION")[1].split("### END")[0].strip()
        assert json.dumps(body)[1:-1] not in first[0].decode()


def exercise(
    solution=SOLUTION,
    inputs="inputs = [(3,), (0.5,)]",
    wrong=("return x", "return x * x"),
    tests="assert double(5) == 10",
    hint="Add it to itself.",
):
    """Source of a small exercise with one thing changed."""
    cells = [f":nbgrader: {{solution: true, grade: false, grade_id: double}}\n{solution}"]
    cells.append(f":tags: [inputs]\n{inputs}")
    for i, body in enumerate(wrong):
        cells.append(f":tags: [wrong-answer]\ndef double(x):\n    'Mistake {i}.'\n    {body}")
    cells.append(f":nbgrader: {{solution: false, grade: true, grade_id: tests}}\n{tests}")
    fenced = "\n\n".join(f"```{{code-cell}} ipython3\n{cell}\n```" for cell in cells)
    hints = f'+++ {{"tags": ["hint"]}}\n\n{hint}\n\n+++ {{"tags": ["why"]}}\n\nBecause.'
    return f"# Title\n\n+++\n\n## 1 · Twice\n\nDouble it.\n\n{fenced}\n\n{hints}\n"


def test_the_small_exercise_holds():
    (one,) = answers(exercise())
    assert (one.name, one.expected) == ("double", (6, 1.0))
    assert one.solution.endswith("'''\n    return 2 * x")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"solution": SOLUTION.replace("return 2 * x", "return [][0]")}, "the example"),
        ({"solution": SOLUTION.replace(">>>", "")}, "needs an example"),
        ({"solution": SOLUTION.replace("double", "triple")}, "does not define triple"),
        ({"solution": SOLUTION + "\nhelper = lambda: 1\ndef more(): ..."}, "defines one function"),
        ({"solution": SOLUTION.replace("###", "#")}, "stands between ### BEGIN SOLUTION"),
        ({"solution": SOLUTION.replace("return 2 * x", "return 2 *")}, "is no Python"),
        ({"inputs": "inputs = [3]"}, "a list of tuples"),
        ({"inputs": "inputs = [(print,)]"}, "an input cannot cross to the grader"),
        ({"inputs": "inputs = [(2,), ({},)]"}, "the solution fails: TypeError"),
        ({"wrong": ("return (y for y in [x])", "return x")}, "a result cannot cross"),
        ({"inputs": "inputs = [(0,), (2,)]"}, "wrong answer 2 is not caught"),
        ({"wrong": ("return x", "return 1 * x")}, "the same outputs as an earlier one"),
        ({"wrong": ("return x",)}, "it lacks two wrong answers"),
        ({"tests": "assert double(5) == 11"}, "the solution fails the tests"),
        ({"tests": "assert double(2) == 4"}, "wrong answer 2 passes the tests"),
        ({"tests": "double(print)"}, "the solution fails the tests: ValueError"),
        ({"hint": ""}, "it lacks a hint"),
        ({"hint": "Add.\n\n## 2 · Next"}, "a new heading needs a line"),
    ],
)  # fmt: skip
def test_an_exercise_that_does_not_hold_is_refused_and_says_why(change, words):
    with pytest.raises(Refused, match="1 · Twice") as refused:
        answers(exercise(**change))
    assert words in str(refused.value)


def test_two_chapters_cannot_ask_for_the_same_function(tmp_path):
    (tmp_path / "exercises").mkdir()
    for name in ("01_one.md", "02_two.md"):
        (tmp_path / "exercises" / name).write_text(exercise(), encoding="utf-8")
    with pytest.raises(Refused, match="both ask for double"):
        build(tmp_path)


def test_cells_say_what_they_are_for():
    from pruning_lab.course.sources import read

    kinds = [role(cell) for cell in read(exercise()).cells]
    wrong = ["wrong-answer"] * 2
    assert kinds == ["text", "text", "solution", "inputs", *wrong, "tests", "hint", "why"]


def test_sources_hold_no_outputs_and_no_version_of_their_tool():
    for path in map(Path, SOURCES):
        assert "jupytext_version" not in path.read_text(encoding="utf-8")
