"""The numbers that a chosen answer is told are those of the birthday formula."""

import math

import pytest

from dlcourse.chapters.start_here.exercises import longer_year


def probability(people, days=1460):
    return 1 - math.prod((days - taken) / days for taken in range(people))


@pytest.mark.parametrize(("letter", "people"), [("a", 23), ("b", 46), ("c", 92)])
def test_probability_on_the_other_planet_is_the_one_in_the_feedback(letter, people):
    choice = longer_year.choices[letter]
    assert str(people) in choice.text
    assert f"{probability(people):.2f}" in choice.feedback


def test_right_answer_is_the_first_number_that_is_enough():
    assert probability(45) < 0.5 < probability(46)
    assert longer_year.answer == "b"
