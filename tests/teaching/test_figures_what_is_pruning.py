"""Figures of chapter 1: what they draw, in which colours, and that nothing jumps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from pruning_lab.teaching.figures import grains, matrices, style, towers
from pruning_lab.teaching.figures.curves import Curve

SHARE = np.array([0.0, 0.3, 0.5])
KNIVES = [
    (SHARE, Curve(name, np.full((5, 3), 0.9 - 0.1 * i), color))
    for i, (name, color) in enumerate(
        (("neurons", style.KEPT), ("layers", style.SECOND), ("networks", style.THIRD))
    )
]
ROWS = {
    when: [(square, np.linspace(0.3, 0.9, 5)) for square in (False, True)]
    for when in ("before training", "after, then retrained")
}


def street(share=0.5, gone=0.3):
    lit = np.random.default_rng(0).random((6, 4, 16)) < share
    return towers.towers(lit, KNIVES, gone, np.array([0.3, 0.5, 0.6, 0.7, 0.9]), 0.4)


def methods(place=0):
    corner = np.random.default_rng(place).random((24, 24)) < 0.25
    shown = ("before training", place)
    return matrices.matrices({"a": corner, "b": corner}, ROWS, shown, 0.97)


def family():
    kept = np.eye(16, 24) > 0
    return grains.grains(dict.fromkeys("abcde", kept))


EVERY = [street(), street(0.0, 0.95), street(1.0, 0.0), methods(), family()]


@pytest.mark.parametrize("figure", EVERY)
def test_figures_keep_to_their_sheet_and_their_colours(figure, check_figure):
    check_figure(figure)


@pytest.mark.parametrize(("draw", "states"), [(street, (0.2, 0.9)), (methods, (0, 1))])
def test_axes_stay_where_they_are_from_one_state_to_the_next(draw, states):
    places = [[ax.get_position().bounds for ax in draw(state).axes] for state in states]
    np.testing.assert_allclose(*places)


def panes(figure, color):
    """How many windows have this colour."""
    found = [
        a for a in figure.axes[0].patches if a.get_fill() and to_hex(a.get_facecolor()) == color
    ]
    return sum(len(patch.get_path().vertices) // 5 for patch in found)


def test_every_neuron_is_a_window_lit_or_dark():
    lit = np.random.default_rng(3).random((6, 4, 16)) < 0.4
    figure = towers.towers(lit, KNIVES, 0.3, np.full(5, 0.5), 0.4)
    assert panes(figure, style.KEPT) == lit.sum()
    assert panes(figure, style.PRUNED) == (~lit).sum()


def test_all_five_committees_are_drawn():
    dashes = [line for line in street().axes[1].lines if line.get_marker() == "_"]
    assert [len(line.get_xdata()) for line in dashes] == [5]


def test_the_five_networks_of_the_chosen_method_are_drawn():
    strokes = [line for line in methods(1).axes[0].lines if line.get_marker() == "|"]
    assert [len(line.get_xdata()) for line in strokes] == [5]


@given(st.integers(0, 50))
def test_stretches_cover_exactly_the_kept_cells(seed):
    kept = np.random.default_rng(seed).random((5, 9)) < 0.5
    again = np.zeros_like(kept)
    for row, first, past in matrices.runs(kept):
        assert not again[row, first:past].any()
        again[row, first:past] = True
    np.testing.assert_array_equal(again, kept)
