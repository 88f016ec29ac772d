"""Question on the largest learning rate for a line: 2 over the largest eigenvalue of the Hessian."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber
from dlcourse.scratch import linear_models

INPUTS = [[0.0], [2.0], [2.0], [3.0], [3.0]]

learning_rate_limit_of_line = NumberExercise(
    name="learning_rate_limit_of_line",
    chapter="04_linear_regression",
    task=(
        "A line w x + b is fitted to five points whose inputs are x = 0, 2, 2, 3, 3. The Hessian of the loss "
        "1/(2n) Σ (w x + b − y)² in (w, b) holds the mean of x², the mean of x, and 1: it is [[5.2, 2], [2, 1]]. Below "
        "which learning rate does gradient descent converge from every starting point? Give three decimals."
    ),
    answer=lambda: linear_models.largest_learning_rate(INPUTS),
    tolerance=0.0005,
    mistakes=[
        WrongNumber(
            "one_over_the_largest",
            1 / 6,
            "0.167 is 1/λ: the rate at which the steepest direction arrives in a single step, since it is multiplied "
            "by 1 − 0.167 × 6 = 0. Beyond it, descent jumps across the minimum but still comes closer, until 1 − ε λ "
            "reaches −1.",
        ),
        WrongNumber(
            "two_over_the_smallest",
            2 / 0.2,
            "10 is the limit for the flattest direction, λ = 0.2. One direction that diverges is enough, and the "
            "steepest is the first: at this rate its distance is multiplied by 1 − 10 × 6 = −59 in each step.",
        ),
        WrongNumber(
            "largest_entry",
            2 / 5.2,
            "0.385 is 2/5.2: the limit if w alone were fitted. The entry 2 beside it couples w and b, so the "
            "steepest direction is a mixture of both, and it is steeper than 5.2.",
        ),
        WrongNumber(
            "two_over_the_trace",
            2 / 6.2,
            "0.323 is 2/6.2, and 6.2 is the sum of the two eigenvalues. (It is the rate at which both directions "
            "shrink by the same factor, so the fastest one.) The limit depends on the largest eigenvalue alone.",
        ),
        WrongNumber(
            "largest_eigenvalue",
            6.0,
            "6 is the largest eigenvalue λ itself, the curvature in the steepest direction. Each step multiplies the "
            "distance in that direction by 1 − ε λ. For which ε does its absolute value stay below 1?",
        ),
        WrongNumber(
            "two_over_the_determinant",
            2 / 1.2,
            "1.667 is 2/1.2, and 1.2 is the determinant: the product of the eigenvalues. Each direction has a "
            "curvature of its own, so the eigenvalues are needed one by one.",
        ),
        WrongNumber(
            "curvature_of_the_sum",
            2 / 30,
            "0.067 is the limit for the sum over the five points, whose eigenvalues are five times as large. The "
            "Hessian in the question belongs to the mean, and it is divided by n already.",
        ),
        WrongNumber(
            "smallest_eigenvalue",
            0.2,
            "0.2 is the smaller eigenvalue of the Hessian. It says how slowly descent moves along the flattest "
            "direction; the limit comes from the larger eigenvalue, as 2 divided by it.",
        ),
        WrongNumber(
            "bias_curvature",
            2.0,
            "2 is 2/1: the limit if b alone were fitted. The slope w is far more sensitive here, and the steepest "
            "direction mixes both.",
        ),
    ],
    hints=[
        "Along an eigenvector of the Hessian, descent is one-dimensional. By which factor does one step multiply the "
        "distance from the minimum, if the curvature is λ and the learning rate ε?",
        "The factor is 1 − ε λ. Descent converges if |1 − ε λ| < 1 for every eigenvalue λ. Which of them is the first "
        "to break the rule as ε grows?",
        "The eigenvalues of a 2 × 2 matrix add up to its trace, 6.2, and their product is its determinant, "
        "5.2 × 1 − 2 × 2 = 1.2. Or ask `np.linalg.eigvalsh`.",
        "The limit is 2/λ with the larger eigenvalue, for which λ² − 6.2 λ + 1.2 = 0.",
    ],
    explanation=(
        "The eigenvalues are 6 and 0.2, and the limit is 2/6. At that rate the flat direction is multiplied by "
        "1 − 0.2/3 = 0.93 in each step: the steepest direction sets the limit, the flattest one the time."
    ),
)
