"""Feedback says right, wrong or not attempted, shows what happened, and helps."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from pruning_lab.teaching.answers import Answers, Mistake, answers_from_json, find
from pruning_lab.teaching.attempts import Outcome
from pruning_lab.teaching.checks import check, hint, judge, solution
from pruning_lab.teaching.feedback import Feedback

ANSWERS = Answers(
    name="double",
    title="Twice",
    parameters=("values",),
    inputs=((np.array([1.0, 2.0]),), (np.array([-1.0]),)),
    expected=(np.array([2.0, 4.0]), np.array([-2.0])),
    mistakes=(
        Mistake(
            "Do not <square>.", (Outcome(value=np.array([1.0, 4.0])), Outcome(np.array([1.0])))
        ),
        Mistake("It has no keys.", (Outcome(error="IndexError"), Outcome(error="IndexError"))),
    ),
    hints=("Times `2`.", "Or *add* it."),
    why="Because.",
    solution="def double(values):\n    return 2 * values",
)


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "01.json").write_text(json.dumps({"exercises": [ANSWERS.to_json()]}))
    monkeypatch.setenv("PRUNING_LAB_ANSWERS", str(folder))
    monkeypatch.chdir(tmp_path)


def made(body, parameters="values"):
    scope = {"np": np}
    exec(f"def double({parameters}):\n    {body}", scope)
    return scope["double"]


def test_a_solution_is_right_and_told_why():
    feedback = check(made("return 2 * values"))
    assert feedback.outcome == "right"
    assert feedback.help == "Because."
    assert "all 2 inputs" in feedback.sentence


@pytest.mark.parametrize("body", ["raise NotImplementedError()", "...", "return ...", "pass"])
def test_an_untouched_stub_is_not_attempted(body):
    feedback = check(made(body))
    assert feedback.outcome == "not attempted"
    assert "hint(double)" in feedback.help


def test_a_known_mistake_gets_its_own_hint():
    assert check(made("return values ** 2")).help == "Do not <square>."
    assert check(made("return values['a']")).help == "It has no keys."


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return value", "Input 1 of 2: your code stopped with NameError."),
        ("return abs(2 * values)", "Input 2 of 2, at [0]: expected -2.0, got 2.0."),
        ("return values + 1", "Input 1 of 2, at [1]: expected 4.0, got 3.0."),
        ("return None if values[0] > 0 else 1", "as if a `return` were missing"),
        ("values *= 2; return values", "the result is right, but your code changed values"),
        ("return 2 * values / 0", "expected 2.0, got inf"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(body, words):
    feedback = check(made(body))
    assert feedback.outcome == "wrong"
    assert words in feedback.sentence


def test_the_input_that_went_wrong_is_shown_and_at_hand():
    feedback = check(made("return abs(2 * values)"))
    details = dict(feedback.details)
    assert details["Input"] == "double(np.array([-1.0]))"
    assert details["Expected"] == "np.array([-2.0])"
    assert details["Got"] == "np.array([2.0])"
    assert feedback.arguments[0].tolist() == [-1.0]


def test_expected_and_got_are_not_shown_where_they_would_look_alike():
    details = dict(check(made("values *= 2; return values")).details)
    assert list(details) == ["Input"]


def test_a_warning_that_comes_many_times_is_shown_once():
    body = "import warnings; [warnings.warn('once') for _ in values]; return 0"
    assert dict(check(made(body)).details)["Printed"] == "UserWarning: once"


def test_what_the_code_printed_stands_in_the_feedback_and_nowhere_else(capsys):
    feedback = check(made("print('here'); return 0"))
    assert dict(feedback.details)["Printed"] == "here"
    assert capsys.readouterr() == ("", "")


def test_other_parameters_than_asked_for_are_named():
    feedback = check(made("return 1", "values, more"))
    assert "double should take (values); yours takes (values, more)" in feedback.sentence
    assert check(made("return 2 * values", "values, more=1")).outcome == "right"


def test_hints_come_one_after_the_other_and_begin_again():
    said = [hint(made("pass")).help for _ in range(3)]
    assert said == ["Times `2`.", "Or *add* it.", "Times `2`."]


def test_the_solution_is_shown_as_code_with_its_reason():
    shown = solution(made("pass"))
    assert "```python\ndef double(values):\n    return 2 * values\n```" in shown.help
    assert "<pre" in shown._repr_html_()


@pytest.mark.parametrize("thing", [3, np.zeros(3), None])
def test_a_result_in_place_of_the_function_is_refused(thing):
    with pytest.raises(ValueError, match="the function itself, without calling it"):
        check(thing)


def test_a_function_that_no_exercise_asks_for_gets_a_guess():
    def doubel(values):
        return values

    with pytest.raises(ValueError, match="Did you mean double"):
        check(doubel)


def test_without_a_table_the_error_says_where_tables_come_from(tmp_path, monkeypatch):
    monkeypatch.delenv("PRUNING_LAB_ANSWERS")
    with pytest.raises(ValueError, match="make lab"):
        find("double")


@pytest.mark.parametrize("place", ["01.answers.json", "answers/01.json"])
def test_a_table_beside_the_notebook_comes_first(tmp_path, place):
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"exercises": [{**ANSWERS.to_json(), "title": "Nearer"}]}))
    assert find("double").title == "Nearer"


def test_answers_survive_their_table_and_hide_the_solution():
    text = json.dumps(ANSWERS.to_json())
    assert "return 2" not in text
    back = answers_from_json(json.loads(text))
    assert json.dumps(back.to_json()) == text
    assert judge(made("return 2 * values"), back).outcome == "right"


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_says_the_outcome_in_words_and_escapes_what_students_write():
    feedback = check(made("return '<img src=x onerror=alert(1)>'"))
    page = Balanced()
    page.feed(feedback._repr_html_())
    assert page.open == []
    assert "Wrong." in page.text
    assert "<img" not in feedback._repr_html_()
    assert "<img" in page.text


def test_plain_text_is_readable_without_html():
    text = repr(Feedback("wrong", "So.", (("Input", "f(1)"), ("Expected", "2")), "Help."))
    assert text == "✗ Wrong. So.\n  Input     f(1)\n  Expected  2\n\nHelp."


def test_checks_load_no_widgets_and_no_figures():
    code = (
        "import sys, pruning_lab.teaching.checks;"
        "print(*{'matplotlib', 'ipywidgets', 'anywidget', 'IPython'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
