"""The milestone of chapter 16: a writer of names of the reader's own."""

from dlcourse.chapters import exercise_of
from dlcourse.chapters.lstm_and_gru import CHAPTER, exercises
from dlcourse.chapters.lstm_and_gru.own_name_writer import names_in, write_names
from dlcourse.exercises.milestones.milestone import Milestone

name_writer = Milestone(
    name="name_writer",
    chapter=CHAPTER,
    title="an LSTM learns to write surnames",
    pieces=(
        exercises.lstm_step,
        exercises.sample_with_temperature,
        exercise_of("15_recurrent_networks", "clip_by_norm"),
    ),
    run=write_names,
    seconds=900,  # number by number it takes five minutes
    in_words=names_in,
)

MILESTONES = (name_writer,)
