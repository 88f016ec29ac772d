"""Formulas as MathML, which readers of EPUB set without JavaScript: an extension of Sphinx."""

from __future__ import annotations

import html
import re
from typing import Any

FORMULA = re.compile(r"\$([^$<]+)\$")
# What latex2mathml does not know, by what it knows.
SYNONYMS = (
    (re.compile(r"\{aligned\}"), "{split}"),
    (re.compile(r"\\arg(?![a-zA-Z])"), r"\\operatorname{arg}"),
)


def setup(app: Any) -> dict[str, Any]:
    """Offers Sphinx the renderer "mathml" for formulas."""
    app.add_html_math_renderer("mathml", (_inline, None), (_displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(as_mathml(node.astext(), "inline"))
    _skip()


def _displayed(writer: Any, node: Any) -> None:
    formula = node.astext()
    if "&" in formula and r"\begin" not in formula:  # aligned lines, which MathJax is told of by Sphinx
        formula = rf"\begin{{split}}{formula}\end{{split}}"
    writer.body.append(f'<div class="math">{as_mathml(formula, "block")}</div>')
    _skip()


def as_mathml(formula: str, display: str = "inline") -> str:
    """A formula of TeX as MathML; ``display`` is "inline" or "block"."""
    from latex2mathml.converter import convert

    for unknown, known in SYNONYMS:
        formula = unknown.sub(known, formula)
    return str(convert(formula, display=display))


def in_html(text: str) -> str:
    """HTML whose formulas between dollar signs are MathML."""
    return FORMULA.sub(lambda found: as_mathml(html.unescape(found[1])), text)


def _skip() -> None:
    from docutils.nodes import SkipNode

    raise SkipNode
