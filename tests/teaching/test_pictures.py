"""A still figure has words, in the book and in a notebook."""

import pytest
from matplotlib.figure import Figure

from pruning_lab.teaching import assets
from pruning_lab.teaching.pictures import Picture


def test_the_words_are_the_name_of_the_picture():
    html = Picture(Figure(figsize=(2, 1)), alt='Half < "all"', caption="*Less* is left.").to_html()
    assert 'role="img" aria-label="Half &lt; &quot;all&quot;"' in html
    assert "<figcaption><em>Less</em> is left.</figcaption>" in html


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match=r"alt must be words.*what the figure shows"):
        Picture(Figure(), alt=" ")


def test_what_is_no_figure_is_refused():
    with pytest.raises(ValueError, match=r"got Axes.*ax\.figure"):
        Picture(Figure().subplots(), alt="A sheet.")


def test_a_notebook_gets_the_colours_with_the_picture_and_a_page_has_them_already(monkeypatch):
    picture = Picture(Figure(figsize=(2, 1)), alt="Nothing.")
    assert "--pl-kept" in picture._repr_mimebundle_()["text/html"].split("<figure")[0]
    monkeypatch.setenv(assets.STATIC_VARIABLE, "1")
    assert picture._repr_mimebundle_()["text/html"].startswith("<figure")
