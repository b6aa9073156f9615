"""Tiles: cutting and joining undo each other, and what does not fit is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pruning_lab.tiles import (
    Block,
    Column,
    Everything,
    Layer,
    Layout,
    Row,
    Run,
    Single,
    Tile,
    cut,
    join,
)

SIDE = st.integers(1, 4)


@given(SIDE, SIDE, SIDE, SIDE)
def test_joining_undoes_cutting(h, w, down, across):
    matrix = np.arange(h * down * w * across).reshape(h * down, w * across)
    table = cut(matrix, (h, w))
    assert table.shape == (down * across, h * w)
    assert np.array_equal(join(table, (h, w), matrix.shape), matrix)


@given(SIDE, SIDE, SIDE, SIDE)
def test_each_row_of_a_table_is_one_tile_in_reading_order(h, w, down, across):
    matrix = np.arange(h * down * w * across).reshape(h * down, w * across)
    tiles = [
        matrix[i * h : (i + 1) * h, j * w : (j + 1) * w].ravel()
        for i in range(down)
        for j in range(across)
    ]
    assert np.array_equal(cut(matrix, (h, w)), tiles)


@pytest.mark.parametrize(
    ("tile", "sides"),
    [
        (Single(), (1, 1)),
        (Row(), (1, 12)),
        (Row(2), (2, 12)),
        (Column(), (8, 1)),
        (Column(3), (8, 3)),
        (Run(4), (1, 4)),
        (Block(4, 3), (4, 3)),
        (Layer(), (8, 12)),
        (Everything(), (8, 12)),
    ],
)
def test_the_tiles_have_the_promised_sides(tile, sides):
    assert tile.on((8, 12)) == sides


def test_only_everything_crosses_layers():
    assert Everything().across_layers
    assert not Layer().across_layers
    assert Layer() != Everything()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Row(0), "the height of a tile must be a whole number, 1 or more; got 0"),
        (lambda: Block(2, -1), "the width of a tile .* got -1"),
        (lambda: Tile(1.5, 1), "got 1.5"),
        (lambda: Tile("2", 1), "got '2'"),
        (lambda: Tile(2, None, across_layers=True), "all matrices together have no height"),
        (lambda: Layout.of((4, 6), Row, Layer()), r"granularity must .* Did you mean Row\(\)\?"),
        (lambda: Layout.of((4, 6), Row(), "layer"), "scope must be a tile, .* got 'layer'"),
        (lambda: Run(5).on((2, 12)), "a tile of 1 x 5 does not fit a 2 x 12 matrix"),
        (lambda: Row(3).on((8, 12)), "a tile of 3 x all does not fit"),
        (lambda: Layout.of((4, 6), Row(), Run(3)), "straddles the scope, 1 x 3"),
        (lambda: Layout.of((4, 6), Everything(), Layer()), "Did you mean scope=Everything"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("granularity", [Single(), Row(), Column(2), Run(2), Block(2, 2), Layer()])
@pytest.mark.parametrize("scope", [Layer(), Everything()])
def test_spreading_undoes_gathering_and_says_of_each_weight_what_is_said_of_its_group(
    granularity, scope
):
    layout = Layout.of((4, 6), granularity, scope)
    groups = np.random.default_rng(0).random(layout.n_groups) < 0.5
    spread = layout.spread(layout.gather(groups))
    assert np.array_equal(layout.cut(spread), np.repeat(groups[:, None], 24 // layout.n_groups, 1))
    assert spread.flags.writeable
