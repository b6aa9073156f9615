"""What every demo and every figure of the book must hold, and the networks of chapter 4."""

import re

import numpy as np
import pytest

from pruning_lab import datasets, mlp, train
from pruning_lab.teaching import assets, charts, drawings, series

SLACK = 1  # pixels
MAPPED = re.compile(r"var\(--[\w-]+,#[0-9a-f]{6}\)")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
NAMELESS = re.compile(
    rf"(?:^|\t)((?:{'|'.join([*series.COLOURS.values(), 'other'])}) [^\t]*)", re.M
)


@pytest.fixture
def in_book(monkeypatch):
    """As in the built book: demos show all of their states at once, without a kernel."""
    monkeypatch.setenv(assets.STATIC_VARIABLE, "1")


@pytest.fixture(scope="session")
def digit_networks():
    """Five networks of chapter 4, and the data of each."""
    return [_trained(seed) for seed in range(5)]


def _trained(seed):
    rng = np.random.default_rng(seed)
    data = datasets.digits(rng=rng)
    start = mlp((64, 100, 50, 10), rng=rng)
    return train(start, data.train.x, data.train.y, epochs=40, rng=rng), data


@pytest.fixture(scope="session")
def check_figure():
    """Check that a figure lies on nothing, in colours of the page, with its text on its sheet."""
    return _check_figure


def _check_figure(figure):
    assert figure.patch.get_alpha() == 0
    assert all(ax.patch.get_alpha() == 0 for ax in figure.axes if ax.axison)
    assert not COLOUR.findall(MAPPED.sub("", drawings.svg(figure, salt="test")))
    figure.draw_without_rendering()
    for text in _shown(figure):
        box = text.get_window_extent()
        assert box.x0 >= -SLACK, text
        assert box.y0 >= -SLACK, text
        assert box.x1 <= figure.bbox.x1 + SLACK, text
        assert box.y1 <= figure.bbox.y1 + SLACK, text
    nameless = NAMELESS.findall(charts.lines(figure))
    assert not nameless, f"label what is drawn, for the data table: {nameless}"


def _shown(figure):
    """Texts that are seen: titles, labels, words and the ticks within the limits."""
    for ax in figure.axes:
        texts = [*ax.texts, ax.title]
        if ax.axison:
            texts += [ax.xaxis.label, ax.yaxis.label, *_ticks(ax.xaxis), *_ticks(ax.yaxis)]
        yield from (text for text in texts if text.get_text() and text.get_visible())
    yield from figure.texts


def _ticks(axis):
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@pytest.fixture
def check_demo(in_book):
    """Check that each state of a demo has words of its own, and that a kernel may ask between."""
    return _check_demo


def _check_demo(demo, states):
    words = [text for _, text in demo.states()]
    assert len(set(words)) == len(words) == states
    assert not any("nan" in text for text in words)
    between = {k: v if isinstance(v, str) else v + 0.02 for k, v in demo.state.items()}
    assert demo._text(between)
    assert demo._render(**between).axes
