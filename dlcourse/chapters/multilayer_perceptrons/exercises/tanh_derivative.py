"""Exercise on the slope of tanh as a function of the pre-activation."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import perceptrons

AT = "At z = {pre_activations} the slope is {expected}, and you return {received}. "


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    """Return pre-activations of several shapes and dtypes, 0 and very large ones among them."""
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


tanh_derivative = Exercise(
    perceptrons.tanh_derivative,
    chapter="09_multilayer_perceptrons",
    task=(
        "Return the slope of tanh at each entry z of `pre_activations`, an array of any shape. The argument is the "
        "pre-activation z, not the activation tanh(z)."
    ),
    cases=_cases,
    points=1,
    hints=[
        "Where is tanh steepest, and how steep is it there? What happens to the slope where tanh is close to 1 or −1?",
        "From tanh z = 2σ(2z) − 1 the chain rule gives 4 σ(2z)(1 − σ(2z)): one factor 2 stands in front, the other "
        "comes from 2z.",
        "Put σ(2z) = (1 + tanh z) / 2 into that. What is 1 − σ(2z) then?",
        "tanh′(z) = 1 − tanh(z)²: `np.tanh(pre_activations)` first, then its square.",
    ],
    fields={"at": AT},
)

tanh_derivative.add_mistake(
    "tanh_itself",
    np.tanh,
    "{at}That is tanh(z), the height of the curve. A slope of tanh is never negative, and largest at 0.",
)

tanh_derivative.add_mistake(
    "activation_expected",
    lambda z: 1 - z**2,
    "{at}Yours is 1 − z². The formula 1 − a² is right for the activation a = tanh(z); the argument here is z itself, "
    "so take its tanh first.",
)

tanh_derivative.add_mistake(
    "not_squared",
    mutated(perceptrons.tanh_derivative, (" ** 2", "")),
    "{at}Yours is 1 − tanh(z), which grows to 2 on the left, where the curve is flat. The square is missing: it makes "
    "both sides alike.",
)

tanh_derivative.add_mistake(
    "difference_squared",
    lambda z: (1 - np.tanh(z)) ** 2,
    "{at}Yours is (1 − tanh(z))². Only the tanh is squared, not the difference.",
)

tanh_derivative.add_mistake(
    "argument_squared",
    lambda z: 1 - np.tanh(z**2),
    "{at}Yours is 1 − tanh(z²): the square stands inside. tanh²(z) means the square of tanh(z).",
)

tanh_derivative.add_mistake(
    "plus_for_minus",
    mutated(perceptrons.tanh_derivative, ("1 - ", "1 + ")),
    "{at}Yours is 1 + tanh(z)², which is smallest at 0. The slope is largest there: one sign is the other way "
    "(cosh² − sinh² = 1).",
)

tanh_derivative.add_mistake(
    "sigmoid_formula",
    lambda z: np.tanh(z) * (1 - np.tanh(z)),
    "{at}a (1 − a) is the sigmoid's slope in terms of its activation. tanh runs from −1 to 1, and its slope is another "
    "one: (1 + a)(1 − a).",
)


@tanh_derivative.mistake
def truncated(z: Array) -> Array:
    """{at}Your result has the integers' dtype, so everything behind the point is cut off. `np.zeros_like(z)` takes over
    the dtype of z; compute the whole array at once, without filling one."""
    slopes = np.zeros_like(z)
    slopes[...] = 1 - np.tanh(z) ** 2
    return slopes
