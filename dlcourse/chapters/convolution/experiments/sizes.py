"""The experiment on the size of the output: which pixels each window reads, in one row of pixels."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray

from dlcourse.experiments.controls import Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.plots import style
from dlcourse.scratch.windows import conv_output_size

MOST_PIXELS, MOST_PADDING = 16, 3
MOST_PLACES = MOST_PIXELS + 2 * MOST_PADDING
ROOMS = (8, 14, MOST_PLACES)  # windows that the panel has room for


def compute_output_size(n: int, kernel: int, padding: int, stride: int, dilation: int) -> Values:
    """How many windows fit along a row of ``n`` pixels, and which pixels each of them reads.

    ``reach`` is how many pixels a window covers. ``reads`` (places, kernel) are pixels of the row, counted from 0 at
    its first one: those of the padding lie below 0 and from n on. ``counts`` (n,): how many windows read each pixel.
    """
    covered = dilation * (kernel - 1) + 1
    fits = covered <= n + 2 * padding
    size = conv_output_size(n, kernel, padding, stride, dilation) if fits else 0
    reads = stride * np.arange(size)[:, None] + dilation * np.arange(kernel) - padding
    inside = reads[(reads >= 0) & (reads < n)]
    return {
        "n": n,
        "padding": padding,
        "size": size,
        "reach": covered,
        "reads": reads,
        "counts": np.bincount(inside, minlength=n),
    }


class OutputSizePicture:
    """Above the row of pixels with a line of dots for each window, below how many windows read each pixel."""

    def __init__(self, figure: Figure, values: Values) -> None:
        above, below = figure.subplots(2, 1, height_ratios=(2.0, 1.0), sharex=True)
        self.axes = {"windows": above, "counts": below}
        self._make_windows(label(above, "What each window reads", "", "output"))
        self._make_counts(label(below, "How many windows read each pixel", "pixel", "windows"))
        self.numbers = readout(above), readout(below)
        self.moving: list[Artist] = [self.inside, self.outside, self.unread, self.lines, self.dots]
        self.moving += [self.bars, *self.counts, *self.numbers]
        self.update(values)

    def _make_windows(self, ax: Axes) -> None:
        ax.set(xlim=(-MOST_PADDING - 0.7, MOST_PIXELS + MOST_PADDING - 0.3))
        ax.yaxis.set_major_locator(FixedLocator(range(0, MOST_PLACES, 5)))
        ax.xaxis.set_major_locator(FixedLocator(range(0, MOST_PIXELS, 5)))
        how: dict[str, Any] = {"linestyle": "", "marker": "s", "markersize": 9, "markeredgecolor": style.GREY}
        (self.inside,) = ax.plot([], [], markerfacecolor=style.SKY, **how)
        (self.outside,) = ax.plot([], [], markerfacecolor="white", **how)
        (self.unread,) = ax.plot([], [], "X", color=style.ORANGE, markersize=9, markeredgecolor="white")
        (self.lines,) = ax.plot([], [], color=style.SKY, linewidth=5)
        (self.dots,) = ax.plot([], [], "o", color=style.BLUE, markersize=5)

    def _make_counts(self, ax: Axes) -> None:
        ax.set(ylim=(0, 9.5), yticks=range(0, 9, 4))
        (self.bars,) = ax.plot([], [], color=style.SKY, linewidth=10, solid_capstyle="butt")
        how: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL}
        self.counts = [ax.text(k, 0, "", color=style.BLACK, **how) for k in range(MOST_PIXELS)]

    def update(self, values: Values) -> None:
        """Draws the row, the windows and the counts."""
        n, padding, reads = values["n"], values["padding"], values["reads"]
        room = next(room for room in ROOMS if len(reads) <= room)
        self.axes["windows"].set_ylim(room - 0.4, -0.17 * room)
        around = np.concatenate([np.arange(-padding, 0), np.arange(n, n + padding)])
        self.inside.set_data(np.arange(n), np.full(n, -0.1 * room))
        unread = np.flatnonzero(values["counts"] == 0)
        self.unread.set_data(unread, np.full(unread.size, -0.1 * room))
        self.outside.set_data(around, np.full(around.size, -0.1 * room))
        places = np.repeat(np.arange(len(reads)), reads.shape[1])
        self.dots.set_data(reads.ravel(), places)
        ends = np.column_stack([reads[:, 0], reads[:, -1], np.full(len(reads), np.nan)])
        self.lines.set_data(ends.ravel(), np.repeat(np.arange(len(reads)), 3))
        self._show_counts(values["counts"])
        self.numbers[0].set_text(_told(values))
        self.numbers[1].set_text(f"read by none: {_listed(values['counts'])}")

    def _show_counts(self, counts: NDArray[np.int64]) -> None:
        tops = np.column_stack([np.zeros(counts.size), counts, np.full(counts.size, np.nan)])
        self.bars.set_data(np.repeat(np.arange(counts.size), 3), tops.ravel())
        for pixel, text in enumerate(self.counts):
            is_there = pixel < counts.size
            text.set_text(str(counts[pixel]) if is_there else "")
            text.set_y(counts[pixel] + 0.2 if is_there else 0.0)
            text.set_color(style.ORANGE if is_there and counts[pixel] == 0 else style.BLACK)


def _told(values: Values) -> str:
    """The reach of a window and the size of the output."""
    reach = values["reach"]
    window = f"a window reaches over {reach} {'pixel' if reach == 1 else 'pixels'}"
    return f"{window}; size of the output: {values['size']}" if values["size"] else f"{window}: none fits"


def _listed(counts: NDArray[np.int64]) -> str:
    """The pixels that no window reads."""
    pixels = np.flatnonzero(counts == 0)
    if pixels.size == counts.size:
        return "all pixels"
    return ", ".join(map(str, pixels)) if pixels.size else "no pixel"


def describe_output_size(parameters: Mapping[str, Any], values: Values) -> str:
    """The size, how far a window reaches, and the pixels that none reads."""
    n, kernel, padding = (parameters[name] for name in ("n", "kernel", "padding"))
    stride, dilation = parameters["stride"], parameters["dilation"]
    settings = (
        f"Pixels n = {n}, kernel f = {kernel}, padding p = {padding}, stride s = {stride}, dilation d = {dilation}"
    )
    reaches = f"A window reaches over {values['reach']} of the {n + 2 * padding} pixels, padding included"
    if not values["size"]:
        return f"{settings}. {reaches}: it fits nowhere, and there is no output."
    counts = values["counts"]
    most = f"The fewest windows that read a pixel of the row are {counts.min()}, the most {counts.max()}"
    unread = "none is left out" if counts.all() else f"read by no window: {_listed(counts)}"
    numbers = "1 number" if values["size"] == 1 else f"{values['size']} numbers"
    return f"{settings}. {reaches}. The output has {numbers}. {most}; {unread}."


output_size = Experiment(
    name="output_size",
    title="How large is the output?",
    prediction=Prediction(
        question="A kernel of 3 pixels slides over a row of 9 with stride 3 and no padding, and gives 3 numbers. Now "
        "the row has 11 pixels, so that two stand behind the third window. What happens to them?",
        choices=(
            "A fourth window reads them, with a 0 for the pixel that is missing",
            "A fourth window reads them, moved back so that it ends with the row",
            "Nothing: no window reads them",
            "They do not fit, so this is an error",
        ),
        answer=2,
        explanation="A window stands where all of it lies inside the (padded) row: $\\lfloor (11 - 3)/3 \\rfloor + 1 "
        "= 3$ times, and pixels 9 and 10 have no part in the output. Whatever stands there could be changed and nobody "
        "would notice. The fraction is rounded down without a word, so no error tells you; zeros are added only where "
        "you ask for padding, and then on both sides: with $p = 1$ there are 4 windows. Now find a padding with which "
        "the output is as long as the row, for stride 1 and kernels of 3, 5 and 7; then give the kernel a dilation, "
        "or a stride larger than itself.",
    ),
    controls=(
        Slider("n", "Pixels n", 1, MOST_PIXELS, step=1, value=11),
        Slider("kernel", "Kernel f", 1, 7, step=1, value=3),
        Slider("padding", "Padding p", 0, MOST_PADDING, step=1, value=0),
        Slider("stride", "Stride s", 1, 4, step=1, value=3),
        Slider("dilation", "Dilation d", 1, 3, step=1, value=1),
    ),
    compute=compute_output_size,
    picture=OutputSizePicture,
    describe=describe_output_size,
    size=(9.0, 4.4),
    locked={"n": 9},
)
