"""Exercises on the derivatives of two activations, ReLU and tanh, as functions of the pre-activation."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import perceptrons

Array = NDArray[np.floating]
CHAPTER = "09_multilayer_perceptrons"
AT = "At z = {z} the slope is {expected}, and you return {received}. "


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    whole = generator.permutation(np.array([-3, -1, 0, 1, 2, 4]))
    return [
        Case((np.array([-2.0, -0.5, 1.0, 3.0]),), "four pre-activations"),
        Case((generator.normal(0, 2, size=20),), "20 random pre-activations"),
        Case((generator.normal(0, 1, size=(3, 4)),), "a table of 3 examples and 4 units"),
        Case((whole,), "whole numbers, 0 among them"),
        Case((generator.normal(0, 2, size=5).astype(np.float32),), "dtype float32"),
        Case((np.array([0.0]),), "the pre-activation 0", edge=True),
        Case((np.array([-1e-9, 1e-9]),), "pre-activations next to 0", edge=True),
        Case((np.array([-1e4, 1e4, 0.5]),), "pre-activations of ±10000", edge=True),
    ]


def _truncated(derivative: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """The slopes written into an array of the argument's dtype, which cuts off what stands behind the point."""

    def cut(z: Array) -> Array:
        result = np.zeros_like(z)
        result[...] = derivative(z).astype(result.dtype)
        return result

    return cut


relu_derivative = Exercise(
    name="relu_derivative",
    chapter=CHAPTER,
    task=(
        "Return the slope of ReLU, max(z, 0), at each entry z of `pre_activations`, an array of any shape. At z = 0, "
        "where there is no derivative, return 0, as PyTorch does."
    ),
    reference=perceptrons.relu_derivative,
    cases=_cases,
    points=1,
    hints=[
        "Draw max(z, 0). It consists of two straight pieces: how steep is each of them?",
        "The slope only depends on the sign of z. A comparison of an array with a number gives True or False entry by "
        "entry, and True counts as 1.",
        "`(pre_activations > 0).astype(float)`: 1 right of 0, and 0 at 0 and left of it.",
    ],
    mistakes=[
        Mistake(
            "one_at_0",
            lambda z: (z >= 0).astype(float),
            with_numbers(
                AT + "Elsewhere you are right. At the corner there is no derivative, and 1 would be allowed there as "
                "well as 0; take 0, so that your numbers and PyTorch's agree: > in place of ≥.",
                "z",
            ),
        ),
        Mistake(
            "half_at_0",
            lambda z: np.heaviside(z, 0.5),
            with_numbers(
                AT + "You take the mean of the two slopes at the corner. Any number from 0 to 1 would do there, and "
                "this exercise takes 0, which is what PyTorch takes.",
                "z",
            ),
        ),
        Mistake(
            "relu_itself",
            lambda z: np.maximum(z, 0),
            with_numbers(
                AT + "That is ReLU's height, max(z, 0). Its slope is the same number at z = 1 and at z = 3.", "z"
            ),
        ),
        Mistake(
            "sign",
            np.sign,
            with_numbers(
                AT + "You return the sign of z, the slope of |z|. Left of 0, ReLU is 0 and stays 0: it does not fall.",
                "z",
            ),
        ),
        Mistake(
            "always_1",
            lambda z: np.ones(z.shape),
            with_numbers(
                AT + "Your slope is 1 everywhere: that is the line z without the bend. Where z is negative, max(z, 0) "
                "is 0 whatever z is.",
                "z",
            ),
        ),
        Mistake(
            "quotient",
            lambda z: np.maximum(z, 0) / z,
            with_numbers(
                "max(z, 0) / z is the slope of each straight piece, and it is right where z is not 0. At 0 it divides "
                "0 by 0 and gives {received}, and one nan is enough to spoil all weights. Compare z with 0 instead."
            ),
        ),
        Mistake(
            "other_side",
            lambda z: (z < 0).astype(float),
            with_numbers(
                AT + "The two sides are exchanged: ReLU rises where z is above 0, and is flat below.",
                "z",
            ),
        ),
        Mistake(
            "leaky",
            lambda z: np.where(z > 0, 1.0, 0.01),
            with_numbers(
                AT + "A slope of 0.01 on the left belongs to leaky ReLU, which lets a little pass there. Plain ReLU is "
                "flat.",
                "z",
            ),
        ),
        Mistake(
            "sigmoid",
            lambda z: (1 + np.tanh(z / 2)) / 2,
            with_numbers(
                AT + "That is the sigmoid, which is the slope of softplus, ReLU's smooth relative. ReLU itself has a "
                "corner, and its slope jumps from 0 to 1.",
                "z",
            ),
        ),
    ],
)


def _tanh_from_exponentials(z: Array) -> Array:
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


tanh_derivative = Exercise(
    name="tanh_derivative",
    chapter=CHAPTER,
    task=(
        "Return the slope of tanh at each entry z of `pre_activations`, an array of any shape. The argument is the "
        "pre-activation z, not the activation tanh(z)."
    ),
    reference=perceptrons.tanh_derivative,
    cases=_cases,
    points=1,
    hints=[
        "Where is tanh steepest, and how steep is it there? What happens to the slope where tanh is close to 1 or −1?",
        "tanh is sinh over cosh, with sinh′ = cosh and cosh′ = sinh. The quotient rule gives (cosh² − sinh²) / cosh².",
        "Divide that out: 1 − (sinh / cosh)². What is the fraction in brackets?",
        "tanh′(z) = 1 − tanh(z)²: `np.tanh(pre_activations)` first, then its square.",
    ],
    mistakes=[
        Mistake(
            "tanh_itself",
            np.tanh,
            with_numbers(
                AT + "That is tanh(z), the height of the curve. A slope of tanh is never negative, and largest at 0.",
                "z",
            ),
        ),
        Mistake(
            "activation_expected",
            lambda z: 1 - z**2,
            with_numbers(
                AT + "Yours is 1 − z². The formula 1 − a² is right for the activation a = tanh(z); the argument here "
                "is z itself, so take its tanh first.",
                "z",
            ),
        ),
        Mistake(
            "not_squared",
            lambda z: 1 - np.tanh(z),
            with_numbers(
                AT + "Yours is 1 − tanh(z), which grows to 2 on the left, where the curve is flat. The square is "
                "missing: it makes both sides alike.",
                "z",
            ),
        ),
        Mistake(
            "difference_squared",
            lambda z: (1 - np.tanh(z)) ** 2,
            with_numbers(AT + "Yours is (1 − tanh(z))². Only the tanh is squared, not the difference.", "z"),
        ),
        Mistake(
            "argument_squared",
            lambda z: 1 - np.tanh(z**2),
            with_numbers(
                AT + "Yours is 1 − tanh(z²): the square stands inside. tanh²(z) means the square of tanh(z).", "z"
            ),
        ),
        Mistake(
            "plus_for_minus",
            lambda z: 1 + np.tanh(z) ** 2,
            with_numbers(
                AT + "Yours is 1 + tanh(z)², which is smallest at 0. The slope is largest there: one sign is the other "
                "way (cosh² − sinh² = 1).",
                "z",
            ),
        ),
        Mistake(
            "square_alone",
            lambda z: np.tanh(z) ** 2,
            with_numbers(
                AT + "That is tanh(z)², which is 0 at z = 0, where tanh is steepest. It is what has to be taken away "
                "from 1.",
                "z",
            ),
        ),
        Mistake(
            "sigmoid_formula",
            lambda z: np.tanh(z) * (1 - np.tanh(z)),
            with_numbers(
                AT + "a (1 − a) is the sigmoid's slope in terms of its activation. tanh runs from −1 to 1, and its "
                "slope is another one: (1 + a)(1 − a).",
                "z",
            ),
        ),
        Mistake(
            "slope_of_the_sigmoid",
            lambda z: (1 - np.tanh(z / 2) ** 2) / 4,
            with_numbers(
                AT + "That is the slope of the sigmoid, at most 1/4. tanh(z) = 2 σ(2z) − 1 rises four times as steeply "
                "at 0.",
                "z",
            ),
        ),
        Mistake(
            "second_derivative",
            lambda z: -2 * np.tanh(z) * (1 - np.tanh(z) ** 2),
            with_numbers(
                AT + "That is the second derivative, the change of the slope: you differentiated once too often.", "z"
            ),
        ),
        Mistake(
            "tanh_twice",
            lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
            with_numbers(
                AT + "Your slope never falls below 0.42, although tanh is nearly flat far from 0: tanh is taken twice.",
                "z",
            ),
        ),
        Mistake(
            "one_over_cosh",
            lambda z: 1 / np.cosh(np.clip(z, -700, 700)),
            with_numbers(AT + "That is 1 / cosh(z). The quotient rule leaves cosh² below the line.", "z"),
        ),
        Mistake(
            "exponentials_that_overflow",
            lambda z: 1 - _tanh_from_exponentials(z) ** 2,
            with_numbers(
                "Your formula is right on paper. At z = ±10000 the slope should be {expected}, and yours is "
                "{received}: e¹⁰⁰⁰⁰ overflows to infinity, and ∞ / ∞ is nan. `np.tanh` does not overflow."
            ),
        ),
        Mistake(
            "truncated",
            _truncated(perceptrons.tanh_derivative),
            with_numbers(
                AT + "Your result has the integers' dtype, so everything behind the point is cut off. "
                "`np.zeros_like(z)` takes over the dtype of z; compute the whole array at once, without filling one.",
                "z",
            ),
        ),
    ],
)
