"""Exercise: the backward pass of max pooling."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.exercises.drawing import Drawing
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import convolution_by_offsets


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    draw = Drawing(generator)

    def case(shape: tuple[int, ...], size: int, stride: int, label: str, edge: bool = False) -> Case:
        gradient = draw.gradient(shape, (shape[1], 1, size, size), stride)
        return Case((gradient, draw.distinct(*shape), size, stride), label, edge=edge)

    image = np.array([[[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 7.0, 6.0]]]])
    ties = np.array([[[[2.0, 2.0, 0.0, 1.0], [2.0, 1.0, 3.0, 3.0], [0.0, 0.0, 1.0, 4.0], [0.0, 0.0, 4.0, 1.0]]]])
    many = np.maximum(generator.integers(-2, 3, size=(2, 2, 6, 6)), 0).astype(float)
    overlap = generator.integers(0, 3, size=(2, 1, 5, 7)).astype(float)
    return [
        Case((np.array([[[[10.0, 20.0]]]]), image, 2, 2), "2 × 4 pixels, windows of 2 × 2"),
        case((3, 1, 4, 4), 2, 2, "3 images of 4 × 4"),
        case((2, 3, 4, 6), 2, 2, "3 channels, images not square"),
        Case((draw(1, 1, 2, 2), ties, 2, 2), "equal numbers in a window"),
        Case((draw(2, 2, 3, 3), many, 2, 2), "many zeros, as behind a ReLU"),
        Case((-1 - draw(2, 1, 2, 2) ** 2, -1 - draw(2, 1, 4, 4) ** 2, 2, 2), "all pixels and gradients negative"),
        Case((*draw.normal((2, 2, 2, 3), (2, 2, 5, 7)), 2, 2), "an odd number of rows and columns"),
        case((2, 1, 5, 7), 3, 2, "windows of 3 × 3 with stride 2: they overlap"),
        Case((draw(2, 1, 2, 3), overlap, 3, 2), "overlapping windows with equal numbers"),
        case((2, 2, 4, 5), 2, 1, "windows of 2 × 2 with stride 1"),
        case((2, 1, 7, 6), 2, 3, "stride 3: pixels between the windows"),
        Case((draw(2, 2, 2, 2, dtype=np.float32), draw.distinct(2, 2, 4, 4, dtype=np.float32), 2, 2), "dtype float32"),
        case((1, 2, 3, 3), 3, 3, "one image, as large as the window", edge=True),
        case((2, 1, 2, 3), 1, 1, "windows of one pixel", edge=True),
    ]


max_pool_backward = Exercise(
    convolution_by_offsets.max_pool_backward,
    chapter="13_convolution",
    task=(
        "Return the gradient of the loss with respect to the images that went into a max pooling, in their shape, (n, "
        "channels, height, width). The windows are `size` × `size` and move by `stride`, without padding. `gradient`, "
        "(n, channels, rows of places, columns of places), is that with respect to the result. Where several numbers "
        "of a window are equally large, the first one counts, row by row, as in PyTorch."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Raise one pixel of a window by a little. When does the window's maximum rise with it, and by how much? So "
        "what is the derivative of the maximum with respect to each pixel?",
        "The gradient of a window goes to its largest pixel, whole; the others get 0. A pixel that is the largest of "
        "two windows has two uses.",
        "With loops: at each place, `np.argmax` of the window counts row by row and finds the first of equal ones; "
        "`np.unravel_index` makes a row and a column of it. Without: `read`, a list of the slices "
        "`images[:, :, a::stride, b::stride]` cut to the places, one for each (a, b), and `np.argmax(read, axis=0)`.",
        "With `winner = np.argmax(read, axis=0)`: the k-th offset (a, b) adds `gradient * (winner == k)` to the same "
        "slice of the result.",
    ],
    fields={
        "at": "On “{case}” entry [{where}] should be {expected}, and you return {received}. ",
        "ties": "Where the numbers of a window differ you are right. ",
    },
)


def _by_windows(share: Callable[[Array], Any]) -> Callable[..., Array]:
    """The backward pass that hands to each window its gradient times what ``share`` makes of its pixels."""

    def backward(gradient: Array, images: Array, size: int, stride: int) -> Array:
        result = np.zeros_like(images)
        for n, c, i, j in np.ndindex(gradient.shape):
            window = n, c, slice(stride * i, stride * i + size), slice(stride * j, stride * j + size)
            result[window] += gradient[n, c, i, j] * share(images[window])
        return result

    return backward


def _first(pixels: Array) -> Array:
    return (np.arange(pixels.size) == pixels.argmax()).reshape(pixels.shape)


max_pool_backward.add_mistake(
    "all_of_equal_ones",
    _by_windows(lambda pixels: pixels == pixels.max()),
    "{ties}{at}Of equal ones each gets the whole gradient in your result, so that a window hands back more than came. "
    "A mask `== maximum` marks several; only the first counts.",
)
max_pool_backward.add_mistake(
    "shared_by_equal_ones",
    _by_windows(lambda pixels: (pixels == pixels.max()) / (pixels == pixels.max()).sum()),
    "{ties}{at}You share the gradient among equal ones. That would be fair, but asked for is what PyTorch does: the "
    "first of them gets all of it.",
)
max_pool_backward.add_mistake(
    "last_of_equal_ones",
    _by_windows(lambda pixels: _first(pixels[::-1, ::-1])[::-1, ::-1]),
    "{ties}{at}Of equal ones the last gets the gradient in your result, as with `>=` in a search; the first one "
    "counts.",
)
max_pool_backward.add_mistake(
    "overwritten",
    mutated(
        convolution_by_offsets.max_pool_backward,
        (
            "by_images[:, :, a::stride, b::stride][:, :, :height, :width] += gradient * (winner == k)",
            "np.copyto(by_images[:, :, a::stride, b::stride][:, :, :height, :width], gradient, where=winner == k)",
        ),
    ),
    "Where windows do not overlap you are right. {at}A pixel that is the largest of several windows keeps only what "
    "one of them gave it. It has several uses, and their gradients are added: `+=`.",
)


@max_pool_backward.mistake
def overwritten_place_by_place(gradient: Array, images: Array, size: int, stride: int) -> Array:
    """Where windows do not overlap you are right. {at}A pixel that is the largest of several windows keeps what the
    last of them gave it. It has several uses, and their gradients are added: `+=`."""
    result = np.zeros_like(images)
    for n, c, i, j in np.ndindex(gradient.shape):
        window = images[n, c, stride * i : stride * i + size, stride * j : stride * j + size]
        a, b = np.unravel_index(window.argmax(), window.shape)
        result[n, c, stride * i + a, stride * j + b] = gradient[n, c, i, j]
    return result


@max_pool_backward.mistake
def overwritten_window_by_window(gradient: Array, images: Array, size: int, stride: int) -> Array:
    """Where windows do not overlap you are right. {at}You write all pixels of a window anew, and wipe out what an
    earlier one gave to those that they share. The gradients of all uses are added: `+=`."""
    result = np.zeros_like(images)
    for n, c, i, j in np.ndindex(gradient.shape):
        window = n, c, slice(stride * i, stride * i + size), slice(stride * j, stride * j + size)
        result[window] = gradient[n, c, i, j] * _first(images[window])
    return result


max_pool_backward.add_mistake(
    "mean_pooling",
    _by_windows(lambda pixels: np.full(pixels.shape, 1 / pixels.size)),
    "{at}You give each pixel of a window the same share: so it is for the *mean*. The maximum depends on the largest "
    "pixel alone, and its gradient goes there whole.",
)
max_pool_backward.add_mistake(
    "to_every_pixel",
    _by_windows(np.ones_like),
    "{at}Every pixel of a window gets its gradient in your result. Only the largest has an influence on the maximum; "
    "the others may change a little without any effect.",
)
max_pool_backward.add_mistake(
    "marked_only",
    mutated(convolution_by_offsets.max_pool_backward, ("gradient * (winner == k)", "(winner == k)")),
    "{at}You mark the largest pixel of each window, and the gradient that arrives has no influence. The derivative of "
    "the maximum is that mark; the chain rule multiplies it by `gradient`.",
)
max_pool_backward.add_mistake(
    "times_the_maximum",
    _by_windows(lambda pixels: _first(pixels) * pixels),
    "{at}You multiply the gradient by the largest pixel itself. The maximum *is* that pixel, so its derivative is 1.",
)
max_pool_backward.add_mistake(
    "maximum_from_zero_on",
    _by_windows(lambda pixels: _first(pixels) * (pixels > 0)),
    "{at}Windows without a positive pixel hand nothing back in your result: is the search for the maximum begun at 0? "
    "Begin it at −∞, or at the first pixel.",
)
