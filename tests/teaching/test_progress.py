"""What was right stays right, and what is damaged harms nobody."""

import json
import sys
from types import SimpleNamespace

import pytest

from pruning_lab.teaching import answers, checks
from pruning_lab.teaching import progress as kept
from pruning_lab.teaching.feedback import NOT_ATTEMPTED, RIGHT, WRONG


@pytest.fixture
def notebook(monkeypatch, tmp_path):
    """A folder with two chapters' tables, and a kernel at work in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(answers, "_tables", lambda: sorted(tmp_path.glob("*.answers.json")))
    shell = SimpleNamespace(get_ipython=lambda: object())
    monkeypatch.setitem(sys.modules, "IPython", shell)
    for chapter, names in {"02_two": ["three"], "01_one": ["first", "second"]}.items():
        exercises = [{"name": name} for name in names]
        table = {"chapter": chapter, "exercises": exercises}
        (tmp_path / f"{chapter}.answers.json").write_text(json.dumps(table))
    return tmp_path


def test_every_exercise_is_listed_by_chapter(notebook):
    assert kept.progress().chapters == {
        "01_one": {"first": NOT_ATTEMPTED, "second": NOT_ATTEMPTED},
        "02_two": {"three": NOT_ATTEMPTED},
    }
    assert repr(kept.progress()).startswith("0 of 3")


def test_what_was_right_once_stays_right(notebook):
    for outcome in (WRONG, RIGHT, NOT_ATTEMPTED, WRONG):
        kept.keep("first", outcome)
    kept.keep("three", WRONG)
    found = kept.progress()
    assert found.chapters["01_one"]["first"] == RIGHT
    assert found.chapters["02_two"]["three"] == WRONG
    assert (found.right, found.total) == (1, 3)
    assert "1 of 3" in found._repr_html_()
    assert "✗" in repr(found)


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"first": "splendid"}', "\xff"])
def test_a_damaged_file_counts_as_nothing_and_is_mended(notebook, text):
    (notebook / kept.FILE).write_text(text, encoding="latin-1")
    assert kept.progress().right == 0
    kept.keep("first", RIGHT)
    assert kept.progress().right == 1


def test_without_a_notebook_nothing_is_written(notebook, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    kept.keep("first", RIGHT)
    assert not (notebook / kept.FILE).exists()


def test_a_folder_that_cannot_be_written_stops_nobody(notebook):
    (notebook / kept.FILE).mkdir()
    kept.keep("first", RIGHT)


def test_check_keeps_what_it_says(notebook, monkeypatch):
    said = []
    monkeypatch.setattr(checks, "find", lambda name: SimpleNamespace(name=name))
    monkeypatch.setattr(checks, "judge", lambda *_: SimpleNamespace(outcome=WRONG))
    monkeypatch.setattr(checks, "keep", lambda *pair: said.append(pair))

    def first():
        """Stand for an answer."""

    checks.check(first)
    assert said == [("first", WRONG)]


def test_the_file_has_a_name_that_the_browser_writes_again():
    # its drive parses a .json that is emptied, and hangs
    assert not kept.FILE.endswith(".json")
