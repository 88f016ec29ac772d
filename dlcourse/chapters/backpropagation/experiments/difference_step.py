"""The experiment on the step of a difference: too large and the curve bends, too small and its digits run out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from dlcourse.chapters.backpropagation.experiments.differences import (
    FLOOR,
    LARGEST,
    PRECISIONS,
    SMALLEST,
    STEPS,
    WINDOW,
    error_curves,
    errors,
    guides,
    magnified,
    subjects,
)
from dlcourse.experiments.controls import Menu, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import SUPERSCRIPTS, magnitude, raised
from dlcourse.plots import style

TOP = 30.0  # of the errors
MENU = {
    "exp": "exp(x)",
    "loss": "Loss of a small network",
    "lifted": "exp(x) + 1000",
    "relu": "relu beside its corner",
}
BEHIND, AHEAD = 32, 96  # where x − h and x + h stand in WINDOW
LOOKS = (("one-sided", style.ORANGE, "-", "^"), ("central", style.BLUE, "-", "o"))


def compute_difference_step(function: str, h: float, precision: str) -> Values:
    """Both differences at ``h``, their errors at all STEPS, what theory says of them, and the curve around x.

    ``errors`` (2, 161) one-sided and central; ``here`` (2,) the errors at h. By theory: ``truncation`` (2, 161) and
    ``rounding`` (161,), see ``guides``; ``best`` (2,) the steps at which both are equal and ``best_errors`` (2,) their
    sums there, empty where there is no truncation. ``lost``: whether x + h is x. ``curve`` (129,) and ``places``
    (129,): see ``magnified``. ``tried`` (161,): which STEPS are larger than ``h``. ``passed``, as many as ``best``:
    whether ``h`` has come down to the balance.
    """
    truncation, rounding = guides(function, precision)
    both = truncation + rounding if truncation.size else np.array([rounding, rounding])
    best = [int(np.abs(np.log(part / rounding)).argmin()) for part in truncation if len(part)]
    number, x = PRECISIONS[precision], subjects()[function].x
    curve, places = magnified(function, h, precision)
    return {
        "function": function,
        "h": h,
        "precision": precision,
        "derivative": subjects()[function].derivatives[0],
        "errors": error_curves(function, precision),
        "here": errors(function, np.array([h]), precision)[:, 0],
        "truncation": truncation,
        "rounding": rounding,
        "best": STEPS[best],
        "best_errors": np.array([both[place, step] for place, step in enumerate(best)]),
        "tried": h * 1.001 < STEPS,
        "passed": STEPS[best] >= h,
        "lost": bool(number(x) + number(h) == number(x)),
        "curve": curve,
        "places": places,
    }


class DifferenceStepPicture:
    """Left the curve around x in units of h, with tangent and secants; right the errors from h = 1 down to h.

    What smaller steps bring is for the reader to find out: the balance and what rounding does are shown, and named in
    the legend, from the step on at which they are reached.
    """

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(0.75, 1.0))
        self.axes = {"curve": left, "errors": right}
        self._draw_curve(label(left, "Around x, magnified", "distance from x, in steps h", "rise of f, in h · f′(x)"))
        self._draw_errors(label(right, "Error of the difference", "step h", "distance from the derivative"))
        self.numbers = readout(left), readout(right)
        self.moving: list[Artist] = [self.curve, *self.secants, *self.curves, *self.truncations, self.rounding]
        self.moving += [*self.marks, *self.bests, self.here, *self.numbers]
        self.redraw_all = False
        self.update(values)

    def _draw_curve(self, ax: Axes) -> None:
        ax.set(xlim=(-2.05, 2.05), ylim=(-2.7, 2.7), xticks=range(-2, 3), yticks=range(-2, 3))
        ax.plot([-3, 3], [-3, 3], ":", color=style.BLACK, linewidth=1.6, label="tangent")
        (self.curve,) = ax.plot(WINDOW, WINDOW, color=style.GREY, linewidth=2.2, label="f as computed")
        self.secants = [
            ax.plot([], [], line, color=color, marker=marker, markersize=8, markeredgecolor="white", linewidth=2.2,
                    label=name)[0]
            for name, color, line, marker in LOOKS
        ]  # fmt: skip
        legend_below(ax)

    def _draw_errors(self, ax: Axes) -> None:
        ax.set(xscale="log", yscale="log", xlim=(SMALLEST / 1.6, LARGEST * 1.6), ylim=(FLOOR / 2, TOP))
        powers = FuncFormatter(lambda value, _: f"10{str(round(np.log10(value))).translate(SUPERSCRIPTS)}")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(FixedLocator([10.0**k for k in range(-15, 1, 5)]))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(powers)
        self.here = ax.axvline(1.0, color=style.BLACK, linewidth=1.2, alpha=0.5)
        self.curves = [ax.plot([], [], color=color, linewidth=1.6, label=name)[0] for name, color, _, _ in LOOKS]
        self.truncations = [
            ax.plot([], [], "--", color=style.BLACK, linewidth=1.2, label=text)[0]
            for text in ("truncation ∝ h, h²", "_")
        ]
        (self.rounding,) = ax.plot([], [], ":", color=style.BLACK, linewidth=1.8, label="rounding ∝ 1/h")
        look: dict[str, Any] = {"markersize": 9, "markeredgecolor": "white", "zorder": 5}
        self.marks = [ax.plot([], [], marker, color=color, **look)[0] for _, color, _, marker in LOOKS]
        self.bests = [
            ax.plot([], [], "*", color=color, markersize=14, markeredgecolor=style.BLACK, zorder=4, label=text)[0]
            for (_, color, _, _), text in zip(LOOKS, ("balance, one-sided", "balance, central"), strict=True)
        ]
        self.legend = legend_below(ax, columns=3)

    def update(self, values: Values) -> None:
        """Moves the step, and changes the curves with function and precision."""
        curve, places = (np.clip(values[name], -9, 9) for name in ("curve", "places"))
        self.curve.set_data(places, curve)
        self.secants[0].set_data([0, places[AHEAD]], [0, curve[AHEAD]])
        self.secants[1].set_data(places[[BEHIND, AHEAD]], curve[[BEHIND, AHEAD]])
        for place, _ in enumerate(LOOKS):
            self.marks[place].set_data([values["h"]], [values["here"][place]])
        self.here.set_xdata([values["h"]] * 2)
        self._draw_so_far(values)
        self.numbers[0].set_text(f"{subjects()[values['function']].formula}, h = {raised(amount(values['h']))}")
        one, two = (raised(text) for text in _errors_told(values))
        self.numbers[1].set_text(f"at h: one-sided {one}, central {two}")

    def _draw_so_far(self, values: Values) -> None:
        """Curves, guides and balances down to the present step."""
        h, tried, passed = values["h"], values["tried"], values["passed"]
        steps = np.append(h, STEPS[tried])
        for place, curve in enumerate(self.curves):
            curve.set_data(steps, np.append(values["here"][place], values["errors"][place][tried]))
            self.bests[place].set_data(*(values[name][place : place + 1][passed[place : place + 1]]
                                         for name in ("best", "best_errors")))  # fmt: skip
            known = STEPS[tried] if len(passed) else STEPS[:0]
            self.truncations[place].set_data(known, values["truncation"][place][tried[: values["truncation"].shape[1]]])
        turned = bool(passed.any()) or not len(passed)
        self.rounding.set_data(STEPS[tried & turned], values["rounding"][tried & turned])
        self._name([True, True, bool(tried.any()), turned, *passed, *[False] * (2 - len(passed))])

    def _name(self, shown: Sequence[bool]) -> None:
        """Names in the legend what is ``shown``."""
        for handle, text, is_shown in zip(self.legend.legend_handles, self.legend.get_texts(), shown, strict=True):
            self.redraw_all = self.redraw_all or text.get_visible() != is_shown
            text.set_visible(is_shown)
            if handle is not None:
                handle.set_visible(is_shown)


def amount(value: float, digits: int = 2) -> str:
    """A positive ``value`` in words, as far down as double precision reaches."""
    return magnitude(value, digits, least=1e-16)


def _errors_told(values: Values) -> list[str]:
    """Both errors at h, as the picture and its words give them."""
    return [amount(error) for error in values["here"]]


def describe_difference_step(parameters: Mapping[str, Any], values: Values) -> str:
    """The errors at h as the picture shows them, and the best steps."""
    return (
        f"Difference quotients of {subjects()[values['function']].formula} in {values['precision']}, with step "
        f"h = {amount(values['h'])}: {_at_step(values)} {_elsewhere(values)}"
    )


def _at_step(values: Values) -> str:
    one, two = _errors_told(values)
    if values["lost"]:
        return f"x + h is x, so no step was taken to the right; off by {one} (one-sided) and {two} (central)."
    return f"the one-sided one is off by {one}, the central one by {two}."


def _elsewhere(values: Values) -> str:
    if not len(values["best"]):
        return (
            "There is no truncation error until h reaches the corner, 0.001 away: from there on the central "
            "difference mixes both slopes and is off by up to one half; the one-sided one looks away from the corner."
        )
    if not values["tried"].any():
        return "It is the largest step."
    text = "From h = 1 down to here the errors fall with slopes 1 (one-sided) and 2 (central), truncation"
    if not values["passed"].any():
        return f"{text}."
    steps, least = ([amount(value, 1) for value in values[name]] for name in ("best", "best_errors"))
    balances = [
        f"h = {step} ({name}, error about {error})"
        for step, error, (name, *_), passed in zip(steps, least, LOOKS, values["passed"], strict=True)
        if passed
    ]
    return f"{text}. At {' and '.join(balances)} rounding is as large; from there on that error rises with slope −1."


difference_step = Experiment(
    name="difference_step",
    title="Which step checks a gradient best?",
    prediction=Prediction(
        question="A derivative is the limit of (f(x + h) − f(x)) / h as h goes to 0. A computer calculates this "
        "quotient in float64, with about 16 digits, and divides by the step that it took, (x + h) − x as computed. "
        "Which h comes nearest to the derivative of exp at x = 1?",
        choices=("The smallest: h = 10⁻¹⁶", "About 10⁻⁸", "About 10⁻²", "Any h below 10⁻⁵ is as good as another"),
        answer=1,
        explanation="Two errors pull in opposite directions. The curve bends away from its tangent: this truncation "
        "error is $h\\,|f''|/2$ and falls with h. But f is known to 16 digits only, and subtracting two nearly equal "
        "numbers cancels the leading digits and leaves the last ones, which are rounded: this rounding error is about "
        "$10^{-16}\\,|f|/h$ and grows as h falls. They balance near $h = 10^{-8}$, and half of the digits are lost "
        "whatever you do. At $h = 10^{-16}$, x + h is x itself: no step was taken. The central difference "
        "(f(x + h) − f(x − h)) / 2h cancels the bend to first order; its error falls with $h^2$, so the balance lies "
        "at a larger step, between $10^{-6}$ and $10^{-5}$, and leaves about ten digits: that is why gradients are "
        "checked with it. In float32 only three or four digits of a one-sided quotient are left.",
    ),
    controls=(
        Menu("function", "Function", MENU),
        Slider("h", "Step h", SMALLEST, LARGEST, step=0.1, value=0.1, logarithmic=True),
        Menu("precision", "Numbers", {name: name for name in PRECISIONS}),
    ),
    compute=compute_difference_step,
    picture=DifferenceStepPicture,
    describe=describe_difference_step,
    size=(9.0, 4.6),
    locked={"h": 1.0},
)
