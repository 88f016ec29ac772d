"""The milestone of chapter 10: an engine of the reader's own."""

from dlcourse.chapters.backpropagation import CHAPTER, exercises
from dlcourse.chapters.backpropagation.own_engine import run_engine
from dlcourse.exercises.milestones.milestone import Milestone

engine = Milestone(
    name="engine",
    chapter=CHAPTER,
    title="an engine solves XOR and learns to read digits",
    pieces=(
        exercises.topological_order,
        exercises.backward,
        exercises.multiply_rule,
        exercises.matmul_rule,
        exercises.relu_rule,
        exercises.unbroadcast,
        exercises.cross_entropy_gradient,
    ),
    run=run_engine,
)

MILESTONES = (engine,)
