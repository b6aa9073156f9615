"""Demos of chapter 10: what they say of a race, whether a way leads through; its main claims."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pruning_lab import datasets, lottery, measure, mlp, prune_in_steps, schedules, select, train
from pruning_lab.criteria import synflow
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


def test_each_state_of_the_race_says_its_means_and_the_pairs(check_demo, check_figure):
    both = {"0.001": race(), "0.005": race(0.1)}
    demo = tickets.race_demo(LEFT, both)
    check_demo(demo, 6)
    check_figure(demo._render(**demo.state))
    texts = [text for _, text in demo.states()]
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


def test_each_state_of_the_flow_counts_layers_and_open_networks(cuts, check_demo, check_figure):
    demo = tickets.flow_demo(cuts)
    check_demo(demo, 4)
    check_figure(demo._render(**demo.state))
    for state, text in demo.states():
        masks = cuts[state["method"], state["sparsity"]]
        counts = [int(m.sum()) for m in masks[0].values()]
        assert f"{sum(counts):,} weights are left, {min(counts):,} of them in layer" in text
        assert f"layer {counts.index(min(counts)) + 1}, the poorest" in text
        assert f"through {sum(map(tickets.leads_through, masks))} of 5" in text
    assert demo.to_html()  # refuses figures of different sizes


def ahead(seed, rate):
    """Points by which a ticket of 3 % of the weights is ahead of new values, of new places."""
    rng = np.random.default_rng(seed)
    data = datasets.digits(rng=rng)
    sizes = (64, 100, 50, 10)
    start = mlp(sizes, rng=rng)

    def fit(net, mask):
        x, y, order = data.train.x, data.train.y, np.random.default_rng(seed)
        return train(net, x, y, epochs=30, mask=mask, learning_rate=rate, rng=order)

    def read(net):
        return 100 * measure.accuracy(net, data.test.x, data.test.y)

    *_, last = lottery.find_tickets(start, fit, [0.5, 0.75, 0.9, 0.97])
    rivals = (
        (
            lottery.ticket(mlp(sizes, rng=rng), last.mask),
            last.mask,
        ),
        (lottery.ticket(start, other := lottery.shuffled(last.mask, rng=rng)), other),
    )
    return [read(last.trained) - read(fit(*rival)) for rival in rivals]


def test_a_ticket_is_ahead_of_its_controls_and_less_so_at_a_larger_rate():
    small, large = (np.array([ahead(seed, rate) for seed in (0, 1)]) for rate in (1e-3, 5e-3))
    assert small.min() > 3
    assert (large.mean(axis=0) < small.mean(axis=0)).all()
    assert large[:, 1].min() > 10  # the places still matter


@pytest.mark.filterwarnings("ignore::pruning_lab.LayerCollapseWarning")
@pytest.mark.parametrize("seed", [0, 1])
def test_synflow_closes_the_way_when_asked_once_and_keeps_it_in_a_hundred_steps(seed):
    net = mlp((64, *6 * (100,), 10), rng=np.random.default_rng(seed))
    assert not tickets.leads_through(select(synflow(net), 0.99))
    *_, (_, mask) = prune_in_steps(net, synflow, schedules.iterative(0.99, 100), steps=100)
    assert tickets.leads_through(mask)
    heard = [kept.any(axis=1).mean() for kept in mask.values()][:-1]
    assert max(heard) < 0.5  # a narrow network inside the wide one
