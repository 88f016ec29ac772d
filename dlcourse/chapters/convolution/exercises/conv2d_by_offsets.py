"""Exercise: the convolution of many images, entry of the kernel by entry."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.exercises.drawing import Drawing
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import convolution_by_offsets


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw = Drawing(generator)
    image = np.array([[[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]]]])
    floats = (draw(*shape, dtype=np.float32) for shape in ((2, 2, 5, 4), (3, 2, 2, 2), (3,)))
    return [
        Case((image, np.array([[[[1.0, 2.0], [0.0, -1.0]]]]), np.array([10.0]), 1, 0), "one image of 3 × 3 pixels"),
        Case((draw(4, 1, 5, 5), draw(1, 1, 3, 3), draw(1), 1, 0), "4 images, a kernel of 3 × 3"),
        Case((draw(2, 3, 4, 5), draw(2, 3, 2, 2), draw(2), 1, 0), "3 channels and 2 kernels, images not square"),
        Case((draw(2, 2, 5, 5), draw(4, 2, 2, 2), draw(4), 1, 0), "as many kernels as columns of places"),
        Case((draw(3, 2, 5, 3), draw(2, 2, 3, 2), draw(2), 1, 0), "a kernel of 3 × 2"),
        Case((draw(2, 2, 5, 7), draw(3, 2, 3, 3), draw(3), 2, 0), "stride 2"),
        Case((draw(2, 1, 6, 8), draw(3, 1, 3, 3), draw(3), 2, 0), "stride 2, one pixel left over"),
        Case((draw(2, 2, 4, 4), draw(2, 2, 3, 3), draw(2), 1, 1), "padding 1"),
        Case((draw(2, 2, 5, 8), draw(4, 2, 3, 2), draw(4), 3, 2), "padding 2 and stride 3"),
        Case((*floats, 1, 0), "dtype float32"),
        Case(
            (*draw.normal((9, 1, 8, 7), (4, 1, 5, 5), (4,)), 1, 2), "9 images, a kernel of 5 × 5, normal random numbers"
        ),
        Case((draw(1, 3, 4, 4), draw(2, 3, 3, 3), draw(2), 1, 0), "one image", edge=True),
        Case((draw(3, 2, 2, 3), draw(4, 2, 1, 1), draw(4), 1, 0), "a kernel of 1 × 1", edge=True),
    ]


conv2d_by_offsets = Exercise(
    convolution_by_offsets.conv2d_by_offsets,
    chapter="13_convolution",
    task=(
        "Return the convolution of many images at once, shape (n, out, rows of places, columns of places). `images` "
        "has shape (n, channels, height, width), `kernels` (out, channels, rows, columns), `bias` (out,): one number "
        "for each kernel, added to all of its sums. Stride and padding are as before. Any right answer passes; the "
        "aim is one whose loop runs over the entries (a, b) of the kernel alone, with all images and places at once: "
        "the milestone below calls it 302 times, which takes seconds instead of minutes."
    ),
    cases=_cases,
    points=3,
    hints=[
        "At stride 1 the entry (a, b) of the kernel reads the rows from a on, one for each place down. Write down "
        "which rows it reads at stride 2, for a = 0 and for a = 1.",
        "The rows a, a + s, a + 2s, …, as many as there are places, and columns likewise: a slice with a step, of the "
        "padded images.",
        "`x[:, :, a::s, b::s]`, cut to the rows and columns of places, has shape (n, channels, height, width). The "
        "entry's weights `kernels[:, :, a, b]` have shape (out, channels). What is left is a sum over the channels.",
        "That sum for all images and places is `np.einsum('oc,ncij->noij', kernels[:, :, a, b], read)`, or a product "
        "of matrices, `kernels[:, :, a, b] @ read.reshape(n, channels, -1)`. Add it to the result for each (a, b); "
        "the bias, as `bias[:, None, None]`, once.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "outputs": lambda images, kernels, *_: len(kernels),
        "entries": lambda images, kernels, *_: kernels.shape[2] * kernels.shape[3],
    },
)

READ = "x[:, :, a::stride, b::stride][:, :, :height, :width]"
ADD = "result += kernels[:, :, a, b] @ read.reshape(n, channels, -1)"

conv2d_by_offsets.add_mistake(
    "stride_left_out",
    mutated(convolution_by_offsets.conv2d_by_offsets, (READ, "x[:, :, a : a + height, b : b + width]")),
    "{at}Your slices take neighbouring pixels, so the windows lie one pixel apart although the size is right. With "
    "stride s an entry meets every s-th row and column: `a::stride`, and cut to the size.",
)
conv2d_by_offsets.add_mistake(
    "slices_that_do_not_fit_the_stride",
    mutated(
        convolution_by_offsets.conv2d_by_offsets,
        (READ, "x[:, :, ::stride, ::stride][:, :, a : a + height, b : b + width]"),
    ),
    "At stride 1 you are right. With a stride s your slices have fewer rows or columns than there are places "
    "(ValueError). The entry (a, b) reads the rows a, a + s, a + 2s, …: begin at a, take every s-th, then cut to the "
    "number of places. (Every s-th pixel first, and then from a on, would be row s (i + a); and `a : a + height : s` "
    "ends too early.)",
)
conv2d_by_offsets.add_mistake(
    "overwritten",
    mutated(convolution_by_offsets.conv2d_by_offsets, (ADD, ADD.replace("+=", "= bias[:, None] +"))),
    "{at}Each entry of the kernel overwrites what the others gave, and the last of {entries} remains. Their products "
    "belong to one sum: `+=`.",
)
conv2d_by_offsets.add_mistake(
    "bias_with_each_entry",
    mutated(convolution_by_offsets.conv2d_by_offsets, (ADD, ADD + " + bias[:, None] * (a + b > 0)")),
    "{at}You add the bias once for each entry of the kernel, {entries} times in all. It belongs to the whole sum: add "
    "it outside of the loop.",
)
conv2d_by_offsets.add_mistake(
    "bias_left_out",
    mutated(convolution_by_offsets.conv2d_by_offsets, (" + bias[:, None]", "")),
    "{at}The bias has no influence on your result. Each kernel has one number that is added to all of its sums.",
)


@conv2d_by_offsets.mistake
def bias_along_the_columns(images: Array, kernels: Array, bias: Array, stride: int, padding: int) -> Array:
    """`... + bias` lays the numbers along the *last* axis, the columns: with one kernel that is right, with {outputs}
    it does not fit, or, with as many kernels as columns, gives each column another bias. They belong to the axis of the
    kernels: `bias[:, None, None]` has shape (out, 1, 1)."""
    zeros = np.zeros_like(bias)
    return convolution_by_offsets.conv2d_by_offsets(images, kernels, zeros, stride, padding) + bias


conv2d_by_offsets.add_mistake(
    "kernel_turned",
    mutated(convolution_by_offsets.conv2d_by_offsets, ("kernels[:, :, a, b] @", "kernels[:, :, -1 - a, -1 - b] @")),
    "{at}The entry that meets the pixels from (a, b) on is `kernels[:, :, a, b]`; you take them from the other end, "
    "which turns the kernel by 180°.",
)
conv2d_by_offsets.add_mistake(
    "first_channel_only",
    mutated(
        convolution_by_offsets.conv2d_by_offsets,
        (ADD, "result += kernels[:, :1, a, b] @ read[:, :1].reshape(n, 1, -1)"),
    ),
    "{at}With one channel you are right; of several you use the first alone. Each has numbers of its own in a kernel, "
    "and all their products go into one sum.",
)
conv2d_by_offsets.add_mistake(
    "channels_summed_first",
    mutated(
        convolution_by_offsets.conv2d_by_offsets,
        (ADD, "result += kernels[:, :, a, b].sum(1, keepdims=True) @ read.sum(1).reshape(n, 1, -1)"),
    ),
    "{at}With one channel you are right. You sum over the channels before you multiply: the product of two sums holds "
    "also the products of one channel's weights with another's pixels. Multiply channel by channel, then sum.",
)
