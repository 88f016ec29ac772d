"""A loss in two dimensions meets an L1 or an L2 ball: its minimum is dragged, and the solution is where they touch."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.generalization.experiments.balls_picture import LARGEST, REACH, BallsPicture, exact
from dlcourse.chapters.generalization.experiments.touching import (
    AXES,
    CIRCLE,
    CORNERS,
    in_diamond,
    in_disc,
    loss,
    multiplier,
    share_with_zero,
    zero_regions,
)
from dlcourse.experiments.controls import DragPoints, Menu, Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

APART = 5  # hundredths between two settings of the radius
RADII = np.arange(APART, 100 * LARGEST + 1, APART) / 100  # the settings of the slider
LEVELS = np.array([0.02, 0.1, 0.3, 0.7, 1.4, 2.5, 4.0])  # of the loss above its minimum, at the contours
FAR = 8.0  # sides of regions that reach beyond the picture


def compute_penalty_balls(penalty: str, hundredths: int, correlation: float, regions: bool, minimum: Array) -> Values:
    """The least loss within a ball ‖w‖ ≤ t, t = ``hundredths`` / 100, of the norm ``penalty``, "L1" or "L2".

    minimum: (1, 2), the least-squares weights ŵ. ``solution`` (2,) has the loss ``excess`` above the minimum, and is
    also that of the penalty with ``alpha``. ``path`` (60, 2) are the solutions for all ``radii`` (60,). ``contours``
    (7, 121, 2), and ``touching`` (121, 2) that through the solution. ``regions`` (4, 3, 2) are all places of ŵ for
    which a weight is exactly 0, none unless asked for; ``share`` is their part of the square of side 4.
    """
    lowest, radius = np.array(minimum[0]), hundredths / 100
    solve = in_diamond if penalty == "L1" else in_disc
    path = solve(lowest, correlation, RADII)
    solution = solve(lowest, correlation, np.array([radius]))[0]
    excess = float(loss(solution, lowest, correlation))
    return {
        "minimum": lowest,
        "radius": radius,
        "solution": solution,
        "excess": excess,
        "alpha": multiplier(solution, lowest, correlation, penalty),
        "radii": RADII,
        "path": path,
        "ball": radius * (CORNERS if penalty == "L1" else CIRCLE),
        "contours": _ellipses(lowest, correlation, LEVELS),
        "touching": _ellipses(lowest, correlation, np.array([excess]))[0],
        "regions": zero_regions(correlation, radius, penalty, FAR) if regions else np.empty((0, 3, 2)),
        "share": share_with_zero(radius, REACH, penalty),
        "inside": excess == 0,
        "told": f"{penalty} ball, t = {radius:.2f}; minimum at ({fixed(lowest[0])}, {fixed(lowest[1])})",
    }


def _ellipses(minimum: Array, correlation: float, levels: Array) -> Array:
    """Where J is each of ``levels`` above its minimum: (levels, 121, 2)."""
    radii = np.sqrt(2 * levels[:, None] / np.array([1 + correlation, 1 - correlation]))
    return np.asarray(minimum + (CIRCLE * radii[:, None, :]) @ AXES)


def describe_penalty_balls(parameters: Mapping[str, Any], values: Values) -> str:
    """Ball and minimum, the solution with the weights that are exactly 0, the α of the same solution, the regions."""
    w, (x, y) = values["solution"], values["minimum"]
    zeros = [name for name, weight in zip(("w₁", "w₂"), w, strict=True) if weight == 0]
    text = (
        f"Inputs with correlation {fixed(parameters['correlation'], 1)}; the loss is least at ŵ = ({fixed(x)}, "
        f"{fixed(y)}). Within the {parameters['penalty']} ball of radius {values['radius']:.2f} it is least at w = "
        f"({exact(w[0])}, {exact(w[1])}), {fixed(values['excess'], 3)} above its minimum"
    )
    if values["inside"]:
        text += ": the minimum lies inside the ball, which changes nothing, α = 0."
    else:
        text += (
            f"; {' and '.join(zeros) if zeros else 'no weight'} is exactly 0. A penalty with α = "
            f"{fixed(values['alpha'])} has the same solution."
        )
    if not parameters["regions"]:
        return text
    share = f"{100 * values['share']:.0f} %"
    return f"{text} Of all places for the minimum between −2 and 2, {share} give a weight of exactly 0."


penalty_balls = Experiment(
    name="penalty_balls",
    title="Where a ball touches the loss",
    prediction=Prediction(
        question="The loss has circles as contours, and its minimum lies anywhere in the square from −2 to 2, every "
        "place as likely as any other. The weights have to stay in a ball of radius 0.5 around 0: with the L1 norm, "
        "|w₁| + |w₂| ≤ 0.5, or with the L2 norm, w₁² + w₂² ≤ 0.25. How often is one of the two best weights exactly 0?",
        choices=(
            "Never: to touch a ball exactly there is a coincidence, with either norm",
            "In about half of the cases with L1, never with L2",
            "Always with L1, never with L2",
            "In about half of the cases with L1, in a quarter with L2",
        ),
        answer=1,
        explanation="56 % with L1. Show the places of the minimum for which a weight is exactly 0: from each corner of "
        "the L1 ball a whole wedge opens, and a minimum may be moved about in it while the solution stays on the "
        "corner. From the L2 ball only lines start, and a line has no area. What lies between the wedges touches an "
        "edge, and both weights are left: L1 does not always set one to 0. In a smaller ball, or with a larger "
        "penalty, the wedges start nearer to the middle, and the share grows, to 90 % at t = 0.1.\n\n"
        "Now set the correlation to 0.9, take the L2 ball, and drag the minimum to about (1.5, −0.5). On the right, "
        "follow w₂ from large radii to small ones: it rises through 0, is positive, and only then returns to 0. L2 "
        "shrinks the length of w, and its part along every eigenvector, but not every single weight: where inputs are "
        "alike, it moves their weights towards each other.",
    ),
    controls=(
        Menu("penalty", "Ball", {"L1": "L1: |w₁| + |w₂| ≤ t", "L2": "L2: w₁² + w₂² ≤ t²"}),
        Slider("hundredths", "Radius t", APART, int(100 * LARGEST), step=APART, value=50, unit="hundredths"),
        Slider("correlation", "Correlation of the two inputs ρ", -0.9, 0.9, step=0.1, value=0.0),
        Toggle("regions", "Minima for which a weight is exactly 0"),
        DragPoints(
            "minimum",
            [[1.2, 0.5]],
            axes="plane",
            limits=((-REACH, REACH), (-REACH, REACH)),
            label="minimum of the loss",
        ),
    ),
    play=Play("hundredths", interval=120, label="Larger radius"),
    locked={"penalty": "L2"},
    compute=compute_penalty_balls,
    picture=BallsPicture,
    describe=describe_penalty_balls,
    size=(9.0, 5.4),
)
