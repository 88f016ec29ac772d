"""The still pictures of a page: in few bytes, with their size and words, and which of them are photographs."""

from __future__ import annotations

import base64
import functools
import html
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.errors import CourseError

FOLDER = "pictures"
PNG = "image/png"
STEP = 8  # rims of lines and letters are rounded to multiples of it, of 255: no eye sees it, and a third is saved
SOFT = 40  # the largest difference of neighbours that belong together
GREY, COLOURS = 0.15, 8000  # a photograph has more soft grey in the middle than this share, or more colours

Pixels = NDArray[np.uint8]


@functools.cache  # the page and the book have the same pictures
def smallest(png: bytes) -> tuple[bytes, str, bool]:
    """The picture as WebP, or as PNG where that is smaller; the ending of its name; whether it is a photograph."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        pixels, alpha = np.split(np.asarray(picture.convert("RGBA")), [3], axis=2)
        drawn = Image.fromarray(rounded(pixels)) if alpha.min() == 255 else picture
        drawn.save(buffer, "WEBP", lossless=True, exact=True)
    webp = buffer.getvalue()
    return (webp, "webp", is_photograph(pixels)) if len(webp) < len(png) else (png, "png", is_photograph(pixels))


def rounded(pixels: Pixels) -> Pixels:
    """A picture (rows, columns, 3) whose areas and soft changes are as they were, and all else is rounded by STEP."""
    smooth = _contrast(pixels) < STEP // 2
    coarse = np.minimum((pixels.astype(np.int16) + STEP // 2) // STEP * STEP, 255).astype(np.uint8)
    return np.where(smooth[:, :, None], pixels, coarse)


def is_photograph(pixels: Pixels) -> bool:
    """Whether a picture (rows, columns, 3) is mostly a photograph, which on dark paper must stay as it is."""
    highest, lowest = pixels.max(axis=2).astype(np.int16), pixels.min(axis=2).astype(np.int16)
    contrast = _contrast(pixels)
    soft_grey = (highest - lowest < 4) & (lowest > 20) & (highest < 235) & (contrast > 0) & (contrast < SOFT)
    colours = np.unique(pixels.reshape(-1, 3).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32))
    return bool(soft_grey.mean() > GREY or colours.size > COLOURS)


def _contrast(pixels: Pixels) -> NDArray[np.int16]:
    """How much each pixel differs from that of its four neighbours which differs most."""
    wide = np.pad(pixels.astype(np.int16), ((1, 1), (1, 1), (0, 0)), "edge")
    neighbours = (wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:])
    middle = wide[1:-1, 1:-1]
    return np.max([np.abs(each - middle).max(axis=2) for each in neighbours], axis=0)


def words(output: Any) -> str:
    """The alternative text of a picture that a notebook has stored: beside it, or in its place as plain text."""
    metadata = output.get("metadata", {}).get(PNG, {})
    return str(metadata.get("alt") or "".join(output["data"].get("text/plain", "")).removeprefix("Figure: ")).strip()


def stored(output: Any, folder: Path, name: str) -> str:
    """Writes the picture of a notebook's ``output`` into ``folder``/pictures and returns the HTML that shows it.

    ``name`` is its path there, without an ending. Raises CourseError where it has no alternative text.
    """
    alternative = words(output)
    if not alternative:
        raise CourseError(f"The picture {name} has no alternative text: plots.show and experiments give one.")
    picture, ending, photograph = smallest(base64.b64decode("".join(output["data"][PNG])))
    path = folder / FOLDER / f"{name}.{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    size = output["metadata"].get(PNG, {})
    sides = "".join(f' {side}="{size[side]}"' for side in ("width", "height") if side in size)
    # Lazily: a chapter has some twenty of them.
    image = f'<img src="{FOLDER}/{name}.{ending}" alt="{html.escape(alternative)}"{sides} loading="lazy" />'
    return f'<div class="dlcourse-still{" dlcourse-photograph" if photograph else ""}">{image}</div>'
