"""Question: the gradient and the Hessian of log(eˣ + eʸ) at one point, by hand."""

from dlcourse.chapters.linear_algebra_and_calculus import CHAPTER
from dlcourse.exercises.kinds.several_numbers import NumbersExercise, WrongNumbers

NAMES = ("f_x", "f_y", "f_xx", "f_xy", "f_yy")


def _numbers(*values: float) -> dict[str, float]:
    return dict(zip(NAMES, values, strict=True))


log_sum_exp = NumbersExercise(
    name="log_sum_exp",
    chapter=CHAPTER,
    task=(
        "On paper: what are the gradient and the Hessian of f(x, y) = log(eˣ + eʸ) at the point (0, log 2), with "
        f"natural logarithms? The answer is a dictionary with the keys {', '.join(f'`{name!r}`' for name in NAMES)}, "
        "f_xy the derivative by x and then by y; each to 0.005, or as a fraction such as `5 / 7`."
    ),
    answer=_numbers(1 / 3, 2 / 3, 2 / 9, -2 / 9, 2 / 9),
    tolerance=0.005,
    mistakes=[
        WrongNumbers(
            "inner_derivative_forgotten",
            _numbers(1 / 3, 1 / 3, -1 / 9, -2 / 9, -2 / 9),
            "Your slopes are those of the logarithm alone, 1 over the sum. The chain rule multiplies by the derivative "
            "of what stands inside, eˣ for the one and eʸ for the other.",
        ),
        WrongNumbers(
            "logarithm_forgotten",
            _numbers(1, 2, 1, 0, 2),
            "Those are the derivatives of eˣ + eʸ. The logarithm around it divides them by the sum.",
        ),
        WrongNumbers(
            "denominator_held",
            _numbers(1 / 3, 2 / 3, 1 / 3, 0, 2 / 3),
            "You differentiated a quotient and held its denominator still. The sum eˣ + eʸ depends on x and on y, too: "
            "take the quotient rule.",
        ),
        WrongNumbers(
            "denominator_not_squared",
            _numbers(1 / 3, 2 / 3, 2 / 3, -2 / 3, 2 / 3),
            "The numerators of your second derivatives are right. In the quotient rule the denominator is squared.",
        ),
        WrongNumbers(
            "mixed_sign",
            _numbers(1 / 3, 2 / 3, 2 / 9, 2 / 9, 2 / 9),
            "Look at the sign of the mixed derivative. If y grows, so does the denominator of f_x, and its numerator "
            "does not: does f_x rise or fall?",
        ),
        WrongNumbers(
            "mixed_is_zero",
            _numbers(1 / 3, 2 / 3, 2 / 9, 0, 2 / 9),
            "The mixed derivative is not 0: f_x = eˣ / (eˣ + eʸ) depends on y as well, through its denominator.",
        ),
        WrongNumbers(
            "two_put_in_for_y",
            _numbers(0.11920, 0.88080, 0.10499, -0.10499, 0.10499),
            "Those are the derivatives at (0, 2). The point is (0, log 2), and e to the power log 2 is 2.",
        ),
        WrongNumbers(
            "power_of_zero_is_zero",
            _numbers(0, 1, 0, 0, 0),
            "You took e⁰ for 0. Every number but 0 to the power 0 is 1.",
        ),
        WrongNumbers(
            "exchanged",
            _numbers(2 / 3, 1 / 3, 2 / 9, -2 / 9, 2 / 9),
            "You have the two slopes the other way round: at this point y is the larger of the two, and f follows the "
            "larger one more closely.",
        ),
    ],
    hints=[
        "Call the sum S = eˣ + eʸ. What is its value at the point, and what are its own two slopes there?",
        "The logarithm of S has the slope 1/S, times the slope of S. Write down f_x and f_y as *functions* of x and y: "
        "to differentiate once more you need more than their values.",
        "In f_x = eˣ / S both parts depend on x, so f_xx takes the quotient rule; on y depends S alone. A check: f_x + "
        "f_y is the same number everywhere, so what do f_xx + f_xy and f_xy + f_yy have to be?",
    ],
    explanation=(
        "With S = eˣ + eʸ = 3: f_x = eˣ/S and f_y = eʸ/S. By the quotient rule f_xx = (eˣ S − eˣ eˣ)/S² = eˣ eʸ/S² and "
        "f_xy = −eˣ eʸ/S². So H = 2/9 · [[1, −1], [−1, 1]], and everywhere it is a positive number times this matrix, "
        "whose eigenvalues are 2 and 0: f bends upwards along (1, −1), and along (1, 1) it is straight. Chapter 5 "
        "meets (f_x, f_y) again, as the softmax of (x, y)."
    ),
)
