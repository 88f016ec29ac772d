"""Notebooks for download and for Colab: they bring the course with them."""

import copy
import sys
import types

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from dlcourse.site.handed_on import INSTALLS, handed_on
from tests.site.pages import notebooks

REPOSITORY = "https://github.com/NAME/dlcourse"


@pytest.fixture(scope="module")
def chapter():
    return nbformat.read(notebooks() / "00_start_here.ipynb", 4)


def test_it_begins_with_a_cell_that_installs_the_course_and_has_no_outputs(chapter):
    before = copy.deepcopy(chapter)
    made = handed_on(chapter, REPOSITORY, "v1")
    assert chapter == before
    nbformat.validate(made)
    assert made.cells[0].id == INSTALLS
    assert f'"dlcourse @ git+{REPOSITORY}@v1"' in made.cells[0].source
    assert [cell.id for cell in made.cells[1:]] == [cell.id for cell in chapter.cells]
    assert not any(cell.get("outputs") for cell in made.cells)


@pytest.mark.parametrize("missing", [True, False])
def test_the_cell_installs_where_the_course_is_missing_alone(chapter, missing, monkeypatch):
    source = TransformerManager().transform_cell(handed_on(chapter, REPOSITORY, "main").cells[0].source)
    asked = []
    shell = types.SimpleNamespace(run_line_magic=lambda name, line: asked.append((name, line)))
    if missing:
        monkeypatch.setitem(sys.modules, "dlcourse", None)
    exec(source, {"get_ipython": lambda: shell})
    assert asked == ([("pip", f'install --quiet "dlcourse @ git+{REPOSITORY}@main"')] if missing else [])


def test_without_an_address_nothing_is_added(chapter):
    assert len(handed_on(chapter, "", "main").cells) == len(chapter.cells)
