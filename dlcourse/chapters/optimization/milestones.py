"""The milestone of chapter 7: an optimizer of the reader's own."""

from dlcourse.chapters.optimization import CHAPTER, exercises
from dlcourse.chapters.optimization.own_optimizer import forms_compared, train_digits
from dlcourse.exercises.milestones.milestone import Milestone

own_optimizer = Milestone(
    name="own_optimizer",
    chapter=CHAPTER,
    title="a small network learns to read digits by steps of your own",
    pieces=(exercises.momentum_step, exercises.adam_step, exercises.adamw_step),
    run=train_digits,
    in_words=forms_compared,
    seconds=300,
)

MILESTONES = (own_optimizer,)
