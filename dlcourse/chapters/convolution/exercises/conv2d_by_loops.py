"""Exercise: the convolution of one image, place by place."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.exercises.drawing import Drawing
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import convolution_by_offsets


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw = Drawing(generator)
    image = np.array([[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]]])
    return [
        Case((image, np.array([[[[1.0, 2.0], [0.0, -1.0]]]]), 1, 0), "3 × 3 pixels, a kernel of 2 × 2"),
        Case((draw(1, 5, 5), draw(1, 1, 3, 3), 1, 0), "5 × 5 pixels, a kernel of 3 × 3"),
        Case((draw(3, 4, 4), draw(1, 3, 3, 3), 1, 0), "3 channels"),
        Case((draw(2, 5, 4), draw(3, 2, 2, 2), 1, 0), "2 channels and 3 kernels, an image that is not square"),
        Case((draw(2, 5, 5), draw(2, 2, 3, 2), 1, 0), "a kernel of 3 × 2"),
        Case((draw(1, 4, 5), draw(1, 1, 2, 3), 1, 1), "a kernel of 2 × 3, padding 1"),
        Case((draw(2, 5, 7), draw(1, 2, 3, 3), 2, 0), "stride 2"),
        Case((draw(1, 6, 8), draw(2, 1, 3, 3), 2, 0), "stride 2, one pixel left over"),
        Case((draw(2, 4, 4), draw(1, 2, 3, 3), 1, 1), "2 channels, padding 1"),
        Case((*draw.normal((2, 5, 8), (2, 2, 3, 2)), 3, 2), "padding 2 and stride 3, normal random numbers"),
        Case((draw(2, 4, 5, dtype=np.float32), draw(2, 2, 3, 3, dtype=np.float32), 1, 0), "dtype float32"),
        Case((draw(3, 2, 3), draw(2, 3, 1, 1), 1, 0), "a kernel of 1 × 1", edge=True),
        Case((draw(2, 3, 2), draw(2, 2, 3, 2), 1, 0), "a kernel as large as the image", edge=True),
    ]


conv2d_by_loops = Exercise(
    convolution_by_offsets.conv2d_by_loops,
    chapter="13_convolution",
    task=(
        "Return the convolution of one image (as networks have it: the kernel is not turned), an array of shape (out, "
        "rows of places, columns of places). `image` has shape (channels, height, width), `kernels` (out, channels, "
        "rows, columns). Each of the kernels moves by `stride` over the image with `padding` rows and columns of zeros "
        "on all four sides; at each place its numbers are multiplied by the pixels under them and summed over all "
        "channels. You may call `conv_output_size`, the library's or your own. Loops are welcome."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Begin with one channel, one kernel, stride 1 and no padding. Which rows and columns of the image lie under "
        "the kernel when it stands at place (0, 0)? And at place (i, j)?",
        "First put the zeros around, as `np.pad` does: it wants a pair (before, after) for *each* axis, and the axis "
        "of the channels gets none. Then make room for the result with `np.zeros`.",
        "At place (i, j) the window begins at row s i and column s j of the padded image. As a slice: "
        "`x[:, s * i : s * i + rows, s * j : s * j + columns]`, all channels at once.",
        "For each i, j and each kernel o: `result[o, i, j] = (kernels[o] * window).sum()`, with the slice above as "
        "`window`.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "yours": "On “{case}” your result has shape {got}, where {wanted} is asked for. ",
        "got": lambda outcome: str(np.shape(outcome.received)),
        "wanted": lambda outcome: str(outcome.expected.shape),
        "rows": lambda image, kernels, stride, padding: kernels.shape[2],
        "columns": lambda image, kernels, stride, padding: kernels.shape[3],
    },
)

WINDOW = "x[:, stride * i : stride * i + rows, stride * j : stride * j + columns]"


conv2d_by_loops.add_mistake(
    "kernel_turned",
    mutated(convolution_by_offsets.conv2d_by_loops, ("kernels[o] *", "kernels[o, :, ::-1, ::-1] *")),
    "{at}You turn the kernel by 180°. That is the convolution of mathematics and of `scipy.signal.convolve2d`; "
    "networks leave the kernel as it is (a cross-correlation): its first number meets the first pixel under it.",
)
conv2d_by_loops.add_mistake(
    "first_channel_only",
    mutated(convolution_by_offsets.conv2d_by_loops, ("(kernels[o] * window)", "(kernels[o, 0] * window[0])")),
    "{at}With one channel you are right; of several you use the first alone. A kernel has numbers of its own for each "
    "channel, and all their products go into one sum.",
)
conv2d_by_loops.add_mistake(
    "stride_only_in_the_size",
    mutated(convolution_by_offsets.conv2d_by_loops, (WINDOW, "x[:, i : i + rows, j : j + columns]")),
    "{at}Your result has the right size, but its windows lie one pixel apart. At place (i, j) the window begins at "
    "row stride · i and column stride · j.",
)
conv2d_by_loops.add_mistake(
    "channels_padded_too",
    mutated(
        convolution_by_offsets.conv2d_by_loops,
        ("np.pad(image, ((0, 0), (padding, padding), (padding, padding)))", "np.pad(image, padding)"),
    ),
    "Without padding, and with one channel, you are right. `np.pad(image, padding)` puts zeros around all *three* "
    "axes, also before the first and behind the last channel, and then more channels meet the kernel than it has. "
    "Give a pair (before, after) for each axis: (0, 0) for the channels.",
)
conv2d_by_loops.add_mistake(
    "mean",
    mutated(convolution_by_offsets.conv2d_by_loops, (".sum()", ".mean()")),
    "{at}You take the mean of the products. A convolution is their sum; a mean would be a kernel with smaller numbers.",
)
conv2d_by_loops.add_mistake(
    "last_place_missing",
    mutated(
        convolution_by_offsets.conv2d_by_loops,
        ("height = conv_output_size(image.shape[1], rows, padding, stride)", "height = (x.shape[1] - rows) // stride"),
        (
            "width = conv_output_size(image.shape[2], columns, padding, stride)",
            "width = (x.shape[2] - columns) // stride",
        ),
    ),
    "{yours}The last place along each axis is missing: (n + 2p − f) / s, rounded down, counts the steps, and before "
    "the first step the window stands somewhere too.",
)
conv2d_by_loops.add_mistake(
    "windows_of_another_shape",
    mutated(
        convolution_by_offsets.conv2d_by_loops,
        ("_, rows, columns = kernels.shape", "_, rows, _ = kernels.shape\n    columns = rows"),
    ),
    "With square kernels you are right. In “{case}” the kernel has {rows} rows and {columns} columns, and your windows "
    "are not of that shape (ValueError): the rows come from `kernels.shape[2]`, the columns from `kernels.shape[3]`.",
)


@conv2d_by_loops.mistake
def windows_side_by_side(image: Array, kernels: Array, stride: int, padding: int) -> Array:
    """{yours}Your windows lie side by side, one kernel's length apart. They move by `stride`: at stride 1 each shares
    most of its pixels with the next."""
    x = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    outputs, _, rows, columns = kernels.shape
    result = np.zeros((outputs, x.shape[1] // rows, x.shape[2] // columns))
    for o, i, j in np.ndindex(result.shape):
        window = x[:, rows * i : rows * (i + 1), columns * j : columns * (j + 1)]
        result[o, i, j] = (kernels[o] * window).sum()
    return result


@conv2d_by_loops.mistake
def channels_kept_apart(image: Array, kernels: Array, stride: int, padding: int) -> Array:
    """{yours}You keep the channels of the image apart, one result for each. The products of all channels go into one
    sum: whatever the number of channels, a kernel gives one plane."""
    planes = [
        convolution_by_offsets.conv2d_by_loops(image[c : c + 1], kernels[:, c : c + 1], stride, padding)
        for c in range(len(image))
    ]
    return np.stack(planes, axis=1)
