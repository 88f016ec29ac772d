"""Exercise: the gradient of the loss with respect to the kernels of a convolution."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.exercises.drawing import gradient_cases
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import convolution_by_offsets

Shape = tuple[int, int, int, int]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    image = np.array([[[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]]]])
    gradient = np.array([[[[1.0, 10.0], [0.0, 100.0]]]])
    first = Case((gradient, image, (1, 1, 2, 2), 1, 0), "one image of 3 × 3 pixels")
    return [first, *gradient_cases(generator, "images")]


kernel_gradient = Exercise(
    convolution_by_offsets.kernel_gradient,
    chapter="13_convolution",
    task=(
        "Return the gradient of the loss with respect to the kernels of a convolution, an array of their `shape`, a "
        "tuple (out, channels, rows, columns). `gradient`, (n, out, rows of places, columns of places), is that with "
        "respect to the result; `images`, (n, channels, height, width), are those that went in. `stride` and "
        "`padding` are those of the convolution."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Take one number of the kernel, w[o, c, a, b]. In which numbers of the result is it used, and what is it "
        "multiplied by in each?",
        "It is used at every place (i, j) of every image, in plane o of the result, and multiplied there by the pixel "
        "(s i + a, s j + b) of channel c of the padded image. The chain rule sums gradient times pixel over all uses.",
        "All those pixels are the slice that the entry (a, b) met on the way there, `x[:, :, a::s, b::s]` cut to the "
        "places. What remains is a sum over images, rows and columns for each pair of o and c.",
        "For each (a, b), with `read` for that slice: `by_kernels[:, :, a, b] = np.einsum('noij,ncij->oc', gradient, "
        "read)`, or `np.tensordot(gradient, read, axes=([0, 2, 3], [0, 2, 3]))`.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "images_count": lambda gradient, *_: len(gradient),
    },
)

READ = "x[:, :, a::stride, b::stride][:, :, :height, :width]"
SUM = "np.tensordot(gradient, read, axes=([0, 2, 3], [0, 2, 3]))"


kernel_gradient.add_mistake(
    "mean_over_the_images",
    mutated(convolution_by_offsets.kernel_gradient, (SUM, SUM + " / len(images)")),
    "{at}You divide by the number of images, {images_count}. A mean belongs to the loss, and where there is one, its "
    "1/n is in the gradient that arrives. Here all uses of a number are added up.",
)
kernel_gradient.add_mistake(
    "stride_left_out",
    mutated(convolution_by_offsets.kernel_gradient, (READ, "x[:, :, a : a + height, b : b + width]")),
    "{at}At stride 1 you are right. Place (i, j) read the pixel at s i + a and s j + b, and your slices take the "
    "pixels at i + a and j + b: give them the step.",
)
kernel_gradient.add_mistake(
    "kernel_turned",
    mutated(convolution_by_offsets.kernel_gradient, ("by_kernels[:, :, a, b]", "by_kernels[:, :, -1 - a, -1 - b]")),
    "{at}Your gradient is turned by 180°. The turned kernel belongs to the gradient by the *images*. Entry (a, b) met "
    "the pixels from (a, b) on, and they make its gradient.",
)
kernel_gradient.add_mistake(
    "last_image_only",
    mutated(
        convolution_by_offsets.kernel_gradient, (SUM, "np.tensordot(gradient[-1], read[-1], axes=([1, 2], [1, 2]))")
    ),
    "{at}For one image you are right; of several your result holds the last one's part, each overwriting the one "
    "before. The kernel is used in all of them: add up.",
)
kernel_gradient.add_mistake(
    "channels_and_kernels_exchanged",
    mutated(convolution_by_offsets.kernel_gradient, (SUM, SUM + ".T")),
    "{at}Kernels and channels are exchanged: that fits where there are as many of both, and nowhere else. The first "
    "axis of the result counts the kernels, as in `gradient` the second does; the second one counts the channels.",
)


@kernel_gradient.mistake
def last_place_only(gradient: Array, images: Array, shape: Shape, stride: int, padding: int) -> Array:
    """{at}You go from place to place, and each overwrites what the others gave: the last one of the last image remains.
    The kernel is used at all of them, and the parts are added: `+=`."""
    x = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    i, j = gradient.shape[2] - 1, gradient.shape[3] - 1
    window = x[-1, :, stride * i : stride * i + shape[2], stride * j : stride * j + shape[3]]
    return gradient[-1, :, i, j][:, None, None, None] * window


@kernel_gradient.mistake
def all_entries_alike(gradient: Array, images: Array, shape: Shape, stride: int, padding: int) -> Array:
    """{at}All entries of a kernel get the same in your result: you multiply by the sum over the whole image. At each
    place an entry met one pixel, and gradient and pixel of the same place are multiplied before they are summed."""
    totals = np.einsum("noij,ncxy->oc", gradient, images)
    return np.broadcast_to(totals[:, :, None, None], shape).copy()


@kernel_gradient.mistake
def gradient_without_the_pixels(gradient: Array, images: Array, shape: Shape, stride: int, padding: int) -> Array:
    """{at}The images have no influence on your result: it is the sum of the gradients, as for a bias, whose factor is 1
    everywhere. A number of the kernel was multiplied by a pixel at each place, and so is the gradient now."""
    return np.broadcast_to(gradient.sum(axis=(0, 2, 3))[:, None, None, None], shape).copy()
