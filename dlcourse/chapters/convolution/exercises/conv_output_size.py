"""Exercise: at how many places a window stands along an axis."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import windows


def _random_case(generator: np.random.Generator, label: str, stride: int, dilation: int, rest: int) -> Case:
    """Settings at which ``rest`` pixels lie behind the last window."""
    kernel, padding, places = (int(generator.integers(low, high)) for low, high in ((3, 6), (1, 4), (6, 12)))
    n = (places - 1) * stride + dilation * (kernel - 1) + 1 + rest - 2 * padding
    return Case((max(n, 1), kernel, padding, stride, dilation), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    return [
        Case((28, 5, 0, 1, 1), "28 pixels, a kernel of 5"),
        Case((28, 3, 1, 1, 1), "28 pixels, a kernel of 3, padding 1"),
        Case((9, 3, 0, 2, 1), "9 pixels, a kernel of 3, stride 2"),
        Case((8, 3, 0, 2, 1), "8 pixels, a kernel of 3, stride 2: one pixel is left over"),
        Case((224, 7, 3, 2, 1), "224 pixels, a kernel of 7, padding 3, stride 2"),
        Case((7, 3, 0, 1, 2), "7 pixels, a kernel of 3, dilation 2"),
        Case((12, 2, 0, 1, 3), "12 pixels, a kernel of 2, dilation 3"),
        _random_case(generator, "stride 3, 2 pixels left over", 3, 1, 2),
        _random_case(generator, "dilation 2 and stride 2", 2, 2, 0),
        _random_case(generator, "dilation 3 and stride 4, 3 pixels left over", 4, 3, 3),
        Case((5, 5, 0, 1, 1), "a kernel as long as the axis", edge=True),
        Case((6, 1, 0, 4, 1), "a kernel of 1, stride 4", edge=True),
        Case((3, 3, 1, 2, 2), "a dilated kernel that covers the padded axis", edge=True),
    ]


conv_output_size = Exercise(
    windows.conv_output_size,
    chapter="13_convolution",
    task=(
        "Return at how many places a window stands along an axis of `n` pixels, a whole number. The window has "
        "`kernel` entries, moves by `stride`, and stays inside the axis with `padding` more pixels on either side. "
        "With `dilation` d its neighbouring entries are d pixels apart: d − 1 pixels between them are left out, and "
        "with d = 1 none. The window always fits at least once."
    ),
    cases=_cases,
    points=1,
    hints=[
        "Draw 7 pixels and a kernel of 3 with dilation 2. Which pixels does it read when it starts at the first one? "
        "How many pixels does it cover, those between included?",
        "Between f entries lie f − 1 gaps. Each gap goes d pixels further, so the last entry lies d (f − 1) pixels "
        "behind the first.",
        "The first place needs as many pixels as the window covers. Each further one needs `stride` more; what is too "
        "little for a whole step is left over.",
        "With covered = `dilation * (kernel - 1) + 1`, it is `(n + 2 * padding - covered) // stride + 1`.",
    ],
    fields={
        "at": "On {n} pixels with kernel {kernel}, padding {padding}, stride {stride} and dilation {dilation} there "
        "are {expected} places, and you return {received}. ",
    },
)

PLACES = "(n + 2 * padding - covered) // stride + 1"
COVERED = "dilation * (kernel - 1) + 1"
NO_CHECK = "if covered > n + 2 * padding:", "if False:"  # a reader's function does not raise where nothing fits

conv_output_size.add_mistake(
    "first_place_not_counted",
    mutated(windows.conv_output_size, (PLACES, "(n + 2 * padding - covered) // stride")),
    "{at}The quotient counts the *steps* of the window. It stands somewhere before its first step: one place more.",
)
conv_output_size.add_mistake(
    "padding_once",
    mutated(windows.conv_output_size, (PLACES, "(n + padding - covered) // stride + 1")),
    "{at}The padding is added on either side, so the axis is longer by twice as much.",
)
conv_output_size.add_mistake(
    "dilation_left_out",
    mutated(windows.conv_output_size, (COVERED, "kernel")),
    "{at}The dilation has no influence on your result. Entries that are {dilation} pixels apart cover more than "
    "{kernel} pixels: how many from the first to the last?",
)
conv_output_size.add_mistake(
    "kernel_times_dilation",
    mutated(windows.conv_output_size, (COVERED, "dilation * kernel"), NO_CHECK),
    "{at}You let the window cover kernel times dilation = {product} pixels. Behind its last entry there is no gap any "
    "more: between {kernel} entries lie one fewer.",
    product=lambda n, kernel, padding, stride, dilation: kernel * dilation,
)
conv_output_size.add_mistake(
    "dilation_is_the_gap",
    mutated(windows.conv_output_size, (COVERED, "kernel + dilation * (kernel - 1)"), NO_CHECK),
    "{at}You leave d pixels out between neighbouring entries. Dilation d says how far *apart* they are: with d = 1 "
    "they lie side by side, so d − 1 pixels are left out.",
)
conv_output_size.add_mistake(
    "to_the_last_entry",
    mutated(windows.conv_output_size, (COVERED, "dilation * (kernel - 1)")),
    "{at}The last entry lies dilation · (kernel − 1) pixels *behind* the first. The window covers the first one too: "
    "one pixel more.",
)
conv_output_size.add_mistake(
    "rounded_up",
    mutated(windows.conv_output_size, (PLACES, "-(-(n + 2 * padding - covered) // stride) + 1")),
    "{at}A step that does not fit whole is not taken: the window would stand over the edge. Round down.",
)
conv_output_size.add_mistake(
    "rounded_to_the_nearest",
    mutated(windows.conv_output_size, (PLACES, "round((n + 2 * padding - covered) / stride) + 1")),
    "{at}`round` goes to the nearest whole number, often upwards. A step that does not fit whole is not taken: round "
    "down, with `//`.",
)
conv_output_size.add_mistake(
    "not_rounded",
    mutated(windows.conv_output_size, (PLACES, "(n + 2 * padding - covered) / stride + 1")),
    "{at}Places are whole. What is left over at the end is too little for one more step: `//` leaves it out.",
)
conv_output_size.add_mistake(
    "one_added_too_early",
    mutated(windows.conv_output_size, (PLACES, "(n + 2 * padding - covered + 1) // stride")),
    "{at}You add the 1 before you divide by the stride. It is the first place, which takes no step: divide the steps "
    "alone, then add it.",
)
conv_output_size.add_mistake(
    "stride_left_out",
    mutated(windows.conv_output_size, (PLACES, "n + 2 * padding - covered + 1")),
    "{at}That is the number of places at stride 1. A window that moves by {stride} skips some of them.",
)
