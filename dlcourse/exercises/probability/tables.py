"""Exercises on tables of probabilities: conditioning, and conditional independence."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.exercise import Case, Exercise, Mistake
from dlcourse.exercises.feedback import with_numbers
from dlcourse.exercises.questions import Choice, ChoiceExercise
from dlcourse.scratch import probability

CHAPTER = "03_probability_and_mle"
Table = NDArray[np.floating]


def _random_table(generator: np.random.Generator, rows: int, columns: int) -> Table:
    return generator.dirichlet(np.ones(rows * columns)).reshape(rows, columns)


def _conditional_cases(generator: np.random.Generator) -> Sequence[Case]:
    weather = np.array([[0.1, 0.3], [0.4, 0.2]])
    wide = np.array([[0.10, 0.20, 0.05], [0.30, 0.15, 0.20]])
    return [
        Case((weather, 1), "2 rows and 2 columns, given the column"),
        Case((weather, 0), "2 rows and 2 columns, given the row"),
        Case((wide, 1), "2 rows and 3 columns, given the column"),
        Case((wide, 0), "2 rows and 3 columns, given the row"),
        Case((np.outer([0.2, 0.5, 0.3], [0.6, 0.4]), 0), "a table whose variables are independent"),
        Case((np.array([[0.5, 0.0], [0.25, 0.25]]), 1), "a table in which one pair is impossible"),
        Case((np.array([[0.1, 0.2, 0.3, 0.4]]), 0), "a single row, given the row", edge=True),
        Case((np.array([[0.1, 0.2, 0.3, 0.4]]), 1), "a single row, given the column", edge=True),
        Case((np.array([[0.25, 0.125], [0.5, 0.125]], dtype=np.float32), 0), "a table of dtype float32"),
        Case((_random_table(generator, 3, 40), 1), "3 rows and 40 columns, given the column"),
        Case((_random_table(generator, 40, 3), 0), "40 rows and 3 columns, given the row"),
    ]


def _sum_along(joint: Table, given: int) -> Table:
    """The sum that `conditional` divides by, but over the wrong axis."""
    return joint.sum(axis=given, keepdims=True)


conditional = Exercise(
    name="conditional",
    chapter=CHAPTER,
    task=(
        "`joint` is a table of probabilities P(x, y) with two axes: x counts the rows (axis 0), y the columns (axis "
        "1). `given` is the axis of the variable that is known: return the table of P(x | y) for `given` = 1 and of "
        "P(y | x) for `given` = 0, in the shape of `joint`. Every value of the known variable has a positive "
        "probability."
    ),
    reference=probability.conditional,
    cases=_conditional_cases,
    hints=[
        "Knowing y = 2 leaves one column of the table. Its entries keep their proportions, but they have to sum to 1. "
        "What do you divide them by?",
        "By their own sum, P(y): the marginal of the variable that is known. For `given` = 1 the sum runs down each "
        "column, so over axis 0: over the axis that is *not* given, which is `1 - given`.",
        "Check your result by its sums: for `given` = 1 each column sums to 1, for `given` = 0 each row.",
        "The sums have to stand beside the table in the right direction. `keepdims=True` keeps the summed axis with "
        "length 1, so that the division finds the right partner: columns of sums divide rows, rows of sums divide "
        "columns.",
        "Two steps: `probability_of_given = joint.sum(axis=..., keepdims=True)`, then a division.",
    ],
    mistakes=[
        Mistake(
            "divided_by_the_sum_of_all",
            lambda joint, given: joint / joint.sum(),
            with_numbers(
                "The entry [{where}] should be {expected}; you return {received}, which is the joint probability "
                "itself. The whole table sums to 1 already, so dividing by that sum (or not at all) changes nothing. "
                "Divide each slice by its own sum."
            ),
        ),
        Mistake(
            "other_variable_given",
            lambda joint, given: joint / _sum_along(joint, given),
            with_numbers(
                "With `given` = {given}, the entry [{where}] should be {expected}; you return {received}. That is the "
                "other conditional: you normalized as if axis {other} were known. `sum(axis=a)` makes axis a "
                "disappear, so it must be the axis that is not given.",
                "joint",
                "given",
                other=lambda joint, given: 1 - given,
            ),
        ),
        Mistake(
            "marginal_only",
            lambda joint, given: joint.sum(axis=1 - given),
            with_numbers(
                "You return {size} numbers, the probabilities of the known variable (its marginal). They are what to "
                "divide by; the result is the whole table, of shape {shape}, after that division.",
                size=lambda joint, given: joint.shape[given],
                shape=lambda joint, given: str(joint.shape),
            ),
        ),
        Mistake(
            "sums_lost_their_axis",
            lambda joint, given: joint / joint.sum(axis=1 - given),
            with_numbers(
                "With `given` = 1 your table is right. With `given` = 0 the sums of the {rows} rows are an array of "
                "shape ({rows},), and NumPy lays it along the columns: each column is divided by the sum of some row. "
                "On a table that is not square the shapes do not even fit. Keep the summed axis: `keepdims=True`.",
                rows=lambda joint, given: len(joint),
            ),
        ),
        Mistake(
            "wrong_axis_and_lost_axis",
            lambda joint, given: joint / joint.sum(axis=given),
            with_numbers(
                "The entry [{where}] should be {expected}; you return {received}. Two things meet here. `sum(axis=a)` "
                "makes axis a disappear, so it must be the axis that is not given. And the sums lost an axis, so they "
                "are laid along the columns whatever they belong to: `keepdims=True` keeps them in place."
            ),
        ),
        Mistake(
            "product_of_the_marginals",
            lambda joint, given: joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True),
            with_numbers(
                "The entry [{where}] should be {expected}; you return {received}, which is P(x) P(y), the product of "
                "the two marginals. That is the joint table of two independent variables; it no longer knows how "
                "these two hang together. Start from `joint` and divide."
            ),
        ),
        Mistake(
            "always_given_the_column",
            lambda joint, given: joint / joint.sum(axis=0, keepdims=True),
            with_numbers(
                "Right for `given` = 1, and the same again for `given` = 0, where the entry [{where}] should be "
                "{expected}, not {received}. The argument `given` is not used: the axis to sum over depends on it."
            ),
        ),
        Mistake(
            "always_given_the_row",
            lambda joint, given: joint / joint.sum(axis=1, keepdims=True),
            with_numbers(
                "Each row of your table sums to 1, also for `given` = 1, where the columns should: the entry [{where}] "
                "is {expected} there, not {received}. Let the axis of the sum depend on `given`."
            ),
        ),
        Mistake(
            "multiplied_by_the_marginal",
            lambda joint, given: joint * joint.sum(axis=1 - given, keepdims=True),
            with_numbers(
                "The entry [{where}] should be {expected}; you return {received}. You multiply the joint table by the "
                "marginal. The product rule P(x, y) = P(x | y) P(y) makes the joint table out of the conditional one; "
                "solved for P(x | y) it is a division."
            ),
        ),
        Mistake(
            "transposed",
            lambda joint, given: (joint / joint.sum(axis=1 - given, keepdims=True)).T,
            with_numbers(
                "Your numbers are right, but rows and columns are exchanged: the table that you return is the "
                "transpose of the right one. Keep the shape of `joint`, {shape}: x along axis 0, y along axis 1, "
                "whichever is known.",
                shape=lambda joint, given: str(joint.shape),
            ),
        ),
        Mistake(
            "given_taken_for_a_value",
            lambda joint, given: joint[:, given] / joint[:, given].sum(),
            with_numbers(
                "You return one column, number {given}, divided by its sum. `given` is not a value of y but an axis: "
                "it says which of the two variables is known. Return all slices, in a table of shape {shape}.",
                "joint",
                "given",
                shape=lambda joint, given: str(joint.shape),
            ),
        ),
    ],
)

conditional_independence = ChoiceExercise(
    name="conditional_independence",
    chapter=CHAPTER,
    question=(
        "A bag holds two coins: one lands heads in 80 % of its flips, the other in 20 %. You draw one coin (z), "
        "without knowing which, and flip it twice: x is the first flip, y the second. Which statement is right?"
    ),
    choices={
        "a": Choice(
            "x and y are independent, because a coin has no memory.",
            "The coin has none, but you learn something: after heads, you probably hold the coin that likes heads, and "
            "heads is more probable again. P(y = heads) is 0.5, but P(y = heads | x = heads) = "
            "0.8 × 0.8 + 0.2 × 0.2 = 0.68.",
        ),
        "b": Choice(
            "x and y are dependent, and they are independent once z is known.",
            "Without z, the first flip tells something about the coin, and through it about the second flip: "
            "0.68 instead of 0.5. Once the coin is known, the first flip has nothing more to tell.",
        ),
        "c": Choice(
            "x and y are independent, and they become dependent once z is known.",
            "It is the other way round. Once you hold the coin of 80 %, the second flip is heads in 80 % of cases, "
            "whatever the first one was. What you describe happens where z is a common effect of x and y, not "
            "their common cause.",
        ),
        "d": Choice(
            "x and y are dependent, also when z is known: both come from the same coin.",
            "They come from the same coin, and that is why they are dependent while it is unknown. Once it is known, "
            "P(y = heads | z) is 0.8 or 0.2, and knowing x as well does not change it.",
        ),
    },
    answer="b",
    hints=[
        "Say in your own words what seeing heads first tells you, if you do not know which coin it is.",
        "Compute P(x = heads, y = heads): the mean, over the two coins, of 0.8 × 0.8 and 0.2 × 0.2. Compare it with "
        "P(x = heads) P(y = heads) = 0.5 × 0.5.",
        "Now take one coin, say the first. Compare P(x, y | z) = 0.8 × 0.8 with P(x | z) P(y | z).",
    ],
)
