"""Exercise: the standard deviation of the weights, from what an activation leaves of the mean square."""

from collections.abc import Callable, Sequence

import numpy as np

from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import initializers


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    a, b = (int(size) for size in generator.integers(20, 90, size=2))
    return [
        Case(((64, 784), 0.0), "ReLU, from 784 to 64 units"),
        Case(((b + 100, a), 0.0), "ReLU, from fewer to more units"),
        Case(((a, b + 100), 0.2), "slope 0.2, from more to fewer units"),
        Case(((b, a), 0.5), "slope 0.5"),
        Case(((b, a), 1.0), "slope 1: no activation at all", edge=True),
        Case(((16, 3, 5, 5), 0.0), "ReLU behind a convolution, 5 × 5, 3 channels to 16"),
        Case(((a, 12, 3, 1), 0.1), "slope 0.1 behind a convolution, 3 × 1"),
        Case(((4, 1), 0.0), "a single input", edge=True),
    ]


he_std = Exercise(
    initializers.he_std,
    chapter=CHAPTER,
    task=(
        "A layer's weight has the shape `shape`: (out, in), or (out, in, height, width) for a convolution. Behind it "
        "stands a leaky ReLU: z stays where it is positive, and is multiplied by s = `negative_slope` elsewhere (0 for "
        "ReLU). Return the standard deviation σ of the weights, one number, at which the mean square of what the "
        "layer hands on is, on average over the weights, that of what came in. The weights are independent, with mean "
        "0 and symmetric; there is no bias."
    ),
    cases=_cases,
    hints=[
        "Two factors change the mean square: the sum over the inputs, and the activation. What is the mean square of a "
        "sum of independent products with mean 0, and how many of them are there?",
        "z is symmetric around 0: half of its mean square belongs to positive z, half to negative z. What does the "
        "activation leave of each half?",
        "The factor of a layer is fan_in · σ² · (1 + s²)/2, and shall be 1. `initializers.fans(shape)` counts fan_in; "
        "of a convolution every place in its window is an input.",
        "σ = √(2 / ((1 + s²) fan_in)), with fan_in the product of all sizes but the first: `math.prod(shape[1:])`.",
    ],
    fields={"at": "On “{case}” σ should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., object]:
    return mutated(initializers.he_std, *replacements)


he_std.add_mistake(
    "variance",
    _with(("math.sqrt(2 / ((1 + negative_slope**2) * fan_in))", "2 / ((1 + negative_slope**2) * fan_in)")),
    "{at}That is σ², the *variance* of the weights. The standard deviation is its root.",
)
he_std.add_mistake(
    "fan_out",
    _with(("fans(shape)[0]", "fans(shape)[1]")),
    "{at}You count the outputs. Each z is a sum over the *inputs* of the layer, the second size of the shape, and "
    "their number decides how large it becomes. (With the outputs the *gradients* keep their size on the way back.)",
)
he_std.add_mistake(
    "first_size",
    _with(("fans(shape)[0]", "shape[0]")),
    "{at}You take the first size of the shape, which is the number of outputs. Each z is a sum over the *inputs*: all "
    "sizes but the first, multiplied.",
)
he_std.add_mistake(
    "glorot",
    _with(("2 / ((1 + negative_slope**2) * fan_in)", "2 / sum(fans(shape))")),
    "{at}That is Glorot's √(2 / (fan_in + fan_out)), a compromise between values and gradients that knows of no "
    "activation. Asked for is the σ that keeps the values, behind a leaky ReLU.",
)
he_std.add_mistake(
    "activation_left_out",
    _with(("2 / ((1 + negative_slope**2) * fan_in)", "1 / fan_in")),
    "{at}1/√fan_in keeps the mean square of z, the sum. The activation behind it then takes away a part: of ReLU's, "
    "half at every layer.",
)
he_std.add_mistake(
    "window_left_out",
    _with(("fans(shape)[0]", "shape[1]")),
    "{at}Of dense layers yours are right. A convolution adds up all places of its window too: fan_in is in · height · "
    "width.",
)
he_std.add_mistake(
    "always_relu",
    _with(("1 + negative_slope**2", "1")),
    "{at}For ReLU yours is right. Where the slope below 0 is s, the negative half of z is not lost: s² of its square "
    "is left.",
)
he_std.add_mistake(
    "slope_not_squared",
    _with(("negative_slope**2", "negative_slope")),
    "{at}It looks as if the negative half counted with s. It is the mean *square* that shall stay: (s z)² = s² z².",
)
he_std.add_mistake(
    "slope_on_top",
    _with(("2 / ((1 + negative_slope**2) * fan_in)", "2 * (1 + negative_slope**2) / fan_in")),
    "{at}For ReLU yours is right, but it grows with the slope. A steeper slope below 0 keeps more of the signal, so "
    "the weights may be smaller.",
)
he_std.add_mistake(
    "half_the_wrong_way",
    _with(("2 / ((1 + negative_slope**2) * fan_in)", "(1 + negative_slope**2) / (2 * fan_in)")),
    "{at}What the activation takes away, your weights take away once more: its factor (1 + s²)/2 has to be made good, "
    "and so stands in the denominator of σ².",
)
