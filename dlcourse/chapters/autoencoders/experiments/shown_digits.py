"""Digits side by side, as the pictures of this chapter show them, and errors in words."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.experiments import tints
from dlcourse.experiments.panels import label
from dlcourse.numerals import magnitude
from dlcourse.plots import style

SIDE = 28
INK = tints.onto(style.BLACK)
LEAST = 1e-6  # errors below are only said to be


def panel(ax: Axes, title: str) -> Any:
    """An image of 28 × 28 pixels on bare axes with a thin frame; ``show`` fills it."""
    label(ax, title, "", "").set_axis_off()
    ax.add_patch(Rectangle((0, 0), SIDE, SIDE, fill=False, edgecolor=style.GRID, linewidth=1))
    image = ax.imshow(np.zeros((2, 2, 4), np.uint8), extent=(0, SIDE, SIDE, 0), aspect="equal", interpolation="nearest")
    ax.set(xlim=(-0.5, SIDE + 0.5), ylim=(SIDE + 0.5, -0.5), anchor="N")
    return image


def cells(pixels: Array) -> NDArray[np.uint8]:
    """784 grey values as colours (28, 28, 4), those below 0 as paper and those above 1 as full ink."""
    shades: NDArray[np.uint8] = INK(np.clip(pixels.reshape(SIDE, SIDE), 0, 1), bytes=True)
    return shades


def told(error: float) -> str:
    """A mean squared error with two digits, also where the second is a 0: 0.020."""
    words = magnitude(float(error), 2, LEAST)
    if error < LEAST or "×" in words or "^" in words:
        return words
    return f"{float(words):#.2g}"


def named(digit: int) -> str:
    """A digit with its article: "a 7", "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"
