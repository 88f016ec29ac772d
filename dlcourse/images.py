"""Images as networks take them: (n, channels, height, width), floating-point numbers. Other habits are noticed."""

from typing import Any

from dlcourse.shapes import show_shape

FEW = (1, 3, 4)  # channels of a picture: grey; red, green and blue; and how opaque


def check_images(inputs: Any, name: str = "inputs") -> Any:
    """``inputs``, an array or a tensor, unless it holds images (four axes) that a network would misunderstand.

    Raises TypeError for images of whole numbers, ValueError for images whose channels seem to come last.
    """
    shape, dtype = tuple(inputs.shape), str(inputs.dtype).removeprefix("torch.")
    if len(shape) != 4:
        return inputs
    if shape[3] in FEW and shape[1] not in FEW and shape[2] > max(FEW):
        raise ValueError(
            f"{name}: expected images (n, channels, height, width), received {show_shape(shape)}, where the channels "
            f"seem to come last. Use {name}.transpose(0, 3, 1, 2) on an array, {name}.permute(0, 3, 1, 2) on a tensor."
        )
    if "int" in dtype or dtype == "bool":
        raise TypeError(
            f"{name}: expected images of floating-point numbers in [0, 1], received dtype {dtype}. For pixels from 0 "
            f"to 255 use ({name} / 255).astype(np.float32)."
        )
    return inputs
