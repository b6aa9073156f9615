"""`make lab` hands out notebooks and never takes work back."""

import lab


def test_a_notebook_somebody_worked_on_is_never_overwritten(tmp_path):
    source, work = tmp_path / "source", tmp_path / "work"
    (source / "exercises").mkdir(parents=True)
    (source / "exercises" / "a.ipynb").write_text("new")
    (source / "exercises" / "b.ipynb").write_text("new")
    (work / "exercises").mkdir(parents=True)
    (work / "exercises" / "a.ipynb").write_text("a night's work")
    lab.copy_missing(source, work)
    assert (work / "exercises" / "a.ipynb").read_text() == "a night's work"
    assert (work / "exercises" / "b.ipynb").read_text() == "new"
