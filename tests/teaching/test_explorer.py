"""Explorer: what it refuses, what it packs, and what it answers a front end."""

import json
import re
from itertools import product

import pytest
from matplotlib.figure import Figure

from pruning_lab.teaching import charts, drawings
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.frames import unpack

GRID = {"method": ["magnitude", "random"], "sparsity": [0.0, 0.25, 0.5]}


def render(method, sparsity):
    figure = Figure(figsize=(3, 2), layout="constrained")
    axes = figure.subplots()
    axes.bar(["kept", "pruned"], [1 - sparsity, sparsity], color=["#0072b2", "#c8cdd3"])
    axes.set_title(f"{method} at {sparsity}", color="#1a1a1a")
    return figure


def describe(method, sparsity):
    return f"{method} <b>&</b> {sparsity:.0%} are gone."


def make(**changes):
    given = {"render": render, "grid": GRID, "describe": describe, "title": "Weights & bars"}
    return Explorer(**{**given, **changes})


def packed(html):
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)


def test_states_are_the_whole_grid_with_the_last_parameter_fastest():
    states = list(make().states())
    assert [tuple(p.values()) for p, _ in states] == list(product(*GRID.values()))
    assert [text for _, text in states] == [describe(**p) for p, _ in states]


def test_every_unpacked_frame_is_the_rendered_one(in_book):
    data = packed(make().to_html())
    for k, (method, sparsity) in enumerate(product(*GRID.values())):
        drawn = drawings.svg(render(method, sparsity), salt="Weights & bars")
        assert unpack(data, k) == drawn
        assert data["texts"][k] == describe(method, sparsity)
        assert unpack(data["tables"], k) == charts.lines(render(method, sparsity))


def test_every_raster_frame_is_an_image_of_its_own(in_book):
    data = packed(make(raster=True).to_html())
    frames = {unpack(data, k) for k in range(6)}
    assert len(frames) == 6
    assert all(frame.startswith('<img alt="" width="288" height="192"') for frame in frames)


@pytest.mark.parametrize("raster", [False, True])
def test_the_same_demo_gives_the_same_html_twice(in_book, raster):
    assert make(raster=raster).to_html() == make(raster=raster).to_html()


def test_no_text_of_an_author_can_end_the_script_or_open_a_tag(in_book):
    html = make(
        title='"><script>alert(1)</script>',
        labels={"sparsity": "<i>S</i>"},
        text={"method": lambda m: f"</script>{m}&"},
        describe=lambda method, sparsity: f'</figure>"{method}{sparsity}',
    ).to_html()
    assert html.count("</script>") == 1
    assert html.count("</figure>") == 1
    assert html.count("<script") == 1
    assert "<i>" not in html
    data = packed(html)
    assert data["controls"][0]["texts"] == ["</script>magnitude&", "</script>random&"]
    assert data["texts"][0] == '</figure>"magnitude0.0'


def test_the_first_state_stands_in_the_html_without_a_script(in_book):
    html = make(start={"method": "random", "sparsity": 0.5}).to_html()
    markup = html.split("<script")[0]
    assert "random &lt;b&gt;&amp;&lt;/b&gt; 50% are gone." in markup
    assert ">random at 0.5</text>" in markup
    assert 'value="1" checked="checked"' in markup
    assert 'value="2" style="--pl-at:1" aria-valuetext="0.5"' in markup


def test_a_book_gets_html_png_and_text_and_no_widget(in_book):
    explorer = make()
    data, metadata = explorer._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain", "image/png"}
    assert metadata == {}
    assert explorer.comm is None
    assert data["text/plain"] == f"Weights & bars: {describe('magnitude', 0.0)}"


def test_a_notebook_gets_a_widget_that_can_leave_the_grid():
    explorer = make()
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "text/html" not in data
    assert '<input type="number" step="any" min="0.0" max="0.5"' in explorer.markup
    assert "frames" not in packed(explorer.markup)


class FakeComm:
    """Stands where a kernel's comm would and keeps what is sent."""

    comm_id = "fake"

    def __init__(self):
        self.sent = []

    def send(self, data=None, buffers=None, metadata=None):
        self.sent.append(data)

    def on_msg(self, callback):
        pass

    def close(self, *args, **kwargs):
        pass


def ask(explorer, content):
    explorer.comm = comm = FakeComm()
    message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
    explorer._handle_msg(message)
    return [m["content"] for m in comm.sent if m["method"] == "custom"]


@pytest.mark.parametrize("sparsity", [0.25, 0.333])
def test_a_kernel_draws_on_and_off_the_grid(sparsity):
    explorer = make()
    want = {"method": "random", "sparsity": sparsity}
    (reply,) = ask(explorer, {"want": want, "key": "k"})
    assert reply == {
        "key": "k",
        "picture": drawings.svg(render(**want), salt="Weights & bars"),
        "text": describe(**want),
        "table": charts.lines(render(**want)),
    }


@pytest.mark.parametrize(
    ("want", "said"),
    [
        ({"method": "random", "sparsity": 80}, "sparsity is a number from 0.0 to 0.5; got 80"),
        ({"method": "random", "sparsity": None}, "sparsity is a number from 0.0 to 0.5; got None"),
        ({"method": "best", "sparsity": 0.1}, "method is one of 'magnitude', 'random'; got 'best'"),
        ({"method": "random"}, "sparsity"),
    ],
)
def test_a_bad_value_is_answered_so_that_no_front_end_waits(want, said):
    (reply,) = ask(make(), {"want": want, "key": "k"})
    assert reply["key"] == "k"
    assert said in reply["error"]


def test_an_error_inside_render_is_answered_too():
    def broken(method, sparsity):
        if sparsity > 0.4:
            raise RuntimeError("no picture")
        return render(method, sparsity)

    want = {"method": "random", "sparsity": 0.5}
    (reply,) = ask(make(render=broken), {"want": want, "key": "k"})
    assert reply == {"key": "k", "error": "RuntimeError: no picture"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"grid": {}}, "no parameter"),
        ({"grid": {"sparsity": []}}, "at least two values"),
        ({"grid": {"sparsity": [0.1]}}, "at least two values"),
        ({"grid": {"sparsity": [0.1, 0.1]}}, "has a value twice"),
        ({"grid": {"sparsity": [0.2, 0.1]}}, "must rise"),
        ({"grid": {"sparsity": range(401)}}, "at most 400"),
        ({"start": {"sparsity": 0.3}}, r"must be in the grid \[0.0, 0.25, 0.5\]; got 0.3"),
        ({"start": {"sparsiti": 0.0}}, "names 'sparsiti'; the grid has method, sparsity"),
        ({"labels": {"x": "X"}}, "names 'x'"),
        ({"text": {"sparsity": lambda s: s}}, r"text\['sparsity'\] of 0.0 must be words"),
        ({"text": {"sparsity": lambda s: " "}}, "must be words"),
        ({"text": {"sparsity": lambda s: "same"}}, "called the same"),
        ({"title": " "}, "title must be words.*may not see"),
        ({"describe": lambda **_: ""}, "must be words"),
        ({"describe": lambda **_: None}, "got None"),
        ({"render": lambda **_: None}, "a matplotlib Figure to draw; got NoneType"),
        ({"render": lambda **_: Figure().subplots()}, "got Axes"),
        ({"labels": {"sparsity": None}}, "must be words"),
        ({"grid": [("sparsity", [0, 1])]}, "grid has no parameter"),
        ({"grid": {"sparsity": 5}}, "needs a list of values; got 5"),
        ({"grid": {"method": "best"}}, "needs a list of values; got 'best'"),
        ({"grid": {"sparsity": [0, float("inf")]}}, "finite numbers.*got inf"),
        ({"grid": {"sparsity": [0, 10**400]}}, "finite numbers"),
        ({"grid": {"method": [None, "a"]}}, "truth values or words; got None"),
        ({"grid": {"method": [(1, 2), (3, 4)]}}, r"got \(1, 2\).*look the value up"),
        ({"grid": {"sparsity": [0.1234567, 0.12345671]}}, "called the same"),
    ],
)
def test_what_no_reader_could_use_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        make(**changes)


def test_a_state_without_words_is_refused_when_the_book_is_built(in_book):
    explorer = make(describe=lambda method, sparsity: "" if sparsity == 0.5 else "Words.")
    with pytest.raises(ValueError, match=r"'sparsity': 0.5"):
        explorer.to_html()


def test_pictures_of_different_size_are_refused_because_the_page_would_jump(in_book):
    def growing(method, sparsity):
        return Figure(figsize=(3, 2 + sparsity))

    with pytest.raises(ValueError, match="one size"):
        make(render=growing).to_html()


def test_a_truth_value_stays_one_when_a_front_end_says_1():
    explorer = make(
        grid={"method": [False, True], "sparsity": [0.0, 0.5]},
        render=lambda **_: Figure(figsize=(1, 1)),
        describe=lambda method, sparsity: f"{method!r}",
    )
    (reply,) = ask(explorer, {"want": {"method": 1, "sparsity": 0.5}, "key": "k"})
    assert reply["text"] == "True"


def test_truth_values_are_a_choice_and_numpy_numbers_are_plain(in_book):
    import numpy as np

    explorer = Explorer(
        lambda dense, sparsity: Figure(figsize=(2, 2)),
        {"dense": [True, False], "sparsity": np.linspace(0, 1, 3)},
        lambda dense, sparsity: f"{dense} {sparsity}",
        title="t",
    )
    controls = packed(explorer.to_html())["controls"]
    assert controls[0] == {"name": "dense", "values": [True, False], "texts": ["yes", "no"]}
    assert controls[1] == {"name": "sparsity", "values": [0, 0.5, 1], "texts": ["0", "0.5", "1"]}
