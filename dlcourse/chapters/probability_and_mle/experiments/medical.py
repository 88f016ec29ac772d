"""The experiment on Bayes' rule: what a positive test says about a rare disease."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from dlcourse.experiments.controls import Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.legends import legend_below
from dlcourse.experiments.panels import label, readout, two_panels
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent
from dlcourse.plots import style
from dlcourse.scratch.probability import bayes_rule, disease_given_positive

PEOPLE, ROWS = 1000, 25
GROUPS = ("ill, test negative", "ill, test positive", "healthy, test positive", "healthy, test negative")


def compute_medical_test(prevalence: float, sensitivity: float, specificity: float) -> Values:
    """The posteriors by Bayes' rule, and how many of 1,000 people belong to each group. Arguments in percent.

    ``counts`` holds the expected number of each of GROUPS, rounded so that they sum to 1,000.
    """
    ill, found, cleared = prevalence / 100, sensitivity / 100, specificity / 100
    return {
        "prior": ill,
        "posterior_positive": disease_given_positive(ill, found, cleared),
        "posterior_negative": float(bayes_rule([ill, 1 - ill], [1 - found, cleared])[0]),
        "positive": ill * found + (1 - ill) * (1 - cleared),
        "counts": _whole_people(ill, found, cleared),
    }


def _whole_people(prevalence: float, sensitivity: float, specificity: float) -> NDArray[np.integer]:
    """The expected counts of GROUPS, (4,): rounded first to ill and healthy, then each part by its test."""
    ill = _nearest(PEOPLE * prevalence)
    true_positive = _nearest(ill * sensitivity)
    true_negative = _nearest((PEOPLE - ill) * specificity)
    return np.array([ill - true_positive, true_positive, PEOPLE - ill - true_negative, true_negative])


def _nearest(count: float) -> int:
    """The nearest whole number; halves go up, also when the last bit of a product fell just short of one."""
    return int(count + 0.5 + 1e-9)


class MedicalTestPicture:
    """Left a thousand people as marks, the positive tests side by side; right the three probabilities of disease."""

    MARKS = (("v", style.PURPLE, 4.5), ("s", style.ORANGE, 4.2), ("x", style.BLUE, 4.5), (".", "#a8a8a8", 4))
    BARS = (
        ("before\nthe test", style.GREY, ""),
        ("after a\npositive test", style.ORANGE, "//"),
        ("after a\nnegative test", style.SKY, ".."),
    )

    def __init__(self, figure: Figure, values: Values) -> None:
        left, right = two_panels(figure, widths=(1.35, 1.0))
        self._make_people(label(left, "1,000 people", "", ""))
        self._make_bars(label(right, "P(disease)", "", "probability, %"))
        self.count_text = readout(left)
        readout(right).set_text("for one person, before and after the test")
        self.axes = {"people": left, "probabilities": right}
        self.moving = [*self.people, *self.bars, *self.heights, self.count_text]
        self.update(values)

    def _make_people(self, ax: Axes) -> None:
        """Marks in columns of ROWS, with a key below them."""
        ax.set(xlim=(-0.8, PEOPLE / ROWS - 0.2), ylim=(ROWS - 0.2, -0.8))
        ax.set_axis_off()
        looks: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 1.2}
        self.people = [
            ax.plot([], [], marker=mark, color=color, markersize=size, label=group, **looks)[0]
            for (mark, color, size), group in zip(self.MARKS, GROUPS, strict=True)
        ]
        legend_below(ax, gap=0.12)

    def _make_bars(self, ax: Axes) -> None:
        ax.set(ylim=(0, 112), yticks=range(0, 101, 20))
        ax.grid(False, axis="x")
        self.bars: list[Rectangle] = []
        self.heights: list[Text] = []
        for place, (_, color, hatch) in enumerate(self.BARS):
            self.bars += ax.bar(place, 0, width=0.65, color=color, hatch=hatch, edgecolor="white")
            self.heights.append(ax.text(place, 0, "", ha="center", va="bottom", fontsize=11, color=style.BLACK))
        ax.set_xticks(range(3), [name for name, _, _ in self.BARS])
        ax.tick_params(axis="x", length=0)

    def update(self, values: Values) -> None:
        """Gives each person a group, and each bar its height."""
        counts = values["counts"]
        last = np.cumsum(counts)
        for people, count, until in zip(self.people, counts, last, strict=True):
            column, row = np.divmod(np.arange(until - count, until), ROWS)
            people.set_data(column, row)
        probabilities = [values["prior"], values["posterior_positive"], values["posterior_negative"]]
        for bar, text, probability in zip(self.bars, self.heights, probabilities, strict=True):
            bar.set_height(100 * probability)
            text.set_text(percent(probability))
            text.set_y(100 * probability + 1.5)
        missed, found, alarmed, cleared = counts
        self.count_text.set_text(f"positive: {found} ill, {alarmed} healthy; negative: {missed} ill, {cleared} healthy")


def describe_medical_test(parameters: Mapping[str, Any], values: Values) -> str:
    """What the two panels show, with their numbers."""
    missed, found, alarmed, cleared = (int(count) for count in values["counts"])
    return (
        f"Left: of 1,000 people (expected numbers, rounded to whole people) the ill are {found} with a positive and "
        f"{missed} with a negative test, the healthy {alarmed} with a positive and {cleared} with a negative test. "
        f"Right: with a prevalence of {parameters['prevalence']:.4g} %, a sensitivity of {parameters['sensitivity']} % "
        f"and a specificity of {parameters['specificity']} %, the probability of disease is {percent(values['prior'])} "
        f"before the test, {percent(values['posterior_positive'])} after a positive one and "
        f"{percent(values['posterior_negative'])} after a negative one."
    )


medical_test = Experiment(
    name="medical_test",
    title="What a positive test says",
    prediction=Prediction(
        question=(
            "A disease has a prevalence of 1 %. Its test finds 90 % of the ill (sensitivity) and clears 91 % of the "
            "healthy (specificity). Someone picked at random tests positive. How probable is the disease?"
        ),
        choices=("About 90 %", "About 50 %", "About 9 %", "About 1 %"),
        answer=2,
        explanation=(
            "Of 1,000 people 10 are ill, and 9 of them test positive. Of the 990 healthy people 9 % test positive too, "
            "about 89. So some 98 tests are positive and 9 of these people are ill: 9/98, about 9 %. "
            "90 % is P(positive | disease), the conditional the other way round. 50 % is near the answer for a "
            "prevalence of 10 %, where the experiment starts; the false alarms among the many healthy weigh more "
            "the rarer the disease is. 1 % is the probability before the test; the test is not useless, it "
            "raised it to 9 %."
        ),
    ),
    controls=(
        Slider("prevalence", "Prevalence P(disease)", 0.1, 50.0, step=0.1, value=10.0, unit="%", logarithmic=True),
        Slider("sensitivity", "Sensitivity P(positive | disease)", 50, 100, step=1, value=90, unit="%"),
        Slider("specificity", "Specificity P(negative | no disease)", 50, 100, step=1, value=91, unit="%"),
    ),
    compute=compute_medical_test,
    picture=MedicalTestPicture,
    describe=describe_medical_test,
    size=(9.0, 4.0),
    locked={"prevalence": 40.0, "sensitivity": 50, "specificity": 50},  # a test that says nothing
)
