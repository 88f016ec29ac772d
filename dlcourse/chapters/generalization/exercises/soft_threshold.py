"""Exercise on the soft threshold: the step by which an L1 penalty makes weights exactly 0."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.generalization import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import shrinkage


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(*shape: int) -> Array:
        return generator.normal(0, 2, size=shape)

    fixed = np.array([3.0, -2.5, 0.75, -0.25, 0.0])
    return [
        Case((fixed, 1.0), "five values, threshold 1"),
        Case((draw(8), 0.5), "eight values, threshold 0.5"),
        Case((draw(3, 4), 1.5), "a table of 3 rows and 4 columns, threshold 1.5"),
        Case((generator.permutation([-4, -2, -1, 0, 1, 2, 4, 5]), 1.5), "whole numbers, threshold 1.5"),
        Case((draw(6).astype(np.float32), 0.25), "dtype float32, threshold 0.25"),
        Case((np.append(draw(3), [0.5, -0.5]), 0.5), "two values at the threshold", edge=True),
        Case((np.append(draw(3), 1.25), 0.0), "threshold 0", edge=True),
        Case((np.append(draw(4), -1.5), 100.0), "a threshold above all values", edge=True),
        Case((np.array([0.7, -0.7]) * generator.integers(1, 4), 0.0), "two opposite values, threshold 0", edge=True),
    ]


soft_threshold = Exercise(
    shrinkage.soft_threshold,
    chapter=CHAPTER,
    task=(
        "For each entry v of `values`, an array of any shape, return the w at which ½ (w − v)² + t |w| is least, where "
        "t ≥ 0 is `threshold`: an array of the same shape."
    ),
    cases=_cases,
    hints=[
        "Draw the function of w for v = 3 and t = 1, then for v = 0.5. Where is the lowest point, on a smooth piece or "
        "at the corner?",
        "For w > 0 the derivative is w − v + t, which is 0 at w = v − t: a minimum, if that is above 0. What is the "
        "same for w < 0? And for which v does neither hold?",
        "Every entry moves towards 0 by t, and stops there if it is nearer than t. `np.abs` gives the distances from "
        "0, and none of them may come out below 0.",
        "`np.sign(values) * np.maximum(np.abs(values) - threshold, 0)`.",
    ],
    fields={"at": "On “{case}” the result [{where}] should be {expected}, and you return {received}. "},
)


@soft_threshold.mistake
def hard_threshold(values: Array, threshold: float) -> Array:
    """{at}You keep values beyond the threshold as they are. That is the *hard* threshold: right for a penalty on how
    many weights are not 0. With t |w| the large ones pay too: at w = v the derivative is t, not 0, so the minimum lies
    nearer to 0, by t."""
    return np.where(np.abs(values) > threshold, values, 0)


@soft_threshold.mistake
def never_stops_at_zero(values: Array, threshold: float) -> Array:
    """{at}Entries nearer to 0 than t cross it in your result, and come out with the other sign. Beyond 0 the penalty
    pulls back: they stop at 0."""
    return np.sign(values) * (np.abs(values) - threshold)


@soft_threshold.mistake
def sign_lost(values: Array, threshold: float) -> Array:
    """{at}Your result has no negative entries: the distances from 0 are right, and each needs the sign of its v
    again."""
    return np.maximum(np.abs(values) - threshold, 0)


@soft_threshold.mistake
def negative_values_cut(values: Array, threshold: float) -> Array:
    """{at}All negative values become 0 in your result. |w| has two sides: below −t the minimum is at v + t."""
    return np.maximum(values - threshold, 0)


@soft_threshold.mistake
def moved_to_the_left(values: Array, threshold: float) -> Array:
    """{at}You subtract t also from negative values, which moves them away from 0, where |w| is larger. Towards 0 is
    +t for them."""
    return np.where(np.abs(values) > threshold, values - threshold, 0)


@soft_threshold.mistake
def what_is_taken_away(values: Array, threshold: float) -> Array:
    """{at}That is the part that is taken away, at most t: the result is what is left of v without it."""
    return np.clip(values, -threshold, threshold)


@soft_threshold.mistake
def shrunk_in_proportion(values: Array, threshold: float) -> Array:
    """{at}You divide by 1 + t. That is where ½ (w − v)² + (t/2) w² is least, the L2 penalty: it shrinks all in
    proportion and makes nothing 0. The slope of t |w| is the same, ±t, for every size of w."""
    return np.asarray(values / (1 + threshold))


@soft_threshold.mistake
def moved_by_half(values: Array, threshold: float) -> Array:
    """{at}You move by t/2. With ½ before the square, its derivative is w − v, without a 2, and the minimum lies where
    v − w = t."""
    return np.sign(values) * np.maximum(np.abs(values) - threshold / 2, 0)


@soft_threshold.mistake
def one_side_everywhere(values: Array, threshold: float) -> Array:
    """{at}You subtract t from every value. w = v − t comes from the derivative for w > 0, and holds where v − t is
    above 0: two more kinds of v are left."""
    return np.asarray(values - threshold)


@soft_threshold.mistake
def small_values_kept(values: Array, threshold: float) -> Array:
    """{at}Values nearer to 0 than t stay as they are in your result. For those neither v − t is above 0 nor v + t
    below: the minimum lies at the corner, w = 0."""
    return np.where(np.abs(values) > threshold, values - threshold * np.sign(values), values)


@soft_threshold.mistake
def cut_once_more(values: Array, threshold: float) -> Array:
    """{at}It looks as if you move the values first and then set to 0 what is *by then* nearer to 0 than t. Which of
    them become 0 is decided by v, before it is moved."""
    moved = soft_threshold.reference(values, threshold)
    return np.where(np.abs(moved) <= threshold, 0, moved)


@soft_threshold.mistake
def least_value(values: Array, threshold: float) -> Array:
    """{at}That is the least value of ½ (w − v)² + t |w|. The place is asked for: the w at which it is least."""
    w = soft_threshold.reference(values, threshold)
    return np.asarray((w - values) ** 2 / 2 + threshold * np.abs(w))
