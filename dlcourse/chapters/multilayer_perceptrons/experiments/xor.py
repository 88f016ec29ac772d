"""XOR solved by hand: two hidden units whose lines the reader places, and the plane of what the two units say."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon
from matplotlib.text import Text

from dlcourse.arrays import Array
from dlcourse.chapters.multilayer_perceptrons.experiments.xor_units import (
    LABELS,
    NAMES,
    OUTPUTS,
    POINTS,
    SHOWN,
    SIDE,
    compute_xor_by_hand,
    groups,
    side_by_side,
)
from dlcourse.experiments.controls import DragPoints, Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import SMALL, label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed
from dlcourse.plots import style

COLORS = (style.GREEN, style.PURPLE)
TICKS = (-0.5, 0, 0.5, 1, 1.5)
SHADES = ListedColormap([to_rgba(style.BLUE, 0.2), to_rgba(style.ORANGE, 0.24)])  # output 0 and 1


class XorPicture:
    """Left the plane of the inputs with both hidden units' lines, right the plane of the hidden units' values."""

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure)
        self.axes = {"inputs": left, "hidden": right}
        for ax in (left, right):
            ax.set(xlim=SHOWN, ylim=SHOWN, aspect="equal", xticks=TICKS, yticks=TICKS)
        self._draw_inputs(label(left, "The inputs", "x₁", "x₂"))
        self._draw_hidden(label(right, "As the hidden units see them", "h₁", "h₂"))
        for ax in (left, right):
            ax.grid(False)
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [
            self.field, *self.bands, *self.lines, self.rings, *self.points, *self.arrows, *self.places, *self.marks,
            *self.sides, self.lattice, self.border, self.hidden_rings, *self.landed, *self.names, *self.numbers,
        ]  # fmt: skip
        self.update(values)

    def _draw_inputs(self, ax: Axes) -> None:
        blank = np.zeros((SIDE, SIDE, 4), dtype=np.uint8)
        extent = (*SHOWN, *SHOWN)
        self.field = ax.imshow(blank, extent=extent, origin="lower", aspect="equal", interpolation="nearest")
        self.bands: list[Polygon] = []
        self.arrows: list[FancyArrowPatch] = []
        self.lines, self.places, self.marks = [], [], []
        for unit, color in enumerate(COLORS):
            band = Polygon(np.zeros((4, 2)), facecolor=color, alpha=0.45, hatch=("//", "..")[unit], edgecolor=color)
            ax.add_patch(band)
            self.bands.append(band)
            style_of_line = ("-", "--")[unit]
            name = f"h{'₁₂'[unit]}, on side shaded"
            self.lines += ax.plot([], [], style_of_line, color=color, linewidth=2.4, label=name)
            arrow = FancyArrowPatch((0, 0), (1, 1), arrowstyle="-|>", color=color, linewidth=2.4, mutation_scale=16)
            arrow.set(zorder=2.6)
            ax.add_patch(arrow)
            self.arrows.append(arrow)
            self.places += ax.plot([], [], "s", color=color, markersize=11, markeredgecolor="white", zorder=2.8)
            mark = ax.text(0, 0, f"h{'₁₂'[unit]}", fontsize=12, fontweight="bold", color=style.BLACK, zorder=2.9)
            mark.set(ha="center", va="center", in_layout=False)
            self.marks.append(mark)
        self.points = [ax.plot(*POINTS[kind == LABELS].T, **_kind(kind), label=f"label {kind}")[0] for kind in (0, 1)]
        (self.rings,) = ax.plot([], [], **_ring())
        legend_below(ax)

    def _draw_hidden(self, ax: Axes) -> None:
        self.sides = [Polygon(np.zeros((4, 2)), facecolor=SHADES(output), zorder=0.9) for output in (0, 1)]
        for side in self.sides:
            ax.add_patch(side)
        self.lattice = LineCollection([], colors=style.GREY, linewidths=0.8, alpha=0.7, label="grid of inputs")
        ax.add_collection(self.lattice, autolim=False)
        (self.border,) = ax.plot([], [], color=style.BLACK, linewidth=2, label="line of the output unit")
        (self.hidden_rings,) = ax.plot([], [], **_ring())
        ax.plot([], [], **_ring() | {"markersize": 11}, label="wrong output")
        self.landed = [ax.plot([], [], **_kind(kind))[0] for kind in LABELS]
        for kind in (0, 1):
            ax.plot([], [], "s", color=SHADES(kind), markeredgecolor=style.GREY, markersize=10, label=f"output {kind}")
        self.names = [ax.text(0, 0, "", fontsize=SMALL, ha="center", va="center", linespacing=1.1) for _ in POINTS]
        for name in self.names:
            name.set(in_layout=False, zorder=2.9)
        legend_below(ax)

    def update(self, values: Values) -> None:
        """Moves lines, bands and points to ``values`` and shades both planes."""
        self.field.set_data(SHADES(values["field"], bytes=True))
        for unit, (place, weights) in enumerate(zip(values["places"], values["weights"], strict=True)):
            self._move_unit(unit, place, weights)
        wrong = values["wrong"]
        self.rings.set_data(*POINTS[wrong].T)
        self.lattice.set_segments(list(values["lattice"]))
        output_weights, output_bias, _ = OUTPUTS[values["output"]]
        border = _line(output_weights * -output_bias / 2, output_weights / np.sqrt(2))
        self.border.set_data(*border.T)
        for side, way in zip(self.sides, (-4, 4), strict=True):
            side.set_xy(np.concatenate([border, border[::-1] + way * output_weights]))
        shown = side_by_side(values["hidden"], output_weights)
        for point, place in zip(self.landed, shown, strict=True):
            point.set_data(place[:1], place[1:])
        self.hidden_rings.set_data(*shown[wrong].T)
        _name(self.names, shown)
        for text, told in zip(self.numbers, _tell(values), strict=True):
            text.set_text(told)

    def _move_unit(self, unit: int, place: Array, weights: Array) -> None:
        line = _line(place, weights)
        self.lines[unit].set_data(*line.T)
        self.bands[unit].set_xy(np.concatenate([line, line[::-1] + 0.11 * weights]))
        self.arrows[unit].set_positions(tuple(place), tuple(place + 0.29 * weights))
        self.places[unit].set_data(place[:1], place[1:])
        self.marks[unit].set_position(tuple((place - 0.17 * weights).clip(SHOWN[0] + 0.1, SHOWN[1] - 0.1)))


def _kind(kind: int) -> dict[str, Any]:
    color, marker, size = ((style.BLUE, "o", 11), (style.ORANGE, "^", 12))[kind]
    look = {"marker": marker, "color": color, "markersize": size, "markeredgecolor": "white"}
    return look | {"linestyle": "none", "zorder": 2.5}


def _ring() -> dict[str, Any]:
    ring = {"marker": "o", "linestyle": "none", "markersize": 17, "markerfacecolor": "none"}
    return ring | {"markeredgecolor": style.BLACK, "markeredgewidth": 1.6, "zorder": 2.4}


def _line(place: Array, weights: Array) -> Array:
    """Two points (2, 2) of the line through ``place`` across ``weights``, of length 1, beyond the panel."""
    return place + np.array([[-4.0], [4.0]]) * np.array([-weights[1], weights[0]])


def _name(texts: list[Text], shown: Array) -> None:
    """Writes the points' names over or under them, together where they would overlap."""
    for text in texts:
        text.set_text("")
    for text, group in zip(texts, groups(shown, (0.45, 0.3)), strict=False):
        names = [NAMES[index] for index in sorted(group, key=lambda index: float(shown[index, 0].round(6)))]
        text.set_text("\n".join(" ".join(names[start : start + 2]) for start in range(0, len(names), 2)))
        middle, lowest, highest = shown[group, 0].mean(), shown[group, 1].min(), shown[group, 1].max()
        above = highest > 0.5
        text.set(position=(middle, highest + 0.11 if above else lowest - 0.11), va="bottom" if above else "top")


def _tell(values: Values) -> tuple[str, str]:
    wrong = [name for name, is_wrong in zip(NAMES, values["wrong"], strict=True) if is_wrong]
    right = f"{len(NAMES) - len(wrong)} of 4 right" + (f"; wrong: {', '.join(wrong)}" if wrong else ": XOR is solved")
    parted = values["gap"] > 0.005
    if not wrong:
        return right, f"the line {OUTPUTS[values['output']][2].replace('≥', '=')} parts the labels"
    return right, f"{'a line' if parted else 'no line'} could part the labels" + (
        ", but not this one" if parted else ""
    )


def equation(weights: Array, bias: float) -> str:
    """w·x + b as it is written: 0.71 x₁ − 0.71 x₂ + 0.35."""
    text = f"{fixed(weights[0])} x₁"
    for value, name in ((weights[1], " x₂"), (bias, "")):
        rounded = round(float(value), 2) + 0.0
        text += f" {'−' if rounded < 0 else '+'} {abs(rounded):.2f}{name}"
    return text


def describe_xor_by_hand(parameters: Mapping[str, object], values: Values) -> str:
    """Both hidden units, where the four points land, and which of them are right."""
    on = {"step": "on where", "steep": "a steep sigmoid, above ½ where", "soft": "a soft sigmoid, above ½ where"}
    units = "; ".join(
        f"h{'₁₂'[unit]} is {on[str(parameters['units'])]} {equation(values['weights'][unit], values['bias'][unit])} ≥ 0"
        for unit in (0, 1)
    )
    decimals = 0 if parameters["units"] == "step" else 2
    landed = "; ".join(
        f"{name} lands at ({fixed(h[0], decimals)}, {fixed(h[1], decimals)}), output {out}, "
        + ("wrong" if wrong else "right")
        for name, h, out, wrong in zip(NAMES, values["hidden"], values["outputs"], values["wrong"], strict=True)
    )
    right = 4 - int(values["wrong"].sum())
    return (
        f"Two hidden units: {units}. The output is 1 where {OUTPUTS[values['output']][2]}. {landed}. "
        f"{right} of 4 {'is' if right == 1 else 'are'} right; in the plane of h₁ and h₂ {_tell(values)[1]}."
    )


xor_by_hand = Experiment(
    name="xor_by_hand",
    title="XOR by hand",
    prediction=Prediction(
        question="XOR: label 1 at (0, 1) and (1, 0), label 0 at (0, 0) and (1, 1). You place the lines of two hidden "
        "step units so that the output unit AND, 1 where h₁ and h₂ are both 1, gets all four right. At how many "
        "different places (h₁, h₂) do the four points land then?",
        choices=(
            "Two: the hidden layer gathers each label in one place",
            "Three: the hidden layer brings two of the points together",
            "Four: points that land together can no longer be told apart",
        ),
        answer=1,
        explanation="AND is 1 at the corner (1, 1) alone, so both points of label 1 land there: they are together, and "
        "four places are impossible. It does no harm that they can no longer be told apart, since they have the same "
        "label. Two places are impossible too. Both points of label 0 would share one corner, where at least one unit "
        "is 0; that unit is 1 at both points of label 1, so it would solve XOR alone, and no single line does. So "
        "there are three places, and in the plane of $h_1$ and $h_2$ one line is enough. The hidden layer does not "
        "draw the boundary: it moves the points to where a line can.",
    ),
    controls=(
        Slider("angle_1", "h₁: on towards", 0, 355, step=5, value=0, unit="degrees"),
        Slider("angle_2", "h₂: on towards", 0, 355, step=5, value=90, unit="degrees"),
        Menu(
            "output",
            "Output unit",
            {
                "and": "AND: h₁ + h₂ ≥ 1.5",
                "or": "OR: h₁ + h₂ ≥ 0.5",
                "first_only": "h₁ but not h₂: h₁ − h₂ ≥ 0.5",
            },
        ),
        Menu(
            "units",
            "Hidden units",
            {"step": "steps", "steep": "steep sigmoids, σ(12 z)", "soft": "soft sigmoids, σ(4 z)"},
        ),
        DragPoints(
            "places",
            np.array([[0.5, 1.3], [1.3, 0.5]]),
            axes="inputs",
            limits=((-0.4, 1.4), (-0.4, 1.4)),
            label="squares on the two lines",
        ),
    ),
    compute=compute_xor_by_hand,
    picture=XorPicture,
    describe=describe_xor_by_hand,
    size=(9.0, 5.7),
)
