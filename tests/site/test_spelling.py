"""Spelling: prose is checked wherever it stands, and what is no prose is left alone."""

import re

import pytest

import spelling

OWN = ["logits", "numpy"]
PAGE = """---
file_format: mystnb
kernelspec: {name: nosuchwordone}
---
# A titel here

Some text with a {term}`maskk <nosuchwordtwo>`, {cite:p}`Nosuchkey2020` and [a linkk](nosuchurl.md).
Formulas $nosuchsymbol$ and `nosuchcode` are not read, nor is https://nosuchhost.org/nosuchpath.

```{note} A notte
Its text is redd.
```

```python
nosuchname = 1
```

```{code-cell} ipython3
:tags: [nosuchtag]

%matplotlib nosuchmagic
picture(nosuchvariable, caption="One hill a layer, and no gapp anywhere.", mode="nosuchoption")
```
"""
WRONG = {5: ["titel"], 7: ["maskk", "linkk"], 10: ["notte"], 11: ["redd"], 22: ["gapp"]}
DOCSTRING = '''def score(nosuchname):
    """Score by first-order losss change, ``nosuchcode`` [Nosuch2017]_, :math:`nosuchmath`.

    Parameters
    ----------
    nosuchname : the wieghts of a layer

    >>> score(nosuchexample)
    """
    raise ValueError(f"sparsity is a fracton between {nosuchfield} and 1")
'''


@pytest.fixture(scope="module")
def speller():
    return spelling.Speller(list(OWN), ["Alpaydin"])


def wrong(prose, speller):
    found = {}
    for number, line in enumerate(prose.split("\n"), 1):
        for word in spelling.WORD.findall(line):
            if not speller.knows(word):
                found.setdefault(number, []).append(word)
    return found


def test_a_page_is_read_where_it_is_prose_and_the_line_is_named(speller):
    assert wrong(spelling.page_prose(PAGE), speller) == WRONG


def test_docstrings_and_messages_are_read_and_names_and_examples_are_not(speller):
    assert wrong(spelling.code_prose(DOCSTRING), speller) == {
        2: ["losss"],
        6: ["wieghts"],
        10: ["fracton"],
    }


@pytest.mark.parametrize("reduce", [spelling.page_prose, spelling.code_prose])
def test_nothing_moves(reduce):
    text = PAGE if reduce is spelling.page_prose else DOCSTRING
    left = reduce(text)
    assert len(left) == len(text)
    assert all(
        a == b or a == " " for a, b in zip(left, text, strict=True)
    )  # letters stay or go, and stay in place


@pytest.mark.parametrize("word", ["colour", "logits", "Logits", "Alpaydin", "MACs", "network’s"])
def test_british_words_our_own_authors_and_abbreviations_are_known(speller, word):
    assert speller.knows(word)


@pytest.mark.parametrize("word", ["color", "alpaydin", "logit", "Wieghts", "recieve"])
def test_other_words_are_not(speller, word):
    assert not speller.knows(word)


def test_our_own_words_are_in_order_and_needed():
    speller = spelling.Speller(["numpy", "logits"])
    speller.knows("logits")
    assert speller.faults() == ["book/words.txt: numpy is not needed", "book/words.txt: not sorted"]


def test_nearly_all_of_every_chapter_is_read():
    read = {}
    for place, word in spelling.said():
        read.setdefault(place.split(":")[0], []).append(word)
    for path in sorted((spelling.ROOT / "chapters").glob("*.md")):
        text = re.sub(
            r"```\{?(code|literal).*?```", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        words = re.findall(r"\b[a-z]{3,}\b", text)
        assert len(read[path.relative_to(spelling.ROOT).as_posix()]) > 0.8 * len(words), path
