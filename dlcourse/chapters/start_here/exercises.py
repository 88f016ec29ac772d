"""Exercises of 00_start_here: to meet the check, the hints and the solution, not to be hard."""

from collections.abc import Sequence

import numpy as np

from dlcourse import metrics
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise, NumberExercise, WrongNumber

CHAPTER = "00_start_here"


def _error_cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([1.0, 2.0, 4.0]), np.array([1.0, 4.0, 1.0])), "three predictions"),
        Case((np.array([-2.0, 0.5]), np.array([1.0, -0.5])), "negative numbers"),
        Case((generator.normal(size=30), generator.normal(size=30)), "30 random predictions"),
        Case((np.array([3, 5]), np.array([1, 6])), "whole numbers"),
        Case((np.array([2.5]), np.array([0.5])), "a single prediction", edge=True),
        Case((np.array([1.5, 2.5]), np.array([1.5, 2.5])), "perfect predictions", edge=True),
    ]


mean_squared_error = Exercise(
    metrics.mean_squared_error,
    chapter=CHAPTER,
    task="Write the mean of the squared differences between `predictions` and `targets`, arrays of shape (n,).",
    cases=_error_cases,
    points=1,
    hints=[
        "Say the name backwards: first the errors, then their squares, then the mean.",
        "The errors are `predictions - targets`: NumPy subtracts entry by entry.",
        "`** 2` squares every entry of an array, and `np.mean` takes the mean of all of them.",
    ],
    fields={
        "at": "For predictions {predictions} and targets {targets} the answer is {expected}, "
        "and you return {received}. ",
    },
)

mean_squared_error.add_mistake(
    "sum_instead_of_mean",
    lambda predictions, targets: np.sum((predictions - targets) ** 2),
    "{at}That is the sum of the squares. A sum grows with the number of examples, so errors on data sets of different "
    "sizes could not be compared: take the mean.",
)
mean_squared_error.add_mistake(
    "absolute_instead_of_square",
    lambda predictions, targets: np.mean(np.abs(predictions - targets)),
    "{at}That is the mean absolute error: the differences are made positive by their absolute value, where this "
    "exercise squares them.",
)
mean_squared_error.add_mistake(
    "not_squared",
    lambda predictions, targets: np.mean(predictions - targets),
    "{at}That is the mean of the differences themselves, in which one that is too high cancels one that is too low. "
    "Square each difference before you take the mean.",
)
mean_squared_error.add_mistake(
    "square_of_the_mean",
    lambda predictions, targets: np.mean(predictions - targets) ** 2,
    "{at}You take the mean first and square it afterwards, so that positive and negative differences have already "
    "cancelled. Square first, then take the mean.",
)
mean_squared_error.add_mistake(
    "only_the_targets_squared",
    lambda predictions, targets: np.mean(predictions - targets**2),
    "{at}`predictions - targets**2` squares the targets before it subtracts: a power binds more tightly than a minus. "
    "Put the difference in brackets.",
)
mean_squared_error.add_mistake(
    "halved",
    lambda predictions, targets: np.mean((predictions - targets) ** 2) / 2,
    "{at}That is one half of the mean squared error. Some books carry a factor 1/2 so that it cancels in the "
    "derivative; the formula above has none.",
)

pairs_of_thirty = NumberExercise(
    name="pairs_of_thirty",
    chapter=CHAPTER,
    task="How many pairs do 30 people form?",
    answer=30 * 29 / 2,
    tolerance=0.1,
    hints=[
        "Line the people up. How many partners does the first have? How many new ones does the second?",
        "Each of 30 people has 29 partners. Counted like this, how often does each pair appear?",
    ],
    explanation="Each of the 30 has 29 partners, and each pair is counted twice: 30 · 29 / 2.",
    mistakes=[
        WrongNumber("ordered_pairs", 30 * 29, "870 counts each pair twice: Ann with Ben, and Ben with Ann. Halve it."),
        WrongNumber(
            "with_oneself",
            30 * 31 / 2,
            "465 also pairs everybody with themselves: it is 30 · 31 / 2. Each person has 29 partners, not 31.",
        ),
        WrongNumber("square", 900, "900 is 30 · 30: it lets everybody pair with themselves, and counts pairs twice."),
        WrongNumber("half_of_people", 15, "15 pairs are formed when everybody dances with one partner. Any two count."),
        WrongNumber("half_of_square", 450, "450 is 30 · 30 / 2. Nobody is their own partner: each has 29, not 30."),
    ],
)

why_so_few = ChoiceExercise(
    name="why_so_few",
    chapter=CHAPTER,
    question="Why are 23 people enough, although 23 is only 6 % of 365?",
    choices={
        "a": Choice(
            "Birthdays are not spread evenly over the year.",
            "They are not, in reality, and that makes a shared birthday a little more probable still. But the "
            "experiment assumes that all days are equally likely, and 23 are enough there too.",
        ),
        "b": Choice(
            "What matters is the number of pairs, and 23 people form 253 of them.",
            "Each pair matches with probability 1/365 only, but the number of pairs grows like the square of the "
            "number of people.",
        ),
        "c": Choice(
            "With 23 people it is likely that somebody shares a given person's birthday.",
            "That is the dashed curve, and at 23 people it stands at 0.06. The solid curve lets any two people match.",
        ),
    },
    answer="b",
    hints=[
        "Compare the two curves of the experiment at 23 people. What do they count differently?",
        "How many handshakes are there when 23 people greet each other?",
    ],
)

EXERCISES = (mean_squared_error, pairs_of_thirty, why_so_few)
