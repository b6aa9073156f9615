"""MyST becomes Markdown that any notebook shows, or an error that names what is unknown."""

import pytest

from derive.plain_forms import DIRECTIVES, ROLES
from derive.plain_markdown import plain


def test_plain_text_code_and_math_stay_as_they_are(tmp_path):
    text = "# A\n\n`x` and $y$.\n\n```python\n{note} = `x`\n```\n\n- one\n  - two\n\n| a |\n|---|"
    assert plain(text, tmp_path) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{cite:t}`Han2015` and {cite:p}`A1,B2`", "[Han2015] and [A1; B2]"),
        ("a {term}`mask <masks>` and {term}`sparsity`", "a mask and sparsity"),
        ("see {doc}`the glossary </book/glossary>`, {ref}`here`", "see the glossary, here"),
        ("{func}`~pruning_lab.masks.select`", "`select`"),
        ("{glue:text}`best:.2f` and {eq}`loss`", "`best` and (loss)"),
        ("{math}`x^2`", "$x^2$"),
        ("a term {term}`over\nlines` goes on", "a term over lines goes on"),
        (
            "[do](../exercises/04_weights.md) [it](../book/a.md#b)",
            "[do](../exercises/04_weights.ipynb) it",
        ),
        ("[far](https://a.org/b.md)", "[far](https://a.org/b.md)"),
        ("Term\n: Its meaning.", "**Term**\n\nIts meaning."),
        ("(label)=\n## Title\n% a comment\ntext", "## Title\ntext"),
    ],
)
def test_roles_become_their_text(text, wanted, tmp_path):
    assert plain(text, tmp_path) == wanted


def test_a_note_becomes_a_quotation_with_a_bold_title(tmp_path):
    text = ":::{admonition} Limits {term}`here`\n:class: limits\n\nOne.\n\nTwo {cite:p}`Key`.\n:::"
    assert plain(text, tmp_path) == "> **Limits here**\n>\n> One.\n>\n> Two [Key]."
    assert plain("```{note}\nLook.\n```", tmp_path) == "> **Note**\n>\n> Look."
    assert plain("```{margin} An aside\nLook.\n```", tmp_path) == "> **An aside**\n>\n> Look."


def test_blocks_within_blocks_are_followed(tmp_path):
    text = "::::{dropdown} More\n:::{note}\nIn.\n:::\n::::\n\nAfter."
    wanted = "<details>\n<summary>More</summary>\n\n> **Note**\n>\n> In.\n\n</details>\n\nAfter."
    assert plain(text, tmp_path) == wanted


def test_included_source_is_the_object_that_was_named(tmp_path):
    (tmp_path / "lib.py").write_text(
        "import os\n\n@cache\ndef one():\n    return 1\n\n"
        "class A:\n    def two(self):\n        return 2\n"
    )
    text = "```{literalinclude} lib.py\n:pyobject: one\n```"
    assert plain(text, tmp_path) == "```python\n@cache\ndef one():\n    return 1\n```"
    method = "```{literalinclude} lib.py\n:pyobject: A.two\n```"
    assert "return 2" in plain(method, tmp_path)
    with pytest.raises(ValueError, match=r"lib\.py: \['lines'\] would be ignored"):
        plain("```{literalinclude} lib.py\n:lines: 1-2\n```", tmp_path)
    with pytest.raises(ValueError, match="no three in lib"):
        plain("```{literalinclude} lib.py\n:pyobject: three\n```", tmp_path)


def test_figures_and_formulas_keep_their_content(tmp_path):
    figure = ":::{figure} a.png\n:alt: A curve\nIt falls.\n:::"
    assert plain(figure, tmp_path) == "![A curve](a.png)\n\n*It falls.*"
    assert plain("```{math}\n:label: l\nx = 1\n```", tmp_path) == "$$\nx = 1\n$$"
    assert plain("```{bibliography}\n```", tmp_path) == ""


def test_an_unknown_directive_or_role_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"directive \{prune-me\}; add it to DIRECTIVES"):
        plain("```{prune-me} now\n```", tmp_path)
    with pytest.raises(ValueError, match=r"role \{prune\}; add it to ROLES"):
        plain("a {prune}`b`", tmp_path)


def test_every_known_directive_and_role_can_be_made_plain(tmp_path):
    (tmp_path / "x").write_text("x = 1\n")
    for name in DIRECTIVES:
        assert "{" not in plain(f"```{{{name}}} x\ny\n```", tmp_path)
    for name in ROLES:
        assert "{" not in plain(f"{{{name}}}`x`", tmp_path)
