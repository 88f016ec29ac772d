"""The experiment on the softmax of three logits: temperature, and what a constant added to all logits does."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from dlcourse.arrays import Array
from dlcourse.experiments.controls import Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, percent
from dlcourse.plots import style
from dlcourse.scratch import losses

CONSTANT = 10.0  # what the toggle adds to all logits
COLDEST, HOTTEST = 0.1, 100.0
TEMPERATURES = np.geomspace(COLDEST, HOTTEST, 121)
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])  # of the triangle: class 1, 2 and 3 certain
CENTRE = CORNERS.mean(axis=0)
BARS = ((style.BLUE, ""), (style.ORANGE, "//"), (style.GREEN, ".."))


def compute_softmax_temperature(
    logit_1: float, logit_2: float, logit_3: float, temperature: float, add_constant: bool
) -> Values:
    """softmax(z / T) of the three logits, all raised by CONSTANT if wanted; its entropy; its way over temperatures.

    ``place`` (2,) is the point in the triangle, the mean of CORNERS weighed by the probabilities; ``way`` (121, 2) are
    the places for TEMPERATURES from cold to hot. The entropy is -sum_k p_k log p_k in nats, 0 to log 3.
    """
    logits = np.array([logit_1, logit_2, logit_3]) + (CONSTANT if add_constant else 0.0)
    scaled = logits[None] / temperature
    probabilities = losses.softmax(scaled)[0]
    return {
        "logits": logits,
        "temperature": temperature,
        "scaled": scaled[0],
        "probabilities": probabilities,
        "entropy": float(-(probabilities * losses.log_softmax(scaled)[0]).sum()) + 0.0,
        "place": probabilities @ CORNERS,
        "way": losses.softmax(logits / TEMPERATURES[:, None]) @ CORNERS,
    }


class SoftmaxTemperaturePicture:
    """Left the three probabilities as bars, right the same as a point in the triangle of all distributions."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.0, 1.1))
        self.axes = {"bars": left, "triangle": right}
        self._draw_bars(label(left, "Probabilities", "", "softmax(z / T)"))
        self._draw_triangle(label(right, "All distributions", "", ""))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [*self.bars, *self.heights, *self.scores, self.way, self.place, *self.numbers]
        self.update(values)

    def _draw_bars(self, ax: Axes) -> None:
        ax.set(xlim=(-0.5, 2.5), ylim=(0, 1.1), yticks=np.linspace(0, 1, 6))
        ax.grid(False, axis="x")
        ax.set_xticks(range(3), [f"class {k}" for k in (1, 2, 3)])
        ax.tick_params(axis="x", length=0)
        self.bars: list[Rectangle] = []
        self.heights: list[Text] = []
        self.scores: list[Text] = []
        for k, (color, hatch) in enumerate(BARS):
            self.bars += ax.bar(k, 0, width=0.65, color=color, hatch=hatch, edgecolor="white")
            self.heights.append(ax.text(k, 0, "", ha="center", va="bottom", fontsize=11, color=style.BLACK))
            under = ("data", "axes fraction")
            how: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "va": "top", "fontsize": SMALL}
            self.scores.append(ax.annotate("z = 0", (k, 0), (0, -18), xycoords=under, **how))

    def _draw_triangle(self, ax: Axes) -> None:
        ax.set(xlim=(-0.15, 1.15), ylim=(-0.12, 1.04), aspect="equal")
        ax.set_axis_off()
        ax.plot(*np.vstack([CORNERS, CORNERS[:1]]).T, color=style.GREY, linewidth=1.4)
        for k, corner in enumerate(CORNERS):
            opposite = np.delete(CORNERS, k, axis=0).mean(axis=0)
            ax.plot(*np.array([CENTRE, opposite]).T, ":", color=style.GREY, linewidth=1.2)
            x, y = corner + 0.08 * (corner - CENTRE)
            ax.text(
                x, y, f"class {k + 1}", fontsize=SMALL, color=style.BLACK, ha="center", va="top" if k < 2 else "bottom"
            )
        ax.plot(*CENTRE, "x", color=style.BLACK, markersize=8, markeredgewidth=2, label="uniform, ⅓ each")
        (self.way,) = ax.plot([], [], "--", color=style.PURPLE, linewidth=2.2, label="T from 0.1 to 100")
        (self.place,) = ax.plot([], [], "o", color=style.BLACK, markersize=10, markeredgecolor="white", label="now")
        self.place.set_zorder(4)
        legend_below(ax, columns=3)

    def update(self, values: Values) -> None:
        """Gives the bars their heights, and moves the point and its way."""
        for k, probability in enumerate(values["probabilities"]):
            self.bars[k].set_height(probability)
            self.heights[k].set_text(percent(probability, 1))
            self.heights[k].set_y(probability + 0.015)
            self.scores[k].set_text(f"z = {fixed(values['logits'][k], 1)}")
        self.way.set_data(*values["way"].T)
        self.place.set_data(values["place"][:1], values["place"][1:])
        self.numbers[0].set_text(f"z / T = {_list(values['scaled'])}")
        self.numbers[1].set_text(
            f"T = {values['temperature']:.3g}: entropy {values['entropy']:.3f} of at most ln 3 = 1.099"
        )


def _list(numbers: Array) -> str:
    return ", ".join(fixed(value, 1 if np.abs(numbers).max() >= 10 else 2) for value in numbers)


def describe_softmax_temperature(parameters: Mapping[str, Any], values: Values) -> str:
    """The probabilities, their entropy and where they lie between one-hot and uniform."""
    probabilities, temperature = values["probabilities"], values["temperature"]
    top = np.flatnonzero(probabilities >= probabilities.max() * (1 - 1e-9)) + 1
    classes = " and ".join(f"class {k}" for k in top)
    cold = (
        "All three logits are equal, so the point is the centre of the triangle at any temperature."
        if len(top) == 3
        else f"As T falls to 0, all probability goes to {classes}; as T grows, the point comes to the centre."
    )
    raised = f", {CONSTANT:.0f} of it added to all three" if parameters["add_constant"] else ""
    return (
        f"Logits {', '.join(fixed(value, 1) for value in values['logits'])}{raised}, at temperature "
        f"{temperature:.3g}: the softmax is {', '.join(percent(value, 1) for value in probabilities)}. The entropy is "
        f"{values['entropy']:.3f} nats, between 0 for a certain class and 1.099 for the uniform distribution. {cold}"
    )


softmax_temperature = Experiment(
    name="softmax_temperature",
    title="Softmax: temperature and shift",
    prediction=Prediction(
        question="The logits are 2, 1 and 0, so class 1 is e = 2.7 times as probable as class 2. Now the temperature "
        "goes from 1 to 1/2. How many times as probable as class 2 is class 1?",
        choices=("1.6 times", "2.7 times, as before", "5.4 times", "7.4 times"),
        answer=3,
        explanation="Dividing the logits by 1/2 doubles them, and with them their difference: it is 2 instead of 1. "
        "The ratio of two probabilities is $e$ to the power of the difference, so it is squared, $e^2 = 7.4$, not "
        "doubled to 5.4. 1.6 is $e^{1/2}$, for a temperature of 2: higher temperatures bring probabilities nearer to "
        "each other. The ratio stays when a constant is *added* to all logits, since the difference does: try the "
        "toggle.",
    ),
    controls=(
        Slider("logit_1", "Logit of class 1", -5.0, 5.0, step=0.1, value=2.0),
        Slider("logit_2", "Logit of class 2", -5.0, 5.0, step=0.1, value=1.0),
        Slider("logit_3", "Logit of class 3", -5.0, 5.0, step=0.1, value=0.0),
        Slider("temperature", "Temperature T", COLDEST, HOTTEST, step=0.05, value=1.0, logarithmic=True),
        Toggle("add_constant", "Add 10 to all three logits", False),
    ),
    compute=compute_softmax_temperature,
    picture=SoftmaxTemperaturePicture,
    describe=describe_softmax_temperature,
    size=(9.0, 4.3),
    main="temperature",
)
