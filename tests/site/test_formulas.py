"""Formulas are MathML when the book is built, and every sign of theirs is in the font."""

import html
import re

import pytest
from sphinx.errors import SphinxError

from assets import SIGNS
from extensions.formulas import mathml
from folders import SITE

ITALIC = {"h": 0x210E}  # one letter of the block has another place


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        (r"\Delta L \approx -g\,w", '<mo lspace="0" rspace="0">−</mo>'),
        (r"|w_{ij}|\cdot\lVert x_j\rVert_2", "‖"),
        (r"\arg\max_k s_k", "arg"),
    ],
)
def test_a_formula_becomes_mathml(tex, found):
    assert found in mathml(tex)


def test_a_display_says_so_and_xhtml_gets_its_namespace():
    assert 'display="block"' in mathml("w", display=True)
    assert 'xmlns="http://www.w3.org/1998/Math/MathML"' in mathml("w", xml=True)


def test_what_is_no_tex_ends_the_build_with_the_formula():
    with pytest.raises(SphinxError, match="frac"):
        mathml(r"\frac{1}{")


def test_every_sign_of_the_book_is_in_the_font():
    formulas = [
        formula
        for page in SITE.glob("*/**/*.html")
        if "lite" not in page.parts
        for formula in re.findall(r"<math.*?</math>", page.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert formulas, "build the site first: make book SERVE=0"
    assert {sign for formula in formulas for sign in signs(formula)} <= set(SIGNS)


def signs(formula):
    """Code points that a formula draws; a letter alone in <mi> is drawn italic."""
    for letter in re.findall(r"<mi>([a-zA-Z])</mi>", formula):
        start = 0x1D44E - ord("a") if letter.islower() else 0x1D434 - ord("A")
        yield ITALIC.get(letter, start + ord(letter))
    yield from map(ord, html.unescape(re.sub(r"<[^>]+>", "", formula)))
