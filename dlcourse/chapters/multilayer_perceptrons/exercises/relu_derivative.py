"""Exercise on the slope of ReLU as a function of the pre-activation."""

import numpy as np

from dlcourse.chapters.multilayer_perceptrons.exercises.slopes import AT, cases
from dlcourse.exercises.kinds.exercise import Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import perceptrons

relu_derivative = Exercise(
    perceptrons.relu_derivative,
    chapter="09_multilayer_perceptrons",
    task=(
        "Return the slope of ReLU, max(z, 0), at each entry z of `pre_activations`, an array of any shape. At z = 0, "
        "where there is no derivative, return 0, as PyTorch does."
    ),
    cases=cases,
    points=1,
    hints=[
        "Draw max(z, 0). It consists of two straight pieces: how steep is each of them?",
        "The slope only depends on the sign of z. A comparison of an array with a number gives True or False entry by "
        "entry, and True counts as 1.",
        "`(pre_activations > 0).astype(float)`: 1 right of 0, and 0 at 0 and left of it.",
    ],
    fields={"at": AT},
)

relu_derivative.add_mistake(
    "one_at_0",
    mutated(perceptrons.relu_derivative, ("z > 0", "z >= 0")),
    "{at}Elsewhere you are right. At the corner there is no derivative, and 1 would be allowed there as well as 0; "
    "take 0, so that your numbers and PyTorch's agree: > in place of ≥.",
)

relu_derivative.add_mistake(
    "half_at_0",
    lambda z: np.heaviside(z, 0.5),
    "{at}You take the mean of the two slopes at the corner. Any number from 0 to 1 would do there, and this exercise "
    "takes 0, which is what PyTorch takes.",
)

relu_derivative.add_mistake(
    "relu_itself",
    perceptrons.relu,
    "{at}That is ReLU's height, max(z, 0). Its slope is the same number at z = 1 and at z = 3.",
)

relu_derivative.add_mistake(
    "sign",
    np.sign,
    "{at}You return the sign of z, the slope of |z|. Left of 0, ReLU is 0 and stays 0: it does not fall.",
)

relu_derivative.add_mistake(
    "quotient",
    lambda z: np.maximum(z, 0) / z,
    "max(z, 0) / z is the slope of each straight piece, and it is right where z is not 0. At 0 it divides 0 by 0 and "
    "gives {received}, and one nan is enough to spoil all weights. Compare z with 0 instead.",
)

relu_derivative.add_mistake(
    "other_side",
    mutated(perceptrons.relu_derivative, ("z > 0", "z < 0")),
    "{at}The two sides are exchanged: ReLU rises where z is above 0, and is flat below.",
)
