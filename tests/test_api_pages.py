"""The pages of the library: every module of the core has one, with every name that it offers."""

import importlib
import inspect
import re
from html import unescape

import pytest

from extensions import docstrings
from folders import ROOT, SITE

CONTENTS = (ROOT / "_toc.yml").read_text("utf-8")
LISTED = re.findall(r"file: book/api/(\w+)", CONTENTS)
OTHERS = [
    "adapters",
    "teaching",
    "grading",
    "course",
]  # outside the core, so that the core's pages come first
CORE = sorted(
    path.stem
    for path in (ROOT / "pruning_lab").iterdir()
    if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists())
    if path.stem not in OTHERS
)


def page(name):
    return docstrings.PAGES / f"{name}.md"


def core_in_reading_order():
    source = (ROOT / "tests" / "test_imports.py").read_text("utf-8")
    order = re.findall(r'"(\w+)"', re.search(r"^CORE = \[(.*?)\]", source, re.M | re.S)[1])
    return [name for name in order if name in CORE]


def cited_as(before):
    return docstrings.CITED.sub(
        lambda found: f"{found[1]}:cite:{docstrings._style(found[1])}:", before
    )


def test_every_module_of_the_core_is_listed_in_reading_order_and_then_the_others():
    assert core_in_reading_order() + OTHERS == LISTED


def test_every_page_is_listed():
    assert {path.stem for path in docstrings.PAGES.glob("*.md")} == set(LISTED)


@pytest.mark.parametrize("name", CORE)
def test_a_page_documents_its_module_with_every_public_name(name):
    assert docstrings.modules(page(name)) == [f"pruning_lab.{name}"]
    module = importlib.import_module(f"pruning_lab.{name}")
    written = {found[1] for found in docstrings.NAMED.findall(page(name).read_text("utf-8"))}
    for public in docstrings.public_names(module):
        thing = getattr(module, public)
        described = inspect.isroutine(thing) or inspect.isclass(thing)
        assert (described and thing.__doc__) or public in written, public


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_outside_the_core_documents_modules_of_its_folder(name):
    assert {full.split(".")[1] for full in docstrings.modules(page(name))} == {name}


def test_authors_are_part_of_the_sentence_where_it_needs_them():
    assert cited_as("The recipe of [Han2015]_") == "The recipe of :cite:t:"
    assert cited_as("Score by |w| [Han2015]_") == "Score by |w| :cite:p:"
    assert cited_as("[Mozer1988]_ had") == ":cite:t: had"


def test_single_quotes_are_code_and_roles_stay():
    lines = ["By `n` and :math:`|w|`, ``a`` and `b`, not `lost", "link`."]
    docstrings._rewrite(None, "module", "x", None, None, lines)
    assert lines == ["By ``n`` and :math:`|w|`, ``a`` and ``b``, not ``lost", "link``."]


def test_examples_and_shapes_stay_as_they_are():
    lines = [">>> f(n, *sides)  # `n`", "", "Of shape (n, *sides)."]
    docstrings._rewrite(None, "module", "x", None, None, lines)
    assert lines == [">>> f(n, *sides)  # `n`", "", r"Of shape (n, \*sides)."]


def test_what_follows_a_parameter_explains_it():
    lines = ["Text : stays.", "", "Parameters", "----------", "x, y : points", "    (n, 2)", ""]
    lines += ["Returns", "-------", "a : b"]
    assert list(docstrings._explained(lines)) == [
        *lines[:4], "x, y", "    points", "    (n, 2)", "", "Returns", "-------", "a : b",
    ]  # fmt: skip


def test_a_signature_is_shown_as_it_was_written():
    def example(x: "int", *rest: float, rng: str = "a" * 2) -> None: ...

    shown = docstrings._as_written(None, "function", "example", example, None, "", "")
    assert shown == ("(x: int, *rest: float, rng: str='a' * 2)", "None")


@pytest.mark.browser
@pytest.mark.parametrize("name", LISTED)
def test_the_built_page_has_every_name_and_leaves_no_mark_up(name):
    html = (SITE / "book" / "api" / f"{name}.html").read_text("utf-8")
    for full in docstrings.modules(page(name)):
        if full.startswith("pruning_lab.adapters."):
            continue  # importing it needs its framework
        for public in docstrings.public_names(importlib.import_module(full)):
            assert f'id="{full}.{public}"' in html
    prose = re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL)  # source is shown as it is
    text = unescape(re.sub(r"<[^>]+>", "", prose))
    assert not re.search(r"\[[A-Z]\w+\d{4}\]_|:cite:|:py:obj:|^-----", text)
