"""Which pixels a classifier of images relies on: maps over the image, made from its scores or from its last layer."""

from collections.abc import Callable

import numpy as np

from dlcourse.arrays import Array
from dlcourse.validation import check_count


def occlusion_map(score: Callable[[Array], Array], image: Array, size: int, value: float) -> Array:
    """How far the score falls when a square of the image is covered: the score of the image minus that without it.

    ``score`` maps images (n, height, width) to n numbers; ``image``: (height, width). Entry [i, j] of the result,
    (height − size + 1, width − size + 1), belongs to the square of ``size`` × ``size`` pixels that begins in row i and
    column j, all of them set to ``value``. Raises ValueError for a square larger than the image. Source: Zeiler and
    Fergus (2014), "Visualizing and understanding convolutional networks", section 4.2.
    """
    height, width = image.shape
    if check_count(size, "size") > min(height, width):
        raise ValueError(f"size: expected at most {min(height, width)}, the image's, received {size}.")
    rows, columns = height - size + 1, width - size + 1
    covered = np.repeat(image[None], rows * columns, axis=0)
    for place, (i, j) in enumerate(np.ndindex(rows, columns)):
        covered[place, i : i + size, j : j + size] = value
    before = score(image[None])
    return before - score(covered).reshape(rows, columns)


def class_activation_map(maps: Array, weight: Array, label: int) -> Array:
    """Σ_c w[label, c] maps[c]: what each place of the last feature maps adds to the score of class ``label``.

    ``maps``: (channels, height, width), what global average pooling makes one number a channel of; ``weight``:
    (classes, channels), of the linear layer behind it. The mean of the result (height, width) is the class's score
    without its bias. Source: Zhou et al. (2016), "Learning deep features for discriminative localization", equation 2.
    """
    total: Array = (weight[label][:, None, None] * maps).sum(axis=0)
    return total
