"""Exercise: the gradient of the loss with respect to the images that went into a convolution."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.exercises.drawing import gradient_cases
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import convolution_by_offsets

Shape = tuple[int, int, int, int]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    small = np.array([[[[1.0, 0.0], [0.0, 10.0]]]]), np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    first = Case((*small, (1, 1, 3, 3), 1, 0), "one image of 3 × 3 pixels, a kernel of 2 × 2")
    return [first, *gradient_cases(generator, "kernels")]


input_gradient = Exercise(
    convolution_by_offsets.input_gradient,
    chapter="13_convolution",
    task=(
        "Return the gradient of the loss with respect to the images that went into a convolution, an array of their "
        "`shape`, a tuple (n, channels, height, width). `gradient`, (n, out, rows of places, columns of places), is "
        "that with respect to the result; `kernels`, (out, channels, rows, columns), are those that were used. "
        "`stride` and `padding` are those of the convolution; pixels that no window reached get 0."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Take one pixel. Which places read it, and with which number of the kernel? What comes back to it from each?",
        "Turn the loop of the forward pass around: where a window read its pixels, it now *adds* to them its gradient "
        "times the kernel. Pixels that several windows read get several parts.",
        "Let room be made for the padded images, zeros of height + 2p and width + 2p. For each (a, b) the slice "
        "`by_padded[:, :, a::s, b::s]`, cut to the places, gets what comes back through that entry. At the end cut the "
        "padding off.",
        "What comes back through (a, b) is a sum over the kernels, `np.einsum('oc,noij->ncij', kernels[:, :, a, b], "
        "gradient)`: add it with `+=` to the slice. Then return `by_padded[:, :, p : p + height, p : p + width]`.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "yours": "On “{case}” your result has shape {got}, and the images have {wanted}. ",
        "got": lambda outcome: str(np.shape(outcome.received)),
        "wanted": lambda outcome: str(outcome.expected.shape),
        "images_count": lambda gradient, *_: len(gradient),
    },
)

READ = "by_padded[:, :, a::stride, b::stride][:, :, :height, :width]"
INSIDE = "by_padded[:, :, padding : padding + rows, padding : padding + columns]"

input_gradient.add_mistake(
    "overwritten",
    mutated(convolution_by_offsets.input_gradient, ("read += by_read", "read[...] = by_read")),
    "{at}A pixel that several windows read keeps only what came last. It has several uses, and their gradients are "
    "added: `+=`.",
)
input_gradient.add_mistake(
    "stride_left_out",
    mutated(convolution_by_offsets.input_gradient, (READ, "by_padded[:, :, a : a + height, b : b + width]")),
    "{at}At stride 1 you are right. Place (i, j) read the pixel at s i + a and s j + b, and you add to the one at i + "
    "a and j + b: give the slices the step.",
)
input_gradient.add_mistake(
    "kernel_turned",
    mutated(convolution_by_offsets.input_gradient, ("kernels[:, :, a, b].T", "kernels[:, :, -1 - a, -1 - b].T")),
    "{at}What comes back through entry (a, b) goes to the pixels from (a, b) on, with `kernels[:, :, a, b]`; you take "
    "the entry from the other end. If you slide a kernel over the padded *gradient* instead, it is the other way "
    "round: there it has to be turned.",
)
input_gradient.add_mistake(
    "padding_not_cut_off",
    mutated(convolution_by_offsets.input_gradient, (INSIDE, "by_padded")),
    "Without padding you are right. {yours}That is the gradient of the *padded* images: cut off again what "
    "a padding of {padding} has added on each side.",
)
input_gradient.add_mistake(
    "cut_at_the_end_only",
    mutated(convolution_by_offsets.input_gradient, (INSIDE, "by_padded[:, :, :rows, :columns]")),
    "Without padding you are right. {at}The shape is right, but you cut the padding off below and on the right alone. "
    "The image begins at row and column {padding} of the padded one.",
)
input_gradient.add_mistake(
    "not_transposed",
    mutated(convolution_by_offsets.input_gradient, ("kernels[:, :, a, b].T", "kernels[:, :, a, b]")),
    "With one kernel and one channel you are right. {at}Forwards a kernel sums over *channels*; on the way back a "
    "channel sums over *kernels*. `kernels[:, :, a, b]` has shape (out, channels), and here its transpose is needed: "
    "as it stands the sizes fit only where there are as many kernels as channels.",
)


@input_gradient.mistake
def overwritten_place_by_place(gradient: Array, kernels: Array, shape: Shape, stride: int, padding: int) -> Array:
    """{at}You go from place to place, and each overwrites what others gave to the pixels that it shares with them. A
    pixel that several windows read has several uses, and their gradients are added: `+=`."""
    n, channels, rows, columns = shape
    result = np.zeros((n, channels, rows + 2 * padding, columns + 2 * padding), gradient.dtype)
    for m, o, i, j in np.ndindex(gradient.shape):
        down, right = stride * i, stride * j
        window = slice(down, down + kernels.shape[2]), slice(right, right + kernels.shape[3])
        result[m, :, *window] = gradient[m, o, i, j] * kernels[o]
    return result[:, :, padding : padding + rows, padding : padding + columns]


input_gradient.add_mistake(
    "size_from_the_gradient",
    mutated(
        convolution_by_offsets.input_gradient,
        (
            "n, channels, rows, columns = shape\n    height, width = gradient.shape[2:]",
            "n, channels = shape[:2]\n    height, width = gradient.shape[2:]\n"
            "    rows, columns = (stride * (k - 1) + f - 2 * padding for k, f in "
            "zip((height, width), kernels.shape[2:], strict=True))",
        ),
    ),
    "{yours}Your size, s (places − 1) + f − 2p, holds where the last window ends at the edge. Where the stride leaves "
    "pixels over, the images are larger: that is what `shape` is for. Those pixels get 0.",
)
input_gradient.add_mistake(
    "mean_over_the_images",
    mutated(convolution_by_offsets.input_gradient, ("kernels[:, :, a, b].T", "kernels[:, :, a, b].T / n")),
    "{at}You divide by the number of images, {images_count}. A mean belongs to the loss, and where there is one, its "
    "1/n is in the gradient that arrives.",
)
