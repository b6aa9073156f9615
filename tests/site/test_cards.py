"""Links to terms carry what the terms mean."""

import pytest

from extensions.cards import explained
from folders import ROOT

LINK = '<a class="reference internal" href="{}">mask</a>'


def test_a_term_is_explained_wherever_it_is_linked():
    body = LINK.format("../book/glossary.html#term-mask") + LINK.format("#term-mask")
    found = explained(body, {"term-mask": 'Kept <or> "pruned".'})
    assert found.count('title="Kept &lt;or&gt; &quot;pruned&quot;."') == 2


@pytest.mark.parametrize("target", ["#term-unknown", "../chapters/04_weights.html", "#mask"])
def test_other_links_stay_as_they_are(target):
    assert explained(LINK.format(target), {"term-mask": "Kept."}) == LINK.format(target)


def test_no_meaning_is_too_long_for_a_card():
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    meanings = [line for line in text.splitlines() if line.startswith("  ")]
    assert max(map(len, meanings)) <= 700
