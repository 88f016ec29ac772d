"""A verdict says the same as a box and as lines, escaped, readable by everyone, and alive only in a kernel."""

import html
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from dlcourse import progress
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.kinds.questions import NumberExercise
from dlcourse.exercises.kinds.task import points_earned
from dlcourse.exercises.showing import verdict as verdict_module
from dlcourse.exercises.showing.verdict import Points, Verdict
from dlcourse.exercises.showing.verdict_widget import VIEW, VerdictWidget
from tests.exercises.examples import graded, make_mean_log, make_softmax, mean_log, softmax, softmax_cases

EXERCISE = make_softmax()


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def autograde(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


class Balanced(HTMLParser):
    """Collects text, and fails on a tag that is closed out of order."""

    def __init__(self):
        super().__init__()
        self.open, self.words = [], []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def text_of(box):
    parser = Balanced()
    parser.feed(box)
    assert parser.open == []
    return " ".join(parser.words)


def answer_that_raises(logits):
    raise ValueError("<script>alert('x')</script> & `code`")


ANSWERS = [softmax, ..., answer_that_raises, lambda logits: softmax(logits.T).T, lambda logits: print("<b>") or logits]


@pytest.mark.parametrize("answer", ANSWERS, ids=["right", "stub", "raises", "mistake", "prints"])
def test_box_and_lines_say_the_same(answer):
    verdict = EXERCISE.check(answer)

    def tokens(text):
        return re.findall(r"[\w.✓✗○<>]+", text.replace("`", " "))

    assert tokens(text_of(verdict.html())) == tokens(verdict.text().replace(": ", " : "))


def test_text_from_an_exception_is_escaped():
    box = EXERCISE.check(answer_that_raises).html()
    assert "<script>" not in box
    assert html.escape("<script>alert('x')</script>") in box


def test_status_is_told_by_word_and_sign_and_role():
    for answer, sign, word in ((softmax, "✓", "Passed"), (None, "○", "Not attempted yet"), (3, "✗", "Not yet")):
        verdict = EXERCISE.check(answer)
        assert verdict.text().startswith(f"{sign} {word}: softmax")
        assert f"{sign} {word}" in verdict.html()
        assert 'role="status"' in verdict.html()


def test_colours_follow_the_theme_and_have_a_fallback():
    for box in (EXERCISE.check(answer).html() for answer in (softmax, None, 3)):
        colours = re.findall(r"(?:color|border): [^;\"]*", box)
        assert all("var(--jp-" in colour or "inherit" in colour or "none" in colour for colour in colours)
        assert all("," in variable for variable in re.findall(r"var\(([^)]*)\)", box))


def test_table_takes_the_colour_of_the_box_also_where_a_page_gives_tables_their_own():
    box = EXERCISE.check(answer_that_raises).html()
    assert all("color: inherit" in tag for tag in re.findall(r"<(?:table|th|td|pre)[^>]*>", box))


def shown(verdict):
    """What a cell's output holds of a verdict."""
    data, metadata = verdict._repr_mimebundle_()
    assert metadata == {"dlcourse": True}
    return data


def test_bundle_outside_of_a_kernel_holds_text_and_box_only():
    assert set(shown(EXERCISE.check(softmax))) == {"text/html", "text/plain"}


def test_repr_is_the_plain_text():
    verdict = EXERCISE.check(None)
    assert repr(verdict) == verdict.text() == shown(verdict)["text/plain"]


class Kernel:
    """The shell of a kernel whose front end does not say which cell runs."""

    kernel = "here"

    def get_parent(self):
        return {}


def test_broken_anywidget_leaves_the_box(monkeypatch):
    monkeypatch.setattr(verdict_module, "kernel_shell", Kernel)
    monkeypatch.setitem(sys.modules, "dlcourse.exercises.showing.verdict_widget", None)  # an import of it now fails
    assert set(shown(EXERCISE.check(None))) == {"text/html", "text/plain"}


def test_live_kernel_gets_buttons(monkeypatch):
    monkeypatch.setattr(verdict_module, "kernel_shell", Kernel)
    assert VIEW in shown(EXERCISE.check(None))


def widget_of(verdict):
    return VerdictWidget(verdict.html(), verdict.offers(), "", {})


def pressed(widget, button):
    """The help after the page has sent that a button was pressed."""
    widget._handle_custom_msg({"press": button}, [])
    return widget.help


def test_buttons_show_one_hint_more_each_and_then_the_solution():
    widget = widget_of(make_softmax().check(None))
    assert widget.labels == ["Hint", "Show me the solution"]
    help_after = [pressed(widget, button) for button in (0, 0, 0, 0, 1, 1)]
    assert [len(parts) for parts in help_after] == [1, 2, 3, 3, 4, 4]
    for part, words in zip(widget.help, ("Hint 1 of 2", "Hint 2 of 2", "All 2 hints", "def softmax("), strict=True):
        assert words in part


def test_passed_verdict_offers_the_librarys_code_and_no_hint():
    assert list(EXERCISE.check(softmax).offers()) == ["Show the library's code"]


HINT = (
    "Use **bold** words, `a**2 < b`, *emphasis*, [the glossary](glossary.ipynb#mle), $a_1 < b_1 * c * d$ "
    "& <b>no tags</b>.\n\n- one\n- two `$x$`\n- 2 * 3 * 4"
)


def shown_by_the_button(exercise):
    return exercise.check(None).offers()["Hint"]()


def test_button_shows_a_hint_as_a_cell_does():
    shown = shown_by_the_button(make_softmax(hints=[HINT, "Another."]))
    assert shown == (
        "<p><strong>Hint 1 of 2:</strong> Use <strong>bold</strong> words, <code>a**2 &lt; b</code>, "
        '<em>emphasis</em>, <a href="glossary.ipynb#mle">the glossary</a>, $a_1 &lt; b_1 * c * d$ '
        "&amp; &lt;b&gt;no tags&lt;/b&gt;.</p><p>- one<br>- two <code>$x$</code><br>- 2 * 3 * 4</p>"
    )
    assert make_softmax(hints=[HINT, "Another."]).hint()._repr_mimebundle_()["text/markdown"].endswith(HINT)


@pytest.mark.parametrize("address", ["javascript:alert(1)", 'x" onclick="alert(1)', "data:text/html,x"])
def test_link_to_anything_but_a_page_stays_text(address):
    assert "<a" not in shown_by_the_button(make_softmax(hints=[f"[text]({address})"]))


def test_solution_of_a_question_is_shown_as_its_hints_are():
    question = NumberExercise(
        name="half",
        chapter="03_probability_and_mle",
        task="What is a half?",
        answer=0.5,
        tolerance=0.01,
        hints=["One.", "Two."],
        explanation="Halve **one**: `1 / 2`.",
    )
    shown = question.check(None).offers()["Show me the solution"]()
    assert shown == "<p><strong>half = 0.5:</strong> Halve <strong>one</strong>: <code>1 / 2</code>.</p>"


# Hints and solutions


def test_hints_come_one_at_a_time_and_then_point_to_the_solution():
    exercise = make_softmax()
    shown = [repr(exercise.hint()) for _ in range(4)]
    assert shown[0] == "Hint 1 of 2: Which numbers must sum to 1?"
    assert shown[1].startswith("Hint 2 of 2")
    assert shown[2] == shown[3]
    assert "`exercises.softmax.solution()`" in shown[2]


def test_hint_and_solution_are_shown_as_markdown():
    assert make_softmax().hint()._repr_mimebundle_()["text/markdown"].startswith("**Hint 1 of 2:** ")
    assert (
        EXERCISE.solution()
        ._repr_mimebundle_()["text/markdown"]
        .startswith("```python\nimport numpy as np\ndef softmax")
    )


def test_exercise_shows_its_task():
    assert EXERCISE._repr_mimebundle_()["text/markdown"] == "Write the softmax of each row."


# The table


def test_table_shows_as_many_digits_as_it_takes_to_tell_two_numbers_apart():
    exercise = make_mean_log(mistakes=[])
    table = dict(exercise.check(lambda values, scale: mean_log(values, scale) + 1e-6).table)
    assert table["expected"] != table["received"]


def test_long_arrays_are_abbreviated():
    exercise = make_mean_log(
        reference=np.sin, cases=lambda generator: [Case((np.linspace(0, 1, 1000),), "many")], mistakes=[]
    )
    table = dict(exercise.check(np.cos).table)
    assert all("…" in text and len(text) < 200 for text in table.values())


# Progress


def test_only_a_passed_check_is_recorded():
    EXERCISE.check(None)
    EXERCISE.check(answer_that_raises)
    assert progress.passed() == {}
    EXERCISE.check(softmax)
    assert progress.passed() == {"05_softmax_regression": {"softmax"}}


def test_passed_stays_passed_and_examine_records_nothing():
    EXERCISE.examine(softmax)
    assert progress.passed() == {}


def test_trouble_with_the_progress_file_is_told_beside_the_verdict(tmp_path):
    (tmp_path / progress.FILE_NAME).write_text("not json")
    verdict = EXERCISE.check(softmax)
    assert verdict.passed
    assert "was damaged" in verdict.text()
    assert "was damaged" in verdict.html()


# Grading


def test_grading_returns_points_as_a_number_with_the_box_beside_it(autograde):
    points = graded(EXERCISE, softmax)
    assert isinstance(points, Points)
    assert points == 2.0
    bundle = points._repr_mimebundle_()
    assert bundle["text/plain"] == "2.0"
    assert "Passed" in bundle["text/html"]
    assert VIEW not in bundle


def test_grading_records_no_progress(autograde, tmp_path):
    graded(EXERCISE, softmax)
    assert list(tmp_path.iterdir()) == []


def test_grading_uses_other_numbers_than_the_check_that_a_reader_sees(monkeypatch, tmp_path):
    seen = tmp_path / "seen"

    def spy(logits):
        with seen.open("a") as file:
            print(logits.tolist(), file=file)
        return softmax(logits)

    EXERCISE.check(spy)
    count = len(seen.read_text().splitlines())
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    graded(EXERCISE, spy)
    lines = seen.read_text().splitlines()
    assert count == len(softmax_cases(np.random.default_rng(0)))
    assert lines[0] != lines[count]


def test_answers_that_were_read_off_the_check_earn_nothing_when_graded(autograde):
    answers = {tuple(case.arguments[0]): mean_log(*case.arguments) for case in make_mean_log().cases_for(3)}
    assert graded(make_mean_log(), lambda values, scale: answers.get(tuple(values), 0.0)) == 0


def test_mistake_in_every_ordinary_case_earns_nothing_though_an_edge_case_is_right(autograde):
    points = graded(make_mean_log(), lambda values, scale: scale * np.log(values.mean()))
    assert points == 0
    assert points.verdict.mistake == "log_of_mean"


def test_mistake_in_an_edge_case_alone_loses_half_a_point(autograde):
    points = graded(EXERCISE, lambda logits: np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    assert points == 1.5


def test_right_values_with_a_changed_argument_earn_half(autograde):
    def answer(logits):
        logits -= 1
        return softmax(logits)

    assert graded(EXERCISE, answer) == 1.0


@pytest.mark.parametrize("answer", [None, ..., 3, lambda: 1, answer_that_raises])
def test_nothing_right_earns_nothing(answer, autograde):
    assert graded(EXERCISE, answer) == 0


def verdict_with(share, status="not yet"):
    return Verdict(status, "name", "message", share=share)


@pytest.mark.parametrize(
    ("points", "share", "earned"),
    [(2, 0.0, 0.0), (2, 0.5, 1.0), (2, 0.8, 1.5), (2, 1.0, 1.5), (1, 0.9, 0.5), (3, 0.6, 1.5), (0.5, 0.9, 0.0)],
)
def test_points_are_rounded_down_to_a_half_and_never_full_unless_passed(points, share, earned):
    assert points_earned(points, verdict_with(share)) == earned
    assert points_earned(points, verdict_with(1.0, "passed")) == points


def test_fault_of_the_course_is_not_hidden_while_grading(autograde):
    def broken_cases(generator):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        graded(make_softmax(cases=broken_cases), softmax)


def test_every_status_has_a_sign_a_title_and_a_colour():
    assert set(verdict_module.SYMBOLS) == set(verdict_module.TITLES) == set(verdict_module.COLOURS)
