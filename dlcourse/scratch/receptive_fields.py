"""How much of an image one number in a layer can see, by the layers before it."""

from collections.abc import Iterable, Iterator
from typing import Any

from dlcourse.scratch.layers import Activation, BatchNorm, Dropout, Sequential
from dlcourse.validation import check_count

POINTWISE = (Activation, BatchNorm, Dropout)  # each number from the one at its own place


def receptive_field(layers: Iterable[Any], axis: int = 0) -> int:
    """How many rows (``axis`` 0) or columns (1) of the image one number behind all ``layers`` depends on.

    ``layers``: modules, or tuples (kernel, stride) or (kernel, stride, dilation). With j the distance, in pixels of the
    image, between two neighbours before a layer, the layer adds d (f − 1) j to the field and multiplies j by its
    stride. Near the border a part of the field is padding. Raises TypeError for a layer that sees all of the image at
    once, such as Flatten. Source: Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional neural
    networks", Distill, equation 2.
    """
    field = distance = 1
    for kernel, stride, dilation in _windows(layers, axis):
        field += dilation * (kernel - 1) * distance
        distance *= stride
    return field


def _windows(layers: Iterable[Any], axis: int) -> Iterator[tuple[int, int, int]]:
    """The kernel, stride and dilation along ``axis`` of each layer that has them."""
    for layer in layers:
        if isinstance(layer, Sequential):
            yield from _windows(layer, axis)
        elif hasattr(layer, "window"):
            yield layer.window.kernel[axis], layer.window.stride[axis], layer.window.dilation[axis]
        elif isinstance(layer, tuple) and len(layer) in (2, 3):
            names = zip(layer, ("kernel", "stride", "dilation"), strict=False)
            kernel, stride, *dilation = (check_count(value, name) for value, name in names)
            yield kernel, stride, dilation[0] if dilation else 1
        elif not isinstance(layer, POINTWISE):
            raise TypeError(
                "receptive_field: expected layers with a window, activations, or tuples (kernel, stride, dilation), "
                f"received {layer!r}. A layer that reads the whole image leaves no field to compute."
            )
