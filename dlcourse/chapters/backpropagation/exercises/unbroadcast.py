"""Exercise: a gradient summed back to the shape that an operand had before it was broadcast."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.chapters.backpropagation.exercises.rule_cases import RandomCases, Shape
from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake, Outcome
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import graph

Array = NDArray[np.floating]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw = RandomCases(generator).array
    small = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    return [
        Case((small, (3,)), "a bias of shape (3,), added to 2 rows"),
        Case((small, (2, 1)), "one number for each of 2 rows, shape (2, 1)"),
        Case((draw((3, 3)), (3,)), "a bias of shape (3,), added to 3 rows"),
        Case((draw((3, 3)), (3, 1)), "one number for each of 3 rows, shape (3, 1)"),
        Case((draw((4, 3)), (1, 3)), "a single row of shape (1, 3), copied 4 times"),
        Case((draw((2, 4, 3)), (4, 3)), "an axis of length 2 put in front of shape (4, 3)"),
        Case((draw((2, 4, 3)), (1, 3)), "an axis put in front, and the axis of length 1 of (1, 3) stretched"),
        Case((draw((2, 4, 3)), (4, 1)), "an axis put in front, and the axis of length 1 of (4, 1) stretched"),
        Case((draw((2, 1, 3)), (1, 3)), "an axis put in front, and an axis of length 1 that stayed"),
        Case((draw((6, 4), np.float32), (4,)), "dtype float32"),
        Case((draw((4, 3)), (1, 1)), "both axes of shape (1, 1) stretched"),
        Case((draw((2, 4, 3)), (1, 4, 1)), "the first and the last axis of shape (1, 4, 1) stretched"),
        Case((draw((2, 3)), ()), "a single number, copied to 2 × 3 places", edge=True),
        Case((draw((4, 3)), (4, 3)), "the same shape: nothing was broadcast", edge=True),
        Case((draw((1, 3)), (3,)), "one row", edge=True),
    ]


def _added(gradient: Array, shape: Shape) -> int:
    return gradient.ndim - len(shape)


def _stretched(gradient: Array, shape: Shape) -> list[int]:
    """The axes of the gradient along which the operand had length 1."""
    places = range(_added(gradient, shape), gradient.ndim)
    return [axis for axis, size in zip(places, shape, strict=True) if size == 1 and gradient.shape[axis] != 1]


def _copied(gradient: Array, shape: Shape) -> tuple[int, ...]:
    return (*range(_added(gradient, shape)), *_stretched(gradient, shape))


def _mean(gradient: Array, shape: Shape) -> Array:
    return gradient.mean(axis=_copied(gradient, shape), keepdims=True, dtype=gradient.dtype).reshape(shape)


def _front_only(gradient: Array, shape: Shape) -> Array:
    return np.asarray(gradient.sum(axis=tuple(range(_added(gradient, shape)))))


def _stretched_only(gradient: Array, shape: Shape) -> Array:
    return np.asarray(gradient.sum(axis=tuple(_stretched(gradient, shape)), keepdims=True))


def _ones_dropped(gradient: Array, shape: Shape) -> Array:
    """Sums along every axis that has length 1 in the operand, whether it was stretched or not, and drops it."""
    ones = [_added(gradient, shape) + axis for axis, size in enumerate(shape) if size == 1]
    return np.asarray(gradient.sum(axis=(*range(_added(gradient, shape)), *ones)))


def _first_copy(gradient: Array, shape: Shape) -> Array:
    index = [slice(0, 1) if axis in _copied(gradient, shape) else slice(None) for axis in range(gradient.ndim)]
    return gradient[tuple(index)].reshape(shape)


def _axes_not_moved(gradient: Array, shape: Shape) -> Array:
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return np.asarray(gradient.sum(axis=tuple(range(_added(gradient, shape)))))


def _told(template: str) -> Callable[[Outcome], str]:
    """A feedback with the shapes of the first case that differs."""

    def feedback(outcome: Outcome) -> str:
        gradient, shape = outcome.case.arguments
        return template.format(
            case=outcome.case.label, arrived=gradient.shape, wanted=shape, got=outcome.received.shape
        )

    return feedback


AT = "In “{case}” entry [{where}] should be {expected}, and you return {received}. "

MISTAKES = [
    Mistake(
        "front_axes_only",
        _front_only,
        _told(
            "In “{case}” your result has shape {got}. You sum over the axes that were put in front, and broadcasting "
            "does two things: it also stretches axes of length 1. Along those the entries were copied as well: sum "
            "over them, and keep them with length 1."
        ),
    ),
    Mistake(
        "stretched_axes_only",
        _stretched_only,
        _told(
            "In “{case}” your result has shape {got}. You sum where an axis of length 1 was stretched; but NumPy also "
            "puts missing axes in front, as when a bias of shape (3,) is added to a table. Sum over those too."
        ),
    ),
    Mistake(
        "axes_dropped",
        lambda gradient, shape: np.asarray(gradient.sum(axis=_copied(gradient, shape))),
        _told(
            "In “{case}” your result has shape {got}, where {wanted} is asked for. The sums are right, but `sum` drops "
            "the axes that it sums over. `keepdims=True` keeps them with length 1; then give the result the shape."
        ),
    ),
    Mistake(
        "axes_of_length_1_dropped",
        _ones_dropped,
        _told(
            "In “{case}” your result has shape {got}, where {wanted} is asked for. You sum over every axis that has "
            "length 1 in `shape`, and drop it. What remains has to have the shape of the operand, with its axes of "
            "length 1."
        ),
    ),
    Mistake(
        "axes_in_front_kept",
        lambda gradient, shape: gradient.sum(axis=_copied(gradient, shape), keepdims=True),
        _told(
            "In “{case}” your result has shape {got}, where {wanted} is asked for. With `keepdims=True` the axes that "
            "were put in front stay too, with length 1. The operand never had them: reshape to `shape` at the end."
        ),
    ),
    Mistake(
        "mean",
        _mean,
        with_numbers(
            AT + "You take the mean over the copies. Each of them has an influence of its own on the result; the chain "
            "rule adds their contributions."
        ),
    ),
    Mistake(
        "first_copy",
        _first_copy,
        with_numbers(
            AT + "You take the gradient of the first copy only. The operand's number was used in all of its copies: it "
            "is a fan-out, and its gradient is the sum over all of them."
        ),
    ),
    Mistake(
        "reshaped",
        lambda gradient, shape: gradient.reshape(shape),
        "`reshape` arranges the same numbers in another shape, and here there are more numbers in `gradient` than the "
        "operand has (ValueError). Several of them belong to one number of the operand: they have to be summed first.",
    ),
    Mistake(
        "unchanged",
        lambda gradient, shape: gradient,
        _told(
            "In “{case}” you return the gradient in its own shape, {got}. The operand has shape {wanted}, and its "
            "gradient has to have it too: one number for each of its entries."
        ),
    ),
    Mistake(
        "summed_over_everything",
        lambda gradient, shape: gradient.sum() if gradient.shape != shape else gradient,
        _told(
            "In “{case}” you return a single number, the sum over the whole gradient. Each entry of the operand gets "
            "only what belongs to its own copies: sum over the axes along which it was copied, and over no other."
        ),
    ),
    Mistake(
        "first_axis_only",
        lambda gradient, shape: np.asarray(gradient.sum(axis=0)) if gradient.shape != shape else gradient,
        _told(
            "In “{case}” your result has shape {got}, where {wanted} is asked for. You always sum over axis 0. That is "
            "right for a bias; which axes it is in general, the two shapes tell: laid side by side from the right."
        ),
    ),
    Mistake(
        "axes_counted_from_the_left",
        _axes_not_moved,
        _told(
            "In “{case}” your result has shape {got}, where {wanted} is asked for. You count the axes of length 1 in "
            "`shape` and sum over those numbers in `gradient`. It has more axes in front, so each of them stands "
            "further to the right there: NumPy aligns shapes at the last axis."
        ),
    ),
]

unbroadcast = Exercise(
    name="unbroadcast",
    chapter="10_backpropagation",
    task=(
        "Return `gradient`, an array, summed down to `shape`, the shape that an operand had before NumPy broadcast it "
        "to the shape of `gradient`. Broadcasting puts missing axes in front and stretches axes of length 1; the sum "
        "runs over both. `shape` is a tuple, `()` for a single number."
    ),
    reference=graph.unbroadcast,
    cases=_cases,
    points=2,
    hints=[
        "A bias of shape (3,) is added to a table of 2 rows. In how many places is its first number used? What does "
        "that mean for its derivative, as at any fan-out?",
        "Write the two shapes one below the other, aligned at the right: (2, 4, 3) above (4, 1). Which axes are "
        "missing below, and which have length 1 there and are longer above?",
        "The axes in front are the first `gradient.ndim - len(shape)`. With `keepdims=True` a sum keeps its axes with "
        "length 1, so that the places of the others do not move.",
        "`gradient.sum(axis=axes, keepdims=True).reshape(shape)`, where `axes` is a tuple: `range(added)` and those "
        "`added + axis` at which `shape[axis]` is 1.",
    ],
    mistakes=MISTAKES,
)
