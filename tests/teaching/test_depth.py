"""Demos of chapter 8: what they compute and say, on small networks; and its main claims."""

import numpy as np
import pytest

from pruning_lab import datasets, measure, train
from pruning_lab.network import Dense, Network, ReLU, Residual
from pruning_lab.teaching.demos import depth
from pruning_lab.teaching.figures.ladders import influences
from pruning_lab.teaching.figures.style import percent


def dense(fan_out, fan_in, rng, size=1.0):
    spread = size * np.sqrt(2 / fan_in)
    return Dense(rng.normal(0, spread, (fan_out, fan_in)), np.zeros(fan_out))


def trained(seed, drop=0.0):
    rng = np.random.default_rng(seed)
    data = datasets.digits(rng=rng)
    layers = {"first": dense(16, 64, rng)}
    for i in (1, 2):
        inside = {"relu": ReLU(), "up": dense(16, 16, rng)}
        layers[f"block{i}"] = Residual(inside, drop=drop)
    net = Network(layers | {"relu": ReLU(), "last": dense(10, 16, rng)})
    return train(net, data.train.x, data.train.y, epochs=5, rng=rng), data


@pytest.fixture(scope="module")
def runs():
    return {
        depth.PLAIN: [trained(0), trained(1)],
        depth.DROPPED: [trained(0, 0.3), trained(1, 0.3)],
    }


@pytest.fixture(scope="module")
def subsets(runs):
    return {way: depth.every_subset(those) for way, those in runs.items()}


def test_without_leaves_out_the_named_layers_and_keeps_the_rest(runs):
    net, data = runs[depth.PLAIN][0]
    short = depth.without(net, ["block1"])
    assert depth.blocks_of(short) == ["block2"]
    state = net.layers["first"].forward(data.test.x)
    for name in ("block2", "relu", "last"):
        state = net.layers[name].forward(state)
    assert np.array_equal(short(data.test.x), state)


def test_every_subset_is_measured_for_every_network(runs, subsets):
    for way, those in runs.items():
        found = subsets[way]
        assert len(found) == 4
        for kept, gone in (((True, True), []), ((False, True), ["block1"])):
            wanted = [
                measure.accuracy(depth.without(net, gone), data.test.x, data.test.y)
                for net, data in those
            ]
            assert found[kept].tolist() == wanted


def test_the_captions_name_the_blocks_and_the_means(subsets, check_demo, check_figure):
    demo = depth.blocks_demo(subsets)
    check_demo(demo, 4)
    check_figure(demo._render(**demo.state))
    texts = {tuple(state.values()): text for state, text in demo.states()}
    assert texts[depth.IN, depth.IN].startswith("All blocks are in.")
    assert texts[depth.OUT, depth.IN].startswith("Block 1 is out.")
    assert texts[depth.OUT, depth.OUT].startswith("Blocks 1 and 2 are out.")
    for kept in subsets[depth.PLAIN]:
        words = texts[tuple(depth.IN if stays else depth.OUT for stays in kept)]
        for way in subsets:
            assert percent(subsets[way][kept].mean()) in words


def test_orders_go_block_by_block(runs, subsets):
    def forwards(net, _):
        return depth.blocks_of(net)

    curve = depth.removal(runs[depth.PLAIN], forwards)
    chain = [(True, True), (False, True), (False, False)]
    assert np.array_equal(curve, np.array([subsets[depth.PLAIN][kept] for kept in chain]).T)


def test_the_demo_of_orders_says_the_means(runs, check_demo, check_figure):
    curves = {
        way: dict.fromkeys(
            ("by lot", "by influence", "by loss"), np.array([[0.9, 0.5], [0.7, 0.3]])
        )
        for way in runs
    }
    demo = depth.orders_demo(curves)
    check_demo(demo, 4)
    check_figure(demo._render(**demo.state))
    texts = [text for _, text in demo.states()]
    assert "with no block of six removed" in texts[0]
    assert texts[1].count(percent(0.4)) == 3


def test_the_figures_keep_one_size_and_all_points(subsets, check_figure):
    demo = depth.blocks_demo(subsets)
    assert demo.to_html()  # refuses figures of different sizes
    values = {way: np.full((3, 2), 0.1) for way in subsets}
    figure = influences(values, values)
    check_figure(figure)
    assert [len(ax.lines) for ax in figure.axes] == [4, 4]  # three networks and the zero line


def tower(seed, shortcut, drop=0.0):
    """Trained network of four blocks; with the same seed the same first weights."""
    rng = np.random.default_rng(seed)
    data = datasets.digits(rng=rng)
    layers = {"first": dense(32, 64, rng)}
    for i in range(1, 5):
        inside = {
            "relu1": ReLU(),
            "up": dense(32, 32, rng),
            "relu2": ReLU(),
            "down": dense(32, 32, rng, 0.7),
        }
        if shortcut:
            layers[f"block{i}"] = Residual(inside, drop=drop)
        else:
            layers |= {f"block{i} {name}": layer for name, layer in inside.items()}
    net = Network(layers | {"relu": ReLU(), "last": dense(10, 32, rng)})
    return train(net, data.train.x, data.train.y, epochs=25, rng=rng), data


def left(net, data, *gone):
    names = [name for name in net.layers if name.split()[0] in gone]
    return measure.accuracy(depth.without(net, names), data.test.x, data.test.y)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_plus_sign_and_layerdrop_decide_whether_a_block_can_go(seed):
    chain, plain, dropped = tower(seed, False), tower(seed, True), tower(seed, True, 0.2)
    for run in (chain, plain, dropped):
        assert left(*run) > 0.8
    one_less = {
        name: np.mean([left(*run, f"block{i}") for i in range(1, 5)])
        for name, run in (("chain", chain), ("plain", plain), ("dropped", dropped))
    }
    assert one_less["chain"] < 0.25
    assert 0.35 < one_less["plain"] < 0.85
    assert one_less["dropped"] > max(0.88, one_less["plain"] + 0.1)
