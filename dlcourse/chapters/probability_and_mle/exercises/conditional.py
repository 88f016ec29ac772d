"""Exercise on tables of probabilities: conditioning."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability


def _random_table(generator: np.random.Generator, rows: int, columns: int) -> Array:
    return generator.dirichlet(np.ones(rows * columns)).reshape(rows, columns)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
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


conditional = Exercise(
    probability.conditional,
    chapter="03_probability_and_mle",
    task=(
        "`joint` is a table of probabilities P(x, y) with two axes: x counts the rows (axis 0), y the columns (axis "
        "1). `given` is the axis of the variable that is known: return the table of P(x | y) for `given` = 1 and of "
        "P(y | x) for `given` = 0, in the shape of `joint`. Every value of the known variable has a positive "
        "probability."
    ),
    cases=_cases,
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
    fields={
        "at": "The entry [{where}] should be {expected}; you return {received}",
        "rows": lambda joint, given: len(joint),
        "shape": lambda joint, given: str(joint.shape),
    },
)

conditional.add_mistake(
    "divided_by_the_sum_of_all",
    lambda joint, given: joint / joint.sum(),
    "{at}, which is the joint probability itself. The whole table sums to 1 already, so dividing by that sum (or not "
    "at all) changes nothing. Divide each slice by its own sum.",
)
conditional.add_mistake(
    "other_variable_given",
    lambda joint, given: joint / joint.sum(axis=given, keepdims=True),
    "With `given` = {given}, the entry [{where}] should be {expected}; you return {received}. That is the other "
    "conditional: you normalized as if axis {other} were known. `sum(axis=a)` makes axis a disappear, so it must be "
    "the axis that is not given.",
    other=lambda joint, given: 1 - given,
)
conditional.add_mistake(
    "marginal_only",
    lambda joint, given: joint.sum(axis=1 - given),
    "You return {size} numbers, the probabilities of the known variable (its marginal). They are what to divide by; "
    "the result is the whole table, of shape {shape}, after that division.",
    size=lambda joint, given: joint.shape[given],
)
conditional.add_mistake(
    "sums_lost_their_axis",
    mutated(probability.conditional, (", keepdims=True", "")),
    "With `given` = 1 your table is right. With `given` = 0 the sums of the {rows} rows are an array of shape "
    "({rows},), and NumPy lays it along the columns: each column is divided by the sum of some row. On a table that is "
    "not square the shapes do not even fit. Keep the summed axis: `keepdims=True`.",
)
conditional.add_mistake(
    "wrong_axis_and_lost_axis",
    lambda joint, given: joint / joint.sum(axis=given),
    "{at}. Two things meet here. `sum(axis=a)` makes axis a disappear, so it must be the axis that is not given. And "
    "the sums lost an axis, so they are laid along the columns whatever they belong to: `keepdims=True` keeps them in "
    "place.",
)
conditional.add_mistake(
    "product_of_the_marginals",
    lambda joint, given: joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True),
    "{at}, which is P(x) P(y), the product of the two marginals. That is the joint table of two independent variables; "
    "it no longer knows how these two hang together. Start from `joint` and divide.",
)
conditional.add_mistake(
    "always_given_the_column",
    lambda joint, given: joint / joint.sum(axis=0, keepdims=True),
    "Right for `given` = 1, and the same again for `given` = 0, where the entry [{where}] should be {expected}, not "
    "{received}. The argument `given` is not used: the axis to sum over depends on it.",
)
conditional.add_mistake(
    "always_given_the_row",
    lambda joint, given: joint / joint.sum(axis=1, keepdims=True),
    "Each row of your table sums to 1, also for `given` = 1, where the columns should: the entry [{where}] is "
    "{expected} there, not {received}. Let the axis of the sum depend on `given`.",
)
conditional.add_mistake(
    "multiplied_by_the_marginal",
    mutated(probability.conditional, ("table / ", "table * ")),
    "{at}. You multiply the joint table by the marginal. The product rule P(x, y) = P(x | y) P(y) makes the joint "
    "table out of the conditional one; solved for P(x | y) it is a division.",
)
conditional.add_mistake(
    "given_taken_for_a_value",
    lambda joint, given: joint[:, given] / joint[:, given].sum(),
    "You return one column, number {given}, divided by its sum. `given` is not a value of y but an axis: it says which "
    "of the two variables is known. Return all slices, in a table of shape {shape}.",
)
