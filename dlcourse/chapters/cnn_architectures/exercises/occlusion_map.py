"""Exercise: cover the image piece by piece, and note how far the score falls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import explaining


@dataclass(frozen=True, eq=False)
class Score:
    """A score of images (n, height, width): the square of the sum of their weighted pixels, (n,)."""

    weight: Array

    def __call__(self, images: Array) -> Array:
        """One number for each image."""
        if images.ndim != 3:
            raise ValueError(f"score: expected images (n, height, width), received shape {images.shape}.")
        score: Array = (images * self.weight).sum(axis=(1, 2)) ** 2
        return score


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def draw(
        height: int, width: int, size: int, value: float, label: str, edge: bool = False, dtype: Any = np.float64
    ) -> Case:
        """Pixels and weights in eighths, so that the sums are short to read."""
        weight = generator.integers(1, 9, (height, width)).astype(dtype) / 8
        image = generator.integers(1, 8, (height, width)).astype(dtype) / 8
        return Case((Score(weight), image, size, value), label, edge=edge)

    return [
        draw(4, 4, 2, 0.0, "4 × 4 pixels and a square of 2 × 2"),
        draw(5, 8, 3, 0.5, "an image that is wider than high, gray value 0.5"),
        draw(7, 6, 2, 1.0, "an image that is higher than wide, gray value 1"),
        draw(6, 6, 1, 0.25, "a square of a single pixel"),
        draw(8, 8, 4, 0.75, "8 × 8 pixels and a square of 4 × 4"),
        draw(5, 5, 2, 0.5, "dtype float32", dtype=np.float32),
        draw(3, 3, 3, 0.5, "a square as large as the image", edge=True),
        draw(1, 1, 1, 0.0, "one pixel", edge=True),
    ]


occlusion_map = Exercise(
    explaining.occlusion_map,
    chapter="14_cnn_architectures",
    task=(
        "Return the map of how far the score falls when a square of the image is covered. `image` has shape (height, "
        "width); `score` takes images of shape (n, height, width) and gives n numbers. Entry [i, j] of the map, which "
        "has shape (height − size + 1, width − size + 1), is the score of the image minus that of the image whose "
        "pixels from row i and column j on, `size` rows and `size` columns, are set to `value`. The image itself stays "
        "as it is."
    ),
    cases=_cases,
    points=3,
    hints=[
        "Two loops, over the rows and the columns at which the square can begin. How many are there, and what has to "
        "happen to the image in each turn?",
        "In each turn: copy the image, cover the square, ask for the score. A slice `[i : i + size, j : j + size]` is "
        "the square.",
        "`score` wants a batch: `image[None]` has shape (1, height, width), and `score(image[None])[0]` is a number. "
        "How far it *falls* is the score before minus the score after.",
        "`covered = image.copy()`, `covered[i : i + size, j : j + size] = value`, then `drops[i, j] = before - "
        "score(covered[None])[0]`, for i in `range(height - size + 1)` and j in `range(width - size + 1)`.",
    ],
    fields={"at": "On {case} entry [{where}] should be {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(explaining.occlusion_map, *replacements)


occlusion_map.add_mistake(
    "after_minus_before",
    _with(("before - score(covered).reshape(rows, columns)", "score(covered).reshape(rows, columns) - before")),
    "{at}The sign is the other way round: a *fall* of the score is positive, the score before minus the score after.",
)
occlusion_map.add_mistake(
    "scores_alone",
    _with(("before - score", "score")),
    "{at}You return the score of the covered images itself. Subtract it from that of the whole image, so that 0 means: "
    "nothing was lost.",
)
occlusion_map.add_mistake(
    "never_uncovered",
    _with(
        ("        covered[place,", "        covered[place] = covered[place - 1]\n        covered[place,"),
    ),
    "{at}Your squares stay: in each turn one more is covered, and the last image is covered all over. Start each turn "
    "from a fresh copy of the image; `covered = image` is no copy, but a second name for it.",
)
occlusion_map.add_mistake(
    "always_black",
    _with(("= value", "= 0")),
    "{at}You set the square to 0. The gray value is given, `value`, and it matters: to the network a covered part is "
    "just other pixels.",
)
occlusion_map.add_mistake(
    "multiplied_by_the_value",
    _with(("= value", "*= value")),
    "{at}You multiply the pixels by the value, so that a part of the image shines through. Covering sets them.",
)
occlusion_map.add_mistake(
    "one_pixel",
    _with(("i : i + size, j : j + size", "i, j")),
    "{at}You cover a single pixel, [i, j]. The square has `size` rows and columns: a slice for each.",
)
occlusion_map.add_mistake(
    "middle_of_the_square",
    _with(("i : i + size, j : j + size", "max(i - size // 2, 0) : i - size // 2 + size, max(j - size // 2, 0) : "
                                         "j - size // 2 + size")),
    "{at}Your square has [i, j] in its middle. Here it begins there, so that it never reaches over the image's edge.",
)  # fmt: skip
occlusion_map.add_mistake(
    "rows_and_columns_exchanged",
    _with(("i : i + size, j : j + size", "j : j + size, i : i + size")),
    "{at}You exchange rows and columns: the first index, i, counts rows, downwards.",
)
occlusion_map.add_mistake(
    "last_places_missing",
    _with(("height - size + 1, width - size + 1", "max(height - size, 1), max(width - size, 1)")),
    "Your map lacks its last row and column: on {case} the square can also begin in row height − size, where it ends "
    "at the image's edge. `range(n)` ends before n.",
)
occlusion_map.add_mistake(
    "share_of_the_score",
    _with(("before - score(covered).reshape(rows, columns)",
           "1 - score(covered).reshape(rows, columns) / np.maximum(before, 1e-9)")),
    "{at}You divide by the score of the whole image. Asked is the fall itself, in units of the score.",
)  # fmt: skip
occlusion_map.add_mistake(
    "rises_cut_off",
    _with(("before - score(covered).reshape(rows, columns)",
           "np.maximum(before - score(covered).reshape(rows, columns), 0)")),
    "{at}You set to 0 what is negative. Where covering *raises* the score, the fall is negative, and worth seeing.",
)  # fmt: skip
occlusion_map.add_mistake(
    "sign_left_out",
    _with(("before - score(covered).reshape(rows, columns)", "np.abs(before - score(covered).reshape(rows, columns))")),
    "{at}You take the absolute value. Whether the score falls or rises is lost: a rise is a negative fall.",
)
