"""What the pictures of all chapters share: two labelled panels, and a line of numbers above each."""

import re
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


def number(value: float, decimals: int = 2) -> str:
    """``value`` with ``decimals`` places and a true minus sign; never "−0.00"."""
    rounded = round(float(value), decimals) + 0.0
    return f"{rounded:.{decimals}f}".replace("-", "−")


def magnitude(value: float, digits: int = 3) -> str:
    """A positive ``value`` with ``digits`` digits, as a power of ten where it is below 0.001 or above 10,000."""
    if value < 1e-12:
        return "below 10^-12"
    if 0.001 <= value < 9999.5:
        return np.format_float_positional(float(f"{value:.{digits}g}"), trim="-")
    factor, exponent = f"{value:.1e}".split("e")
    return f"{factor} × 10^{int(exponent)}"


def raised(text: str) -> str:
    """``text`` with its powers, 10^-4, as a picture shows them: 10⁻⁴."""
    return re.sub(r"\^(-?\d+)", lambda power: power[1].translate(SUPERSCRIPTS), text)


def outline(points: NDArray[np.floating], heights: NDArray[np.floating]) -> NDArray[np.floating]:
    """The corners (n + 2, 2) of the region between a curve and the axis."""
    along = np.concatenate([points[:1], points, points[-1:]])
    return np.column_stack([along, np.concatenate([[0.0], heights, [0.0]])])
