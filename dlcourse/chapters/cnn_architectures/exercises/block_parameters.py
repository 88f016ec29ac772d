"""Exercise: how many parameters a residual block with 1×1 reductions has."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import costs


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(low: int, high: int) -> int:
        return int(generator.integers(low, high))

    wide = draw(70, 90)
    return [
        Case((8, 2, 8, 3), "8 → 2 → 2 → 8 channels"),
        Case((wide, draw(10, 30), wide, 3), "as many channels at the end as at the start"),
        Case((draw(20, 30), draw(6, 12), draw(40, 60), 3), "more channels at the end than at the start"),
        Case((draw(60, 70), draw(6, 12), draw(40, 50), 5), "fewer channels at the end, and a kernel of 5 × 5"),
        Case((256, 64, 256, 3), "the second block of ResNet-50"),
        Case((1024, 512, 2048, 3), "the first block of ResNet-50's last stage"),
        Case((draw(20, 30), draw(10, 20), draw(31, 40), 7), "a kernel of 7 × 7"),
        Case((1, 1, 1, 1), "one channel, 1 × 1", edge=True),
    ]


block_parameters = Exercise(
    costs.block_parameters,
    chapter="14_cnn_architectures",
    task=(
        "Return how many parameters a residual block of this kind has: a 1×1 convolution from `in_channels` to "
        "`middle` channels, one of `kernel` × `kernel` from `middle` to `middle`, a 1×1 convolution from `middle` to "
        "`out_channels`. Only where `in_channels` and `out_channels` differ, the shortcut has a 1×1 convolution from "
        "one to the other. No convolution has a bias. Batch normalization follows each, and learns two numbers a "
        "channel, a scale and a shift."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Write the convolutions down, each with its channels before, its channels after, and its kernel. How many rows "
        "does the list have?",
        "A convolution from a to b channels with a kernel of k × k has a · b · k² weights. How many channels does the "
        "batch normalization behind it see?",
        "Each convolution with what follows it has (a · k² + 2) · b parameters: sum that over the list.",
        "`[(in_channels, middle, 1), (middle, middle, kernel), (middle, out_channels, 1)]`, and `(in_channels, "
        "out_channels, 1)` where the two differ; then the sum of (before · size² + 2) · after.",
    ],
    fields={
        "counted": "For {in_channels} → {middle} → {middle} → {out_channels} channels and a kernel of {kernel} × "
        "{kernel} there are {right} parameters, and you return {yours}. ",
        "right": lambda outcome: f"{outcome.expected:,}",
        "yours": lambda outcome: f"{outcome.received:,}",
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(costs.block_parameters, *replacements)


block_parameters.add_mistake(
    "weights_alone",
    _with((" + 2)", ")")),
    "{counted}Those are the weights of the convolutions. Batch normalization learns as well: a scale and a shift for "
    "each channel behind each convolution.",
)
block_parameters.add_mistake(
    "biases_in_place_of_normalization",
    _with((" + 2)", " + 1)")),
    "{counted}You count one number a channel beside the weights, as for a bias. These convolutions have none: the "
    "normalization behind would subtract it again. It has a scale and a shift, two numbers.",
)
block_parameters.add_mistake(
    "biases_and_normalization",
    _with((" + 2)", " + 3)")),
    "{counted}You count a bias beside scale and shift. The convolutions have none, since the normalization behind "
    "subtracts the mean, and a bias with it.",
)
block_parameters.add_mistake(
    "running_statistics",
    _with((" + 2)", " + 4)")),
    "{counted}You count the running mean and variance of the normalization as well. They are kept with the parameters, "
    "but they are measured and not learnt: no gradient leads to them.",
)
block_parameters.add_mistake(
    "kernel_not_squared",
    _with(("size**2", "size")),
    "{counted}A kernel has rows and columns: kernel · kernel weights for each pair of channels.",
)
block_parameters.add_mistake(
    "all_kernels_large",
    _with(("middle, 1)", "middle, kernel)"), ("out_channels, 1)]", "out_channels, kernel)]")),
    "{counted}You give the first and the last convolution the large kernel. They are 1×1: they mix channels at each "
    "place, and reducing the channels first is what makes the large kernel cheap.",
)
block_parameters.add_mistake(
    "shortcut_forgotten",
    _with(("in_channels != out_channels", "False")),
    "{counted}You are right where the channels are as many in the end as at the start. Otherwise the sum needs a "
    "shortcut of the same shape: a 1×1 convolution from {in_channels} to {out_channels} channels, normalized too.",
)
block_parameters.add_mistake(
    "shortcut_always",
    _with(("in_channels != out_channels", "True")),
    "{counted}You count a convolution in the shortcut although the channels are as many in the end as at the start. "
    "There the inputs are added as they are, which costs nothing.",
)
block_parameters.add_mistake(
    "shortcut_not_normalized",
    _with(
        ("convolutions.append((in_channels, out_channels, 1))", "extra = in_channels * out_channels"),
        ("    if in_channels", "    extra = 0\n    if in_channels"),
        ("return sum(", "return extra + sum("),
    ),
    "{counted}The convolution of the shortcut is followed by batch normalization too: two numbers for each of its "
    "{out_channels} channels are missing.",
)
block_parameters.add_mistake(
    "channels_before",
    _with(("(before * size**2 + 2) * after", "before * size**2 * after + 2 * before")),
    "{counted}You count scale and shift for the channels *before* each convolution. Normalization stands behind it, "
    "and has two numbers for each channel that it gives.",
)
block_parameters.add_mistake(
    "two_for_each_convolution",
    _with(("(before * size**2 + 2) * after", "before * size**2 * after + 2")),
    "{counted}You add two numbers for each convolution. Normalization has two for each *channel*.",
)
block_parameters.add_mistake(
    "kernel_of_three",
    _with(("middle, kernel)", "middle, 3)")),
    "{counted}You are right for a kernel of 3 × 3, which is only the default: here `kernel` is {kernel}.",
)
