"""Exercise: the mean squared error of a reconstruction, and its gradient."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.autoencoders import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import reconstruction


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(shape: tuple[int, ...], label: str, dtype: Any = np.float64, edge: bool = False) -> Case:
        x_hat, x = generator.random(shape).astype(dtype), generator.random(shape).astype(dtype)
        return Case((x_hat, x), label, edge=edge)

    x = generator.random((2, 3))
    return [
        Case((np.array([[0.5, 1.0], [0.0, 0.75]]), np.array([[0.0, 1.0], [0.25, 1.0]])), "2 examples of 2 numbers"),
        case((4, 6), "4 examples of 6 numbers"),
        case((3, 3), "as many examples as numbers"),
        case((2, 7), "2 examples of 7 numbers"),
        case((5, 4), "dtype float32", np.float32),
        Case((x, x.copy()), "a perfect reconstruction", edge=True),
        case((1, 1), "one number", edge=True),
    ]


reconstruction_gradient = Exercise(
    reconstruction.reconstruction_gradient,
    chapter=CHAPTER,
    task=(
        "Return the mean squared error of the reconstruction `x_hat` (n, d) of `x` (n, d), L = (1 / (n d)) Σ (x̂ − x)², "
        "the mean over *all* numbers of all n examples, and its gradient ∂L/∂x̂, an array (n, d)."
    ),
    cases=_cases,
    points=2,
    hints=[
        "How many numbers does the mean run over? An array knows: `x.size`.",
        "L is a sum of as many squares as there are numbers, divided by how many they are. Each x̂ stands in one of the "
        "squares alone.",
        "The derivative of (x̂ − x)² with respect to x̂ is 2 (x̂ − x). What is the sum divided by?",
        "With `error = x_hat - x`, the first is `(error**2).mean()`, and the second has the same divisor.",
    ],
    fields={
        "at": "On “{case}” you return {received} where {expected} is right. ",
        "n": lambda x_hat, x: str(len(x)),
        "size": lambda x_hat, x: str(x.size),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(reconstruction.reconstruction_gradient, *replacements)


LOSS, SLOPE = "(error**2).mean()", "2 * error / error.size"

reconstruction_gradient.add_mistake(
    "two_left_out",
    _with((SLOPE, "error / error.size")),
    "{at}Your gradient is half of it: the 2 from the square is missing. Some losses have a factor ½ in front that "
    "cancels it; this one has none.",
)
reconstruction_gradient.add_mistake(
    "half_of_the_loss",
    _with((LOSS, "(error**2).mean() / 2"), (SLOPE, "error / error.size")),
    "{at}You compute half of the error, ½ Σ (x̂ − x)² / (n d), as in chapter 4. Here there is no ½, and the gradient "
    "keeps its 2.",
)
reconstruction_gradient.add_mistake(
    "sign_exchanged",
    _with((SLOPE, "-2 * error / error.size")),
    "{at}Your gradient has the opposite sign. It points to where the loss *grows*: away from x, along x̂ − x. A step of "
    "gradient descent subtracts it.",
)
reconstruction_gradient.add_mistake(
    "gradient_not_divided",
    _with((SLOPE, "2 * error")),
    "{at}Your gradient is that of the sum of squares. The loss is their mean, so each derivative is divided by "
    "{size} too.",
)
reconstruction_gradient.add_mistake(
    "gradient_divided_by_the_examples",
    _with((SLOPE, "2 * error / len(error)")),
    "{at}You divide the gradient by the {n} examples. The loss is a mean over all {size} numbers, and the gradient has "
    "the same divisor.",
)
reconstruction_gradient.add_mistake(
    "mean_over_the_examples_alone",
    _with((LOSS, "(error**2).sum() / len(error)"), (SLOPE, "2 * error / len(error)")),
    "{at}Your loss is a sum over the numbers of an example, and a mean over the {n} examples. Here it is the mean over "
    "all {size} numbers, which does not depend on how many an example has.",
)
reconstruction_gradient.add_mistake(
    "sum_of_squares",
    _with((LOSS, "(error**2).sum()"), (SLOPE, "2 * error")),
    "{at}That is the sum of the squares and its gradient. Divide both by the {size} numbers.",
)
reconstruction_gradient.add_mistake(
    "root_of_the_loss",
    _with((LOSS, "(error**2).mean() ** 0.5")),
    "{at}You take the root. The loss is the mean of the squares itself, and your gradient is that of this mean.",
)
reconstruction_gradient.add_mistake(
    "absolute_error",
    _with((LOSS, "np.abs(error).mean()"), (SLOPE, "np.sign(error) / error.size")),
    "{at}That is the mean *absolute* error with its gradient. Asked for is the mean of the squares.",
)
reconstruction_gradient.add_mistake(
    "half_of_the_sum",
    _with((LOSS, "(error**2).sum() / 2"), (SLOPE, "error")),
    "{at}That is half of the sum of the squares, ½ Σ (x̂ − x)², and its gradient. Here there is no ½, and the sum is "
    "divided by the {size} numbers.",
)
reconstruction_gradient.add_mistake(
    "through_a_sigmoid",
    _with((SLOPE, "2 * error * x_hat * (1 - x_hat) / error.size")),
    "{at}It looks as if you multiply by a sigmoid's slope, x̂ (1 − x̂). That comes one step later in backpropagation: "
    "asked for is the gradient by x̂ itself, whatever x̂ was made by.",
)
