"""The experiment that watches the ten weight images of softmax regression on digits while it is trained."""

from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.softmax_regression.experiments.digits import CLASSES, MOST_STEPS, SIDE, class_differences, train
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.plots import style

ROWS, COLUMNS = 3, 4  # of the ten images; the scale of colours stands in the last two places
CELL_WIDTH, CELL_HEIGHT = SIDE + 1, SIDE + 3  # pixels between the corners of neighbours; the digit stands above
EARLY = 50  # steps up to which the likeness to the class means is told
LOWEST, HIGHEST = 0.04, 7.0  # of the loss, on its logarithmic scale


def compute_digit_weights(steps: int, learning_rate: str, penalty: str) -> Values:
    """The weights after ``steps`` and the whole course of losses and accuracies of this training run.

    ``images`` (10, 8, 8): the weights of each class. ``likeness`` is the correlation of all 640 weights with the class
    means minus the mean of all digits, empty at step 0.
    """
    run = train(float(learning_rate), float(penalty))
    weights = run.weights[steps]
    likeness = np.corrcoef(weights.ravel(), class_differences().ravel())[0, 1] if steps else []
    return {
        "steps": steps,
        "images": weights.T.reshape(CLASSES, SIDE, SIDE),
        "largest": float(np.abs(weights).max()),
        "length": float(np.sqrt((weights**2).sum())),
        "likeness": np.atleast_1d(likeness).astype(np.float64),
        "training_loss": run.training_loss,
        "validation_loss": run.validation_loss,
        "training_accuracy": run.training_accuracy,
        "validation_accuracy": run.validation_accuracy,
    }


class DigitWeightsPicture:
    """Left the ten weight images on a common scale; right the losses above the accuracies, and the current step."""

    def __init__(self, figure: Figure, values: Values) -> None:
        axes = figure.subplot_mosaic([["images", "loss"], ["images", "accuracy"]], width_ratios=(1.3, 1.0))
        self.axes = dict(axes)
        self._make_images(label(axes["images"], "Weights of each class", "", ""))
        self.training: dict[str, Line2D] = {}
        self.validation: dict[str, Line2D] = {}
        self.marks: list[Line2D] = []
        self._make_curves(axes["loss"], "loss")
        self._make_curves(axes["accuracy"], "accuracy")
        legend_below(axes["accuracy"])
        self.numbers = {name: readout(ax) for name, ax in axes.items()}
        self.moving: list[Artist] = [self.image, *self.training.values(), *self.validation.values(), *self.marks]
        self.moving += self.numbers.values()
        self.update(values)

    def _make_images(self, ax: Axes) -> None:
        """One mosaic of all images, the digits above them, and in the last two places the scale of colours."""
        height, width = ROWS * CELL_HEIGHT, COLUMNS * CELL_WIDTH - 1
        ax.set_axis_off()
        self.mosaic = np.zeros((height, width, 4), dtype=np.uint8)  # transparent between the images
        edges = np.arange(width + 1) - 0.5, np.arange(height + 1) - 0.5
        self.image = ax.pcolormesh(*edges, self.mosaic)  # no resampling, as imshow would
        for digit in range(CLASSES):
            row, column = divmod(digit, COLUMNS)
            x, y = column * CELL_WIDTH + SIDE / 2 - 0.5, row * CELL_HEIGHT + 1.3
            ax.text(x, y, str(digit), fontsize=SMALL, fontweight="bold", ha="center", va="bottom", color=style.BLACK)
            corner = (x - SIDE / 2 - 0.1, row * CELL_HEIGHT + 1.4)  # a frame around the image, not below it
            ax.add_patch(Rectangle(corner, SIDE + 0.2, SIDE + 0.2, fill=False, edgecolor=style.GREY, linewidth=1))
        scale = mpl.colormaps[style.DIVERGING](np.linspace(0, 1, 101))[None]
        left, right, y = 2 * CELL_WIDTH + 0.5, width - 0.5, height - 6
        ax.imshow(scale, extent=(left, right, y + 0.9, y - 0.9), interpolation="nearest", aspect="equal")
        names = ((left, "−", "left"), ((left + right) / 2, "0", "center"), (right, "+", "right"))
        for x, text, side in names:
            ax.text(x, y + 1.4, text, fontsize=SMALL, ha=side, va="top", color=style.BLACK)
        ax.set(xlim=(-0.8, width - 0.2), ylim=(height - 0.2, -0.5), aspect="equal", anchor="N")

    def _make_curves(self, ax: Axes, name: str) -> None:
        last = name == "accuracy"
        label(ax, name.capitalize(), "steps" if last else "", "share right" if last else "cross-entropy")
        ax.set(xlim=(-6, MOST_STEPS + 6))
        if last:
            ax.set(ylim=(0, 1.04), yticks=np.linspace(0, 1, 5))
        else:
            ax.set(yscale="log", ylim=(LOWEST, HIGHEST))
            ax.set_yticks([0.1, 0.5, 2], ["0.1", "0.5", "2"])
            ax.yaxis.set_minor_locator(NullLocator())
            ax.tick_params(labelbottom=False)
        (self.training[name],) = ax.plot([], [], "-", color=style.BLUE, linewidth=2, label="training")
        (self.validation[name],) = ax.plot([], [], "--", color=style.ORANGE, linewidth=2, label="validation")
        self.marks += ax.plot([], [], "o", color=style.BLUE, markersize=8, markeredgecolor="white", zorder=4)
        self.marks += ax.plot([], [], "^", color=style.ORANGE, markersize=9, markeredgecolor="white", zorder=4)

    def update(self, values: Values) -> None:
        """Colours the images by ``values`` and moves the marks along the curves."""
        steps, largest = values["steps"], values["largest"]
        for digit, image in enumerate(_colours(values["images"], largest)):
            row, column = divmod(digit, COLUMNS)
            top, left = row * CELL_HEIGHT + 2, column * CELL_WIDTH
            self.mosaic[top : top + SIDE, left : left + SIDE] = image
        self.image.set_array(self.mosaic)
        marks = iter(self.marks)
        for name in ("loss", "accuracy"):
            for part, curves in (("training", self.training), ("validation", self.validation)):
                along = values[f"{part}_{name}"]
                curves[name].set_data(np.arange(len(along)), along)
                next(marks).set_data([steps], [along[steps]])
        after = f"after {steps} {'step' if steps == 1 else 'steps'}"
        self.numbers["images"].set_text(
            f"{after}: from −{largest:.2g} (blue) to {largest:.2g} (red)" if largest else f"{after}: all are 0"
        )
        self.numbers["loss"].set_text(_pair(values, "loss"))
        self.numbers["accuracy"].set_text(_pair(values, "accuracy"))


def _pair(values: Values, name: str) -> str:
    training, validation = (values[f"{part}_{name}"][values["steps"]] for part in ("training", "validation"))
    return f"training {training:.3f}, validation {validation:.3f}"


def _colours(images: Array, largest: float) -> NDArray[np.uint8]:
    """Red above 0, blue below, white at 0; the darkest at +-``largest``: (10, 8, 8, 4)."""
    scaled = images / (2 * largest) + 0.5 if largest else np.full(images.shape, 0.5)
    return mpl.colormaps[style.DIVERGING](scaled, bytes=True)


def describe_digit_weights(parameters: Mapping[str, Any], values: Values) -> str:
    """How far training has come, with losses, accuracies and the range of the weights."""
    steps, best = values["steps"], int(values["validation_loss"].argmin())
    if steps == 0:
        images = "All weights are 0, so the ten images are blank and every class has the probability 0.1."
    else:
        images = (
            f"The ten weight images lie between ±{values['largest']:.2g}; the length of all weights is "
            f"{values['length']:.2f}"
        )
        images += (
            "."
            if steps > EARLY
            else (
                f", and their correlation with the mean image of each class minus the mean of all digits is "
                f"{values['likeness'][0]:.2f}."
            )
        )
    return (
        f"Softmax regression on digits, learning rate {parameters['learning_rate']}, L2 penalty "
        f"{parameters['penalty']}, after {steps} {'step' if steps == 1 else 'steps'} from zero weights. {images} "
        f"Cross-entropy: {_pair(values, 'loss')}; accuracy: {_pair(values, 'accuracy')}. "
        f"In {MOST_STEPS} steps the validation loss is lowest, {values['validation_loss'][best]:.3f}, at step {best}."
    )


digit_weights = Experiment(
    name="digit_weights",
    title="What softmax regression learns of digits",
    prediction=Prediction(
        question="All weights start at 0; red will be positive, blue negative. What does the weight image of a class, "
        "say of the digit 3, look like after the first step on all training digits?",
        choices=(
            "Random noise: structure comes only after many steps",
            "The mean image of the threes, all of it red",
            "The mean image of the threes minus the mean of all digits, red and blue",
            "A few single pixels that tell threes from the rest; everything else is 0",
        ),
        answer=2,
        explanation="At zero weights every class has the probability 1/10, so the gradient of the weights of class 3 "
        "is the mean over all examples of $(1/10 - y_3)\\,x$: one tenth of the mean of all digits minus about one "
        "tenth of the mean of the threes. The step goes the other way, so pixels where threes have more ink than the "
        "average digit become red, those where they have less become blue. Noise would need a random start, and this "
        "one is 0 everywhere. The mean of the threes alone would come from an update that only rewards the right "
        "class; softmax also pushes down the probabilities of the wrong ones. Single pixels would need a penalty that "
        "drives weights to 0 (L1); a gradient step moves every pixel that has ink. Later the errors that remain weigh "
        "most, and the images turn into what tells a digit from those it is mistaken for.",
    ),
    controls=(
        Slider("steps", "Steps of gradient descent", 0, MOST_STEPS, step=1, value=0),
        Menu("learning_rate", "Learning rate", ("0.1", "0.5", "2", "4"), "0.5"),
        Menu("penalty", "L2 penalty", {"0": "none", "0.01": "0.01", "0.1": "0.1"}),
    ),
    play=Play("steps", interval=80),
    compute=compute_digit_weights,
    picture=DigitWeightsPicture,
    describe=describe_digit_weights,
    size=(9.0, 4.9),
)
