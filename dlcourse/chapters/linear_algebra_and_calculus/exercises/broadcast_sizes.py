"""Question: which shapes fit, and how many numbers the result has."""

from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.several_numbers import NumbersExercise, WrongNumbers

NAMES = ("a + b", "b + c", "d - d.mean(axis=1)", "e - f")
SHAPES = "`a` (4, 1, 3), `b` (2, 3), `c` (3,), `d` (4, 2), `e` (50, 1) and `f` (50,)"


def _numbers(*values: float) -> dict[str, float]:
    return dict(zip(NAMES, values, strict=True))


broadcast_sizes = NumbersExercise(
    name="broadcast_sizes",
    chapter=CHAPTER,
    task=(
        f"Six arrays have the shapes {SHAPES}. Without running it: how many numbers does each of these results hold? "
        f"Write 0 where NumPy raises an error. The answer is a dictionary with the keys "
        f"{', '.join(f'`{name!r}`' for name in NAMES)}."
    ),
    answer=_numbers(24, 6, 0, 2500),
    tolerance=0.1,
    mistakes=[
        WrongNumbers(
            "from_the_left",
            _numbers(0, 0, 8, 50),
            "It looks as if you laid the shapes side by side from the *first* axis on. NumPy begins at the last one, "
            "and fills up with 1 on the left: (3,) beside (2, 3) is (1, 3).",
        ),
        WrongNumbers(
            "equal_shapes_only",
            _numbers(0, 0, 0, 0),
            "You let only equal shapes fit. An axis of length 1 is repeated as often as needed, and an axis that is "
            "missing on the left counts as one of length 1.",
        ),
        WrongNumbers(
            "one_is_not_repeated",
            _numbers(0, 6, 0, 0),
            "You let missing axes be filled up, but a length of 1 has to fit, too: it is repeated, whatever length the "
            "other array has there.",
        ),
        WrongNumbers(
            "as_many_as_the_larger",
            _numbers(12, 6, 8, 50),
            "Those are the sizes of the larger array of each pair. *Both* can be repeated, each along an axis where it "
            "has 1 and the other has more; and some do not fit at all.",
        ),
        WrongNumbers(
            "every_pair",
            _numbers(72, 18, 32, 2500),
            "You multiply the numbers of entries, as if every entry of one met every entry of the other. Where both "
            "have the same axis they go along it together.",
        ),
        WrongNumbers(
            "axes_counted",
            _numbers(3, 2, 0, 2),
            "Those are the numbers of *axes*. Asked for is how many numbers there are: the product of the lengths.",
        ),
        WrongNumbers(
            "error_overlooked",
            _numbers(24, 6, 8, 2500),
            "`d.mean(axis=1)` removes axis 1, and has shape (4,). Beside (4, 2), from the last axis on, 4 meets 2: an "
            "error. With `keepdims=True` it would be (4, 1), and the difference would have 8 numbers.",
        ),
    ],
    hints=[
        "Write each pair of shapes one below the other, with their *last* lengths in one column. Where one is shorter, "
        "what stands on the left?",
        "Column by column: equal lengths stay, 1 takes the other's length, and anything else is an error. What shape "
        "has a mean over axis 1 of a table?",
        "`e` is (50, 1) and `f` becomes (1, 50): in each column there is a 1.",
    ],
    explanation=(
        "(4, 1, 3) and (1, 2, 3) make (4, 2, 3), 24 numbers. (2, 3) and (1, 3) make (2, 3). `d.mean(axis=1)` is (4,), "
        "and 4 beside 2 is an error: lucky, because it is seen. (50, 1) and (1, 50) make (50, 50): if `e` are "
        "predictions and `f` targets, 2,500 differences of which 50 are meant, and no word of it."
    ),
)
