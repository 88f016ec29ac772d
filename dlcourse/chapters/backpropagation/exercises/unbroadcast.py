"""Exercise: a gradient summed back to the shape that an operand had before it was broadcast."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.backpropagation.exercises.rule_cases import RandomCases, Shape
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import graph


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


unbroadcast = Exercise(
    graph.unbroadcast,
    chapter="10_backpropagation",
    task=(
        "Return `gradient`, an array, summed down to `shape`, the shape that an operand had before NumPy broadcast it "
        "to the shape of `gradient`. Broadcasting puts missing axes in front and stretches axes of length 1; the sum "
        "runs over both. `shape` is a tuple, `()` for a single number."
    ),
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
    fields={
        "at": "In “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "result_has": "In “{case}” your result has shape {got}",
        "got": lambda outcome: str(outcome.received.shape),
        "arrived": lambda gradient, shape: str(gradient.shape),
        "wanted": lambda gradient, shape: str(shape),
    },
)

unbroadcast.add_mistake(
    "front_axes_only",
    mutated(graph.unbroadcast, (", *stretched), keepdims=True).reshape(shape)", ",))")),
    "{result_has}. You sum over the axes that were put in front, and broadcasting does two things: it also stretches "
    "axes of length 1. Along those the entries were copied as well: sum over them, and keep them with length 1.",
)
unbroadcast.add_mistake(
    "stretched_axes_only",
    mutated(graph.unbroadcast, ("(*range(added), *stretched)", "tuple(stretched)"), (".reshape(shape)", "")),
    "{result_has}. You sum where an axis of length 1 was stretched; but NumPy also puts missing axes in front, as when "
    "a bias of shape (3,) is added to a table. Sum over those too.",
)
unbroadcast.add_mistake(
    "axes_dropped",
    mutated(graph.unbroadcast, (", keepdims=True).reshape(shape)", ")")),
    "{result_has}, where {wanted} is asked for. The sums are right, but `sum` drops the axes that it sums over. "
    "`keepdims=True` keeps them with length 1; then give the result the shape.",
)
unbroadcast.add_mistake(
    "axes_in_front_kept",
    mutated(graph.unbroadcast, (".reshape(shape)", "")),
    "{result_has}, where {wanted} is asked for. With `keepdims=True` the axes that were put in front stay too, with "
    "length 1. The operand never had them: reshape to `shape` at the end.",
)
unbroadcast.add_mistake(
    "mean",
    mutated(graph.unbroadcast, (".sum(", ".mean(")),
    "{at}You take the mean over the copies. Each of them has an influence of its own on the result; the chain rule "
    "adds their contributions.",
)
unbroadcast.add_mistake(
    "reshaped",
    lambda gradient, shape: gradient.reshape(shape),
    "`reshape` arranges the same numbers in another shape, and here there are more numbers in `gradient` than the "
    "operand has (ValueError). Several of them belong to one number of the operand: they have to be summed first.",
)
unbroadcast.add_mistake(
    "unchanged",
    lambda gradient, shape: gradient,
    "In “{case}” you return the gradient in its own shape, {arrived}. The operand has shape {wanted}, and its gradient "
    "has to have it too: one number for each of its entries.",
)
unbroadcast.add_mistake(
    "first_axis_only",
    lambda gradient, shape: np.asarray(gradient.sum(axis=0)) if gradient.shape != shape else gradient,
    "{result_has}, where {wanted} is asked for. You always sum over axis 0. That is right for a bias; which axes it is "
    "in general, the two shapes tell: laid side by side from the right.",
)


@unbroadcast.mistake
def axes_counted_from_the_left(gradient: Array, shape: Shape) -> Array:
    """{result_has}, where {wanted} is asked for. You count the axes of length 1 in `shape` and sum over those numbers
    in `gradient`. It has more axes in front, so each of them stands further to the right there: NumPy aligns shapes at
    the last axis."""
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return np.asarray(gradient.sum(axis=tuple(range(gradient.ndim - len(shape)))))
