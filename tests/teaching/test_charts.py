"""The data behind a chart are those that the figure draws."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from pruning_lab.teaching import charts, series
from pruning_lab.teaching.figures import curves, style

X = np.array([0.0, 0.25, 0.5])
RUNS = np.array([[1.0, 0.75, 0.5], [1.0, 0.5, 0.25]])


def read(figure):
    """Title, head and rows of each table."""
    return [(table.title, table.head, list(table.rows)) for table in charts.tables(figure)]


def two_methods():
    figure, (ax,) = style.canvas(3)
    found = [
        curves.Curve("magnitude", RUNS, style.KEPT),
        curves.Curve("random", RUNS / 2, style.RANDOM, dashed=True),
    ]
    curves.draw(ax, X, found)
    curves.mark(ax, 0.25, 0.625)
    curves.accuracy_axis(ax)
    ax.set_xlabel("share\npruned")
    style.headline(ax, "Test accuracy")
    return figure


def test_curves_on_common_places_are_columns_named_by_the_words_beside_them():
    (title, head, rows), _ = read(two_methods())
    assert title == "Test accuracy"
    ours = ("magnitude, network 1", "magnitude, network 2", "magnitude, mean")
    theirs = tuple(name.replace("magnitude", "random") for name in ours)
    assert head == ("share pruned", *ours, *theirs)
    assert rows[1] == tuple(
        f"{cell}\u202f%" if i else cell
        for i, cell in enumerate(("0.25", "75", "50", "62.5", "37.5", "25", "31.25"))
    )


def test_a_mark_is_here_and_its_drop_line_is_nothing():
    _, (_, head, rows) = read(two_methods())
    assert head == ("what", "share pruned", "y")
    assert rows == [("magnitude, here", "0.25", "62.5\u202f%")]


@pytest.mark.parametrize("level", [False, True])
def test_bars_stand_beside_the_words_of_their_ticks(level):
    figure = Figure()
    ax = figure.subplots()
    draw = ax.barh if level else ax.bar
    draw(["kept", "gone", "back"], [0.2, 0.7, 0.1], color=style.KEPT)
    (table,) = read(figure)
    head, rows = table[1:]
    assert head[1] == "blue bars"
    assert rows == [("kept", "0.2"), ("gone", "0.7"), ("back", "0.1")]


def test_a_tick_may_say_another_number_than_its_place():
    figure = Figure()
    ax = figure.subplots()
    ax.bar([0, 1], [0.5, 0.25], color=style.KEPT)
    ax.set_xticks([0, 1], ["1", "2"])
    ((_, _, rows),) = read(figure)
    assert rows == [("1", "0.5"), ("2", "0.25")]


def test_per_cents_are_shares_only_where_the_ticks_say_so():
    figure = Figure()
    ax = figure.subplots()
    ax.plot([20, 40, 50], [0.5, 0.25, 0.125], color=style.KEPT)
    ax.set_xticks([20, 40], ["20 %", "40 %"])
    style.percents(ax, "y", [0, 0.5])
    ((_, _, rows),) = read(figure)
    assert rows == [(x, f"{y}\u202f%") for x, y in (("20 %", 50), ("40 %", 25), ("50", 12.5))]


def test_rows_named_by_hand_at_the_left_keep_their_names():
    figure, (ax,) = style.canvas(3)
    for y, name in enumerate(("first", "second")):
        ax.plot([0.25, 0.75], [y, y], color=style.KEPT)
        style.write(ax, -0.03, y, name, transform=ax.get_yaxis_transform(), ha="right")
    ax.set(yticks=[], xlim=(0, 1), ylim=(-1, 2))
    ((_, head, rows),) = read(figure)
    assert head == ("which", "what", "x")
    assert rows == [("first", "blue line", "0.25; 0.75"), ("second", "blue line", "0.25; 0.75")]


def test_labels_come_before_words_and_colours_and_some_things_only_point():
    figure, (ax,) = style.canvas(3)
    ax.fill_between([0, 1, 2], [0, 1, 2], [2, 3, 4], color=style.SECOND, label="spread")
    ax.plot([0, 1], [0, 1], color=style.KEPT, label="mean")
    style.write(ax, 0, 0, "other words", style.KEPT)
    ax.vlines([1, 2], 0, [0.5, 0.25], color=style.KEPT, label=series.ASIDE)
    ax.axhline(0, label=series.ASIDE)
    band, line = read(figure)
    assert band[1] == ("x", "spread, low edge", "spread, high edge")
    assert line[2] == [("mean", "0; 1", "0; 1")]


def test_steps_bands_and_lines_across_are_read():
    figure = Figure()
    ax = figure.subplots()
    ax.stairs([3, 1, 2, 0], [0, 1, 2, 3, 4], fill=True, facecolor=style.PRUNED)
    ax.fill_between([0, 1, 2], [0, 1, 2], [2, 3, 4], color=style.SECOND)
    ax.axhline(2.5, color=style.INK)
    tables = {table[1]: table[2] for table in read(figure)}
    assert tables["x", "pale steps"] == [("0.5", "3"), ("1.5", "1"), ("2.5", "2")]
    assert tables["x", "green band, low edge", "green band, high edge"] == [
        ("0", "0", "2"),
        ("1", "1", "3"),
        ("2", "2", "4"),
    ]
    assert tables["what", "x", "y"] == [("black line", "–", "2.5")]


def test_strokes_from_one_level_are_bars_and_others_have_two_ends():
    figure = Figure()
    ax = figure.subplots()
    ax.vlines([1, 2], 0, [0.5, 0.25], color=style.KEPT)
    ax.hlines([0.5, 0.75], [1, 2], [2, 3], color=style.INK)
    bars, strokes = read(figure)
    assert bars[1:] == (("x", "blue bars"), [("1", "0.5"), ("2", "0.25")])
    assert strokes[2] == [("black strokes", "1; 2; 2; 3", "0.5; 0.5; 0.75; 0.75")]


def test_a_crowd_of_points_is_counted_and_given_its_range():
    figure = Figure()
    ax = figure.subplots()
    ax.plot(np.linspace(0, 1, 500), np.linspace(3, 2, 500), "o", color=style.KEPT)
    ((_, _, rows),) = read(figure)
    assert rows == [("blue points", "500 points, 0 to 1", "500 points, 2 to 3")]


def test_drawn_objects_are_no_charts():
    figure = Figure()
    ax = figure.subplots()
    ax.plot([0, 1], [0, 1])
    ax.set_axis_off()
    assert charts.tables(figure) == []
    assert charts.html(figure) == charts.lines(figure) == ""


def test_words_cannot_open_a_tag():
    figure = Figure()
    ax = figure.subplots()
    ax.bar(["<b>"], [1.0])
    assert "<b>" not in charts.html(figure)
    assert "&lt;b&gt;" in charts.html(figure)
