"""The decks as a lecturer uses them: opened from disk, moved by hand, printed."""

import re
from itertools import pairwise

import pytest

import decks
from browser.visits import Visit, served, violations
from folders import ROOT
from pruning_lab.course.authored import parse

pytestmark = pytest.mark.browser

NAMES = [path.stem for path in sorted((ROOT / "chapters").glob("*.md"))]
SCREEN = {"width": 1280, "height": 720}
ADDRESS = re.compile(r"""(?:href|src|action|data)="([^"]*)"|url\(["']?([^"')]*)""")

OUTSIDE = """() => {
  const slide = Reveal.getCurrentSlide(), edge = slide.getBoundingClientRect();
  return [...slide.querySelectorAll("h1, h2, p, li, pre, td, figcaption, form, .pl-picture")]
    .filter((e) => !e.closest("aside")).map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && (box.bottom > edge.bottom || box.right > edge.right))
    .map(([e]) => `${slide.querySelector("h1, h2").textContent}: ${e.outerHTML.slice(0, 80)}`);
}"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with all decks, of the chapters as they were executed for the book."""
    folder = tmp_path_factory.mktemp("decks")
    return folder, decks.build(folder)


@pytest.fixture
def show(built, chromium):
    """Open decks; whatever goes wrong in one, or is asked of others, fails the test."""
    pages, wrong = [], []

    def begin(name, slide=0):
        page = chromium.new_page(viewport=SCREEN)
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: wrong.append(asked.url) if foreign(asked) else None)
        page.goto((built[0] / f"{name}.html").as_uri() + f"#/{slide}")
        page.wait_for_function("Reveal.isReady() && document.fonts.status === 'loaded'")
        return page

    yield begin
    for page in pages:
        page.close()
    assert wrong == []


def foreign(asked):
    return not asked.url.startswith(("file:", "data:", "blob:", "about:"))


def with_demo(built, name):
    """The number of the first slide with a demo."""
    return next(
        number
        for number, slide in enumerate(built[1][name])
        if any("demo" in cell.metadata.tags for cell in slide.shown)
    )


def at(page):
    return page.evaluate("Reveal.getIndices().h")


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_asks_nobody_and_nothing_leaves_a_slide(built, show, name):
    text = (built[0] / f"{name}.html").read_text(encoding="utf-8")
    text = text.partition('<script type="module">')[0]
    addresses = {a or b for a, b in ADDRESS.findall(text)}
    assert all(re.match(r"shared/|#|data:image/", address) for address in addresses), addresses
    page = show(name)
    assert page.evaluate("Reveal.getTotalSlides()") == len(built[1][name])
    outside = []
    for number in range(len(built[1][name])):
        page.evaluate("number => Reveal.slide(number)", number)
        outside += page.evaluate(OUTSIDE)
    assert outside == []


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_has_titles_notes_demos_and_one_question_of_the_quiz(built, name):
    slides = built[1][name]
    assert 8 <= len(slides) <= 20
    assert all(slide.title and slide.shown for slide in slides)
    assert all(slide.notes for slide in slides[1:])
    shown = [cell.metadata.tags[0] for slide in slides for cell in slide.shown]
    assert shown.count("demo") >= 2
    assert [slide.title for slide in slides].count("Check yourself") == 1
    for one, other in pairwise(slides):
        assert (one.section, one.title) != (other.section, other.title)


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_holds_no_solution_of_an_exercise(built, name):
    text = (built[0] / f"{name}.html").read_text(encoding="utf-8")
    assert "pl-answers" not in text
    said = "\n".join(cell.source for slide in built[1][name] for cell in slide.cells())
    for part in parse((ROOT / "exercises" / f"{name}.md").read_text(encoding="utf-8")):
        if part.solution:
            body = part.solution.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
            assert body.strip() not in said, part.name


def test_a_demo_on_a_slide_is_moved_by_keyboard_and_gives_the_keys_back(built, show):
    number = with_demo(built, "04_weights")
    page = show("04_weights", number)
    slider = page.locator(".pl-explorer input[type=range]").first
    caption = page.locator(".pl-explorer figcaption > p").first
    value, words = int(slider.input_value()), caption.inner_text()
    slider.press("ArrowRight")
    assert (int(slider.input_value()), at(page)) == (value + 1, number)
    assert caption.inner_text() != words
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert (int(slider.input_value()), at(page)) == (value + 1, number + 1)


def test_a_remote_control_turns_the_slide_whoever_has_the_keys(built, show):
    number = with_demo(built, "04_weights")
    page = show("04_weights", number)
    slider = page.locator(".pl-explorer input[type=range]").first
    value = slider.input_value()
    slider.press("PageDown")
    assert at(page) == number + 1
    page.keyboard.press("PageUp")
    assert (at(page), slider.input_value()) == (number, value)


def test_a_demo_on_a_slide_is_moved_by_mouse(built, show):
    number = with_demo(built, "04_weights")
    page = show("04_weights", number)
    slider = page.locator(".pl-explorer input[type=range]").first
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert slider.input_value() == slider.get_attribute("max")
    assert at(page) == number
    page.locator(".pl-explorer button").first.press("Space")  # plays, and turns no slide
    assert at(page) == number


def test_the_speaker_sees_the_notes(built, show):
    page = show("04_weights", 4)
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.get_by_text("its whole file").or_(notes.locator("p")).first.wait_for()
    assert len(notes.inner_text().split()) > 50


@pytest.mark.parametrize("slide", ["title", "demo", "last"])
def test_axe_finds_nothing_serious(built, chromium, slide):
    last = len(built[1]["04_weights"]) - 1
    numbers = {"title": 0, "demo": with_demo(built, "04_weights"), "last": last}
    with served(built[0]) as address, Visit(chromium, address, viewport=SCREEN) as visit:
        page = visit.open(f"04_weights.html#/{numbers[slide]}")
        assert violations(page) == []
        assert visit.elsewhere == visit.errors == []


def test_on_paper_every_slide_is_a_page(built, chromium):
    pdf = decks.print_deck(chromium, built[0] / "04_weights.html").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == len(built[1]["04_weights"])


def test_the_index_lists_every_deck(built):
    text = (built[0] / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}.html"' in text for name in NAMES)
