"""The page of the benchmarks: what is recorded is what is drawn, written and confessed."""

from pathlib import Path

import pytest

from pruning_lab.teaching.demos import timings
from pruning_lab.teaching.figures import ratios, style

RECORD = timings.read(str(Path(__file__).parents[2] / "book" / "data" / "bench.json"))
ROWS = timings.timed(RECORD)


def row(task="ccp_100", peer="sklearn.tree ccp_pruning_path", low=0.2, ratio=0.3, high=0.5):
    times = {"ours_ms": 1.0, "peer_ms": ratio, "bound_ms": 0.1}
    return {"task": task, "peer": peer, "ratio": ratio, "spread": [low, high], **times}


def test_every_recorded_task_and_peer_has_words():
    assert {row["task"] for row in RECORD["rows"]} <= set(timings.TASKS)
    bars = timings.bars(ROWS)
    assert len(bars) == len(ROWS)
    assert all(len(bar.rival) <= 18 for bar in bars)


def test_the_figure_draws_every_rival_with_its_range():
    figure = ratios.ratios(timings.bars(ROWS), "times as fast")
    (ax,) = figure.axes
    words = {text.get_text() for text in ax.texts}
    assert {bar.rival for bar in timings.bars(ROWS)} <= words
    for bar in timings.bars(ROWS):
        assert any(list(line.get_xdata()) == [bar.low, bar.high] for line in ax.lines)


def test_the_figure_keeps_to_its_sheet_and_its_colours(check_figure):
    check_figure(ratios.ratios(timings.bars(ROWS), "times as fast"))


@pytest.mark.parametrize(
    ("low", "high", "color"), [(1.1, 3, style.KEPT), (0.5, 0.9, style.WARN), (0.9, 2, style.RANDOM)]
)
def test_a_colour_says_who_was_faster_in_every_turn_and_so_does_the_mark(low, high, color):
    bar = ratios.Ratio("task", "peer", 1.0, low, high)
    assert bar.color == color
    assert bar.marker == {style.KEPT: "o", style.WARN: "X", style.RANDOM: "s"}[color]


def test_what_is_lost_or_missed_is_said():
    said = timings.lost({"rows": [row()]})
    assert "tree, 100, scikit-learn: 0.30\u00a0(0.20–0.50)" in said
    assert "missed" in said
    assert "none" in timings.lost({"rows": [row(low=1.2, ratio=2, high=3)]})


def test_a_table_has_one_line_a_rival():
    assert timings.table(ROWS).count("<tr>") == len(ROWS) + 1


def test_bits_come_from_the_record():
    table = timings.bits_table(RECORD, (0.5, 0.9))
    assert "<td>pruning_lab cheapest</td>" in table
    assert '<td>(1 − s) · 32 + 1</td><td class="text-right">17</td>' in table
