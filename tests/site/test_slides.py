"""Slides are made of marked paragraphs and cells; what is not shown is said."""

import pytest
from nbformat.v4 import new_output

from derive.slide_text import chosen, said, sections, unboxed, with_formulas
from derive.slides import KINDS, deck
from folders import ROOT
from pruning_lab.course.sources import read

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# Title

*A question?*

An opening.

## 1 A section

Before the mark.

+++ {"tags": ["slide", "last", "code", "table"]}

Not shown. This is [shown](02_measuring.md).

```{code-cell} ipython3
print(1)
```

Said as well.

+++ {"tags": ["slide"], "title": "A box"}

:::{admonition} Limits
- **One task.** It is easy.
:::

+++

## A section without a slide

Nobody says this.

## Questions

+++ {"tags": ["slide", "leads", "figure", "demo", "question"]}

- **Lead.** Rest.

```{code-cell} ipython3
figure, demo, question
```
"""
FIGURE = '<figure data-element="picture"><figcaption>The <em>point</em>.</figcaption></figure>'
DEMO = '<figure data-element="explorer"><form aria-label="A &lt; B"></form></figure>'
QUESTION = """<form data-element="quiz"><p class="pl-kicker">Your prediction</p><fieldset>
<legend>Why?</legend><label><span>So</span></label></fieldset>
<div class="pl-answers"><ul><li>Right: So</li></ul></div></form>"""


@pytest.fixture
def slides(tmp_path):
    chapter = read(CHAPTER)
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    code[0].outputs = [new_output("stream", name="stdout", text="1\n")]
    code[1].outputs = [
        new_output("display_data", {"text/html": markup}) for markup in (FIGURE, DEMO, QUESTION)
    ]
    return deck(chapter, tmp_path / "07_some.md")


def kinds(slide):
    return [cell.metadata.tags[0] for cell in slide.shown]


def test_the_first_slide_bears_title_and_question_of_the_chapter(slides):
    assert (slides[0].section, slides[0].title) == ("pruning-lab · chapter 7", "Title")
    assert slides[0].shown[0].source == "*A question?*"
    assert slides[0].notes == ["An opening."]


def test_a_mark_shows_what_its_tags_say_and_the_rest_of_the_section_is_said(slides):
    assert slides[1].title == "A section"
    assert kinds(slides[1]) == ["text", "code", "table"]
    assert slides[1].shown[0].source == "This is shown."
    assert slides[1].shown[1].source == "print(1)"
    assert slides[1].notes == [
        "Before the mark.",
        "Not shown. This is shown.",
        "Said as well.",
    ]


def test_a_title_beside_the_tags_comes_first_and_a_box_loses_its_frame(slides):
    assert slides[2].title == "A box"
    assert slides[2].shown[0].source == "- **One task.** It is easy."


def test_pictures_and_questions_get_slides_of_their_own(slides):
    assert [kinds(slide) for slide in slides[3:]] == [["text", "figure"], ["demo"], ["text"]]
    assert [slide.title for slide in slides[3:]] == ["The point", "A < B", "Your prediction"]
    assert "figcaption" not in slides[3].shown[1].outputs[0].data["text/html"]


def test_answers_of_a_question_are_for_the_speaker(slides):
    assert slides[-1].shown[0].source == "<p>Why?</p>\n<ol><li>So</li></ol>"
    assert slides[-1].notes == ["<ol><li>Right: So</li></ol>"]


def test_a_section_without_a_slide_is_not_said(slides):
    assert not any("Nobody" in note for slide in slides for note in slide.notes)


@pytest.mark.parametrize(
    ("text", "tag", "shown"),
    [
        ('"Was it?" No. It was 0.5 of *it.* So.', "first", '"Was it?"'),
        ("It was the *hundred.* Asked again, it holds.", "last", "Asked again, it holds."),
        (
            "1. **One.** Two.\n2. **Times** are short. More.",
            "leads",
            "1. One.\n2. **Times** are short.",
        ),
        ("**A lead** is long.", "leads", "- **A lead** is long."),
        ("**Two:** a, b. So.", "leads", "- **Two:** a, b."),
        ("All of it.", "text", "All of it."),
        ("Nothing.", "demo", ""),
    ],
)
def test_a_tag_chooses_from_a_text(text, tag, shown):
    assert chosen(text, {tag}) == shown


def test_headings_part_a_text_but_not_in_code():
    text = "Well.\n\n## 2 Why?\n\n```python\n# a comment\n```\n"
    assert list(sections(text)) == [("", "Well."), ("Why?", "```python\n# a comment\n```")]


def test_a_box_gives_its_title_away():
    assert unboxed("> **Limits**\n>\n> - One.") == ("Limits", "- One.")
    assert unboxed("> Only **quoted**") == ("", "> Only **quoted**")


def test_formulas_become_mathml_and_code_stays():
    made = with_formulas("`$x$` and $x_1$, so\n\n$$|w|$$\n\n```python\n'$y$'\n```")
    assert made.startswith('`$x$` and <span class="math"><math><msub>')
    assert '<div class="math"><math' in made
    assert "|" not in made
    assert made.endswith("```python\n'$y$'\n```")


def test_nobody_reads_code_aloud():
    assert (
        said("Look:\n\n```python\nx = 1\n```\n\n<details>More</details>\n\nSee?") == "Look:\n\nSee?"
    )


def test_a_mark_that_finds_nothing_to_show_is_an_error(tmp_path):
    chapter = read(CHAPTER)
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    code[0].outputs = [new_output("stream", name="stdout", text="1\n")]
    with pytest.raises(ValueError, match="of slide 'Questions' have no demo, figure, question"):
        deck(chapter, tmp_path / "07_some.md")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_marks_of_a_chapter_are_known(chapter):
    cells = read(chapter.read_text(encoding="utf-8")).cells
    marks = [set(c.metadata.get("tags", [])) for c in cells if c.cell_type == "markdown"]
    marks = [tags for tags in marks if tags]
    assert 8 <= len(marks) <= 19
    known = {"slide", "text", "first", "last", "leads", "code", "table", *KINDS.values()}
    assert all("slide" in tags and tags <= known for tags in marks)
    assert sum("demo" in tags for tags in marks) >= 2
    assert any("question" in tags for tags in marks)
