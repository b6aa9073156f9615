"""A small finished site, as the build leaves it, and a browser that makes its pages still."""

import pytest

from browser import visits
from forms import pages

DEMO = """<figure class="pl-explorer" data-element="explorer"><form><div class="pl-bar">
<div class="pl-slider"><label><span class="pl-label">Sparsity</span><input type="range"></label>
<output>50 %</output><button type="button">Play</button></div>
<fieldset class="pl-choice"><legend>Scope</legend><div><label><input type="radio" name="s"
checked="checked"> <span>global</span></label><label><input type="radio" name="s">
<span>per layer</span></label></div></fieldset></div></form>
<div class="pl-picture" role="img" aria-label="A cliff"><svg xmlns="http://www.w3.org/2000/svg"
viewBox="0 0 9 9" width="90" height="90"><defs><clipPath id="c"><path d="M0 0h9v9z"/></clipPath>
<path id="dot" d="M1 1h2v2z" style="fill: var(--pl-ink,#1a1a1a); stroke: var(--x, rgb(1, 2, 3))"/>
</defs><g clip-path="url(#c)"><use href="#dot"/></g><text x="1" y="8">80 %</text></svg></div>
<figcaption data-longest="x"><p aria-live="polite">Half is gone.</p></figcaption>
<details class="pl-data"><summary>Data</summary><div class="scroll"></div></details>
<script type="application/json">{"frames": []}</script></figure>"""
QUIZ = """<form data-element="quiz"><div class="pl-quiz"><p class="pl-kicker">Check yourself</p>
<fieldset class="pl-question"><legend>Is <code>0</code> kept?</legend>
<div class="pl-option"><label><input type="radio"> <span>yes</span></label></div>
<div class="pl-option"><label><input type="radio"> <span>no</span></label></div>
<div class="pl-actions"><button>Check</button></div></fieldset><p class="pl-score">0 of 1</p>
<details class="pl-answers"><summary>Answers</summary><p>Is 0 kept?</p>
<ul><li><b>Right: no.</b></li></ul></details></div></form>"""
STILL = """<figure data-element="picture"><div class="pl-picture" role="img" aria-label="Dots">
<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q
DwADhgGAWjR9awAAAABJRU5ErkJggg==" alt=""></div><figcaption>Dots.</figcaption></figure>"""
MATH = '<span class="math"><math><msup><mi>w</mi><mn>2</mn></msup></math></span>'
PAGES = {
    "book/index": f'<h1>Take apart<a class="headerlink" href="#x">¶</a></h1>{DEMO}'
    '<p><a class="button" href="x.html">Go</a> <a href="../chapters/01_one.html#cut">Cut</a></p>',
    "chapters/01_one": f"<h1>One</h1><p>Half<br>of {MATH} &lt; 1, see "
    '<a href="../exercises/01_one.html">exercises</a>, '
    '<a href="../book/api/masks.html#select">select</a> '
    'and <a href="https://doi.org/10.1">a paper</a>.</p><section id="cut"><h2>Cut</h2>'
    f"{DEMO}{QUIZ}{STILL}<details><summary>More</summary><p>Said.</p></details></section>",
    "exercises/01_one": '<h1>Exercises: One</h1><section id="cut"><h2>1 · Warm-up</h2><p>Count.</p>'
    '<details class="sd-dropdown"><summary>Hint 1<svg viewBox="0 0 1 1"></svg></summary>'
    "<div><p>Slowly.</p></div></details></section>",
    "book/notation": "<h1>Notation</h1><table><tr><th>w</th><td>a weight</td></tr></table>",
}
TOC = {
    "root": "book/index",
    "parts": [
        {
            "caption": "Types",
            "chapters": [{"file": "chapters/01_one", "sections": [{"file": "exercises/01_one"}]}],
        },
        {"caption": "Reference", "chapters": [{"file": "book/notation"}, {"file": "book/api"}]},
    ],
}


@pytest.fixture(scope="session")
def entries():
    return pages.entries(TOC)


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    for path, body in PAGES.items():
        file = site / f"{path}.html"
        file.parent.mkdir(exist_ok=True)
        file.write_text(
            "<!DOCTYPE html><html><body><nav>menu</nav><article>\n<section id='top'>"
            f"{body}</section></article></body></html>",
            encoding="utf-8",
        )
    (site / "index.html").write_text("")
    (site / "_static").mkdir()
    for name in ("fonts.css", "book.css", "pruning-lab-elements.css"):
        (site / "_static" / name).write_text("")
    return site


@pytest.fixture(scope="module")
def press(small_site):
    with pages.press(small_site, "https://book.example/latest") as ready:
        yield ready


@pytest.fixture(scope="module")
def chromium():
    with visits.chromium() as running:
        yield running
