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

longer_year = ChoiceExercise(
    name="longer_year",
    chapter=CHAPTER,
    question=(
        "On another planet a year has 1,460 days, four times ours. How many people are needed there before a shared "
        "birthday is more likely than not?"
    ),
    choices={
        "a": Choice(
            "About 23: any pair will do, whatever the year.",
            "23 people form 253 pairs there, too, but each of them matches with probability 1/1460 only: together that "
            "makes 0.16.",
        ),
        "b": Choice(
            "About 46, twice as many.",
            "A pair matches four times more rarely, so four times as many pairs are needed, and the number of pairs "
            "grows like the square of the number of people. With 46 people the probability is 0.51.",
        ),
        "c": Choice(
            "About 92, four times as many.",
            "Four times as many people form about sixteen times as many pairs. Four times the pairs would do: with 92 "
            "people the probability is 0.95.",
        ),
    },
    answer="b",
    hints=[
        "How much more rarely does one pair match? How many pairs make up for that?",
        "23 people form 23 · 22 / 2 pairs. How does that number grow when the people become twice as many?",
    ],
)

EXERCISES = (mean_squared_error, pairs_of_thirty, longer_year)
