"""Sphinx extension: formulas become MathML while the book is built, and need no script."""

from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.errors import SphinxError

CONVERTER = {False: LatexToMathML(), True: LatexToMathML(xml_namespace=True)}  # True for XHTML


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_inline, None), block_renderers=(_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mathml(tex: str, *, display: bool = False, xml: bool = False) -> str:
    r"""The MathML of a formula.

    Parameters
    ----------
    tex : without dollars
    display : whether it stands on a line of its own
    xml : whether the page is XHTML

    Raises
    ------
    SphinxError
        If that is no TeX; the build ends and says where it stumbled.

    Examples
    --------
    >>> mathml("w^2")
    '<math><msup><mi>w</mi><mn>2</mn></msup></math>'
    """
    try:
        return str(CONVERTER[xml].convert_with_local_state(tex, displaystyle=display))
    except LatexError as error:
        raise SphinxError(f"a formula cannot be read: {tex}\n{error}") from error


def _inline(translator: Any, node: nodes.Element) -> None:
    translator.body.append(f'<span class="math">{_of(translator, node, display=False)}</span>')
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.Element) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(f"{_of(translator, node, display=True)}</div>\n")
    raise nodes.SkipNode


def _of(translator: Any, node: nodes.Element, *, display: bool) -> str:
    xml = translator.builder.name == "epub"
    return mathml(node.astext().strip(), display=display, xml=xml)
