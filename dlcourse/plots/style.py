"""Sizes and colours of every figure of the course, in one place.

The palette is that of Okabe and Ito (2008), "Color universal design": its colours stay apart for readers with the
common kinds of colour blindness. Figures are made without pyplot, so that nothing is shown twice and nothing is
global; the background is white in the light and in the dark theme, as on paper.

Whatever style sheet, ``rcParams`` or ``matplotlibrc`` a reader works with is theirs and stays as it is; the figures of
the course do not take it over. See ``course_style``.
"""

import inspect
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
YELLOW = "#E69F00"
GREY = "#6b6b6b"
BLACK = "#1a1a1a"

GRID = "#e4e4e4"

# On dark paper each role has a tone of the same hue that stands out as much (tests/plots/test_style.py: text at least
# 4.5 to 1). Experiments are painted by the page, which takes these in a dark theme; still pictures stay on white.
DARK_PAPER = "#111111"
DARK_TONES = {
    "#ffffff": DARK_PAPER,
    BLACK.lower(): "#ececec",
    GREY.lower(): "#a6a6a6",
    GRID: "#303030",
    BLUE.lower(): "#4ba3e3",
    ORANGE.lower(): "#f08a4b",
    GREEN.lower(): "#2cc295",
    PURPLE.lower(): "#dd94bb",
    SKY.lower(): "#8ccbf2",
    YELLOW.lower(): "#f0b43c",
}

CYCLE = (BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW)
SEQUENTIAL = "viridis"
DIVERGING = "RdBu_r"

WIDTH, HEIGHT = 6.4, 3.6  # inches of one panel
DOTS_PER_INCH = 110  # sharp at the width of a notebook, and a PNG of tens of kilobytes

SETTINGS: Any = {  # Any: matplotlib's own type lists 300 names
    "font.size": 11.0,
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same letters on every machine
    "axes.titlesize": 12.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 11.0,
    "text.color": BLACK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": BLACK,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=CYCLE),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}

# The backend is no matter of looks, and asking for it may choose one.
_LOOK = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"} | SETTINGS
_one_at_a_time = threading.RLock()
_applied = ContextVar("_applied", default=False)


@contextmanager
def course_style() -> Iterator[None]:
    """Inside, matplotlib has the course's look and nothing of the reader's ``rcParams``; outside, these are unchanged.

    As ``with course_style():`` or as the decorator ``@course_style()``. It belongs around the making of artists and
    around drawing and saving: ticks, among others, take their looks when they are first drawn. ``rcParams`` are one for
    the whole process, so one thread at a time is inside and others wait. Inside another one it does nothing.
    """
    if _applied.get():
        yield
        return
    with _one_at_a_time:
        differing = {name: value for name, value in _LOOK.items() if mpl.rcParams[name] != value}
        token = _applied.set(True)
        try:
            with mpl.rc_context(differing):
                yield
        finally:
            _applied.reset(token)


_Class = TypeVar("_Class", bound=type)


def _keeping_the_look(drawing: _Class) -> _Class:
    """Gives a class whose public methods, inherited ones too, run in the course's style."""
    for name, method in inspect.getmembers(drawing, inspect.isfunction):
        if not name.startswith("_"):
            setattr(drawing, name, course_style()(method))
    return drawing


@_keeping_the_look
class CourseFigure(Figure):
    """A figure that keeps the course's look in whatever a cell does with it: ``figure.savefig("mine.png")``."""


@_keeping_the_look
class CourseAxes(Axes):
    """Axes that keep the course's look in whatever a cell draws on them: ``ax.plot(...)``, ``ax.legend()``."""


@course_style()
def new_figure(rows: int = 1, columns: int = 1, *, size: tuple[float, float] | None = None) -> Figure:
    """A figure with ``rows`` x ``columns`` axes in the course's style, laid out without overlaps.

    ``size`` is (width, height) in inches; by default each panel is as wide as ``WIDTH`` alone, narrower side by side.
    """
    if size is None:
        size = (WIDTH if columns == 1 else 4.6 * columns, HEIGHT * rows)
    figure = CourseFigure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    figure.subplots(rows, columns, subplot_kw={"axes_class": CourseAxes})
    return figure


def new_axes() -> Axes:
    """The axes of a new figure with one panel."""
    return new_figure().axes[0]


@course_style()
def apply(ax: Axes) -> Axes:
    """Gives axes that were made elsewhere the course's look: no frame on top and right, quiet grid, sizes."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(color=GREY, labelcolor=BLACK, labelsize=10)
    ax.grid(True, color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.title.set(fontsize=12, fontweight="bold")
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(fontsize=11, color=BLACK)
    return ax
