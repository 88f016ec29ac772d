"""Patches cut out of the two photographs: eight textures, each from areas of its own for training and for testing."""

import numpy as np

from dlcourse import image_data
from dlcourse.data_parts import Part, Splits, splits_of

SIZE = 28  # pixels of a patch's side
COUNTS = (240, 40, 100)  # patches of each class: training, validation, test
GRAY = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601, luma

Area = tuple[str, int, int, int, int]  # the photograph; left, top, right and bottom in its pixels

# Chosen by eye: each class's areas for training, for validation and for testing, which nowhere overlap.
AREAS: dict[str, tuple[tuple[Area, ...], tuple[Area, ...], tuple[Area, ...]]] = {
    "sky": (
        (("china", 0, 0, 120, 60), ("china", 400, 0, 640, 90)),
        (("china", 340, 90, 400, 180),),
        (("china", 420, 95, 560, 185), ("china", 0, 65, 80, 150)),
    ),
    "lake": (
        (("china", 350, 240, 440, 296),),
        (("china", 441, 240, 482, 286),),
        (("china", 484, 240, 540, 274),),
    ),
    "roof": (
        (("china", 190, 90, 250, 120), ("china", 180, 253, 290, 283), ("china", 75, 255, 172, 285)),
        (("china", 305, 335, 360, 372),),
        (("china", 185, 156, 285, 185), ("china", 208, 362, 300, 391)),
    ),
    "wall": (
        (("china", 105, 187, 315, 236),),
        (("china", 125, 127, 290, 156),),
        (("china", 85, 286, 325, 334),),
    ),
    "foliage": (
        (("china", 400, 335, 500, 427),),
        (("china", 502, 335, 556, 400),),
        (("china", 20, 350, 180, 427),),
    ),
    "conifer": (
        (("china", 572, 185, 607, 427),),
        (("china", 575, 150, 640, 183),),
        (("china", 608, 185, 640, 427),),
    ),
    "petals": (
        (("flower", 195, 165, 261, 285), ("flower", 230, 120, 290, 164)),
        (("flower", 275, 270, 340, 340),),
        (("flower", 347, 150, 425, 290),),
    ),
    "heart": (
        (("flower", 262, 180, 303, 262),),
        (("flower", 304, 168, 345, 199),),
        (("flower", 304, 200, 345, 262),),
    ),
}


def load_textures(seed: int) -> Splits:
    """Gray patches (n, 1, 28, 28) float32 in [0, 1], cut at places drawn from ``seed``, no place twice."""
    photographs = image_data.load_photographs()
    weights = np.array(GRAY, dtype=np.float32)[:, None, None]
    gray = {
        name: (image * weights).sum(axis=0) for name, image in zip(photographs.names, photographs.images, strict=True)
    }
    generator = np.random.default_rng(seed)
    parts = []
    for number, count in enumerate(COUNTS):
        patches = np.concatenate([_cut(gray, areas[number], count, generator) for areas in AREAS.values()])
        labels = np.repeat(np.arange(len(AREAS)), count)
        order = generator.permutation(len(labels))
        parts.append(Part(patches[order], labels[order]))
    return splits_of("textures", *parts)


def _cut(
    gray: dict[str, np.ndarray], areas: tuple[Area, ...], count: int, generator: np.random.Generator
) -> np.ndarray:
    """So many patches (count, 1, 28, 28), each whole inside one of the areas, every place equally likely."""
    windows = {name: np.lib.stride_tricks.sliding_window_view(image, (SIZE, SIZE)) for name, image in gray.items()}
    places = [
        (name, y, x)
        for name, left, top, right, bottom in areas
        for y in range(top, bottom - SIZE + 1)
        for x in range(left, right - SIZE + 1)
    ]
    chosen = generator.choice(len(places), size=count, replace=False)
    return np.stack([windows[name][y, x] for name, y, x in map(places.__getitem__, chosen)])[:, None]
