"""The still pictures of a page: as small as they come without a changed pixel, with their size and words."""

from __future__ import annotations

import base64
import functools
import html
import io
from pathlib import Path
from typing import Any

from dlcourse.errors import CourseError

FOLDER = "pictures"
PNG = "image/png"


@functools.cache  # the page and the book have the same pictures
def smallest(png: bytes) -> tuple[bytes, str]:
    """The picture as PNG, or as lossless WebP where that is smaller, and the ending of its name."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.save(buffer, "WEBP", lossless=True, exact=True)
    webp = buffer.getvalue()
    return (webp, "webp") if len(webp) < len(png) else (png, "png")


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
    picture, ending = smallest(base64.b64decode("".join(output["data"][PNG])))
    path = folder / FOLDER / f"{name}.{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    size = output["metadata"].get(PNG, {})
    sides = "".join(f' {side}="{size[side]}"' for side in ("width", "height") if side in size)
    # Lazily: a chapter has some twenty of them.
    image = f'<img src="{FOLDER}/{name}.{ending}" alt="{html.escape(alternative)}"{sides} loading="lazy" />'
    return f'<div class="dlcourse-still">{image}</div>'
