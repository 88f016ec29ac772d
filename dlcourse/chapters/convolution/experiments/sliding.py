"""The experiment on the sliding window: one step at a time, the sum written out, the output filling up."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.convolution.experiments.sliding_picture import CHANNELS, KERNEL, SlideTheWindowPicture
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.scratch.plain_convolution import plain_conv2d
from dlcourse.scratch.windows import Window

EDGE = np.repeat([[1.0, 1.0, 1.0, 5.0, 5.0, 5.0]], 6, axis=0)
INPUTS = {
    "edge": (EDGE[None], np.array([[[-1.0, 0.0, 1.0]] * KERNEL])),
    "mixed": (
        np.random.default_rng(3).integers(0, 10, (1, 6, 6)).astype(float),
        np.array([[[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]]),
    ),
    "colour": (
        np.random.default_rng(4).integers(0, 10, (3, 4, 4)).astype(float),
        np.random.default_rng(10).integers(-1, 3, (3, KERNEL, KERNEL)).astype(float),
    ),
}
NAMES = {"edge": "6 × 6, an edge", "mixed": "6 × 6, mixed numbers", "colour": "4 × 4, three channels"}
MOST_PLACES = 36


def compute_slide_the_window(image: str, stride: int, padding: int, position: int) -> Values:
    """The padded input (channels, rows, columns), the kernel, and what is known after ``position`` windows.

    ``output`` (rows, columns) holds the sums so far, ``done`` is how many these are. ``read`` (channels, 3, 3) is what
    the last window reads, ``sums`` (channels,) what each channel adds to its sum, and ``corner`` (2,) where it stands
    in the padded input; all three are empty before the first.
    """
    inputs, kernel = INPUTS[image]
    output = plain_conv2d(inputs[None], kernel[None], stride=stride, padding=padding)[0, 0]
    padded = np.pad(inputs, ((0, 0), (padding, padding), (padding, padding)))
    done = min(position, output.size)
    read, corner = np.empty((0, KERNEL, KERNEL)), np.empty(0, dtype=np.int64)
    if done:
        place = np.unravel_index(done - 1, output.shape)
        corner = stride * np.array(place)
        read = padded[:, *Window(KERNEL, stride).at(tuple(map(int, place)))]
    return {
        "padding": padding,
        "padded": padded,
        "kernel": kernel,
        "output": np.where(np.arange(output.size).reshape(output.shape) < done, output, 0.0),
        "largest": float(np.abs(output).max()) or 1.0,
        "done": done,
        "read": read,
        "sums": (read * kernel[: len(read)]).sum(axis=(1, 2)),
        "corner": corner,
    }


def describe_slide_the_window(parameters: Mapping[str, Any], values: Values) -> str:
    """Where the window stands, the sum that it gives, and how much of the output is there."""
    output, done = values["output"], values["done"]
    channels, size = len(values["padded"]), len(INPUTS[parameters["image"]][0][0])
    opening = (
        f"A kernel of 3 × 3 {'for each of 3 channels ' if channels > 1 else ''}slides over an input of {size} × {size} "
        f"with stride {parameters['stride']} and padding {parameters['padding']}; the output has "
        f"{len(output)} × {len(output)} numbers, of which {done} {'is' if done == 1 else 'are'} there."
    )
    if not done:
        return opening
    row, column = np.unravel_index(done - 1, output.shape)
    parts = ", ".join(f"{name} {fixed(part, 0)}" for name, part in zip(CHANNELS, values["sums"], strict=False))
    told = f"Its channels give {parts}, and " if channels > 1 else ""
    return (
        f"{opening} The last window begins in row {values['corner'][0]}, column {values['corner'][1]} of the padded "
        f"input, counted from 0. {told}{'the sum' if told else 'The sum'} {fixed(output[row, column], 0)} is the "
        f"output in row {row}, column {column}."
    )


slide_the_window = Experiment(
    name="slide_the_window",
    title="Slide the window",
    prediction=Prediction(
        question="In an input of 6 × 6 the three columns on the left hold 1 everywhere, the three on the right hold 5. "
        "Each row of the kernel is −1, 0, 1; stride 1, no padding. The output has four columns. How many of them hold "
        "numbers other than 0?",
        choices=("One, where the edge is", "Two, side by side", "Three", "All four"),
        answer=1,
        explanation="The kernel subtracts the column at its left end from the one at its right end. The window is "
        "three columns wide, and there are two of its four places at which one of these lies on 1 and the other on 5: "
        "beginning in column 1 or in column 2. Both give 3 · (5 − 1) = 12; the others have equal columns at both ends, "
        "and give 0. So an edge answers in a strip of two columns. Now pad the input: what happens at its rim, where "
        "no edge is? And with three channels, into how many numbers does one window go?",
    ),
    controls=(
        Slider("position", "Windows so far", 0, MOST_PLACES, step=1, value=0),
        Menu("image", "Input", NAMES),
        Slider("stride", "Stride", 1, 3, step=1, value=1),
        Slider("padding", "Padding", 0, 1, step=1, value=0),
    ),
    play=Play("position", interval=500, label="Next window"),
    compute=compute_slide_the_window,
    picture=SlideTheWindowPicture,
    describe=describe_slide_the_window,
    size=(9.0, 4.4),
)
