"""Exercise on softmax, row by row and without overflow."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    huge = np.array([[1e4, 9_999.0, 0.0], [1.0, 2.0, -1.0], [-1e4, -9_998.0, -1e4]])
    return [
        Case((np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]]),), "2 rows and 3 classes"),
        Case((generator.normal(0, 2, size=(5, 4)),), "5 rows and 4 classes"),
        Case((generator.normal(0, 2, size=(3, 3)),), "as many rows as classes"),
        Case((generator.integers(-3, 4, size=(4, 3)),), "whole numbers"),
        Case((generator.normal(0, 2, size=(6, 10)).astype(np.float32),), "dtype float32"),
        Case((generator.normal(0, 2, size=(1, 5)),), "one row", edge=True),
        Case((np.array([[2.0], [-1.0]]),), "one class", edge=True),
        Case((huge[:2],), "logits of 10000 in one row of two", edge=True),
        Case((np.vstack([huge, huge[:1]]),), "logits of ±10000", edge=True),
        Case((np.vstack([huge, huge[:1]]).astype(np.float32),), "logits of ±10000 in float32", edge=True),
    ]


_over_the_batch = mutated(losses.softmax, ("axis=1", "axis=0"))

softmax = Exercise(
    losses.softmax,
    chapter="05_softmax_regression",
    task=(
        "Return softmax(z)ₖ = exp(zₖ) / Σⱼ exp(zⱼ) for each row of `logits`, shape (n, classes): probabilities in the "
        "same shape. Rows with logits of ±10000 are among them, also in float32, and their probabilities have to "
        "be finite."
    ),
    cases=_cases,
    hints=[
        "Each row of the result has to sum to 1. Along which axis do the classes of one example lie?",
        "First the exponentials of all entries, then one sum for each row, then the division. For row sums that fit "
        "beside a table, `keepdims=True` keeps the summed axis with length 1.",
        "e¹⁰⁰⁰⁰ overflows. Replace every zⱼ of a row by zⱼ − c: numerator and denominator are both multiplied by e⁻ᶜ, "
        "so the result stays. Which c makes sure that no exponent is above 0, and that one of them is 0?",
        "The row's own maximum: c = `logits.max(axis=1, keepdims=True)`. Then the exponentials of `logits - c`, "
        "divided by their sums along the same axis.",
    ],
    fields={
        "at": "On {case} the entry [{where}] should be {expected}, and you return {received}. ",
        "first_row_sum": lambda logits: _over_the_batch(logits)[0].sum(),
        "rows": len,
        "shape": lambda logits: str(logits.shape),
    },
)

softmax.add_mistake(
    "normalized_over_the_batch",
    _over_the_batch,
    "On {case}, row 0 sums to {first_row_sum}, but column 0 sums to 1: axis=0 normalizes over the batch, not over the "
    "classes. Each row is an example of its own, and its probabilities have to sum to 1: sum over axis 1.",
)


@softmax.mistake
def exponential_that_overflows(logits: Array) -> Array:
    """Ordinary logits are right. {at}e¹⁰⁰⁰⁰ is larger than any number that a computer holds: it becomes infinity, and
    ∞ / ∞ is nan. Adding the same number to all logits of a row changes nothing in its probabilities. Which number makes
    every exponent at most 0?"""
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


@softmax.mistake
def normalized_over_everything(logits: Array) -> Array:
    """{at}A sum without an axis runs over the whole table of {rows} rows, so that all its entries together sum to 1.
    Each row has to sum to 1 by itself."""
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()


@softmax.mistake
def sums_lost_their_axis(logits: Array) -> Array:
    """On {case} the exponentials have shape {shape} and their row sums shape ({rows},). NumPy lays such sums along the
    columns: that does not fit, or, with as many rows as classes, divides by the sums of other rows. Keep the summed
    axis with length 1: `keepdims=True`."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1)


softmax.add_mistake(
    "one_maximum_for_all_rows",
    mutated(losses.softmax, ("z.max(axis=1, keepdims=True)", "z.max()")),
    "You subtract the largest logit of the whole table, which is allowed on paper. {at}Its row lies about 10000 below "
    "the largest logit, which stands in another row: all its exponentials are rounded to 0, and 0 / 0 is nan. Subtract "
    "from each row its own maximum.",
)


softmax.add_mistake(
    "column_maxima_subtracted",
    mutated(losses.softmax, ("z.max(axis=1, keepdims=True)", "z.max(axis=0)")),
    "{at}You subtract the maximum of each column. Only a number that is the same for all classes of a row cancels in "
    "its probabilities; the maxima of columns shift the classes against each other. Take the maximum along axis 1.",
)


@softmax.mistake
def sigmoid_of_each_entry(logits: Array) -> Array:
    """{at}That is the sigmoid of each logit by itself, and the rows do not sum to 1. In softmax the classes share one
    denominator, the sum of the row's exponentials."""
    return np.exp(np.minimum(logits, 0.0)) / (1 + np.exp(-np.abs(logits)))


@softmax.mistake
def without_exponential(logits: Array) -> Array:
    """{at}You divide each logit by its row's sum. Logits can be negative, and their sum can be 0. The exponential makes
    them positive first, and turns a difference of scores into a ratio of probabilities."""
    return logits / logits.sum(axis=1, keepdims=True)


softmax.add_mistake(
    "logarithm_of_softmax",
    losses.log_softmax,
    "{at}That is log softmax, the logarithm of the right probability. It is what the cross-entropy needs; here the "
    "probabilities themselves are asked for.",
)


softmax.add_mistake(
    "largest_is_one",
    mutated(losses.softmax, (" / exponentials.sum(axis=1, keepdims=True)", "")),
    "{at}In your result the largest entry of each row is 1: it is e^(z − max), with nothing divided by the sum yet. "
    "Subtracting the maximum prevents overflow, and does not normalize.",
)


@softmax.mistake
def winner_takes_all(logits: Array) -> Array:
    """{at}Each of your rows gives probability 1 to its largest logit. That is the decision (argmax); softmax also says
    how close the others came, and has a slope to learn from."""
    return np.eye(logits.shape[1])[logits.argmax(axis=1)]
