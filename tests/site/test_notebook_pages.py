"""What becomes of a chapter's cells on a page."""

import copy

import nbformat
import pytest

from dlcourse.errors import CourseError
from dlcourse.site.notebook_pages import Site, experiment_of, page
from tests.site.pages import notebooks

CHAPTER = "05_softmax_regression"


@pytest.fixture(scope="module")
def chapter():
    return nbformat.read(notebooks() / f"{CHAPTER}.ipynb", 4)


@pytest.fixture(scope="module")
def made(chapter, tmp_path_factory):
    before = copy.deepcopy(chapter)
    folder = tmp_path_factory.mktemp("page")
    made = page(chapter, CHAPTER, Site(folder, {CHAPTER}, tools={CHAPTER: "<div>tools</div>"}))
    assert chapter == before, "the notebook itself was changed"
    made.folder = folder
    return made


def cells_of(notebook, start):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith(start)]


def html_of(cell):
    return "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)


def experiment(source):
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata.tags = ["experiment"]
    return cell


def test_what_comes_out_is_a_notebook(made):
    nbformat.validate({key: value for key, value in made.items() if key != "folder"})


def test_each_picture_is_a_file_with_words(made):
    texts = [html_of(cell) for cell in made.cells if cell.cell_type == "code"]
    shown = "".join(texts).count("<img ")
    assert shown == 12
    assert "".join(texts).count(' alt="') == shown
    assert 'alt=""' not in "".join(texts)
    assert len(list((made.folder / "pictures" / CHAPTER).iterdir())) == shown
    assert not any("image/png" in output.get("data", {}) for cell in made.cells for output in cell.get("outputs", []))


def test_an_experiment_has_its_place_with_question_and_picture_and_no_code(made):
    shown = cells_of(made, "experiments.")
    assert len(shown) == 5
    for cell in shown:
        assert cell.metadata.tags == ["remove-input"]
        (output,) = cell.outputs
        text = output.data["text/html"]
        name = text.partition('data-experiment="')[2].partition('"')[0]
        assert name.startswith(f"{CHAPTER}/")
        assert f'data-recording="_static/experiments/{name}.js"' in text
        assert "<strong>Predict.</strong>" in text
        assert "<img " in text


def test_without_recordings_an_experiment_has_none_to_load(chapter, tmp_path):
    made = page(chapter, CHAPTER, Site(tmp_path, moving=False))
    assert "data-recording" not in "".join(html_of(cell) for cell in cells_of(made, "experiments."))


def test_a_check_becomes_the_place_of_its_exercise(made):
    checks = [cell for cell in cells_of(made, "exercises.") if ".check(" in cell.source]
    assert len(checks) == 8
    for cell in checks:
        assert cell.metadata.tags == ["remove-input"]
        name = cell.source.split(".")[1]
        assert f'data-exercise="{CHAPTER}/{name}"' in html_of(cell)
        assert "Not attempted" not in html_of(cell)


def test_a_question_is_asked_on_the_page_and_a_function_s_stub_stays(made):
    (question,) = cells_of(made, "why_log_loss = ...")
    assert question.metadata.tags == ["remove-cell"]
    (stub,) = cells_of(made, "def softmax(")
    assert stub.metadata.tags == []


def test_a_book_names_exercises_only(chapter, tmp_path):
    made = page(chapter, CHAPTER, Site(tmp_path, answering=False, moving=False))
    (question,) = cells_of(made, "why_log_loss = ...")
    assert question.metadata.tags == []
    (check,) = cells_of(made, "exercises.why_log_loss.check")
    assert "<code>exercises.why_log_loss.check(why_log_loss)</code>" in html_of(check)
    assert "<form" not in html_of(check)


def test_tools_stand_below_the_title(made):
    assert made.cells[0].source.startswith("# 5. Logistic and softmax regression\n\n<div>tools</div>\n\n")


def test_links_to_chapters_that_are_not_there_are_words(made):
    assert "[Linear regression](" not in made.cells[0].source
    assert "Linear regression (gradients" in made.cells[0].source


@pytest.mark.parametrize("source", ["experiments.no_such_thing()", "x = 1", "len(experiments.__name__)", ""])
def test_a_cell_that_shows_no_experiment_of_the_chapter_is_refused(source):
    with pytest.raises(CourseError, match="has the tag `experiment`"):
        experiment_of(experiment(source), CHAPTER)


def test_an_experiment_is_found_in_the_last_line():
    cell = experiment("state = dict(scale=2)\nexperiments.decision_boundary(**state)")
    assert experiment_of(cell, CHAPTER).name == "decision_boundary"


def test_a_check_of_an_unknown_exercise_is_refused(chapter, tmp_path):
    broken = copy.deepcopy(chapter)
    (cell,) = cells_of(broken, "exercises.softmax.check")
    cell.metadata.nbgrader.grade_id = "check_softmaxx"
    with pytest.raises(CourseError, match="check_softmaxx belongs to no exercise"):
        page(broken, CHAPTER, Site(tmp_path))
