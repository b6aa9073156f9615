"""Every state of a demo, reached with the keyboard alone."""

import itertools
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page

DEMO = "[data-element=explorer]"
CONTROLS = ".pl-slider, .pl-choice"

# what a state shows, beside what the data of the page says it should show
SHOWN = """(demo, state) => {
  const data = JSON.parse(demo.querySelector("script[type='application/json']").textContent);
  const runs = data.frames[state], lines = [];
  for (let i = 0; i < runs.length; i += 2)
    lines.push(...data.lines.slice(runs[i], runs[i] + runs[i + 1]));
  const wanted = document.createElement("div");
  wanted.innerHTML = lines.join("\\n");
  const picture = demo.querySelector(".pl-picture");
  const image = picture.querySelector(":scope > img");
  const described = picture.getAttribute("aria-describedby");
  return {
    picture: image ? image.src : picture.innerHTML,
    wantedPicture: image ? wanted.querySelector("img").src : wanted.innerHTML,
    caption: demo.querySelector("figcaption > p").textContent,
    described: document.getElementById(described)?.textContent,
    wanted: data.texts[state],
    named: picture.getAttribute("aria-label"),
    spoken: [...demo.querySelectorAll("input[type=range]")]
      .map(range => range.getAttribute("aria-valuetext")),
  };
}"""


def walk(page: Page, number: int) -> int:
    """Reach every state of a demo by keyboard and return how many there are.

    In each, the picture, the caption and the text that describes the picture must be those of the
    state, as the page's own data has them; a ValueError names the first that is not.
    """
    demo = page.locator(DEMO).nth(number)
    controls = [Control(box) for box in demo.locator(CONTROLS).all()]
    at = [0] * len(controls)
    for control in controls:
        control.first(page)
    states = list(itertools.product(*(range(control.count) for control in controls)))
    for number, wanted in enumerate(states):
        for place, control in enumerate(controls):
            control.move(page, at[place], wanted[place])
        at = list(wanted)
        agree(demo, number, wanted)
    return len(states)


class Control:
    """A slider or a group of choices, worked with the arrow keys."""

    def __init__(self, box: Locator) -> None:
        self.box = box
        self.radios = box.locator("input[type=radio]").all()
        self.slider = box.locator("input[type=range]")
        last = 0 if self.radios else int(self.slider.get_attribute("max") or 0)
        self.count = len(self.radios) or last + 1

    def focus(self) -> None:
        """Give it the focus, as the Tab key does."""
        (self.box.locator("input:checked") if self.radios else self.slider).focus()

    def first(self, page: Page) -> None:
        """Go to the first value."""
        self.focus()
        if not self.radios:
            return page.keyboard.press("Home")
        while not self.radios[0].is_checked():
            page.keyboard.press("ArrowRight")  # the keys go round

    def move(self, page: Page, now: int, wanted: int) -> None:
        """Go from one value to a later one, or back to the first."""
        if wanted < now:
            self.first(page)
            now = 0
        if wanted > now:
            self.focus()
        for _ in range(wanted - now):
            page.keyboard.press("ArrowRight")


def agree(demo: Locator, state: int, at: Sequence[int]) -> None:
    """Check that what is shown, said and described is the state's."""
    shown: dict[str, Any] = demo.evaluate(SHOWN, state)
    name = f"state {list(at)} of {shown['named']!r}"
    if shown["picture"] != shown["wantedPicture"]:
        raise ValueError(f"{name} shows the picture of another state")
    for part in ("caption", "described"):
        if shown[part] != shown["wanted"]:
            raise ValueError(f"{name}: {part} is {shown[part]!r}, not {shown['wanted']!r}")
    if not shown["named"] or not all(shown["spoken"]):
        raise ValueError(f"{name}: the picture has no name, or a slider has no words")
