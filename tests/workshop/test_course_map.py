"""The map of the course: read from the notebooks, for the README and for a reader."""

import json
from types import SimpleNamespace

import nbformat
import pytest

from dlcourse import chapters, progress, settings
from dlcourse.errors import CourseError
from dlcourse.workshop import course_map
from dlcourse.workshop.chapters import read_chapter

OPENING = """# {title}

By the end you can fit
a coin's bias.

**Objectives**

1. Compute a likelihood | of data.
2. Draw it
   twice.

- not an objective
"""


def check():
    cell = nbformat.v4.new_code_cell("exercises.one.check(one)")
    cell.metadata.nbgrader = {"grade": True}
    return cell


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """A course of two chapters and a glossary; chapter 03 has two exercises, two predictions, another experiment."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for stem, title in (
        ("00_start_here", "0. Start"),
        ("03_likelihood", "Chapter 3: Likelihood <&>"),
        ("glossary", "G"),
    ):
        cells = [nbformat.v4.new_markdown_cell(OPENING.format(title=title)), nbformat.v4.new_code_cell("1")]
        if stem.startswith("03"):
            cells += [nbformat.v4.new_markdown_cell("word " * 600), check()]
            cells += [nbformat.v4.new_code_cell("experiments.a()")]
            cells[-1].metadata.tags = ["experiment"]
            cells += [nbformat.v4.new_markdown_cell("## Going deeper: more\n" + "word " * 800), check()]
            cells += [nbformat.v4.new_markdown_cell("## References\n" + "word " * 800)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{stem}.ipynb")
    (folder / "running_times.json").write_text(json.dumps({"03_likelihood": 21}))
    names = {"03_likelihood": [SimpleNamespace(name=name, chapter="03_likelihood") for name in ("one", "two")]}
    monkeypatch.setattr(chapters, "exercises_of", lambda stem: names.get(stem, []))
    shown = [SimpleNamespace(name=name, prediction=asks) for name, asks in (("a", "?"), ("b", "?"), ("c", None))]
    monkeypatch.setattr(chapters, "experiments_of", lambda stem: shown)
    pieces = {"03_likelihood": [SimpleNamespace(name="coin", pieces=names["03_likelihood"])]}
    monkeypatch.setattr(chapters, "milestones_of", lambda stem: pieces.get(stem, []))
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    return folder


def test_a_chapter_is_read_from_its_notebook(notebooks):
    chapter = read_chapter(notebooks / "03_likelihood.ipynb")
    assert (chapter.number, chapter.title) == ("03", "Likelihood <&>")
    assert (chapter.core_minutes, chapter.deeper_minutes) == (3 + 6 + 3, 4 + 6)
    assert chapter.promise == "By the end you can fit a coin's bias."
    assert chapter.objectives == ("Compute a likelihood | of data.", "Draw it twice.", "not an objective")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [], "metadata": {}}'])
def test_a_notebook_that_describes_nothing_is_named(tmp_path, text):
    path = tmp_path / "01_a.ipynb"
    path.write_text(text)
    with pytest.raises(CourseError, match=r"01_a\.ipynb"):
        read_chapter(path)


def test_the_map_of_a_new_reader(notebooks):
    shown = course_map.show()
    [row] = shown.rows
    assert (row.running_seconds, row.passed, row.exercises) == (21, 0, 2)
    text = repr(shown)
    assert text.startswith(
        "03 Likelihood <&>: core 12 min, going deeper 10 min, running 21 s, exercises passed 0 of 2, "
        "predictions made 0 of 2, milestone 0 of 2 pieces. You learn to: "
    )
    page = shown._repr_html_()
    assert '<a href="03_likelihood.ipynb">03 Likelihood &lt;&amp;&gt;</a>' in page
    assert "<&>" not in page


def test_the_map_shows_what_was_passed_and_ignores_what_is_no_longer_an_exercise(notebooks):
    for name in ("one", "long gone"):
        progress.record("03_likelihood", name)
    assert "1 of 2" in repr(course_map.show())
    assert "1 of 2" in course_map.show()._repr_html_()


def test_the_map_shows_what_was_predicted_and_how_much_was_right(notebooks):
    for name, choice, right in (("a", 2, True), ("long gone", 0, True)):
        progress.record_prediction("03_likelihood", name, choice, right)
    assert "predictions made 1 of 2, 1 right, milestone" in repr(course_map.show())
    progress.record_prediction("03_likelihood", "b", 0, False)
    assert ">2 of 2, 1 right</td>" in course_map.show()._repr_html_()
    progress.record_prediction("03_likelihood", "a", -1, False)
    assert "predictions made 1 of 2, 0 right, milestone" in repr(course_map.show())


def test_the_map_shows_how_far_a_milestone_is(notebooks, monkeypatch):
    progress.record("03_likelihood", "one", "def one(): ...")
    assert "milestone 1 of 2 pieces." in repr(course_map.show())
    assert course_map.show()._repr_html_().endswith(">1 of 2 pieces</td></tr></tbody></table>")
    progress.record("03_likelihood", "two", "def two(): ...")
    progress.record_milestone("03_likelihood", "long gone")
    assert "milestone 2 of 2 pieces." in repr(course_map.show())
    progress.record_milestone("03_likelihood", "coin")
    assert "milestone reached." in repr(course_map.show())
    monkeypatch.setattr(chapters, "milestones_of", lambda stem: [])
    assert "milestone" not in repr(course_map.show())
    assert course_map.show()._repr_html_().endswith(">–</td></tr></tbody></table>")


def test_a_damaged_progress_file_is_mentioned_and_the_map_is_shown(notebooks):
    (settings.home() / progress.FILE_NAME).write_text("{")
    shown = course_map.show()
    assert "0 of 2" in repr(shown)
    assert progress.problem() in repr(shown)
    assert progress.problem()


def test_the_readme_s_map_lists_every_chapter_and_is_written_once(notebooks):
    readme = notebooks.parent / "README.md"
    readme.write_text("Before\n<!-- course map -->\nold\n<!-- end of course map -->\nAfter \\1\n")
    assert course_map.update_readme(readme, notebooks)
    text = readme.read_text()
    assert (
        "[03 Likelihood <&>](notebooks/03_likelihood.ipynb) | Compute a likelihood \\| of data "
        "| 12 min | 10 min | 21 s |" in text
    )
    assert "00 Start" in text
    assert "old" not in text
    assert text.startswith("Before\n")
    assert text.endswith("After \\1\n")
    assert not course_map.update_readme(readme, notebooks)


def test_a_readme_without_markers_is_refused_and_left_alone(notebooks):
    readme = notebooks.parent / "README.md"
    readme.write_text("Nothing")
    with pytest.raises(CourseError, match="no course map"):
        course_map.update_readme(readme, notebooks)
    assert readme.read_text() == "Nothing"


def test_a_notebook_with_an_old_map_is_noticed(notebooks):
    start = notebooks / "00_start_here.ipynb"
    assert course_map.is_shown_in(start)  # it shows no map
    notebook = nbformat.read(start, as_version=4)
    notebook.cells[1].source = "course_map.show()"
    shown = nbformat.v4.new_output("execute_result", {"text/plain": repr(course_map.show())})
    notebook.cells[1].outputs = [shown]
    nbformat.write(notebook, start)
    assert course_map.is_shown_in(start)
    (notebooks / "running_times.json").write_text(json.dumps({"03_likelihood": 35}))
    assert not course_map.is_shown_in(start)


def test_the_course_s_own_maps_are_those_of_its_notebooks():
    """The README's, and the one that 00 shows; when it fails: `dlcourse execute 00`, then commit both."""
    root = settings.course_root()
    notebooks = root / "notebooks"
    assert course_map.markdown(notebooks) in (root / "README.md").read_text(encoding="utf-8")
    assert course_map.is_shown_in(notebooks / f"{course_map.START}.ipynb")
