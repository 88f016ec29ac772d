"""Shapes in words: as a message names them, and what mends a wrong one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Size = int | str


def shape_hint(array: np.ndarray, expected: tuple[Size, ...], name: str) -> str:
    """The likely mending of a wrong shape, with a leading space; empty when there is none to offer."""
    missing = len(expected) - array.ndim
    if missing == 1:
        if array.ndim == 3 and expected[1] in (1, "channels"):
            return f" For images with one channel use {name}[:, None]."
        ones = ", ".join(["None"] + [":"] * array.ndim)
        return f" For a single example use {name}[{ones}]."
    if missing == -1 and array.ndim == 2 and array.shape[1] == 1:
        return f" For a column use {name}[:, 0]."
    if missing < 0 and len(expected) == 2:
        return f" To make each example one row use {name}.reshape(len({name}), -1)."
    swapped = array.shape[::-1]
    if array.ndim == len(expected) == 2 and all(
        isinstance(size, str) or size == received for size, received in zip(expected, swapped, strict=True)
    ):
        return f" It seems to be transposed: use {name}.T."
    return ""


def show_shape(shape: Sequence[Size]) -> str:
    """A shape as Python writes it, with names unquoted: ``(n, features)``, ``(3,)``."""
    inside = ", ".join(map(str, shape))
    return f"({inside},)" if len(shape) == 1 else f"({inside})"
