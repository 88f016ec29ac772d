"""The teachers' manual: all answers and all feedback are in it, and it lies nowhere where students look."""

import html
import re

import pytest

from dlcourse import settings
from dlcourse.chapters import exercises_of
from dlcourse.classroom import solutions
from dlcourse.classroom.creation import CONFIG
from dlcourse.errors import CourseError
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.kinds.questions import ChoiceExercise
from dlcourse.exercises.showing.verdict import sentences_as_html
from dlcourse.page.markdown import markdown_as_html
from dlcourse.workshop import cli
from tests.classroom.submissions import GRADED
from tests.profiles import by_day

# Chapters 9 and 10 have questions of each kind; at night all.
TRIED = by_day(["09_multilayer_perceptrons", "10_backpropagation"], GRADED)


@pytest.fixture(scope="module")
def manual():
    return solutions.manual_of(TRIED)


def words_of(markup):
    """What a page says, without its marks, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def mistakes_in(task):
    return task.choices.keys() - {task.answer} if isinstance(task, ChoiceExercise) else task.mistakes


def test_every_answer_is_in_it(manual):
    words = words_of(manual.page)
    tasks = [task for chapter in TRIED for task in exercises_of(chapter)]
    assert manual.exercises == len(tasks)
    for task in tasks:
        solution = task.solution()
        if isinstance(task, Exercise):
            assert " ".join(solution.text.split()) in words, task.name
        else:
            assert markdown_as_html(solution.markdown) in manual.page, task.name
    assert len(re.findall('class="known right"', manual.page)) == sum(not isinstance(task, Exercise) for task in tasks)


def test_every_mistake_is_in_it_with_what_its_check_says(manual):
    tasks = [task for chapter in TRIED for task in exercises_of(chapter)]
    assert manual.mistakes == sum(len(mistakes_in(task)) for task in tasks)
    for task in tasks:
        if isinstance(task, ChoiceExercise):
            assert all(sentences_as_html(choice.feedback) in manual.page for choice in task.choices.values())
        elif isinstance(task, Exercise):
            for line in task.examine(task.mistakes[0].function).message.splitlines():
                assert sentences_as_html(line) in manual.page


def test_a_mistake_shows_what_was_written_otherwise(manual):
    page = solutions.manual_of(["05_softmax_regression"]).page
    assert "<code>axis=1</code> became <code>axis=0</code>." in page
    assert "<code>/ exponentials.sum(axis=1, keepdims=True)</code> was left out." in page
    assert "<code>dlcourse.scratch.losses.log_softmax</code>" in page
    assert "return np.eye(logits.shape[1])[logits.argmax(axis=1)]" in page
    assert "@softmax.mistake" not in page


def test_it_is_one_file_that_asks_no_host_and_has_no_formula_to_set(manual):
    assert not re.search(r"<(script|link|img|iframe)\b|\burl\(|@import", manual.page)
    assert not re.search(r"\$[^$\n]+\$|\\\(|\\frac|TODO", words_of(manual.page))
    assert 'name="robots" content="noindex"' in manual.page


def test_the_command_writes_it_and_says_how_much_is_in_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["classroom", "solutions", "09"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"solutions\.html: \d+ exercises, \d+ wrong answers with their feedback\. For teachers\.", said)
    assert "<title>Solutions and known mistakes</title>" in (tmp_path / "solutions.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "place",
    [
        "release/solutions.html",
        "release/03_probability_and_mle/data/solutions.html",
        "source/a.html",
        "feedback/a.html",
    ],
)
def test_what_a_class_hands_out_is_no_place_for_it(tmp_path, place):
    (tmp_path / CONFIG).touch()
    (tmp_path / place).parent.mkdir(parents=True)
    with pytest.raises(CourseError, match="which students get"):
        solutions.write(["03_probability_and_mle"], tmp_path / place)
    assert not (tmp_path / place).exists()


@pytest.mark.parametrize("inside", [".", "data", "data/more"])
def test_a_folder_with_a_chapter_is_no_place_for_it(tmp_path, inside):
    """A copy of what was released, a reader's folder, a folder on a hub."""
    (tmp_path / "handed-out" / inside).mkdir(parents=True)
    (tmp_path / "handed-out" / "03_probability_and_mle.ipynb").touch()
    with pytest.raises(CourseError, match="beside a chapter"):
        solutions.write(["03_probability_and_mle"], tmp_path / "handed-out" / inside / "solutions.html")


def test_the_course_itself_is_no_place_for_it():
    for place in ("solutions.html", "docs/solutions.html"):
        with pytest.raises(CourseError, match="would be published"):
            solutions.write(["03_probability_and_mle"], settings.course_root() / place)


def test_a_class_has_room_for_it_beside_what_is_handed_out(tmp_path):
    (tmp_path / CONFIG).touch()
    solutions.write([], tmp_path / "solutions.html")
    assert (tmp_path / "solutions.html").is_file()
