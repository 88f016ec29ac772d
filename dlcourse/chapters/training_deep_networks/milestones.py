"""The milestone of chapter 12: a network of 20 layers learns by the reader's own start and normalization."""

from dlcourse.chapters.training_deep_networks import CHAPTER, exercises
from dlcourse.chapters.training_deep_networks.own_rescue import rescue, told
from dlcourse.exercises.milestones.milestone import Milestone

own_rescue = Milestone(
    name="own_rescue",
    chapter=CHAPTER,
    title="a network of 20 layers learns to read digits",
    pieces=(exercises.he_std, exercises.batch_norm_forward, exercises.batch_norm_backward),
    run=rescue,
    seconds=600,
    in_words=told,
)

MILESTONES = (own_rescue,)
