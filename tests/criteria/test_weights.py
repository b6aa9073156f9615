"""Criteria that see weights only: squared magnitude, LAMP, geometric median."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.spatial import distance_matrix

from pruning_lab.criteria import geometric_median, lamp, magnitude, squared_magnitude
from pruning_lab.masks import select, sparsity_by_layer
from pruning_lab.network import mlp
from pruning_lab.tiles import Layer, Row

MATRICES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.sampled_from([0.0, -1.0, 1.0, 2.0]) | st.floats(-3, 3),
)


def naive_lamp(w):
    """Lee et al., literally: order the weights by size, divide each square by those not below."""
    squares = [float(v) ** 2 for v in w.ravel()]
    order = sorted(range(len(squares)), key=lambda i: (abs(w.ravel()[i]), i))
    scores = [0.0] * len(squares)
    for place, u in enumerate(order):
        total = sum(squares[v] for v in order[place:])
        scores[u] = squares[u] / total if total else 0.0
    return np.array(scores).reshape(w.shape)


@settings(max_examples=50)
@given(w=MATRICES)
def test_lamp_agrees_with_a_loop_over_the_definition(w):
    # values so small that their squares underflow are compared where they do not
    w = np.where(np.abs(w) < 1e-100, 0, w)
    assert np.allclose(lamp({"w": w})["w"], naive_lamp(w), rtol=1e-12, atol=0)


@settings(max_examples=50)
@given(w=MATRICES, sparsity=st.floats(0, 0.9))
def test_within_a_layer_lamp_prunes_as_magnitude_does(w, sparsity):
    w = np.where(np.abs(w) < 1e-6, 0, w)
    size = w.size
    sparsity = min(sparsity, 1 - 1 / size)
    if round(sparsity * size) < size:
        ours, theirs = (
            select(f({"w": w}), sparsity, scope=Layer())["w"] for f in (lamp, magnitude)
        )
        assert np.array_equal(np.abs(w[ours]).sum(), np.abs(w[theirs]).sum())


def test_under_lamp_every_layer_keeps_its_largest_weight():
    """Each layer has one score of 1, so a layer is emptied only where nothing else is left."""
    rng = np.random.default_rng(0)
    weights = {
        n: w * 10.0**-i for i, (n, w) in enumerate(mlp((9, 20, 20, 5), rng=rng).weights.items())
    }
    n = sum(w.size for w in weights.values())
    mask = select(lamp(weights), (n - 3) / n)
    assert [int(m.sum()) for m in mask.values()] == [1, 1, 1]
    for name, m in mask.items():
        assert m.ravel()[np.abs(weights[name]).argmax()]


def test_lamp_does_not_depend_on_the_scale_of_a_layer():
    w = np.random.default_rng(0).standard_normal((5, 4))
    for scale in (2.0**-600, 0.25, 2.0**600):  # squares would under- and overflow
        assert np.array_equal(lamp({"w": w * scale})["w"], lamp({"w": w})["w"])


def test_lamp_of_zeros_is_zero():
    assert lamp({"w": np.zeros((2, 2))})["w"].tolist() == [[0, 0], [0, 0]]
    assert lamp({"w": np.array([[0.0, 3.0]])})["w"].tolist() == [[0, 1]]


@settings(max_examples=50)
@given(w=MATRICES)
def test_the_geometric_median_agrees_with_a_table_of_distances(w):
    sums = distance_matrix(w, w).sum(axis=1)
    assert np.allclose(geometric_median({"w": w})["w"], sums[:, None], rtol=1e-9, atol=1e-12)


def test_equal_rows_are_at_distance_zero_also_far_from_the_origin():
    w = np.full((4, 3), 1e8, np.float32)
    assert geometric_median({"w": w})["w"].max() == 0


def test_the_row_in_the_middle_goes_first_even_if_it_is_long():
    w = np.array([[10.0, 0.0], [10.0, 1.0], [10.0, -1.0], [1.0, 0.0]])
    kept = select(geometric_median({"w": w}), 0.25, granularity=Row(), scope=Layer())["w"]
    assert kept[:, 0].tolist() == [False, True, True, True]
    kept = select(magnitude({"w": w}), 0.25, granularity=Row(), scope=Layer())["w"]
    assert kept[:, 0].tolist() == [True, True, True, False]


def test_moving_all_rows_alike_leaves_the_geometric_median():
    w = np.random.default_rng(0).integers(-9, 9, (6, 4)).astype(float)
    moved = geometric_median({"w": w + np.array([3.0, -2.0, 0.0, 5.0])})["w"]
    assert np.array_equal(moved, geometric_median({"w": w})["w"])


def test_squared_magnitude_ranks_rows_by_l2_and_magnitude_by_l1():
    rng = np.random.default_rng(0)
    w = rng.standard_normal((20, 6)) ** 3
    for criterion, order in ((magnitude, 1), (squared_magnitude, 2)):
        norms = np.linalg.norm(w, ord=order, axis=1)
        kept = select(criterion({"w": w}), 0.5, granularity=Row())["w"][:, 0]
        assert norms[kept].min() > norms[~kept].max()


def test_for_single_weights_squared_magnitude_prunes_as_magnitude():
    net = mlp((6, 9, 4), rng=np.random.default_rng(0))
    ours, theirs = (select(f(net), 0.7) for f in (squared_magnitude, magnitude))
    assert sparsity_by_layer(ours) == sparsity_by_layer(theirs)
    assert all(np.array_equal(ours[n], theirs[n]) for n in ours)


def test_squared_magnitude_of_the_lowest_integer():
    scores = squared_magnitude({"w": np.array([[-128, 3]], np.int8)})["w"]
    assert scores.tolist() == [[16384, 9]]
    assert scores.dtype == np.float32


def test_lamp_is_worked_by_hand():
    # squares 1, 4, 9: 1/14, 4/13, 9/9
    assert lamp({"w": np.array([[3.0], [-1.0], [2.0]])})["w"].ravel() == pytest.approx(
        np.array([1, 1 / 14, 4 / 13])
    )
