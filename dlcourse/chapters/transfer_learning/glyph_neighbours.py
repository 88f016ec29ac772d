"""Which printed characters are nearest to an image: by its pixels, or by what a network sees in it."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlcourse import glyphs
from dlcourse.arrays import Array

LAYERS = ("stem", "block1", "block2", "block3", "head")
PIXELS = "pixels"
CHARACTERS = glyphs.CHARACTERS[:36]  # the digits and the capital letters, each in every font
DIGITS = 10


class Nearest(NamedTuple):
    """Places (k,) among the ``printed`` images, the nearest first, and their cosines (k,) with the image."""

    places: NDArray[np.int64]
    cosines: Array

    @property
    def names(self) -> str:
        """What the images show, a character each."""
        return "".join(CHARACTERS[place // len(glyphs.FONTS)] for place in self.places)


def nearest(seen_in_it: dict[str, Array], layer: str, count: int, *, only_digits: bool, trained: bool) -> Nearest:
    """The ``count`` printed images with the largest cosine to an image, at a layer or by PIXELS.

    ``seen_in_it``: what `seen` gives for that one image, by the same network. The cosine of two images is
    (f · g) / (‖f‖ ‖g‖) for their numbers f and g at the layer, all in a row: not their means over the places, which
    would forget where something was.
    """
    known = references(trained)[layer][: DIGITS * len(glyphs.FONTS) if only_digits else None]
    cosines = known @ unit(seen_in_it[layer])[0]
    places = np.argsort(-cosines, kind="stable")[:count]
    return Nearest(places, cosines[places].astype(np.float64))


@cache
def printed() -> Array:
    """The printed images (720, 28, 28), read-only, in the order of CHARACTERS; placed as the digits of MNIST are."""
    images = glyphs.printed(CHARACTERS, by_mass=True)[:, 0]
    images.flags.writeable = False
    return images


@cache
def references(trained: bool) -> dict[str, Array]:
    """Of each printed image, at each layer and by PIXELS, the numbers (720, f), divided by their norm."""
    return {name: unit(rows) for name, rows in seen(printed(), trained=trained).items()}


def seen(images: Array, *, trained: bool) -> dict[str, Array]:
    """Of images (n, 28, 28), the numbers (n, f) that each layer gives, and their PIXELS."""
    import torch

    images = np.asarray(images, dtype=np.float32)
    found = {PIXELS: images.reshape(len(images), -1)}
    with torch.no_grad():
        now = torch.tensor(images[:, None])
        for name, layer in _network(trained).named_children():
            now = layer(now)
            if name in LAYERS:
                found[name] = now.flatten(1).numpy()
    return found


def unit(rows: Array) -> Array:
    """Rows divided by their norms."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@cache
def _network(trained: bool) -> Any:
    """The network that has learnt the letters, or one like it with the weights that it began with."""
    import torch

    from dlcourse.pytorch import pretrained
    from dlcourse.pytorch.glyph_networks import glyph_resnet

    if trained:
        return pretrained("glyph-resnet")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return glyph_resnet().eval()
