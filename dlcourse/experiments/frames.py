"""From one frame to the next: which rectangles changed, and their pixels as one block of bytes."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TILE = 32  # pixels: smaller tiles send less, larger ones make fewer rectangles to paint
LIMIT = 100_000  # bytes of a compressed frame at most

Rectangle = tuple[int, int, int, int]  # left, top, width, height


def as_words(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Pixels (height, width, 4) uint8 as (height, width) uint32: one comparison a pixel instead of four."""
    return np.ascontiguousarray(pixels).view(np.uint32)[:, :, 0]


def changed_rectangles(before: NDArray[np.uint32] | None, after: NDArray[np.uint32]) -> list[Rectangle]:
    """Rectangles that cover every pixel in which two frames (height, width) differ; the whole frame when ``before``
    is None or has another size. They are rows and blocks of tiles and do not overlap.
    """
    height, width = after.shape
    if before is None or before.shape != after.shape:
        return [(0, 0, width, height)]
    differs = before != after
    rows = np.logical_or.reduceat(differs, np.arange(0, height, TILE), axis=0)
    tiles = np.logical_or.reduceat(rows, np.arange(0, width, TILE), axis=1)
    blocks: dict[tuple[int, int], list[int]] = {}  # open blocks: (first, past last tile column) -> [top, bottom] row
    done: list[tuple[tuple[int, int], list[int]]] = []
    for row, line in enumerate(tiles):
        runs = _runs(line)
        for run in [run for run in blocks if run not in runs]:
            done.append((run, blocks.pop(run)))
        for run in runs:
            blocks.setdefault(run, [row, row])[1] = row
    done += blocks.items()
    rectangles = []
    for (first, past), (top, bottom) in done:
        left, upper = first * TILE, top * TILE
        rectangles.append((left, upper, min(past * TILE, width) - left, min((bottom + 1) * TILE, height) - upper))
    return rectangles


def _runs(line: NDArray[np.bool]) -> set[tuple[int, int]]:
    """Where ``line`` is true without a gap: {(first, one past the last)}."""
    edges = np.flatnonzero(np.diff(line, prepend=False, append=False)).tolist()
    return set(zip(edges[::2], edges[1::2], strict=True))


def raw(frame: NDArray[np.uint32], rectangles: list[Rectangle]) -> bytes:
    """The pixels of ``rectangles``, one after the other, four bytes each, row by row."""
    return b"".join(frame[top : top + height, left : left + width].tobytes() for left, top, width, height in rectangles)


def bounding(rectangles: list[Rectangle]) -> Rectangle:
    """The smallest rectangle around all of them."""
    left, top = min(r[0] for r in rectangles), min(r[1] for r in rectangles)
    right, bottom = max(r[0] + r[2] for r in rectangles), max(r[1] + r[3] for r in rectangles)
    return left, top, right - left, bottom - top


def compressed(pixels: NDArray[np.uint8], rectangle: Rectangle, limit: int = LIMIT) -> tuple[bytes, str]:
    """The part ``rectangle`` of ``pixels`` (height, width, 4) as an image file of at most ``limit`` bytes; its type.

    PNG where that is small enough, since it loses nothing; else WebP, of lower and lower quality.
    """
    left, top, width, height = rectangle
    image = Image.fromarray(np.ascontiguousarray(pixels[top : top + height, left : left + width, :3]))
    data = _saved(image, "png", compress_level=4)
    if len(data) <= limit:
        return data, "image/png"
    for quality in (85, 60, 30, 5):
        data = _saved(image, "webp", quality=quality, method=1)
        if len(data) <= limit:
            break
    while len(data) > limit:  # noise on a large screen: half the resolution, drawn over the same rectangle
        image = image.resize((max(1, image.width // 2), max(1, image.height // 2)))
        data = _saved(image, "webp", quality=30, method=1)
    return data, "image/webp"


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()
