"""What a page holds of a question: enough to judge answers, and nothing that can be read. No browser is needed here."""

import base64
import hashlib
import json
import math
import re

import pytest

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise, NumberExercise, WrongNumber
from dlcourse.site.answer_key import Zone, as_html, key_of
from dlcourse.site.exercise_places import (
    exercise_html,
    exercises_script,
    exercises_style,
    question_of,
    without_choices,
)
from dlcourse.site.scripts import experiments_style
from tests.site.questions import ASKED, QUESTIONS, TASKS, name_of

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)")


def opened(question, *place):
    """What lies at a place of the key, as the page opens it; None where nothing does."""
    lock = hashlib.sha256("\n".join(map(str, [f"{question.chapter}/{question.name}", *place])).encode()).digest()
    sealed = key_of(question)["sealed"].get(base64.b64encode(lock[:9]).decode())
    if sealed is None:
        return None
    locked = base64.b64decode(sealed)
    count = len(locked) // 32 + 1
    stream = b"".join(hashlib.sha256(lock + number.to_bytes(2, "big")).digest() for number in range(count))
    return json.loads(bytes(one ^ other for one, other in zip(locked, stream, strict=False)))


def zones_at(question, value, name=""):
    """The zones sealed in the cells of a number."""
    cells = [("cell", name, grid, math.floor(value / 2.0**grid)) for grid in key_of(question)["grids"][name]]
    return [zone for cell in cells for zone in opened(question, *cell) or []]


def choice_with(**changes):
    parts = {
        "name": "colour",
        "chapter": "99_trial",
        "question": "Which?",
        "choices": {"a": Choice("red", "No."), "b": Choice("green", "Yes, $x$ is.")},
        "answer": "b",
        "hints": ["Look."],
    }
    return ChoiceExercise(**{**parts, **changes})


def number_with(**changes):
    parts = {"name": "share", "chapter": "99_trial", "task": "?", "answer": 0.3, "tolerance": 0.01}
    return NumberExercise(**{**parts, "hints": ["Divide."], "explanation": "Three of ten.", **changes})


def test_a_choice_opens_its_own_feedback_and_no_other():
    question = choice_with()
    assert opened(question, "choice", "a") == [False, "<p>No.</p>"]
    passed, html = opened(question, "choice", "b")
    assert passed
    assert html == as_html("Yes, $x$ is.")
    assert opened(question, "choice", "c") is None


def test_a_number_opens_what_lies_around_it():
    question = number_with(mistakes=[WrongNumber("upside_down", 3.3, "Turn it over.")])
    [[_, target, reach, secret]] = [zone for zone in zones_at(question, 0.305) if zone[0] == "right"]
    assert (target, reach) == (0.3, question.reach(0.3))
    assert opened(question, "text", secret) == "<p>Three of ten.</p>"
    [[_, _, _, secret]] = [zone for zone in zones_at(question, 3.3) if zone[0] == 0]
    assert opened(question, "text", secret) == "<p>Turn it over.</p>"
    assert not any(zone[0] == "right" for zone in zones_at(question, 0.45))
    assert zones_at(question, 77.0) == []


@pytest.mark.parametrize("answer", [0.0, 1e-7, 0.3, -0.3, 435.0, -109386.0, 3e9])
def test_every_number_within_reach_has_a_cell(answer):
    question = number_with(answer=answer, tolerance=0.01 if abs(answer) > 1e-3 else 1e-9)
    reach = question.reach(answer)
    for part in (-1, -0.999999, -0.5, 0, 0.1, 0.5, 0.999999, 1):
        assert "right" in [zone[0] for zone in zones_at(question, answer + part * reach)]
        assert "sign" in [zone[0] for zone in zones_at(question, -answer + part * reach)]
    assert len(zones_at(question, answer)) < 5


def test_numbers_too_large_and_too_small_are_told_by_their_magnitude():
    question = number_with(answer=6.0)
    told = {
        (sign, power): opened(question, "magnitude", "", sign, power)
        for sign in (-1, 1)
        for power in (-10, 1, 2, 3, 20)
    }
    assert told[1, 2] == 6.0  # 4 to 8
    assert [told[1, power] for power in (-10, 1, 3, 20)] == ["small", "small", "large", "large"]
    assert {told[-1, power] for power in (-10, 2, 20)} == {"small"}


def test_a_zone_without_an_end_is_left_out():
    assert Zone("reciprocal", 0.0, 0.01).interval is None
    low, high = Zone("reciprocal", 0.25, 0.05).interval
    assert low < 1 / 0.3 < 1 / 0.2 < high
    low, high = Zone("reciprocal", -0.25, 0.05).interval
    assert low < -1 / 0.2 < -1 / 0.3 < high


def test_equal_answers_of_two_questions_are_sealed_differently():
    one, other = key_of(choice_with()), key_of(choice_with(name="paint"))
    assert not set(one["sealed"]) & set(other["sealed"])
    assert not set(one["sealed"].values()) & set(other["sealed"].values())
    assert key_of(choice_with()) == one  # the page is the same each time it is built


@pytest.mark.parametrize("task", ASKED, ids=name_of)
def test_nothing_of_the_answer_can_be_read(task):
    """Neither what is said of answers nor a number that would pass stands on the page or in its script."""
    question, page = question_of(task), exercise_html(task)
    readable = page + exercises_script()
    told = [choice.feedback for choice in question.choices.values()] if isinstance(question, ChoiceExercise) else []
    if not isinstance(question, ChoiceExercise):
        told = [question.explanation, *(mistake.feedback for mistake in question.mistakes)]
    for text in told:
        assert text not in readable
        assert as_html(text).removeprefix("<p>").removesuffix("</p>") not in readable
    if isinstance(question, NumberExercise):
        key = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)[1]
        outside = [float(found) for found in NUMBER.findall(page.replace(key, ""))]
        assert not [found for found in outside if abs(found - question.answer) <= question.reach(question.answer)]
        assert abs(float(json.loads(key)["example"]) - question.answer) > question.reach(question.answer)


@pytest.mark.parametrize("task", ASKED, ids=name_of)
def test_the_places_of_letters_do_not_tell_the_right_one(task):
    question = question_of(task)
    sealed = list(key_of(question)["sealed"])
    assert sealed == sorted(sealed)


@pytest.mark.parametrize("task", TASKS, ids=name_of)
def test_every_exercise_has_a_place_with_its_hints(task):
    page = exercise_html(task)
    assert page.count('<details class="dlcourse-hint">') == len(task.hints)
    assert page.count("<div") == page.count("</div>")
    assert ("<form" in page) == (task in ASKED)
    assert ("dlcourse-solution" in page) == (task not in ASKED)


def test_no_rule_for_experiments_meets_an_exercise():
    """Both lie on one page."""
    classes = [set(re.findall(r"\.(dlcourse-[\w-]+)", style)) for style in (exercises_style(), experiments_style())]
    assert len(classes[0]) > 5
    assert not classes[0] & classes[1]


def test_all_choice_and_number_questions_are_covered():
    assert {type(question).__name__ for question in QUESTIONS} == {
        "ChoiceExercise",
        "NumberExercise",
        "NumbersExercise",
    }
    named = {task.name for task in TASKS if isinstance(task, ChoiceExercise | NumberExercise)}
    assert named <= {task.name for task in ASKED}


def test_a_chapter_s_text_leaves_the_choices_to_the_form():
    question = choice_with()
    text = f"### Exercise 1\n\n{question.task}\n\nAnswer with a letter in quotes."
    assert without_choices(text, question) == "### Exercise 1\n\nWhich?"
    assert without_choices("Another text.", question) == "Another text."
    assert without_choices(text, number_with()) == text


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("$x^2$", r'<p><span class="math notranslate nohighlight">\(x^2\)</span></p>'),
        ("$$a < b$$", r'<p><span class="math notranslate nohighlight">\[a &lt; b\]</span></p>'),
        ("`$x$` stays", "<p><code>$x$</code> stays</p>"),
        ("*so* <i>", "<p><em>so</em> &lt;i&gt;</p>"),
    ],
)
def test_words_become_html_with_formulas_for_mathjax(words, html):
    assert as_html(words) == html
