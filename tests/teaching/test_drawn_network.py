"""The drawn network: every edge is there once, kept ones in blue."""

import numpy as np
import pytest

from pruning_lab.masks import select
from pruning_lab.teaching.figures import style
from pruning_lab.teaching.figures.drawn_network import (
    draw_curve,
    drawn_network,
    places,
    segments,
    through,
)


@pytest.fixture
def weights():
    rng = np.random.default_rng(0)
    return {"dense1": rng.normal(size=(12, 64)), "dense2": rng.normal(size=(10, 12))}


def drawn_edges(axes, color):
    """Count the line segments that were drawn in a colour."""
    rgb = tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    lines = [p for p in axes.patches if not p.get_fill() and p.get_edgecolor()[:3] == rgb]
    return sum(len(patch.get_path()) // 2 for patch in lines)


@pytest.mark.parametrize("sparsity", [0.0, 0.37, 0.9, 1.0])
@pytest.mark.filterwarnings("ignore::pruning_lab.masks.LayerCollapseWarning")
def test_every_edge_is_drawn_once_blue_if_kept_and_pale_if_pruned(weights, sparsity):
    mask = select({name: np.abs(w) for name, w in weights.items()}, sparsity)
    figure, _ = drawn_network(weights, mask, np.ones(64), np.full(10, 0.1), label=0)
    kept = sum(int(keep.sum()) for keep in mask.values())
    assert drawn_edges(figure.axes[0], style.KEPT) == kept
    assert drawn_edges(figure.axes[0], style.PRUNED) == 64 * 12 + 12 * 10 - kept


def test_edges_start_and_end_near_the_units_they_join():
    before, _, after = places((64, 5, 3))
    ends = segments(before, after, (2.0, 1.0)).reshape(3, 64, 2, 2)
    assert np.abs(ends[2, 17, 0] - before[17]).max() <= 2
    assert np.abs(ends[2, 17, 1] - after[2]).max() <= 1


def test_a_neuron_is_alive_only_with_an_edge_on_both_sides():
    first = np.array([[1, 0], [0, 0], [1, 1]], dtype=bool)
    second = np.array([[1, 1, 0]], dtype=bool)
    assert through({"a": first, "b": second})[0].tolist() == [True, False, False]


def test_a_wrong_answer_is_drawn_in_the_colour_of_warning(weights):
    mask = {name: np.ones(w.shape, bool) for name, w in weights.items()}
    answer = np.eye(10)[3]
    figure, below = drawn_network(weights, mask, np.zeros(64), answer, label=4)
    draw_curve(below, [0, 1], [0.9, 0.1], (0.5, 0.5), "name")
    colours = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert colours["3"] == style.WARN
    assert colours["4"] == style.KEPT
    assert colours["5"] == style.INK
