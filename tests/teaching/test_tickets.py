"""Demos of chapter 10: what they say of a race, and whether a way leads through a network."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab.teaching.demos import tickets
from pruning_lab.teaching.figures.style import percent

LEFT = [0.5, 0.25, 0.125]


def race(shift=0.0):
    rng = np.random.default_rng(0)
    return tickets.Race(
        np.full(5, 0.97), {name: 0.3 + shift + 0.5 * rng.random((5, 3)) for name in tickets.LOOKS}
    )


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9))
def test_a_way_leads_through_where_a_product_of_masks_is_not_zero(seed, density):
    rng = np.random.default_rng(seed)
    shapes = [(4, 3), (5, 4), (2, 5)]
    mask = {f"l{i}": rng.random(shape) < density for i, shape in enumerate(shapes)}
    paths = np.linalg.multi_dot([m.astype(float) for m in reversed(mask.values())])
    assert tickets.leads_through(mask) == (paths.sum() > 0)


def test_weights_in_every_layer_do_not_make_a_way():
    mask = {"a": np.array([[True, True], [False, False]]), "b": np.array([[False, True]])}
    assert not tickets.leads_through(mask)
    assert not tickets.leads_through({})


def test_each_state_of_the_race_says_its_means_and_the_pairs():
    both = {"0.001": race(), "0.005": race(0.1)}
    texts = [text for _, text in tickets.race_demo(LEFT, both).states()]
    for (rate, place), text in zip(product(both, range(3)), texts, strict=True):
        found = {name: a[:, place] for name, a in both[rate].accuracies.items()}
        assert percent(LEFT[place], 1) in text
        for values in found.values():
            assert percent(values.mean(), 1) in text
        ahead = 100 * (found["ticket"] - found["new values"])
        assert f"{ahead.mean():.1f} points ({ahead.min():.1f} to {ahead.max():.1f}" in text


@pytest.fixture
def cuts():
    rng = np.random.default_rng(1)
    return {
        (method, s): [{f"l{i}": rng.random((6, 6)) < 1 - s for i in range(3)} for _ in range(5)]
        for method in ("lot", "score")
        for s in (0.5, 0.9)
    }


def test_each_state_of_the_flow_counts_layers_and_open_networks(cuts):
    demo = tickets.flow_demo(cuts)
    for state, text in demo.states():
        masks = cuts[state["method"], state["sparsity"]]
        counts = [int(m.sum()) for m in masks[0].values()]
        assert f"{sum(counts):,} weights are left, {min(counts):,} of them in layer" in text
        assert f"layer {counts.index(min(counts)) + 1}, the poorest" in text
        assert f"through {sum(map(tickets.leads_through, masks))} of 5" in text
    assert demo.to_html()  # refuses figures of different sizes
