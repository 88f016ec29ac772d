"""The milestone of chapter 21: drawn digits are read by features that printed letters have taught."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from dlcourse.chapters import exercise_of
from dlcourse.chapters.transfer_learning import CHAPTER, exercises
from dlcourse.chapters.transfer_learning.own_digit_reader import Drawn, drawn_digits, read_digits, read_in_words
from dlcourse.exercises.milestones.milestone import Milestone


def _reader(own: Drawn) -> Milestone:
    from_chapter_5 = ("softmax", "cross_entropy", "softmax_gradient")
    return Milestone(
        name="own_digit_reader",
        chapter=CHAPTER,
        title="what letters have taught reads drawn digits",
        pieces=(
            exercises.extract_features,
            *(exercise_of("05_softmax_regression", name) for name in from_chapter_5),
        ),
        run=partial(read_digits, own=own),
        seconds=300,
        in_words=partial(read_in_words, own=own),
    )


def reader_of(own: Mapping[int, Any] | Iterable[tuple[int, Any]]) -> Milestone:
    """The milestone with drawings of the reader's own beside the ready ones.

    own: a drawing for each digit, or pairs of a digit and a drawing; a drawing is what ``drawings.rasterize`` takes,
    such as the share text of the experiment ``draw_a_digit``. Raises CourseError for anything else.
    """
    return _reader(drawn_digits(own))


own_digit_reader = _reader(())

MILESTONES = (own_digit_reader,)
