"""Colour maps that let the paper through, so that pictures drawn with them are dark where the page is dark."""

import numpy as np
from matplotlib.colors import ListedColormap, to_rgb

LEVELS = 121  # odd, so that the middle is the paper itself; few, so that images travel as one byte a cell


def between(low: str, high: str, strength: float = 1.0) -> ListedColormap:
    """From ``low`` over the bare paper in the middle to ``high``; ``strength``, 0 to 1, is how full the ends are."""
    ways = np.linspace(-1, 1, LEVELS)
    colours = np.where(ways[:, None] < 0, to_rgb(low), to_rgb(high))
    return ListedColormap(np.column_stack([colours, strength * np.abs(ways)]))


def onto(colour: str) -> ListedColormap:
    """From the bare paper to ``colour``."""
    ways = np.linspace(0, 1, LEVELS)
    return ListedColormap(np.column_stack([np.tile(to_rgb(colour), (LEVELS, 1)), ways]))
