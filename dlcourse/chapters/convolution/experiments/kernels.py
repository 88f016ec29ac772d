"""The experiment on the nine numbers of a kernel: a photograph is filtered while they change."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.convolution.experiments.photographs import NAMES, filtered, grey
from dlcourse.experiments.controls import Menu, Toggle
from dlcourse.experiments.experiment import Experiment, Table, Values
from dlcourse.experiments.images import LEVELS, MosaicImage
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.experiments.tints import between
from dlcourse.numerals import fixed, short
from dlcourse.plots import style

IDENTITY = ((0, 0, 0), (0, 1, 0), (0, 0, 0))
READY = {
    "Identity": IDENTITY,
    "Mean": np.full((3, 3), 1 / 9),
    "Sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "Edges in x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Edges in y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "Laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "Random": np.random.default_rng(13).uniform(-1, 1, (3, 3)).round(1),
}
LARGEST = 9.0  # of a kernel's numbers
DARKEST, BRIGHTEST = -1.0, 2.0  # where the colours for numbers that are no brightness are full
PARTS = np.array([0.0, 0.2, 0.8, 1.0])  # of the colours: below 0, from 0 to 1, above 1
ENDS = np.array([DARKEST, 0.0, 1.0, BRIGHTEST])


def compute_paint_a_kernel(kernel: Array, photograph: str, flip: bool) -> Values:
    """The photograph, the kernel as it is laid over each window, and the result where all of the window lies inside.

    ``photograph`` and ``result`` are (104, 158): the outermost pixels of the first are left out too. With ``flip`` the
    kernel is turned by 180 degrees, as a convolution has it.
    """
    image = grey(photograph)
    laid = np.array(kernel[::-1, ::-1] if flip else kernel)
    result = filtered(image, laid)
    return {
        "photograph": image[1:-1, 1:-1],
        "result": result,
        "laid": laid,
        "flip": flip,
        "sum": float(laid.sum()),
        "outside": float(((result < 0) | (result > 1)).mean()),
    }


def _shades() -> ListedColormap:
    """From blue (below 0) over black (0) and white (1) to orange (above 1), in PARTS."""
    ways = np.interp(np.linspace(0, 1, LEVELS), PARTS, ENDS)[:, None]
    low, high = np.sqrt(np.clip(-ways, 0, 1)), np.sqrt(np.clip(ways - 1, 0, 1))  # small differences are seen
    middle = np.clip(ways, 0, 1)
    return ListedColormap(low * to_rgb(style.SKY) + (1 - high) * middle + high * to_rgb(style.ORANGE))


SHADES = _shades()


def coloured(numbers: Array) -> NDArray[np.uint8]:
    """The colours (rows, columns, 4) of ``numbers`` (rows, columns)."""
    return SHADES(np.interp(numbers, ENDS, PARTS), bytes=True)


class PaintAKernelPicture:
    """Left the photograph, in the middle the kernel as it is laid over each window, right the result."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, middle, right = figure.subplots(1, 3, width_ratios=(1.0, 0.42, 1.0))
        self.axes = {"photograph": left, "kernel": middle, "result": right}
        self.photograph = self._panel(left, "Photograph", "black: 0, white: 1")
        self.result = self._panel(right, "Filtered", "blue: below 0, orange: above 1")
        self._make_kernel(middle)
        self.numbers = [readout(ax) for ax in (left, middle, right)]
        self.moving: list[Artist] = [self.photograph, self.result, self.tints, *self.cells, *self.numbers]
        self.update(values)

    @staticmethod
    def _panel(ax: Axes, title: str, below: str) -> MosaicImage:
        label(ax, title, below, "").grid(False)
        rows, columns = grey("china").shape
        ax.set(xlim=(0, columns - 2), ylim=(0, rows - 2), aspect="equal", anchor="N", xticks=[], yticks=[])
        ax.spines[["left", "bottom"]].set_visible(False)
        return MosaicImage(ax, photograph=True)

    def _make_kernel(self, ax: Axes) -> None:
        label(ax, "Kernel", "", "").grid(False)
        ax.set_axis_off()
        shades = between(style.BLUE, style.ORANGE, 0.5)
        self.tints = ax.imshow(np.zeros((3, 3)), cmap=shades, vmin=-1, vmax=1, interpolation="nearest")
        ax.set(xlim=(-0.5, 2.5), ylim=(2.5, -0.5), aspect="equal", anchor="N")
        for edge in np.arange(4) - 0.5:
            for x, y in (([-0.5, 2.5], [edge, edge]), ([edge, edge], [-0.5, 2.5])):
                ax.plot(x, y, color=style.GREY, linewidth=1, clip_on=False)
        how: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 10, "color": style.BLACK}
        self.cells = [ax.text(k % 3, k // 3, "", zorder=5, **how) for k in range(9)]

    def update(self, values: Values) -> None:
        """Shows photograph and result, and writes the kernel's numbers."""
        laid = values["laid"]
        self.photograph.set_data(coloured(values["photograph"]))
        self.result.set_data(coloured(values["result"]))
        self.tints.set_data(laid / max(np.abs(laid).max(), 1e-9))
        for text, number in zip(self.cells, laid.ravel(), strict=True):
            text.set_text(short(number).replace("-", "−"))
        self.numbers[0].set_text(f"mean {fixed(values['photograph'].mean())}")
        self.numbers[1].set_text(f"{'turned, ' if values['flip'] else ''}sum {fixed(values['sum'])}")
        self.numbers[2].set_text(f"mean {fixed(values['result'].mean())}, {_range(values)}")


def _range(values: Values) -> str:
    return f"from {fixed(values['result'].min())} to {fixed(values['result'].max())}"


def _told_sum(total: float) -> str:
    """What the sum of a kernel's numbers makes of an even area."""
    total = round(total, 2) + 0.0
    if total == 0:
        return "0: an even area, bright or dark, becomes 0"
    if total == 1:
        return "1: an even area stays as bright as it was"
    return f"{fixed(total)}: an even area becomes {fixed(total)} times what it was"


def describe_paint_a_kernel(parameters: Mapping[str, Any], values: Values) -> str:
    """The kernel row by row, its sum and what that means, and the range of the result."""
    rows = "; ".join(", ".join(short(number).replace("-", "−") for number in row) for row in values["laid"])
    way = "turned by 180°, so that this is a convolution" if values["flip"] else "as it is: a cross-correlation"
    outside = f"{100 * values['outside']:.0f} %"
    return (
        f"The photograph ({NAMES[parameters['photograph']].lower()}, mean brightness "
        f"{fixed(values['photograph'].mean())}) and what the kernel makes of it, {way}. Laid over each window are "
        f"{rows}. They add up to {_told_sum(values['sum'])}. The result has the mean {fixed(values['result'].mean())} "
        f"and goes {_range(values)}; {outside} of it is no brightness between 0 and 1."
    )


paint_a_kernel = Experiment(
    name="paint_a_kernel",
    title="Paint a kernel",
    prediction=Prediction(
        question="A kernel has 5 in its centre, −1 above, below, left and right of it, and 0 in the corners. What "
        "will the photograph look like, filtered with it?",
        choices=(
            "About five times as bright, so nearly all white",
            "As bright as before, its edges stronger",
            "Black but for its edges",
            "Softer, since each pixel is mixed with its neighbours",
        ),
        answer=1,
        explanation="Where all nine pixels are equal, to $b$ say, the sum is $5b - 4b = b$: an even area stays as "
        "bright as it was, since the kernel's numbers add up to 1. Where a pixel is brighter than its neighbours, the "
        "result is brighter still, and where it is darker, darker: edges become stronger, beyond 0 and 1 in places. "
        "Five times as bright would be the centre without its neighbours. Black but for its edges needs numbers that "
        "add up to 0, as those of the Laplacian do. A soft picture needs neighbours that are added, not subtracted: "
        "try the mean. Now make kernels of your own, and watch the sum.",
    ),
    controls=(
        Table("kernel", "Kernel", READY, -LARGEST, LARGEST, step=0.1, value="Sharpen"),
        Menu("photograph", "Photograph", NAMES),
        Toggle("flip", "Convolution: turn the kernel by 180°"),
    ),
    compute=compute_paint_a_kernel,
    picture=PaintAKernelPicture,
    describe=describe_paint_a_kernel,
    size=(9.0, 3.2),
    locked={"kernel": IDENTITY},
)
