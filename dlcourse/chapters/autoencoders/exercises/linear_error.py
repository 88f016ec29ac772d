"""Question: how small the error of a linear autoencoder can become, from the variances of its data."""

from dlcourse.chapters.autoencoders import CHAPTER
from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

VARIANCES, WIDTH = (10.0, 4.0, 2.0, 0.8, 0.2), 2
NUMBERS = len(VARIANCES)
LEFT = sum(VARIANCES[WIDTH:])
ANSWER = LEFT / NUMBERS

linear_error = NumberExercise(
    name="linear_error",
    chapter=CHAPTER,
    task=(
        f"Examples of {NUMBERS} numbers have the variances {', '.join(f'{each:g}' for each in VARIANCES)} along their "
        f"principal axes (mean squares of the centred examples along each axis, divided by n). A linear autoencoder "
        f"with biases and a code of width {WIDTH} is trained until its mean squared error, the mean over all numbers, "
        "is as small as it can be. How large is it then?"
    ),
    answer=ANSWER,
    tolerance=0.005,
    mistakes=[
        WrongNumber(
            "sum_of_what_is_left",
            LEFT,
            f"{LEFT:g} is what is left of the squares of one *example*, on average. The error is a mean over its "
            f"{NUMBERS} numbers too.",
        ),
        WrongNumber(
            "what_is_kept",
            sum(VARIANCES[:WIDTH]) / NUMBERS,
            "Those are the axes that the code keeps. Along them nothing is lost; the error is what is left out.",
        ),
        WrongNumber(
            "sum_of_what_is_kept",
            sum(VARIANCES[:WIDTH]),
            "That is the variance that the code keeps, the two largest together. Asked for is what it loses, as a mean "
            f"over {NUMBERS} numbers.",
        ),
        WrongNumber(
            "share_of_the_variance",
            LEFT / sum(VARIANCES),
            "That is the *share* of the variance that is lost. The error has the data's own units: a mean of squares.",
        ),
        WrongNumber(
            "share_that_is_kept",
            1 - LEFT / sum(VARIANCES),
            "That is the *share* of the variance that the code keeps. Asked for is the error, a mean of squares.",
        ),
        WrongNumber(
            "divided_by_the_axes_left_out",
            LEFT / (NUMBERS - WIDTH),
            f"It looks as if you divide by the {NUMBERS - WIDTH} axes that are left out. The error is a mean over all "
            f"{NUMBERS} numbers of an example.",
        ),
        WrongNumber(
            "divided_by_the_width",
            LEFT / WIDTH,
            f"You divide by the width of the code. The error is a mean over the {NUMBERS} numbers of an example.",
        ),
        WrongNumber(
            "one_axis_too_few",
            sum(VARIANCES[WIDTH - 1 :]) / NUMBERS,
            f"So much is left with a code of width {WIDTH - 1}.",
        ),
        WrongNumber(
            "one_axis_too_many",
            sum(VARIANCES[WIDTH + 1 :]) / NUMBERS,
            f"So much is left with a code of width {WIDTH + 1}.",
        ),
        WrongNumber("root", ANSWER**0.5, "That is the root. The mean of the *squares* is asked for."),
        WrongNumber(
            "nothing_kept",
            sum(VARIANCES) / NUMBERS,
            "So large is the error of whoever always answers with the mean: a code of width 0.",
        ),
        WrongNumber(
            "smallest_axes_kept",
            sum(VARIANCES[: NUMBERS - WIDTH]) / NUMBERS,
            "That leaves out the largest axes. The smallest error keeps those with the largest variances.",
        ),
    ],
    hints=[
        "Which two directions would you keep, if you could describe each example by two numbers alone?",
        "Along the directions that are kept nothing is lost; along each other one everything is: its whole variance.",
        f"Add up what is lost, and remember over how many numbers of an example the error is a mean: {NUMBERS}.",
    ],
    explanation=(
        f"A linear autoencoder cannot do better than the first {WIDTH} principal components. What they leave out are "
        f"the variances {' + '.join(f'{each:g}' for each in VARIANCES[WIDTH:])} = {LEFT:g}, over {NUMBERS} numbers: "
        f"{ANSWER:g}. Its code need not hold principal components: any two directions that span the same plane do."
    ),
)
