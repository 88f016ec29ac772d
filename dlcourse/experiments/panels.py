"""What the pictures of all chapters share: two labelled panels, and a line of numbers above each."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from dlcourse.plots import style

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
READOUT = "readout"  # marks lines of numbers, which stay hidden until the reader has predicted
SMALL = 10  # points: the smallest writing in a picture


def two_panels(figure: Figure, widths: tuple[float, float] = (1.0, 1.0)) -> tuple[Axes, Axes]:
    """Two axes side by side, of the given relative widths."""
    left, right = figure.subplots(1, 2, width_ratios=widths)
    return left, right


def label(ax: Axes, title: str, x: str, y: str) -> Axes:
    """Titles ``ax`` and its axes and gives it the course's look; leaves room for a ``readout`` below the title."""
    ax.set(xlabel=x, ylabel=y)
    ax.set_title(title, loc="left", pad=24, fontsize=12, fontweight="bold")
    return style.apply(ax)


def readout(ax: Any) -> Text:
    """A line of writing between the title and the panel, for numbers that change with the controls."""
    above = ax.transAxes + ScaledTranslation(0, 2 / 72, ax.get_figure(root=True).dpi_scale_trans)
    text: Text = ax.text(0, 1, "", transform=above, fontsize=SMALL, color=style.BLACK, va="bottom", linespacing=1)
    text.set_gid(READOUT)
    text.set_in_layout(False)  # what it says changes, and the panel must not move with it
    return text


def outline(points: NDArray[np.floating], heights: NDArray[np.floating]) -> NDArray[np.floating]:
    """The corners (n + 2, 2) of the region between a curve and the axis."""
    along = np.concatenate([points[:1], points, points[-1:]])
    return np.column_stack([along, np.concatenate([[0.0], heights, [0.0]])])
