"""A small milestone, for the tests of the machinery."""

import functools

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.milestones.milestone import Milestone
from dlcourse.exercises.milestones.readings import Reading

CHAPTER = "05_softmax_regression"


def double(values):
    """The library's: twice the values."""
    return 2 * values


def total(values):
    """The library's: the sum."""
    return float(values.sum())


def cases(generator):
    return [Case((generator.normal(size=n),), f"{n} values") for n in (2, 3, 4)]


def exercise(reference, chapter=CHAPTER):
    return Exercise(reference, chapter=chapter, task="Write it.", cases=cases, hints=["Look."], seconds=1.0)


def growth(pieces, steps=12):
    """The values double, their sum is measured. From step 4 on there are five of them."""
    values = np.ones(3)
    for step in range(steps):
        values = pieces["double"](values if step != 4 else np.append(values, [1.0, 1.0]))
        yield Reading(f"sum after {step + 1} steps", pieces["total"](values), shown=step % 4 == 0)


def growing(steps=12, home=CHAPTER, **more):
    """``home`` is the chapter of ``double``, ``more`` goes to the milestone."""
    return Milestone(
        name="growth",
        chapter=CHAPTER,
        title="numbers grow",
        pieces=(exercise(double, home), exercise(total)),
        run=functools.partial(growth, steps=steps),
        seconds=1.0,
        **more,
    )
