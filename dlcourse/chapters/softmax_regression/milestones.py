"""The milestone of chapter 5: the reader's own softmax regression."""

from dlcourse.chapters.softmax_regression import CHAPTER, exercises
from dlcourse.chapters.softmax_regression.learning_digits import learn_digits
from dlcourse.exercises.milestones.milestone import Milestone

digits = Milestone(
    name="digits",
    chapter=CHAPTER,
    title="softmax regression learns to read digits",
    pieces=(exercises.softmax, exercises.cross_entropy, exercises.softmax_gradient),
    run=learn_digits,
)

MILESTONES = (digits,)
