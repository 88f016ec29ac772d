"""Images warped at random: stretched, slanted and bent, as no two people write a letter alike."""

import numpy as np
from numpy.typing import NDArray

from dlcourse import validation

KNOTS = 5  # a bend is drawn at so many places along each side, and is smooth in between


def warp(
    images: NDArray[np.float32],
    generator: np.random.Generator,
    *,
    stretch: float = 1.25,
    slant: float = 0.35,
    bend: float = 1.25,
) -> NDArray[np.float32]:
    """Warped images, of the same shape (n, 1, height, width), float32 in [0, 1]; what comes in from outside is 0.

    The pixel at a place p, measured from the middle, is taken from the place A p + u(p). The matrix A stretches or
    shrinks width and height by a factor of up to ``stretch`` each, and moves x by up to ``slant`` times y; the
    displacement u is a smooth random field, normal with standard deviation ``bend`` pixels at every place.
    Raises TypeError or ValueError for other arguments.
    Source of the field: Simard, Steinkraus, Platt (2003), "Best practices for convolutional neural networks applied to
    visual document analysis", ICDAR, section 2.
    """
    images = validation.check_shape(images, ("n", 1, "height", "width"), "images")
    images = validation.check_range(images, "images", 0, 1).astype(np.float32)
    for name, value, low in (("stretch", stretch, 1), ("slant", slant, 0), ("bend", bend, 0)):
        if validation.check_number(value, name) < low:
            raise ValueError(f"{name}: expected a number of at least {low}, received {value}.")
    validation.check_generator(generator)
    count, _, height, width = images.shape
    y, x = np.arange(height)[:, None] - (height - 1) / 2, np.arange(width) - (width - 1) / 2
    factors = stretch ** generator.uniform(-1, 1, (2, count, 1, 1))
    slants = slant * generator.uniform(-1, 1, (count, 1, 1))
    knots = bend * generator.standard_normal((2, count, KNOTS, KNOTS))
    x_bend, y_bend = _weights(height) @ knots @ _weights(width).T
    from_x = factors[0] * x + slants * y + x_bend + (width - 1) / 2
    from_y = factors[1] * y + y_bend + (height - 1) / 2
    return _sampled(images[:, 0], from_x, from_y)[:, None]


def _weights(size: int) -> np.ndarray:
    """How much each knot counts at each pixel (size, KNOTS): a bell around the knot, so scaled that variances stay."""
    distances = (np.arange(size)[:, None] * (KNOTS - 1) / max(size - 1, 1) - np.arange(KNOTS)) / 0.6
    bells = np.exp(-(distances**2) / 2)
    return bells / np.sqrt((bells**2).sum(axis=1, keepdims=True))


def _sampled(images: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Images (n, height, width) read at places (n, height, width), between pixels by the mean of the four around."""
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    x, y = np.clip(x + 1, 0, width + 0.999), np.clip(y + 1, 0, height + 0.999)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right_share, lower_share = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat = padded.reshape(-1)
    at = (np.arange(count)[:, None, None] * (height + 2) + top) * (width + 2) + left
    upper = flat[at] * (1 - right_share) + flat[at + 1] * right_share
    lower = flat[at + width + 2] * (1 - right_share) + flat[at + width + 3] * right_share
    return np.clip(upper * (1 - lower_share) + lower * lower_share, 0, 1)
