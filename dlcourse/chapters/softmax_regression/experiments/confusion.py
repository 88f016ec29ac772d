"""The experiment on the confusion matrix of digits: choose a cell and see what was misread."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.softmax_regression.experiments.digits import CLASSES, MOST_STEPS, SIDE, digits, train
from dlcourse.experiments.controls import Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent
from dlcourse.plots import style
from dlcourse.scratch import losses

Counts = NDArray[np.int64]

LEARNING_RATE, PENALTY = 1.0, 0.0
ROWS, COLUMNS = 3, 4
SHOWN = ROWS * COLUMNS  # digits of a cell that are drawn
CELL_WIDTH, CELL_HEIGHT = SIDE + 3, SIDE + 5  # pixels from one digit's corner to the next; two lines of writing below
FULL_CELL = 36  # digits of one class: the darkest blue; mistakes have shades of their own
MANY_MISTAKES = 10


@lru_cache(maxsize=MOST_STEPS + 1)
def read_digits(steps: int) -> tuple[Array, Counts, Counts]:
    """The held-out digits after ``steps``: probabilities (359, 10), digits as read (359,), counts (10, 10)."""
    inputs, labels = digits()["held out"]
    run = train(LEARNING_RATE, PENALTY)
    probabilities = losses.softmax(inputs @ run.weights[steps] + run.bias[steps])
    read = probabilities.argmax(axis=1)
    counts = np.zeros((CLASSES, CLASSES), dtype=np.int64)
    np.add.at(counts, (labels, read), 1)
    for array in (probabilities, read, counts):
        array.flags.writeable = False
    return probabilities, read, counts


def compute_confusion(steps: int, true_digit: int, read_as: int) -> Values:
    """The confusion matrix (true digit, read as) and up to 12 digits of the chosen cell.

    ``images`` (k, 8, 8), k at most 12, with their probabilities of being ``read_as`` and ``true_digit``, (k,) each: of
    mistakes the surest first, of digits read right the least sure first.
    """
    inputs, labels = digits()["held out"]
    probabilities, read, counts = read_digits(steps)
    cell = np.flatnonzero((labels == true_digit) & (read == read_as))
    sureness = probabilities[cell, read_as]
    order = np.argsort(sureness if true_digit == read_as else -sureness, kind="stable")
    chosen = cell[order][:SHOWN]
    return {
        "true_digit": true_digit,
        "read_as": read_as,
        "counts": counts,
        "right": int(np.trace(counts)),
        "total": len(labels),
        "images": inputs[chosen].reshape(-1, SIDE, SIDE),
        "read_probability": probabilities[chosen, read_as],
        "true_probability": probabilities[chosen, true_digit],
    }


class ConfusionPicture:
    """Left the confusion matrix with the chosen cell framed, right the digits that fell into it."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.0, 1.0))
        self.axes = {"matrix": left, "digits": right}
        self._make_matrix(label(left, "Confusion matrix", "read as", "true digit"))
        self._make_digits(label(right, "Digits of the chosen cell", "", ""))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.shades, *self.counts, self.frame, self.mosaic, *self.captions, *self.numbers]
        self.update(values)

    def _make_matrix(self, ax: Axes) -> None:
        side = (-0.5, CLASSES - 0.5)
        ax.set(xlim=side, ylim=side[::-1], aspect="equal", anchor="N", xticks=range(CLASSES), yticks=range(CLASSES))
        ax.grid(False)
        ax.set_xticks(np.arange(CLASSES - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(CLASSES - 1) + 0.5, minor=True)
        ax.grid(True, which="minor", color=style.GRID, linewidth=0.8)
        ax.spines[["top", "right"]].set(visible=True, color=style.GREY)
        ax.tick_params(which="both", length=0)
        edges = np.arange(CLASSES + 1) - 0.5
        self.shades = ax.pcolormesh(edges, edges, np.zeros((CLASSES, CLASSES, 4), dtype=np.uint8))  # no resampling
        how: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 10.5, "visible": False}
        self.counts = [ax.text(k % CLASSES, k // CLASSES, "", **how) for k in range(CLASSES**2)]
        self.frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.BLACK, linewidth=3, zorder=4)
        ax.add_patch(self.frame)

    def _make_digits(self, ax: Axes) -> None:
        height, width = ROWS * CELL_HEIGHT, COLUMNS * CELL_WIDTH - 3
        ax.set_axis_off()
        self.pixels = np.zeros((height, width, 4), dtype=np.uint8)
        self.mosaic = ax.pcolormesh(np.arange(width + 1) - 0.5, np.arange(height + 1) - 0.5, self.pixels)
        ax.set(xlim=(-2, width + 1), ylim=(height - 0.5, -0.5), aspect="equal", anchor="N")
        self.captions = []
        for place in range(SHOWN):
            row, column = divmod(place, COLUMNS)
            x, y = column * CELL_WIDTH + SIDE / 2 - 0.5, row * CELL_HEIGHT + SIDE
            how: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": 9.5, "linespacing": 1.1}
            self.captions.append(ax.text(x, y, "", color=style.BLACK, **how))
            self.captions[-1].set_in_layout(False)

    def update(self, values: Values) -> None:
        """Fills the matrix, frames the chosen cell and shows its digits."""
        counts, true_digit, read_as = values["counts"], values["true_digit"], values["read_as"]
        self.shades.set_array(_shades(counts))
        for text, count in zip(self.counts, counts.ravel(), strict=True):
            text.set(text=str(count), visible=bool(count > 0), color="white" if count > FULL_CELL / 2 else "black")
        self.frame.set_xy((read_as - 0.5, true_digit - 0.5))
        self.pixels[:] = 0
        for text in self.captions:
            text.set_text("")
        shown = zip(values["images"], values["read_probability"], values["true_probability"], strict=True)
        for place, (image, as_read, as_true) in enumerate(shown):
            row, column = divmod(place, COLUMNS)
            top, left = row * CELL_HEIGHT, column * CELL_WIDTH
            self.pixels[top : top + SIDE, left : left + SIDE] = mpl.colormaps["Greys"](0.12 + 0.88 * image, bytes=True)
            lines = [f"{read_as}: {percent(as_read, 0)}"] + [f"{true_digit}: {percent(as_true, 0)}"] * (
                true_digit != read_as
            )
            self.captions[place].set_text("\n".join(lines))
        self.mosaic.set_array(self.pixels)
        share = 100 * values["right"] / values["total"]
        self.numbers[0].set_text(f"{values['right']} of {values['total']} right: accuracy {share:.1f} %")
        self.numbers[1].set_text(_tell_cell(values))


def _shades(counts: Counts) -> NDArray[np.uint8]:
    """Blue on the diagonal, orange off it, darker for more, transparent for none: (10, 10, 4)."""
    right = mpl.colormaps["Blues"](np.minimum(counts / FULL_CELL, 1) * 0.85, bytes=True)
    wrong = mpl.colormaps["Oranges"](np.minimum(counts / MANY_MISTAKES, 1) * 0.55, bytes=True)
    wrong[counts > FULL_CELL / 2] = mpl.colormaps["Oranges"](0.85, bytes=True)  # dark under white writing
    return np.where(np.eye(CLASSES, dtype=bool)[:, :, None], right, wrong) * (counts > 0)[:, :, None]


def _tell_cell(values: Values) -> str:
    true_digit, read_as, shown = values["true_digit"], values["read_as"], len(values["images"])
    count = values["counts"][true_digit, read_as]
    cell = f"{count} of {true_digit} read as {read_as}"
    if not count:
        return f"no {true_digit} is read as {read_as}"
    if true_digit == read_as:
        return f"{cell}; the {shown} least sure" if shown < count else f"{cell}, least sure first"
    return f"{cell}; the {shown} surest" if shown < count else f"{cell}, surest first"


def describe_confusion(parameters: Mapping[str, Any], values: Values) -> str:
    """Accuracy, the most frequent mistake, and what lies in the chosen cell."""
    steps, counts = parameters["steps"], values["counts"]
    mistakes = counts * ~np.eye(CLASSES, dtype=bool)
    most = int(mistakes.max())
    pairs = [f"{true} read as {read}" for true, read in np.argwhere(mistakes == most)]
    often = f"{', '.join(pairs[:3])}{' and others' if len(pairs) > 3 else ''}"
    text = (
        f"After {steps} {'step' if steps == 1 else 'steps'} of training, {values['right']} of {values['total']} digits "
        f"of the validation and test parts are read right, {100 * values['right'] / values['total']:.1f} %. "
        f"The most frequent mistake, {most} times: {often}. In the chosen cell: {_tell_cell(values)}"
    )
    if not len(values["images"]):
        return f"{text}."
    first = f"{percent(values['read_probability'][0], 0)} for {values['read_as']}"
    if values["true_digit"] != values["read_as"]:
        first += f" and {percent(values['true_probability'][0], 0)} for {values['true_digit']}"
    return f"{text}; the model gives the first of them {first}."


confusion = Experiment(
    name="confusion",
    title="Which digits are misread",
    prediction=Prediction(
        question="After 300 steps of training the most frequent mistake is that an 8 is read as a 1: four times. How "
        "often, do you expect, is a 1 read as an 8?",
        choices=(
            "About as often: an 8 is as like a 1 as a 1 is like an 8",
            "Less often",
            "More often",
        ),
        answer=1,
        explanation="Once (choose true digit 1, read as 8). Four against one is little to go by; when each of all "
        "1,797 digits is held out once, by ten-fold cross-validation, it is about 8 against 3, still few. Likeness is "
        "symmetric, mistakes need not be: an image is read as the class with the largest score, and each class has a "
        "score of its own. The four eights have more of their ink than others in the two middle columns, where ink "
        "speaks for a 1. So read a confusion matrix by rows and by columns: how often a digit is missed, and how "
        "often it is named wrongly, are two questions.",
    ),
    controls=(
        Slider("steps", "Steps of training", 0, MOST_STEPS, step=1, value=0),
        Slider("true_digit", "True digit (row)", 0, 9, step=1, value=3),
        Slider("read_as", "Read as (column)", 0, 9, step=1, value=0),
    ),
    play=Play("steps", interval=80),
    compute=compute_confusion,
    picture=ConfusionPicture,
    describe=describe_confusion,
    size=(9.0, 5.1),
)
