"""Exercise: what a convolution costs for one image."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import costs


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(low: int, high: int) -> int:
        return int(generator.integers(low, high))

    channels = draw(3, 9), draw(10, 20)
    return [
        Case((3, 8, 3, 10, 10, 1, 0), "10 × 10 pixels without padding"),
        Case((*channels, 3, draw(20, 30), draw(32, 40), 1, 1), "an image that is wider than high, padding 1"),
        Case((*channels, 5, 2 * draw(10, 20), 2 * draw(10, 20), 2, 2), "5 × 5 with stride 2"),
        Case((*channels, 3, 2 * draw(10, 20) + 1, 2 * draw(10, 20) + 1, 3, 0), "3 × 3 with stride 3"),
        Case((256, 64, 1, draw(40, 60), draw(40, 60), 1, 0), "a 1 × 1 convolution"),
        Case((3, 64, 7, 224, 224, 2, 3), "the first layer of ResNet"),
        Case((512, draw(500, 600), 3, 14, 14, 1, 1), "a late layer of VGG"),
        Case((1, 1, 4, 4, 4, 1, 0), "a kernel as large as the image", edge=True),
        Case((1, 1, 1, 1, 1, 1, 0), "one pixel", edge=True),
    ]


multiply_adds = Exercise(
    costs.multiply_adds,
    chapter="14_cnn_architectures",
    task=(
        "Return how many multiply-adds a convolution takes for one image of `height` × `width` pixels: how many "
        "products of a weight and a number of the image it adds up. The kernel has `kernel` × `kernel` weights for "
        "each pair of channels. Count products with the zeros of the padding too, and leave the biases out. The result "
        "is a whole number; `stride` and `padding` hold for rows and columns."
    ),
    cases=_cases,
    points=2,
    hints=[
        "How many numbers does the layer give? And how many products stand in the sum behind each of them?",
        "Each number of the result is a sum over all input channels and all places of the kernel. There are as many "
        "numbers as `out_channels` times rows times columns of the result.",
        "The result has ⌊(height + 2 · padding − kernel) / stride⌋ + 1 rows, and in the same way columns: `//` divides "
        "whole numbers and rounds down.",
        "rows · columns · out_channels · in_channels · kernel², with `rows = (height + 2 * padding - kernel) // stride "
        "+ 1`.",
    ],
    fields={
        "counted": "For {in_channels} → {out_channels} channels, a kernel of {kernel} × {kernel}, {height} × {width} "
        "pixels, stride {stride} and padding {padding} it takes {right} multiply-adds, and you return {yours}. ",
        "right": lambda outcome: f"{outcome.expected:,}",
        "yours": lambda outcome: f"{outcome.received:,}",
        "weights": lambda in_channels, out_channels, kernel, *_: f"{in_channels * out_channels * kernel**2:,}",
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(costs.multiply_adds, *replacements)


multiply_adds.add_mistake(
    "size_of_the_input",
    _with(("conv_output_size(size, kernel, padding, stride)", "size")),
    "{counted}You count a sum for each pixel of the image. The kernel stands only where it fits, and with a stride at "
    "every so many places: count the rows and columns of the *result*.",
)
multiply_adds.add_mistake(
    "parameters",
    _with(("rows * columns * ", "")),
    "{counted}Those are the layer's {weights} weights. Each of them is used once at every place where the kernel "
    "stands: multiply by the rows and columns of the result.",
)
multiply_adds.add_mistake(
    "numbers_given",
    _with((" * in_channels * kernel**2", "")),
    "{counted}That is how many numbers the layer gives. Behind each of them stands a sum of in_channels · kernel² "
    "products.",
)
multiply_adds.add_mistake(
    "kernel_not_squared",
    _with(("kernel**2", "kernel")),
    "{counted}A kernel has rows and columns: it covers kernel · kernel pixels of each channel.",
)
multiply_adds.add_mistake(
    "input_channels_forgotten",
    _with((" * in_channels", "")),
    "{counted}You let each output channel read one input channel. It reads all {in_channels} of them, with a kernel "
    "for each, and adds everything up.",
)
multiply_adds.add_mistake(
    "two_operations",
    _with(("kernel**2", "kernel**2 * 2")),
    "{counted}Yours is twice as many: you count multiplications and additions apart (“FLOPs”). A multiply-add is both "
    "at once. Papers differ in this, so say which you mean.",
)
multiply_adds.add_mistake(
    "with_biases",
    _with(("in_channels * kernel**2", "(in_channels * kernel**2 + 1)")),
    "{counted}You count the bias as one more product in each sum. It is added without a multiplication, and is left "
    "out here, as in the usual tables.",
)
multiply_adds.add_mistake(
    "padding_on_one_side",
    _with(("conv_output_size(size, kernel, padding, stride)", "(size + padding - kernel) // stride + 1")),
    "{counted}The padding stands on both sides of the image: rows and columns grow by 2 · padding.",
)
multiply_adds.add_mistake(
    "one_place_too_few",
    _with(("conv_output_size(size, kernel, padding, stride)", "(size + 2 * padding - kernel) // stride")),
    "{counted}You have one row and one column too few. The kernel moves (n + 2p − f) / s times, and it also stands "
    "where it starts: + 1.",
)
multiply_adds.add_mistake(
    "stride_forgotten",
    _with(("padding, stride)", "padding, 1)")),
    "{counted}You let the kernel stand at every place, as with stride 1. With stride {stride} it stands only at every "
    "{stride} rows and columns.",
)
multiply_adds.add_mistake(
    "square_images",
    _with(("for size in (height, width)", "for size in (height, height)")),
    "{counted}You are right for square images. This one is {height} pixels high and {width} wide: rows of the result "
    "follow from the height, columns from the width.",
)
multiply_adds.add_mistake(
    "not_rounded_down",
    _with(("conv_output_size(size, kernel, padding, stride)", "((size + 2 * padding - kernel) / stride + 1)")),
    "{counted}Your division leaves a fraction of a place. Where the kernel does not fit a last time, it does not stand "
    "at all: divide by `//`, which rounds down.",
)
