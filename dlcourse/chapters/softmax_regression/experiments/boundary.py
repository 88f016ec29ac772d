"""The experiment on logistic regression with two features: the boundary in the plane, the sigmoid along the logit."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.experiments import tints
from dlcourse.experiments.controls import Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style
from dlcourse.scratch import losses
from dlcourse.scratch.estimators import LogisticRegression

FEATURES = ("mean radius", "mean texture")
EXAMPLES = 150
RADII, TEXTURES = (-2.6, 4.0), (-3.0, 3.6)  # the plane that is shown, in standard deviations
SIDE = 81  # the shaded field has SIDE x SIDE cells
FAR = 10.0  # logits beyond +-FAR are drawn at the rim
ARROW = 0.4  # the vector w is drawn at this part of its length
LEVELS = np.log([1 / 9, 1, 9])  # the logits where the probability is 0.1, 0.5 and 0.9
LOGITS = np.linspace(-FAR, FAR, 201)
SIGMOID = losses.sigmoid(LOGITS)
SHADES = tints.between(style.BLUE, style.ORANGE, strength=0.45)


@lru_cache(maxsize=1)
def tumours() -> tuple[Array, NDArray[np.int64]]:
    """The first 150 training examples of breast_cancer: standardized FEATURES (150, 2), labels (150,), 1: malignant."""
    cancer = datasets.load("breast_cancer")
    columns = [cancer.feature_names.index(name) for name in FEATURES]
    measured = cancer.train.inputs[:EXAMPLES, columns].astype(np.float64)
    inputs = (measured - measured.mean(axis=0)) / measured.std(axis=0)
    labels = (cancer.train.labels[:EXAMPLES] == cancer.class_names.index("malignant")).astype(np.int64)
    inputs.flags.writeable = labels.flags.writeable = False
    return inputs, labels


@lru_cache(maxsize=1)
def fitted() -> LogisticRegression:
    """The model with the smallest log-loss on ``tumours``: 1,500 steps change it no more in four digits."""
    return LogisticRegression(learning_rate=1.0, steps=1500).fit(*tumours())


def compute_decision_boundary(weight_1: float, weight_2: float, bias: float, show_fitted: bool) -> Values:
    """The logits w.x + b of all examples, the probabilities over the plane, and the lines of equal probability.

    ``lines`` (3, 2, 2) are the ends of the lines where the probability is 0.1, 0.5 and 0.9, and ``fitted_line``
    (1, 2, 2) that of the fitted model; both are empty where there is none. ``width`` is the distance from 0.1 to 0.9
    in the plane, 2 log 9 / |w|, empty for w = 0. ``wrong`` (n,) marks the examples on the wrong side.
    """
    inputs, labels = tumours()
    weights = np.array([weight_1, weight_2])
    logits = inputs @ weights + bias
    x, y = np.linspace(*RADII, SIDE), np.linspace(*TEXTURES, SIDE)
    length = float(np.hypot(weight_1, weight_2))
    best = fitted()
    return {
        "inputs": inputs,
        "labels": labels,
        "weights": weights,
        "logits": logits,
        "wrong": (logits >= 0) != labels,
        "loss": losses.log_loss(logits, labels),
        "field": losses.sigmoid(weight_1 * x + weight_2 * y[:, None] + bias),
        "length": length,
        "angle": float(np.degrees(np.arctan2(weight_2, weight_1))),
        "width": np.array([2 * np.log(9) / length] if length else []),
        "lines": level_lines(weights, bias, LEVELS),
        "fitted_line": level_lines(best.weights_, float(best.bias_), LEVELS[1:2] if show_fitted else LEVELS[:0]),
        "fitted_weights": np.append(best.weights_, best.bias_),
        "fitted_loss": losses.log_loss(inputs @ best.weights_ + best.bias_, labels),
        "fitted_wrong": int((best.predict(inputs) != labels).sum()),
    }


def level_lines(weights: Array, bias: float, levels: Array) -> Array:
    """The ends (levels, 2, 2) of the lines w.x + b = level, long enough to cross the plane; none for w = 0."""
    squared = float(weights @ weights)
    if squared == 0:
        return np.empty((0, 2, 2))
    nearest = (levels[:, None] - bias) * weights / squared  # the point of each line nearest to the origin
    along = np.array([-weights[1], weights[0]]) / np.sqrt(squared)
    middle = np.array([np.mean(RADII), np.mean(TEXTURES)])
    return nearest[:, None] + along * (middle @ along + np.array([[-8.0], [8.0]]))


class DecisionBoundaryPicture:
    """Left the plane of both features with the probability as shade, right every example at its logit."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.0, 1.12))
        self.axes = {"plane": left, "logit": right}
        self._draw_plane(label(left, "The plane of two features", "mean radius (std.)", "mean texture (std.)"))
        self._draw_logits(label(right, "Along the logit", "logit z = w·x + b, held in ±10", "P(malignant)"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.field, *self.levels, self.fitted, *self.points, self.rings, self.arrow,
            *self.places, self.place_rings, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_plane(self, ax: Axes) -> None:
        ax.set(xlim=RADII, ylim=TEXTURES, aspect="equal", xticks=range(-2, 5, 2), yticks=range(-2, 4, 2))
        ax.grid(False)
        blank = np.zeros((SIDE, SIDE, 4), dtype=np.uint8)
        extent = (*RADII, *TEXTURES)
        self.field = ax.imshow(blank, extent=extent, origin="lower", aspect="equal", interpolation="nearest")
        self.points = [
            *ax.plot([], [], "o", color=style.BLUE, markersize=4.5),
            *ax.plot([], [], "^", color=style.ORANGE, markersize=5.5),
        ]
        (self.rings,) = ax.plot([], [], **_ring())
        (low,) = ax.plot([], [], ":", color=style.BLACK, linewidth=1.3, label="P = 0.1 and 0.9")
        (high,) = ax.plot([], [], ":", color=style.BLACK, linewidth=1.3)
        (middle,) = ax.plot([], [], "-", color=style.BLACK, linewidth=2, label="boundary, z = 0")
        self.levels = [low, middle, high]
        (self.fitted,) = ax.plot([], [], "--", color=style.GREEN, linewidth=2.4, label="fitted boundary")
        how: dict[str, Any] = {"arrowstyle": "-|>", "color": style.BLACK, "linewidth": 3, "mutation_scale": 16}
        how |= {"shrinkA": 0, "shrinkB": 0}
        self.arrow = FancyArrowPatch((0, 0), (1, 1), **how, zorder=4)
        ax.add_patch(self.arrow)
        ax.plot([], [], "->", color=style.BLACK, linewidth=3, markersize=8, label=f"w, at {ARROW} of its length")
        legend_below(ax)

    def _draw_logits(self, ax: Axes) -> None:
        ax.set(xlim=(-FAR - 0.6, FAR + 0.6), ylim=(-0.24, 1.24), xticks=range(-10, 11, 5), yticks=(0, 0.1, 0.5, 0.9, 1))
        ax.plot(LOGITS, SIGMOID, color=style.BLACK, linewidth=2, label="σ(z)")
        ax.axvline(0, color=style.BLACK, linewidth=1)
        self.places = [
            *ax.plot([], [], "o", color=style.BLUE, markersize=4.5, label="benign, y = 0 (below)"),
            *ax.plot([], [], "^", color=style.ORANGE, markersize=5.5, label="malignant, y = 1 (above)"),
        ]
        (self.place_rings,) = ax.plot([], [], **_ring(), label="on the wrong side")
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Shades the plane, moves lines, arrow, rings and places to ``values``."""
        inputs, labels, wrong = values["inputs"], values["labels"], values["wrong"]
        self.field.set_data(SHADES(values["field"], bytes=True))
        spread = np.arange(len(labels)) * 0.618 % 1  # keeps equal logits apart
        places = values["logits"].clip(-FAR, FAR), np.where(labels, 1.05 + 0.14 * spread, -0.05 - 0.14 * spread)
        for kind, (points, marks) in enumerate(zip(self.points, self.places, strict=True)):
            points.set_data(*inputs[labels == kind].T)
            marks.set_data(*(coordinate[labels == kind] for coordinate in places))
        self.rings.set_data(*inputs[wrong].T)
        self.place_rings.set_data(*(coordinate[wrong] for coordinate in places))
        for index, line in enumerate(self.levels):
            line.set_data(*values["lines"][index : index + 1].reshape(-1, 2).T)
        self.fitted.set_data(*values["fitted_line"].reshape(-1, 2).T)
        self.arrow.set_positions((0, 0), tuple(ARROW * values["weights"]))
        self.arrow.set_visible(values["length"] > 0)
        self.numbers[0].set_text(_tell_direction(values))
        self.numbers[1].set_text(
            f"log-loss {fixed(values['loss'], 3)}; {wrong.sum()} of {len(wrong)} on the wrong side"
        )


def _ring() -> dict[str, Any]:
    return {
        "marker": "o",
        "linestyle": "none",
        "markersize": 9,
        "markerfacecolor": "none",
        "markeredgecolor": style.BLACK,
        "markeredgewidth": 1.1,
        "zorder": 1.8,  # below the examples
    }


def _tell_direction(values: Values) -> str:
    if not values["length"]:
        return "w = 0: one probability everywhere"
    return f"|w| = {values['length']:.2f} at {fixed(values['angle'], 0)}°; 0.1 to 0.9: {values['width'][0]:.2f} wide"


def describe_decision_boundary(parameters: Mapping[str, Any], values: Values) -> str:
    """The boundary's place and steepness, and how well the model does, with numbers."""
    labels, wrong = values["labels"], int(values["wrong"].sum())
    w_1, w_2, bias = (fixed(parameters[name], 1) for name in ("weight_1", "weight_2", "bias"))
    if values["length"]:
        where = (
            f"The boundary is perpendicular to w, which has length {values['length']:.2f} and points "
            f"{fixed(values['angle'], 0)} degrees from the radius axis; it lies "
            f"{fixed(-parameters['bias'] / values['length'])} standard deviations from the origin along w, and the "
            f"probability of malignant rises from 0.1 to 0.9 over {values['width'][0]:.2f} standard deviations."
        )
    else:
        where = f"There is no boundary: the probability is {losses.sigmoid(parameters['bias']):.3f} everywhere."
    text = (
        f"{EXAMPLES} tumours, {labels.sum()} of them malignant, by mean radius and mean texture, both standardized. "
        f"With weights {w_1} and {w_2} and bias {bias} the log-loss is {values['loss']:.3f}; {wrong} lie on the wrong "
        f"side, an accuracy of {100 * (1 - wrong / len(labels)):.1f} %. {where}"
    )
    if not parameters["show_fitted"]:
        return text
    f_1, f_2, f_bias = (fixed(value) for value in values["fitted_weights"])
    return (
        f"{text} The fitted boundary, dashed, has weights {f_1} and {f_2} and bias {f_bias}, with a log-loss of "
        f"{values['fitted_loss']:.3f} and {values['fitted_wrong']} on the wrong side."
    )


decision_boundary = Experiment(
    name="decision_boundary",
    title="Where the classes part",
    prediction=Prediction(
        question="Both weights and the bias are doubled. What happens to the boundary and to the probabilities?",
        choices=(
            "The boundary moves to twice its distance from the origin; the shading moves with it",
            "The boundary stays; the probabilities on both sides move away from 0.5",
            "Neither changes: only the proportions of the three numbers count",
            "The boundary stays; every probability is doubled, up to 1",
        ),
        answer=1,
        explanation="The boundary is where $w \\cdot x + b = 0$, and $2w \\cdot x + 2b = 0$ holds at the same points. "
        "But every logit is twice as large, so the sigmoid is twice as steep across the boundary, and the strip "
        "between 0.1 and 0.9, $2 \\ln 9 / |w|$ wide, is half as wide. The boundary would move away if the bias alone "
        "were doubled: its distance from the origin is $|b| / |w|$. The proportions of the three numbers fix the "
        "boundary and so the classes, but not how sure the model is. And a probability is not proportional to the "
        "logit: one below 0.5 becomes smaller, not larger.",
    ),
    controls=(
        Slider("weight_1", "Weight of the radius", -6.0, 6.0, step=0.1, value=1.0),
        Slider("weight_2", "Weight of the texture", -6.0, 6.0, step=0.1, value=1.5),
        Slider("bias", "Bias", -6.0, 6.0, step=0.1, value=-1.0),
        Toggle("show_fitted", "Show the boundary of the fitted weights", False),
    ),
    compute=compute_decision_boundary,
    picture=DecisionBoundaryPicture,
    describe=describe_decision_boundary,
    size=(9.0, 4.8),
)
