"""The elements in a real browser: keyboard, words, colours, no script, a kernel."""

import json
from contextlib import contextmanager
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib.figure import Figure
from playwright.sync_api import expect

from browser import visits as site_browser
from pruning_lab.teaching import assets
from pruning_lab.teaching.drawings import COLOURS
from pruning_lab.teaching.explorer import Explorer
from pruning_lab.teaching.pictures import Picture
from pruning_lab.teaching.quizzes import Option, Prediction, Question, Quiz

pytestmark = pytest.mark.browser

GRID = {"method": ["magnitude", "random"], "sparsity": [0.0, 0.2, 0.4, 0.6, 0.8]}
STATES = list(product(*GRID.values()))


def render(method, sparsity):
    figure = Figure(figsize=(6, 2.5), layout="constrained")
    axes = figure.subplots()
    axes.bar(["kept", "pruned"], [1 - sparsity, sparsity], color=["#0072b2", "#c8cdd3"])
    axes.set_title(f"{method} {sparsity}", color="#009e73")
    return figure


def describe(method, sparsity):
    long = " Past the cliff every step costs more than all before." if sparsity > 0.7 else ""
    return f"At {sparsity:.0%} by {method}, {round(1000 * sparsity)} weights are gone.{long}"


def explorer(**options):
    return Explorer(
        render,
        GRID,
        describe,
        title="Weights that stay",
        labels={"method": "Criterion", "sparsity": "Sparsity"},
        text={"sparsity": "{:.0%}".format},
        **options,
    )


def question(prompt):
    return Question(
        prompt,
        [
            Option("The *largest*", "Nothing would be left."),
            Option("The smallest", "Its score is `|w|`.", right=True),
            Option("Any", "That is the random baseline."),
        ],
    )


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Elements</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark; background: Canvas; color: CanvasText }} {style}</style>
</head><body><main><h1>Elements</h1>{body}<p id="below">Below.</p></main>{scripts}</body></html>"""


def page_of(*elements):
    scripts = [f'<script type="module">{assets.script(kind)}</script>' for kind in assets.KINDS]
    body = "\n".join(element.to_html() for element in elements)
    return PAGE.format(style=assets.style(), body=body, scripts="".join(scripts))


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(assets.STATIC_VARIABLE, "1")
        page = page_of(
            Prediction(question("Which go first?")),
            explorer(),
            Picture(render("random", 0.5), alt="Half is kept.", caption="Half *is* kept."),
            explorer(raster=True),
            Quiz(question("Which weights?"), question("Which again?")),
        )
    (folder / "index.html").write_text(page, encoding="utf-8")
    (folder / "empty.html").write_text(PAGE.format(style=assets.style(), body="", scripts=""))
    with site_browser.served(folder) as address:
        yield address


@pytest.fixture
def open_page(chromium, address):
    """Open the page with given options; afterwards nothing was asked elsewhere, nothing failed."""
    visits = []

    def opened(path="index.html", **options):
        visits.append(site_browser.Visit(chromium, address, **options))
        return visits[-1].open(path, wait="load")

    yield opened
    for visit in visits:
        visit.context.close()
    assert [
        visit.errors + visit.elsewhere for visit in visits if visit.errors + visit.elsewhere
    ] == []


@pytest.fixture
def page(open_page):
    return open_page()


def demo(page, n=0):
    return page.locator(".pl-explorer").nth(n)


def shown(figure):
    """Return words and drawing of the present state; the words are the picture's description."""
    picture = figure.get_by_role("img", name="Weights that stay")
    described = picture.evaluate(
        "p => document.getElementById(p.getAttribute('aria-describedby')).textContent"
    )
    caption = figure.locator("figcaption p").text_content()
    assert described == caption
    return caption, picture.inner_html()


@pytest.mark.parametrize("raster", [False, True])
def test_every_state_is_reached_by_keyboard_with_picture_and_words_in_agreement(page, raster):
    figure = demo(page, int(raster))
    slider = figure.get_by_role("slider", name="Sparsity")
    pictures = set()
    for method in GRID["method"]:
        figure.get_by_role("radio", name="magnitude").focus()
        if method == "random":
            page.keyboard.press("ArrowRight")
        slider.focus()
        page.keyboard.press("Home")
        for sparsity in GRID["sparsity"]:
            caption, picture = shown(figure)
            assert caption == describe(method, sparsity)
            assert slider.get_attribute("aria-valuetext") == f"{sparsity:.0%}"
            expect(figure.locator("output")).to_have_text(f"{sparsity:.0%}")
            expect(figure.get_by_role("radio", name=method)).to_be_checked()
            if not raster:
                assert f">{method} {sparsity}</text>" in picture
            pictures.add(picture)
            page.keyboard.press("ArrowRight")
    assert len(pictures) == len(STATES)


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(page):
    bar = demo(page).locator(".pl-bar")
    unfocused = bar.screenshot()
    seen = []
    bar.get_by_role("radio").first.focus()
    page.keyboard.press("Shift+Tab")
    for _ in range(3):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.type"))
        assert bar.screenshot() != unfocused
    assert seen == ["radio", "range", "button"]


def table(figure):
    """The rows of the unfolded data."""
    return [row.all_inner_texts() for row in map(cells_of, figure.locator(".pl-data tr").all())]


def cells_of(row):
    return row.locator("th, td")


@pytest.mark.parametrize("raster", [False, True])
def test_the_data_unfold_by_keyboard_and_follow_the_state(page, raster):
    figure = demo(page, int(raster))
    figure.locator(".pl-data summary").focus()
    assert figure.locator(".pl-data table").count() == 0  # made when somebody asks
    page.keyboard.press("Enter")
    expect(figure.locator(".pl-data caption")).to_have_text("magnitude 0.0")
    assert table(figure) == [["which", "blue bars"], ["kept", "1"], ["pruned", "0"]]
    figure.get_by_role("slider").press("End")
    expect(figure.locator(".pl-data caption")).to_have_text("magnitude 0.8")
    assert table(figure)[1:] == [["kept", "0.2"], ["pruned", "0.8"]]


def test_a_still_picture_has_its_data_without_a_script(open_page):
    page = open_page(java_script_enabled=False)
    still = page.locator(".pl-still")
    still.locator(".pl-data summary").click()
    assert table(still)[1:] == [["kept", "0.5"], ["pruned", "0.5"]]
    expect(demo(page).locator(".pl-data")).to_be_hidden()


def test_nothing_moves_while_states_change(page):
    figure, below = demo(page), page.locator("#below")
    figure.get_by_role("slider").focus()
    page.keyboard.press("Home")
    places = set()
    for _ in GRID["sparsity"]:
        places.add(below.bounding_box()["y"])
        page.keyboard.press("ArrowRight")
    assert len(places) == 1


def test_waking_up_moves_nothing(open_page):
    page = open_page()
    shift = """() => new Promise(done => new PerformanceObserver(list => done(
        list.getEntries().reduce((sum, e) => sum + e.value, 0)
    )).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 300))"""
    assert page.evaluate(shift) == 0


def test_play_goes_to_the_end_silently_and_then_speaks_again(page):
    figure = demo(page)
    play = figure.get_by_role("button", name="Play Sparsity")
    caption = figure.locator("figcaption p")
    page.clock.install()
    play.click()
    expect(figure.get_by_role("button", name="Pause Sparsity")).to_be_visible()
    assert caption.get_attribute("aria-live") == "off"
    for _ in GRID["sparsity"]:
        page.clock.run_for(500)
    expect(play).to_be_visible()
    assert caption.get_attribute("aria-live") == "polite"
    assert caption.text_content() == describe("magnitude", 0.8)


def test_pause_stops_and_speaks(page):
    figure = demo(page)
    page.clock.install()
    figure.get_by_role("button", name="Play Sparsity").click()
    page.clock.run_for(600)
    figure.get_by_role("button", name="Pause Sparsity").click()
    before = shown(figure)
    page.clock.run_for(2000)
    assert shown(figure) == before
    assert figure.locator("figcaption p").get_attribute("aria-live") == "polite"


def test_with_reduced_motion_one_press_is_one_step(open_page):
    page = open_page(reduced_motion="reduce")
    figure = demo(page)
    following = figure.get_by_role("button", name="Next Sparsity")
    for sparsity in [0.2, 0.4, 0.6, 0.8, 0.0]:
        following.click()
        assert shown(figure)[0] == describe("magnitude", sparsity)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, scheme):
    page = open_page(color_scheme=scheme)
    page.locator(".pl-prediction").get_by_text("Any", exact=True).click()
    page.get_by_role("button", name="Commit").click()
    for i, text in enumerate(["The smallest", "Any"]):
        box = page.locator(".pl-quiz").last.locator("fieldset").nth(i)
        box.get_by_text(text, exact=True).click()
        box.get_by_role("button").click()
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


CONTRAST = """([selector, behind]) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const light = (colour) => {
    canvas.fillStyle = behind; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => {
      v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll(selector)].map((e) => {
    const [a, b] = [light(getComputedStyle(e).fill), light(behind)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
}"""
WORDS = "".join(
    f'<svg><text style="fill: var({name})">word</text></svg>'
    for name in COLOURS.values()
    if name not in ("--pl-grid", "--pl-paper")
)


@pytest.mark.parametrize(("scheme", "behind"), [("light", "#ffffff"), ("dark", "#1d2125")])
def test_words_in_pictures_have_contrast_in_every_colour(open_page, scheme, behind):
    page = open_page("empty.html", color_scheme=scheme)
    page.evaluate("html => document.body.innerHTML = html", f'<div class="pl-picture">{WORDS}')
    ratios = page.evaluate(CONTRAST, [".pl-picture text", behind])
    assert len(ratios) == 7
    assert min(ratios) >= 4.5


def test_without_a_script_the_first_state_and_the_answers_stand(open_page):
    page = open_page(java_script_enabled=False)
    figure = demo(page)
    expect(figure.locator("figcaption p")).to_have_text(describe("magnitude", 0.0))
    expect(figure.locator("svg")).to_be_visible()
    expect(figure.locator(".pl-bar")).to_be_hidden()
    quiz = page.locator(".pl-quiz").last
    expect(quiz.get_by_role("radio")).to_have_count(6)
    expect(quiz.get_by_role("button")).to_have_count(0)
    quiz.locator("summary").click()
    expect(quiz.get_by_text("Right: The smallest.").first).to_be_visible()


def test_on_paper_there_are_no_controls(page):
    page.emulate_media(media="print")
    expect(demo(page).locator(".pl-bar")).to_be_hidden()
    expect(demo(page).locator("svg")).to_be_visible()


@pytest.mark.parametrize("width", [320, 375])
def test_on_a_phone_nothing_overflows_and_every_target_is_big_enough(open_page, width):
    page = open_page(viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator(
        ".pl-choice label, .pl-slider input, button, .pl-option label"
    ).all():
        box = target.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    demo(page).get_by_text("random", exact=True).tap()
    assert shown(demo(page))[0] == describe("random", 0.0)


def test_a_prediction_is_made_once(page):
    box = page.locator(".pl-prediction")
    commit = box.get_by_role("button", name="Commit")
    commit.click()
    expect(box.get_by_text("Choose an option first.")).to_be_visible()
    box.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box.get_by_role("button", name="Committed")).to_be_focused()
    told = box.get_by_role("status").filter(has_text="Not quite. Nothing would be left.")
    expect(told).to_be_visible()
    for radio in box.get_by_role("radio").all():
        expect(radio).to_be_disabled()


def test_a_quiz_tells_every_option_and_may_be_tried_again(page):
    quiz = page.locator(".pl-quiz").last
    first = quiz.locator("fieldset").first
    feedback = [
        "Not quite. Nothing would be left.",
        "Right. Its score is |w|.",
        "Not quite. That is the random baseline.",
    ]
    first.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for i, said in enumerate(feedback):
        first.get_by_role("radio").nth(i).focus()
        if i:
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(first.get_by_role("status").filter(has_text=said)).to_be_visible()
        right = "1 of 2" if i else "0 of 2"
        expect(quiz.get_by_text(f"{right} answered right")).to_be_visible()


def test_moving_between_options_answers_nothing(page):
    quiz = page.locator(".pl-quiz").last
    quiz.get_by_role("radio").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert "".join(quiz.locator(".pl-feedback").all_text_contents()) == ""


# ---- with a kernel: the same module, a model, messages ----

LIVE = """async ([source, markup, state]) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const {default: element} = await import(url);
  const heard = {}, values = {markup, state};
  const el = document.querySelector("main").appendChild(document.createElement("div"));
  const model = {
    get: (key) => values[key], set: (key, value) => { values[key] = value; },
    on: (event, f) => { heard[event] = f; }, off: (event) => { delete heard[event]; },
    save_changes() {}, send: (message) => kernel(JSON.stringify(message)),
  };
  window.reply = (text) => heard["msg:custom"](JSON.parse(text));
  window.python = (state) => { values.state = state; heard["change:state"](); };
  window.state = () => values.state;
  window.listeners = () => Object.keys(heard).length;
  window.close = element.render({model, el});
}"""


@contextmanager
def live(page, explorer, *, answers=True):
    """Show the explorer with its real Python side, and keep what it was asked."""
    asked, sent = [], []
    explorer.send = sent.append

    def kernel(text):
        asked.append(json.loads(text))
        if answers:
            explorer._answer(explorer, asked[-1], [])

    page.expose_function("kernel", kernel)
    page.evaluate(LIVE, [assets.script("explorer"), explorer.markup, dict(explorer.state)])
    yield asked, sent


def deliver(page, sent):
    while sent:
        page.evaluate("window.reply", json.dumps(sent.pop(0)))


def test_a_kernel_draws_between_the_values_of_the_grid(open_page):
    page = open_page("empty.html")
    with live(page, explorer()) as (asked, sent):
        number = demo(page).get_by_role("spinbutton", name="or type Sparsity")
        number.fill("0.33")
        number.press("Enter")
        page.wait_for_timeout(50)
        deliver(page, sent)
        caption, picture = shown(demo(page))
        assert caption == describe("magnitude", 0.33)
        demo(page).locator(".pl-data summary").click()
        expect(demo(page).locator(".pl-data caption")).to_have_text("magnitude 0.33")
        assert table(demo(page))[1:] == [["kept", "0.67"], ["pruned", "0.33"]]
        assert ">magnitude 0.33</text>" in picture
        assert asked[-1]["want"] == {"method": "magnitude", "sparsity": 0.33}
        assert page.evaluate("window.state()") == {"method": "magnitude", "sparsity": 0.33}
        demo(page).get_by_role("slider").press("ArrowRight")
        expect(number).to_have_value("")


def test_one_request_is_on_its_way_and_only_the_newest_waits(open_page):
    page = open_page("empty.html")
    with live(page, explorer()) as (asked, sent):
        demo(page).get_by_role("slider").focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
        assert [message["want"]["sparsity"] for message in asked] == [0.2]
        deliver(page, sent)
        page.wait_for_timeout(50)
        assert [message["want"]["sparsity"] for message in asked] == [0.2, 0.6]
        deliver(page, sent)
        assert shown(demo(page))[0] == describe("magnitude", 0.6)


def test_an_error_is_shown_and_the_next_state_still_comes(open_page):
    page = open_page("empty.html")

    def broken(method, sparsity):
        if sparsity == 0.2:
            raise RuntimeError("no picture")
        return render(method, sparsity)

    shaky = Explorer(broken, GRID, describe, title="Weights that stay")
    with live(page, shaky) as (_, sent):
        demo(page).get_by_role("slider").focus()
        for said in ["RuntimeError: no picture", describe("magnitude", 0.4)]:
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(50)
            deliver(page, sent)
            assert shown(demo(page))[0] == said


def test_python_can_set_the_state_and_leaving_leaves_nothing_behind(open_page):
    page = open_page("empty.html")
    with live(page, explorer()) as (_, sent):
        page.evaluate("window.python({method: 'random', sparsity: 0.8})")
        page.wait_for_timeout(50)
        deliver(page, sent)
        assert shown(demo(page))[0] == describe("random", 0.8)
        expect(demo(page).get_by_role("radio", name="random")).to_be_checked()
        page.evaluate("window.close()")
        assert page.evaluate("window.listeners()") == 0


def test_a_notebook_that_acts_on_arrow_keys_leaves_them_to_the_slider(open_page):
    page = open_page("empty.html")
    page.evaluate("document.addEventListener('keydown', e => e.preventDefault(), true)")
    with live(page, explorer()) as (asked, _):
        demo(page).get_by_role("slider").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
        assert len(asked) == 1
