"""A drawing follows the theme, repeats exactly, and refers to nothing outside itself."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from pruning_lab.teaching import assets, drawings


def figure():
    """Lines, markers, words, an image and a clip path in one."""
    fig = Figure(figsize=(4, 2), layout="constrained")
    left, right = fig.subplots(1, 2)
    left.plot([0, 1, 2], [0.12345, 2, 1], "o--", color=drawings_colour("--pl-kept"), label="k")
    left.text(0, 1, "0.123456 < 1 & more", color=drawings_colour("--pl-warn"))
    right.imshow(np.eye(3))
    return fig


def drawings_colour(variable):
    return next(hex for hex, name in drawings.COLOURS.items() if name == variable)


@pytest.fixture(scope="module")
def drawn():
    return drawings.svg(figure(), salt="a")


def test_the_same_figure_gives_the_same_svg(drawn):
    assert drawings.svg(figure(), salt="a") == drawn


def test_ids_of_two_demos_differ_and_every_id_is_used(drawn):
    other = drawings.svg(figure(), salt="b")
    ids, others = (set(re.findall(r' id="([^"]+)"', text)) for text in (drawn, other))
    assert ids
    assert not ids & others
    assert ids == set(re.findall(r"(?<!&)#([a-z]\w+)[\")]", drawn)) & ids
    assert all(f"#{name}" in drawn for name in ids)


def test_it_is_well_formed_and_refers_to_nothing_outside(drawn):
    ElementTree.fromstring(drawn)
    assert "xlink" not in drawn
    assert "<style" not in drawn
    assert "<metadata" not in drawn
    targets = re.findall(r'(?:href="|url\()([^")]*)', drawn)
    assert all(target.startswith(("#", "data:image/png;base64")) for target in targets)
    assert re.findall(r"https?://[^\"]*", drawn) == ["http://www.w3.org/2000/svg"]


def test_every_colour_of_the_book_follows_the_theme(drawn):
    assert "stroke: var(--pl-kept,#0072b2)" in drawn
    assert "fill: var(--pl-warn,#d55e00)" in drawn
    for colour, variable in drawings.COLOURS.items():
        assert f"{variable}: " in assets.palette()
        assert not re.search(rf"(?<!,){colour}", drawn)


def test_words_stay_words_and_are_not_rounded(drawn):
    assert ">0.123456 &lt; 1 &amp; more</text>" in drawn


def test_numbers_are_no_longer_than_a_hundredth_of_a_point(drawn):
    attributes = " ".join(re.findall(r'(?:d|x|y|transform)="([^"]*)"', drawn))
    assert not re.search(r"\.\d{3}", attributes)


def test_size_is_in_css_pixels(drawn):
    assert drawings.size(figure()) == (384, 192)
    assert 'viewBox="0 0 288 144" width="384" height="192"' in drawn


def test_a_png_repeats_exactly():
    assert drawings.png(figure()) == drawings.png(figure())
