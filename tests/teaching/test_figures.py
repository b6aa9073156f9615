"""Figures of chapter 4: what they count, that nothing jumps, that every colour has a meaning."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab import magnitude, mlp, select
from pruning_lab.teaching import drawings
from pruning_lab.teaching.figures import (
    curves,
    histograms,
    pixels,
    recoveries,
    scopes,
    style,
    thresholds,
)
from pruning_lab.teaching.figures.curves import Curve

RNG = np.random.default_rng(0)
SPARSITIES = np.array([0, 0.5, 0.9])
LINE = Curve("one", RNG.random((5, 3)), style.KEPT)
LOT = Curve("lot", RNG.random((5, 3)), style.RANDOM, label_at=(0.1, 0.1), dashed=True)


@pytest.fixture
def net():
    return mlp((6, 8, 4), rng=np.random.default_rng(0))


def threshold_figure(sparsity):
    values = np.linspace(-1, 1, 101)
    kept = np.abs(values) > sparsity
    return thresholds.threshold(values, kept, SPARSITIES, [LINE, LOT], 0.9)


def scope_figure(net, sparsity=0.5):
    mask = select(magnitude(net), sparsity)
    return scopes.scope(net.weights, mask, SPARSITIES, [LINE, LOT], 0.9, [LINE])


def recovery_figure(place=1):
    survivors = RNG.normal(size=50)
    return recoveries.recovery(survivors, survivors / 2, np.array([0, 1, 5]), [LINE, LOT], place)


def every_figure(net):
    return [
        threshold_figure(0.5),
        scope_figure(net),
        recovery_figure(),
        histograms.by_layer(net.weights),
        pixels.pixels(np.arange(64) / 64, np.full(64, 0.3)),
    ]


def test_every_figure_keeps_to_its_sheet_and_its_colours(net, check_figure):
    for figure in every_figure(net):
        check_figure(figure)


def test_nothing_is_drawn_with_pyplot_which_keeps_figures_alive():
    for path in Path(style.__file__).parents[1].rglob("*.py"):
        assert "pyplot" not in path.read_text(encoding="utf-8"), path


def test_the_palette_is_the_one_that_the_drawings_map():
    named = {v for k, v in vars(style).items() if k.isupper() and str(v).startswith("#")}
    assert named == set(drawings.COLOURS)


@pytest.mark.parametrize("draw", [threshold_figure, scope_figure, recovery_figure])
def test_axes_stay_where_they_are_from_one_state_to_the_next(draw, net):
    if draw is scope_figure:
        first, second = scope_figure(net, 0.2), scope_figure(net, 0.7)
    else:
        first, second = draw(0), draw(1)
    places = [[ax.get_position().bounds for ax in figure.axes] for figure in (first, second)]
    np.testing.assert_allclose(*places)


@given(
    values=st.lists(st.floats(-3, 3), min_size=1, max_size=60).map(np.array),
    seed=st.integers(0, 9),
)
def test_a_histogram_counts_every_weight_also_beyond_its_edges(values, seed):
    kept = np.random.default_rng(seed).random(values.size) < 0.5
    _, (ax,) = style.canvas(2)
    histograms.fill(ax, values, kept)
    trace, solid = (np.asarray(patch.get_data().values) for patch in ax.patches)
    assert trace.sum() == values.size
    assert solid.sum() == kept.sum()
    assert np.all(solid <= trace)


def test_kept_is_solid_and_in_front_of_the_pale_trace():
    _, (ax,) = style.canvas(2)
    histograms.fill(ax, np.array([0.1, 0.5]), np.array([False, True]))
    colours = [drawings.mpl.colors.to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert colours == [style.PRUNED, style.KEPT]


def test_a_curve_shows_each_seed_and_their_mean():
    _, (ax,) = style.canvas(2)
    curves.draw(ax, SPARSITIES, [LINE])
    drawn = [line.get_ydata() for line in ax.lines]
    np.testing.assert_allclose(drawn[:-1], LINE.accuracy)
    np.testing.assert_allclose(drawn[-1], LINE.accuracy.mean(axis=0))
    assert ax.lines[-1].get_linewidth() > ax.lines[0].get_linewidth()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).map(sorted))
def test_names_at_the_ends_keep_their_order_and_a_gap(values):
    moved = curves.apart(values, gap=0.1)
    assert np.all(np.diff(moved) >= 0.1 - 1e-9)
    assert np.mean(moved) == pytest.approx(np.mean(values))


def test_nothing_is_said_of_a_threshold_when_nothing_went():
    words = [text.get_text() for text in threshold_figure(-1).axes[0].texts]
    assert words == []
    assert "0.50" in threshold_figure(0.5).axes[0].texts[0].get_text()


def test_pixels_without_ink_are_framed():
    ink = np.ones(64)
    ink[[0, 39]] = 0
    figure = pixels.pixels(ink, np.ones(64))
    for ax in figure.axes:
        frames = [p for p in ax.patches if not p.get_fill()]
        assert [tuple(np.floor(p.get_xy()).astype(int)) for p in frames] == [(0, 7), (7, 3)]
