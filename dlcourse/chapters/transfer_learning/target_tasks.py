"""Other questions asked of the same digits: where they lie, how they lean; to find out what does not transfer."""

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.data_parts import Part, Splits, splits_of

SHIFT, LEAN = 4, 0.35  # pixels; pixels a row
TASKS = {
    "inverted": tuple("0123456789"),
    "position": tuple(
        f"{down} {across}" for down in ("top", "middle", "bottom") for across in ("left", "mid", "right")
    ),
    "slant": ("left", "none", "right"),
}


def made_of_digits(name: str) -> Splits:
    """MNIST with other labels or pixels, of the same parts; always the same.

    ``inverted``: dark ink on white paper, x becomes 1 − x. ``position``: each digit is moved to
    one of nine places, 4 pixels apart, and the label is the place. ``slant``: each is sheared to the left, not at all,
    or to the right, and the label says which.
    """
    known, parts = datasets.load("mnist"), []
    for number, part in enumerate((known.train, known.validation, known.test)):
        parts.append(_changed(part, name, np.random.default_rng(number)))
    return splits_of("mnist", *parts, class_names=TASKS[name])


def leaning_letters(examples: int = 6000) -> Part:
    """The letters that the glyph network has learnt, printed plainly and sheared as in ``slant``, and so labelled."""
    from dlcourse.pytorch.glyph_networks import LETTERS

    drawn = datasets.load("glyphs", examples=examples, characters=LETTERS, seed=11, proportions=(1.0, 0.0, 0.0))
    return _changed(drawn.train, "slant", np.random.default_rng(11))


def _changed(part: Part, name: str, generator: np.random.Generator) -> Part:
    if name == "inverted":
        return Part(1 - part.inputs, part.labels)
    labels = generator.integers(len(TASKS[name]), size=len(part))
    change = _moved if name == "position" else _sheared
    images = np.empty_like(part.inputs)
    for label in range(len(TASKS[name])):
        images[labels == label] = change(part.inputs[labels == label], label)
    return Part(images, labels)


def _moved(images: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """Images in which all lies at the place; what leaves the image is lost."""
    top, left = SHIFT * (2 - place // 3), SHIFT * (2 - place % 3)
    wide = np.pad(images, ((0, 0), (0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))
    return wide[:, :, top : top + images.shape[2], left : left + images.shape[3]]


def _sheared(images: NDArray[np.float32], lean: int) -> NDArray[np.float32]:
    """Images whose rows are moved to the right, the further the higher they lie, for lean 2, and to the left for 0."""
    height, width = images.shape[2:]
    wide, result = np.pad(images, ((0, 0), (0, 0), (0, 0), (width, width))), np.empty_like(images)
    for row in range(height):
        left = width - round((lean - 1) * LEAN * ((height - 1) / 2 - row))
        result[:, :, row] = wide[:, :, row, left : left + width]
    return result
