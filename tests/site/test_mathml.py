"""Formulas of the EPUB are well-formed MathML."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from dlcourse.site import mathml
from tests.site.pages import NEEDED, notebooks

pytest.importorskip("latex2mathml", reason=NEEDED)
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def formulas():
    for path in sorted(notebooks().glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for found in FORMULA.finditer(CODE.sub("", "".join(cell["source"]))):
                    yield found[1] or found[2]


def test_every_formula_of_the_course_is_well_formed_and_known():
    written = set(formulas())
    assert len(written) > 1000
    for formula in written:
        made = mathml.as_mathml(formula)
        text = "".join(ElementTree.fromstring(made).itertext())
        assert "\\" not in text.replace("\\ ", ""), f"{formula}: a command was not understood: {text}"


def test_aligned_lines_stand_in_a_table():
    made = mathml.as_mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "block")
    assert made.count("<mtr>") == 2
    ElementTree.fromstring(made)


def test_formulas_in_html_are_set():
    made = mathml.in_html("<p>For $x &lt; 1$, and <b>$y$</b>: costs 5.</p>")
    assert made.count("<math") == 2
    assert "$" not in made
    assert "costs 5." in made
    ElementTree.fromstring(made)
