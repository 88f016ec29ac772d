"""Controls, predictions, definitions and the state text: what is accepted, and the words that refuse the rest."""

import numpy as np
import pytest

from dlcourse.errors import CourseError
from dlcourse.experiments import state
from dlcourse.experiments.experiment import DragPoints, Menu, Play, Prediction, Slider, Toggle
from tests.experiments.tiny_experiment import POINTS, QUESTION, TINY, compute, variant


def read(text):
    return state.read("tiny", TINY.controls, text)


def test_a_state_text_is_python_that_reads_back_exactly():
    given = TINY.parameters(height=0.7, count=9, curve="cosine", filled=True, points=[[0.123, -0.5], [1, 1]])
    text = state.write("tiny", TINY.controls, given)
    assert text == "tiny(height=0.7, count=9, curve='cosine', filled=True, points=[[0.123, -0.5], [1.0, 1.0]])"
    for name, value in read(text).items():
        assert state.same(value, given[name])
    assert state.same(TINY.parameters(points=POINTS)["points"], TINY.parameters()["points"])


def test_points_that_were_not_moved_are_left_out_of_the_state_text():
    assert state.write("tiny", TINY.controls, TINY.parameters()) == (
        "tiny(height=0.5, count=3, curve='sine', filled=False)"
    )


def test_a_state_text_may_come_with_the_module_and_without_some_values():
    assert read(" experiments.tiny(count=7) ")["count"] == 7
    assert read("tiny()")["height"] == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a state"),
        ("hello there", "not a state"),
        ("3 + 4", "not a state"),
        ("tiny(" * 5000, "not a state"),
        ("(" * 500 + ")" * 500, "not a state"),
        ("tiny(\x00)", "not a state"),
        ("large(count=3)", "state of large"),
        ("tiny(3)", "has its name before it"),
        ("tiny(**{'count': 3})", "has its name before it"),
        ("tiny(width=3)", "no width here"),
        ("tiny(count=300)", "between 1 and 20"),
        ("tiny(count=2.5)", "whole number"),
        ("tiny(count='3')", "a number"),
        ("tiny(count=True)", "a number"),
        ("tiny(height=1e999)", "finite"),
        ("tiny(count=open('x'))", "a number, a quoted word"),
        ("tiny(count=__import__('os').getpid())", "a number, a quoted word"),
        ("tiny(curve='tangent')", "one of 'sine', 'cosine'"),
        ("tiny(curve=['sine'])", "one of 'sine', 'cosine'"),
        ("tiny(filled=1)", "True or False"),
        ("tiny(points=[[0, 0]])", "list of 2 points"),
        ("tiny(points=[[0, 0], [0, 'a']])", "list of 2 points"),
        ("tiny(points=[[0, 0], [0, 5]])", "y of points lies between -1 and 1"),
    ],
)
def test_a_wrong_state_text_is_refused_in_plain_words(text, words):
    with pytest.raises(CourseError, match=words):
        read(text)


def test_a_call_with_a_wrong_parameter_is_refused_in_the_same_words():
    with pytest.raises(CourseError, match="count lies between 1 and 20, but 99 does not"):
        TINY(count=99)
    with pytest.raises(CourseError, match=r"There is no widht here\. What can be set: height, count"):
        TINY(widht=3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Slider("a", "A", 5, 1, step=1, value=3), "not below"),
        (lambda: Slider("a", "A", 0, 1, step=0, value=0), "step is positive"),
        (lambda: Slider("a", "A", 0, 1, step=1, value=3), "outside 0 to 1"),
        (lambda: Slider("a", "A", 0, 1, step=0.1, value=0.5, logarithmic=True), "positive minimum"),
        (lambda: Menu("a", "A", ["only"]), "two or more"),
        (lambda: Menu("a", "A", ["one", "two"], value="three"), "not among one, two"),
        (lambda: DragPoints("a", [1, 2], axes="x", limits=((0, 1), (0, 1))), r"shape \(points, 2\)"),
        (lambda: DragPoints("a", [[1, 2]], axes="x", limits=((0, 1), (0, 1))), "lies between 0 and 1"),
        (lambda: DragPoints("a", [[0, 0]], axes="x", limits=((0, 1), (1, 0))), "limits are"),
        (lambda: DragPoints("a", [[0, 0]], axes="x", limits=((0, 1), (0, 1)), move="z"), "'xy', 'x' or 'y'"),
        (lambda: Prediction("Why?", ("one",), 0, "So."), "2 to 4 choices"),
        (lambda: Prediction("Why?", ("1", "2", "3", "4", "5"), 0, "So."), "2 to 4 choices"),
        (lambda: Prediction("Why?", ("one", "one"), 0, "So."), "differ"),
        (lambda: Prediction("Why?", ("one", "two"), 2, "So."), "index of the right choice"),
        (lambda: Prediction("Why?", ("one", "two"), 1, ""), "explanation"),
        (lambda: variant(name="Two words"), "Python name"),
        (lambda: variant(controls=()), "at least one control"),
        (lambda: variant(controls=TINY.controls[1:]), "without a control: .'height'."),
        (lambda: variant(controls=(*TINY.controls, Toggle("extra", "Extra"))), "does not know: .'extra'."),
        (lambda: variant(controls=(*TINY.controls, TINY.controls[0])), "same name"),
        (lambda: variant(play=Play("height")), "one of .'count'., not 'height'"),
        (lambda: variant(play=Play("count", interval=1)), "milliseconds"),
        (lambda: variant(play=Play("count", label=" ")), "what one step is"),
        (lambda: variant(main="heigth"), "main control is one of height, .*, not 'heigth'"),
    ],
)
def test_a_wrong_definition_is_refused_when_it_is_made(make, words):
    with pytest.raises((ValueError, CourseError), match=words):
        make()


def test_an_axes_name_that_the_picture_does_not_have_is_refused_when_it_is_shown():
    controls = (*TINY.controls[:-1], DragPoints("points", POINTS, axes="other", limits=((0, 1), (-1, 1))))
    with pytest.raises(ValueError, match="picture's axes are main"):
        variant(controls=controls)()


def test_sliders_know_integers_decimals_and_factors():
    assert isinstance(Slider("a", "A", 0, 9, step=1, value=3).check(4.0), int)
    assert Slider("a", "A", 0.0, 1.0, step=0.05, value=0.5).decimals == 2
    assert Slider("a", "A", 0.0, 1.0, step=0.1, value=0.5).check(0.1 + 0.2) == 0.3
    assert Slider("a", "A", 0.1, 50.0, step=0.1, value=10.0, logarithmic=True).check(50.00000000000001) == 50.0
    rate = Slider("a", "A", 1e-4, 1.0, step=0.1, value=0.01, logarithmic=True)
    generator = np.random.default_rng(0)
    drawn = [rate.random(generator) for _ in range(200)]
    assert min(drawn) < 1e-3
    assert max(drawn) > 0.1
    assert all(rate.check(value) == value for value in drawn)


def test_points_move_only_where_they_may():
    across = DragPoints("a", [[0.5, 0.25], [0.1, 0.75]], axes="x", limits=((0, 1), (0, 1)), move="x")
    moved = across.moved(across.default, 0, 7.0, 0.9)
    assert moved.tolist() == [[1.0, 0.25], [0.1, 0.75]]
    assert across.default.tolist() == [[0.5, 0.25], [0.1, 0.75]]
    with pytest.raises(ValueError, match="read-only"):
        moved[0, 0] = 3


def test_a_question_stays_as_it_was_written():
    assert QUESTION.question == "What does $a$ < b do?"
    assert compute(0.5, 3, "sine", False, np.array(POINTS))["y"].shape == (50,)
