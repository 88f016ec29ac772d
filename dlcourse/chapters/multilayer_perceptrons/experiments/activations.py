"""Activation functions and their slopes, two at a time; and what many slopes make when they are multiplied."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.arrays import Array
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude, raised
from dlcourse.plots import style
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor

FAR = 4.0  # z goes from -FAR to FAR
GRID = np.linspace(-FAR, FAR, 401)
MOST_LAYERS = 20
FLOOR = 1e-13  # products below are drawn here
NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU", "gelu": "GELU"}
OPTIONS = NAMES | {"leaky_relu": "leaky ReLU, 0.1 z below 0"}
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": functional.sigmoid,
    "tanh": functional.tanh,
    "relu": functional.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.1),  # 0.01, as usual, would look like ReLU
    "gelu": functional.gelu,
}
STEEPEST = {"sigmoid": 0.0, "tanh": 0.0, "relu": 1.0, "leaky_relu": 1.0, "gelu": math.sqrt(2)}  # where the slope is
LOOKS = ((style.BLUE, "-", "o"), (style.ORANGE, "--", "^"))


def value_and_slope(name: str, z: Array) -> tuple[Array, Array]:
    """f(z) and f'(z) for each entry of ``z``: the library's function, and the gradient that ``backward`` finds."""
    inputs = Tensor(z, requires_grad=True)
    outputs = FUNCTIONS[name](inputs)
    outputs.sum().backward()
    assert inputs.grad is not None  # it requires a gradient
    return outputs.data, np.asarray(inputs.grad)


@lru_cache(maxsize=len(NAMES))
def curves(name: str) -> tuple[Array, Array]:
    """f and f' on GRID, (401,) each."""
    return value_and_slope(name, GRID)


def compute_activations(first: str, second: str, z: float, layers: int) -> Values:
    """Both functions' curves (2, 401), their values and slopes at ``z`` (2,), and products of slopes (2, 20).

    ``products[f, n - 1]`` is |f'(z)|^n: what n layers of one unit each with weight 1 let through when every unit's
    pre-activation is ``z``. ``most`` is the same at the steepest place of the function.
    """
    names = (first, second)
    at = [value_and_slope(name, np.array([z, STEEPEST[name]])) for name in names]
    depths = np.arange(1, MOST_LAYERS + 1)
    slopes = np.array([slope for _, slope in at])
    return {
        "names": names,
        "z": z,
        "layers": layers,
        "curves": np.array([curves(name)[0] for name in names]),
        "slope_curves": np.array([curves(name)[1] for name in names]),
        "values": np.array([value[0] for value, _ in at]),
        "slopes": slopes[:, 0],
        "products": np.abs(slopes[:, :1]) ** depths,
        "most": slopes[:, 1:] ** depths,
    }


NEAR, FAR_DOWN = (5e-4, 3.0), (FLOOR / 5, 300.0)  # the scale of products, the second where a product is very small


class ActivationsPicture:
    """Left the functions, in the middle their slopes, right the products of slopes against the number of layers."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, middle, right = figure.subplots(1, 3)
        self.axes = {"functions": left, "slopes": middle, "products": right}
        self._draw_curves(label(left, "Functions f", "z", "f(z)"), label(middle, "Slopes f′", "z", "f′(z)"))
        self._draw_products(label(right, "Through n layers", "layers n", "output's change ÷ ε"))
        self.numbers = [readout(ax) for ax in (left, middle, right)]
        self.moving: list[Artist] = [
            *self.uprights, *self.functions, *self.slopes, *self.most, *self.products, self.depth,
            *self.marks, *self.slope_marks, *self.product_marks, *self.numbers,
        ]  # fmt: skip
        self.redraw_all = False
        self.update(values)

    def _draw_curves(self, left: Axes, middle: Axes) -> None:
        left.set(xlim=(-FAR - 0.3, FAR + 0.3), ylim=(-1.3, FAR + 0.4), xticks=range(-4, 5, 2))
        middle.set(
            xlim=(-FAR - 0.3, FAR + 0.3), ylim=(-0.22, 1.22), xticks=range(-4, 5, 2), yticks=(0, 0.25, 0.5, 0.75, 1)
        )
        self.uprights = [ax.axvline(0, color=style.GREY, linewidth=1, linestyle=":") for ax in (left, middle)]
        self.functions, self.slopes, self.marks, self.slope_marks = [], [], [], []
        for color, line, marker in LOOKS:
            look: dict[str, Any] = {"color": color, "linestyle": line, "linewidth": 2.4}
            mark: dict[str, Any] = {"color": color, "markeredgecolor": "white", "markersize": 11, "zorder": 3}
            self.functions += left.plot([], [], **look, label=OPTIONS["leaky_relu"])
            self.slopes += middle.plot([], [], **look, label=OPTIONS["leaky_relu"])
            self.marks += left.plot([], [], marker, **mark)
            self.slope_marks += middle.plot([], [], marker, **mark)
        self.legends = [legend_below(ax, columns=1) for ax in (left, middle)]

    def _draw_products(self, ax: Axes) -> None:
        ax.set(xlim=(0, MOST_LAYERS + 1), yscale="log", xticks=(1, 5, 10, 15, 20))
        ax.set_yticks([FLOOR, 1e-9, 1e-6, 1e-3, 1], ["≤ 10⁻¹³", "10⁻⁹", "10⁻⁶", "10⁻³", "1"])
        ax.minorticks_off()
        self.depth = ax.axvline(1, color=style.GREY, linewidth=1, linestyle=":")
        self.products, self.most, self.product_marks = [], [], []
        for color, line, marker in LOOKS:
            self.most += ax.plot([], [], ":", color=color, linewidth=1.8)
            self.products += ax.plot([], [], line, marker=marker, markersize=4.5, color=color, linewidth=1.4)
            self.product_marks += ax.plot([], [], marker, color=color, markeredgecolor="white", markersize=11, zorder=3)
        ax.plot([], [], color=style.BLACK, marker=".", linewidth=1.4, label="all units at z")
        ax.plot([], [], ":", color=style.BLACK, linewidth=1.8, label="all at their steepest")
        legend_below(ax, columns=1)

    def update(self, values: Values) -> None:
        """Shows the two functions in ``values``, with marks at z and at n."""
        for upright in self.uprights:
            upright.set_xdata([values["z"]] * 2)
        layers = values["layers"]
        self.depth.set_xdata([layers] * 2)
        self.axes["products"].set_ylim(*(NEAR if values["products"][:, :layers].min() > NEAR[0] else FAR_DOWN))
        depths = np.arange(1, layers + 1)  # only so far: what further layers do is for the reader to find out
        for index, name in enumerate(values["names"]):
            self.functions[index].set_data(GRID, values["curves"][index])
            self.slopes[index].set_data(*unjoined(values["slope_curves"][index]))
            self.marks[index].set_data([values["z"]], values["values"][index : index + 1])
            self.slope_marks[index].set_data([values["z"]], values["slopes"][index : index + 1])
            products = np.maximum(values["products"][index, :layers], FLOOR)
            self.products[index].set_data(depths, products)
            self.most[index].set_data(depths, np.maximum(values["most"][index, :layers], FLOOR))
            self.product_marks[index].set_data([layers], products[-1:])
            self._rename(index, OPTIONS[name])
        for text, told in zip(self.numbers, _tell(values), strict=True):
            text.set_text(told)

    def _rename(self, index: int, name: str) -> None:
        for legend in self.legends:
            text = legend.get_texts()[index]
            self.redraw_all = self.redraw_all or text.get_text() != name
            text.set_text(name)


def unjoined(slopes: Array) -> tuple[Array, Array]:
    """GRID and ``slopes`` with a gap where the slope jumps: at ReLU's corner there is none in between."""
    jumps = np.flatnonzero(np.abs(np.diff(slopes)) > 0.5) + 1
    return np.insert(GRID, jumps, np.nan), np.insert(slopes, jumps, np.nan)


def size(product: float) -> str:
    """A product of slopes in words, as 8.7 × 10^-8, or 0."""
    return magnitude(product, 2) if product else "0"


def _tell(values: Values) -> tuple[str, str, str]:
    (first, second), (slope, other) = values["values"], values["slopes"]
    z, layers = fixed(values["z"], 1), values["layers"]
    products = [raised(size(product)).replace("below", "<") for product in values["products"][:, layers - 1]]
    return (
        f"f({z}): {fixed(first, 3)} and {fixed(second, 3)}",
        f"f′({z}): {fixed(slope, 3)} and {fixed(other, 3)}",
        f"n = {layers}: {products[0]}; {products[1]}",
    )


def describe_activations(parameters: Mapping[str, Any], values: Values) -> str:
    """Values and slopes of both functions at z, and their products over n layers."""
    z = fixed(values["z"], 1)
    told = [_describe_one(values, index) for index in (0, 1)]
    return f"At z = {z}, {told[0]}. {told[1]}."


def _describe_one(values: Values, index: int) -> str:
    name, layers = values["names"][index], values["layers"]
    many = f", and {layers} such slopes multiplied are "
    here, steepest = (
        f"{many}{size(values[products][index, layers - 1])}" if layers > 1 else "" for products in ("products", "most")
    )
    return (
        f"{NAMES[name]}{' (slope 0.1 below 0)' if name == 'leaky_relu' else ''} has the value "
        f"{fixed(values['values'][index], 3)} and the slope {fixed(values['slopes'][index], 3)}"
        f"{here}{' in size' if here else ''}; where it is steepest the slope is {fixed(values['most'][index, 0])}"
        f"{steepest}"
    )


activations = Experiment(
    name="activations",
    title="Activation functions and their slopes",
    prediction=Prediction(
        question="Ten layers of one sigmoid unit each, one after the other, all weights 1, biases as you like. The "
        "first layer's pre-activation rises by a small amount ε. By how much does the last output rise, at most?",
        choices=(
            "By about ε: weights of 1 pass a change on as it is",
            "By ε/4: no slope of the sigmoid is above 1/4",
            "By ε/40: each of ten layers takes its part",
            "By about a millionth of ε",
        ),
        answer=3,
        explanation="Each sigmoid multiplies a small change by its slope, and no slope is above 1/4, the slope at "
        "$z = 0$. The factors of layers one after the other multiply: $(1/4)^{10}$, one part in 1,048,576. They do not "
        "add, as 1/40 would have it, and one factor of 1/4 is what a single layer does. Weights of 1 pass a change on "
        "to the next unit, but the sigmoid behind them does not. The rule for derivatives of functions inside "
        "functions is the chain rule, so gradients shrink by the same factor on their way back: a first look at "
        "*vanishing gradients*, which chapter 12 studies. ReLU has slope 1 or 0: ten of them pass everything on, or "
        "nothing. In a real network each unit has a $z$ of its own, and weights multiply as well.",
    ),
    controls=(
        Menu("first", "First function", OPTIONS, value="sigmoid"),
        Menu("second", "Second function", OPTIONS, value="relu"),
        Slider("z", "Pre-activation z", -FAR, FAR, step=0.1, value=1.0),
        Slider("layers", "Layers n", 1, MOST_LAYERS, step=1, value=1),
    ),
    compute=compute_activations,
    picture=ActivationsPicture,
    describe=describe_activations,
    size=(9.0, 4.4),
)
