"""Chapter 19: its study comes out again, its demos hold, and the cheat sheet's lines run."""

import re

import pytest

from folders import ROOT
from pruning_lab.teaching.demos import briefs, choice_map, promises, studies
from pruning_lab.teaching.figures import maps

ELSEWHERE = 9  # digits of 360 by which another machine's rounding may differ


@pytest.fixture(scope="module")
def rows():
    return briefs.recorded()


def test_the_study_says_where_it_comes_from_and_has_every_choice(rows):
    assert studies.remarks(briefs.FILE)[0] == "command: python book/data/capstone.py"
    choices = len(briefs.WAYS) * len(briefs.SPARSITIES) + 1
    assert len(rows) == len(briefs.SEEDS) * choices * len(briefs.FORMS)


def test_a_part_of_the_study_comes_out_again(rows):
    again = list(briefs.study(1, [briefs.NEURONS, briefs.SCRATCH], [0.85]))
    stored = {row[:4]: row for row in rows}
    for row in again:
        other = stored[row[:4]]
        assert row.nbytes == pytest.approx(other.nbytes, rel=0.03)
        assert sum(row.test) == pytest.approx(sum(other.test), abs=2 * ELSEWHERE)
        assert len(row.validation) == len(row.test) == 10


def test_the_chapters_claims_hold(rows):
    def kept(name, sparsity, form):
        found = briefs.way(rows, name, sparsity, form)
        return found.nbytes <= briefs.BUDGET.nbytes and found.worst_class >= 0.7

    for sparsity in briefs.SPARSITIES:
        for form in briefs.FORMS:
            assert not kept(briefs.WEIGHTS, sparsity, form)
    within = [
        (briefs.way(rows, name, sparsity, form).nbytes, name)
        for name in briefs.WAYS
        for sparsity in briefs.SPARSITIES
        for form in briefs.FORMS
        if kept(name, sparsity, form)
    ]
    assert min(within)[1] == briefs.SCRATCH
    assert (briefs.NEURONS) in {name for _, name in within}
    for name, number in {promises.DENSE: 0}.items():
        assert briefs.way(rows, name, number, "4 bits").worst_class > 0.8
    first, *_, last = promises.RULERS
    for ruler, passing in ((first, 5), (last, 0)):
        said = [
            promises.promise(briefs.way(rows, n, 0.95, "4 bits"), ruler)[1] for n in briefs.WAYS
        ]
        assert sum(number >= 0.7 for number in said) == passing


def test_the_table_for_choosing_shows_no_test_digits(rows):
    text = briefs.table(rows)
    wanted = briefs.way(rows, briefs.NEURONS, 0.85, "4 bits", part="validation")
    line = next(
        row for row in text.splitlines() if row.startswith("whole neurons      ") and "85%" in row
    )
    assert line.split()[-5:] == [f"{100 * r.worst_class:.0f}" for r in wanted.results]


def test_the_map_has_a_text_for_every_choice(rows, check_demo):
    check_demo(choice_map.demo(rows), 75)


def test_the_promises_have_a_text_for_every_choice(rows, check_demo):
    check_demo(promises.demo(rows), 25)


def test_the_figures_lie_well(check_figure):
    trail = [maps.Spot(900, (0.3, 0.5)), maps.Spot(20_000, (0.8, 0.9))]
    dense = maps.Spot(48_000, (0.9,))
    for here, by_lot in ((0, False), (1, True)):
        check_figure(
            maps.choices([trail], trail, here, nbytes=2048, worst=0.7, dense=dense, by_lot=by_lot)
        )
    rows = {"dense": ([0.9, 0.95], 0.95), "whole neurons by lot": ([0.1, 0.8], 0.1)}
    check_figure(maps.promises(rows, limit=0.7, dense="dense"))


def test_the_lines_of_the_cheat_sheet_run():
    text = (ROOT / "book" / "cheat_sheet.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    scope = {}
    exec(code, scope)
    assert scope["small"].weights["dense1"].shape == (25, 64)
    assert scope["sparsity_of"](scope["mask"]) == 0.8
