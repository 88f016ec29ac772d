"""The milestone of chapter 13: a convolutional network of the reader's own."""

from dlcourse.chapters.convolution import CHAPTER, exercises
from dlcourse.chapters.convolution.own_lenet import read_digits
from dlcourse.exercises.milestones.milestone import Milestone

lenet = Milestone(
    name="lenet",
    chapter=CHAPTER,
    title="a convolutional network learns to read digits",
    pieces=(
        exercises.conv2d_by_offsets,
        exercises.max_pool_backward,
        exercises.kernel_gradient,
        exercises.input_gradient,
    ),
    run=read_digits,
    seconds=900,  # number by number it takes five minutes
)

MILESTONES = (lenet,)
