"""The race: six optimizers on one surface, from a start that is dragged, at rates that the reader sets."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.optimization.experiments import race_runs as runs
from dlcourse.chapters.optimization.experiments.race_picture import RacePicture, told
from dlcourse.experiments.controls import DragPoints, Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.level_lines import zero_line
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude
from dlcourse.scratch.surfaces import SURFACES

SHOWN = {
    "all": ("all six", runs.NAMES),
    "momentum": ("GD, momentum, Nesterov", ("GD", "momentum", "Nesterov")),
    "scaled": ("GD, AdaGrad, RMSProp, Adam", ("GD", "AdaGrad", "RMSProp", "Adam")),
    "adam": ("GD, momentum, Adam", ("GD", "momentum", "Adam")),
    "gd": ("GD alone", ("GD",)),
}
LEVELS = 13
GRID = 61  # points of the grid that the level lines are found on, along each axis


def compute_race(
    surface: str,
    start: Array,
    show: str,
    gd: float,
    momentum: float,
    nesterov: float,
    adagrad: float,
    rmsprop: float,
    adam: float,
    steps: int,
) -> Values:
    """The paths of all six over a surface, and the steps that each needs with every rate.

    start: (1, 2), in parts of the picture's width and height; the usual start of every surface is at the same place.
    gd ... adam: the rates, in units of the best one (``search``) from the usual start. Six rows, in the order of
    ``race_runs.NAMES``: ``rates`` (6,), ``paths`` (6, steps + 1, 2), ``excess`` (6, steps + 1), the loss above its
    minimum, ``arrivals`` (6,), the steps until it stays within 0.001, 301 where that takes more than 300,
    ``diverged`` (6,), the step at which that was seen, else 0, and ``shown`` (6,). ``needed`` (6, 51): the steps that
    each of the rates ``race_runs.GRID`` needs from here; (6, 0) while no step has been made.
    """
    rates = np.array([gd, momentum, nesterov, adagrad, rmsprop, adam]) * runs.BEST_RATES[surface]
    x, y = runs.place_of(surface, start[0]).tolist()
    paths, excess, diverged = runs.race(surface, (x, y), tuple(rates.tolist()))
    where = SURFACES[surface]
    needed = runs.steps_needed(surface, (x, y))
    return {
        "view": np.array(runs.view(surface)),
        "levels": level_lines(surface),
        "minima": np.reshape(where.minima, (-1, 2)).astype(float),
        "saddles": np.reshape(where.saddles, (-1, 2)).astype(float),
        "rates": rates,
        "paths": paths[:, : steps + 1],
        "excess": excess[:, : steps + 1],
        "arrivals": runs.arrivals(excess.T),
        "diverged": np.where(diverged <= steps, diverged, 0),
        "needed": needed if steps else needed[:, :0],
        "shown": np.array([name in SHOWN[show][1] for name in runs.NAMES]),
    }


@lru_cache(maxsize=len(runs.SIZES))
def level_lines(surface: str) -> Array:
    """Pieces (m, 2, 2) of the lines of equal loss: closer together near the minimum; read-only."""
    low, size = runs.view(surface)
    x, y = (np.linspace(begin, begin + length, GRID) for begin, length in zip(low, size, strict=True))
    where = SURFACES[surface]
    excess = where.value(np.stack(np.meshgrid(x, y), axis=-1)) - where.value(where.minima[0])
    heights = excess.max() * np.linspace(0, 1, LEVELS + 1)[1:-1] ** 3
    pieces = np.concatenate([zero_line(x, y, excess - height) for height in heights])
    pieces.flags.writeable = False
    return pieces


def describe_race(parameters: Mapping[str, Any], values: Values) -> str:
    """The surface, the start, and what each racer has come to."""
    x, y = values["paths"][0, 0]
    count, racers = parameters["steps"], np.flatnonzero(values["shown"])
    results = "; ".join(
        f"{runs.NAMES[racer]}, ε = {magnitude(values['rates'][racer], 2)}: {told(values, racer)}"
        for racer in racers.tolist()
    )
    return (
        f"{SURFACES[parameters['surface']].title.capitalize()}, from ({fixed(x, 3)}, {fixed(y, 3)}), "
        f"{count} {'step' if count == 1 else 'steps'}: how many it took until the loss stayed within {runs.ARRIVED:g} "
        f"of its minimum, or how far above it is still. {results}."
    )


def _rate(name: str, racer: str) -> Slider:
    return Slider(name, f"{racer}: × best ε", 0.01, 100.0, step=0.1, value=1.0, logarithmic=True)


race = Experiment(
    name="race",
    title="The race of the optimizers",
    prediction=Prediction(
        question="A valley lies along the axes and is 25 times as steep across as along. Each optimizer gets the rate "
        "with which it arrives first, of those that keep it in the picture. Gradient descent needs 62 steps, AdaGrad, "
        "which has a rate for each parameter, 6. Now the valley is turned by 30°, with the start in it, and the rates "
        "are searched again. How many do they need?",
        choices=(
            "62 and 6: it is the same valley",
            "62 and about 60",
            "Several hundred and 6",
            "Ten times as many, both",
        ),
        answer=1,
        explanation="Choose the turned valley: gradient descent needs 62 again, AdaGrad 60. Gradient descent, momentum "
        "and Nesterov know no axes: when the surface is turned, their gradients, and with them all their steps, turn "
        "too. AdaGrad and RMSProp divide each coordinate of the gradient by what that coordinate has been. Along the "
        "axes this makes the valley as good as round. In the turned valley each coordinate of the gradient has a part "
        "of both directions, and no two numbers undo the mixture: RMSProp goes from 10 to 110 steps. Adam needs 80 "
        "and 85, momentum 87 in both: each goes on as before for ten steps or so, shoots past the minimum and comes "
        "back, and a valley of 25 to 1 is too tame for that to pay. What they gain is seen at the lower right: from a "
        "quarter to eight times their best rate they need at most half as many steps again, while gradient descent "
        "with 1.3 times its own never arrives.",
    ),
    controls=(
        Menu("surface", "Surface", {name: SURFACES[name].title for name in runs.SIZES}),
        Menu("show", "Show", {name: told_as for name, (told_as, _) in SHOWN.items()}),
        _rate("gd", "GD"),
        _rate("momentum", "Momentum"),
        _rate("nesterov", "Nesterov"),
        _rate("adagrad", "AdaGrad"),
        _rate("rmsprop", "RMSProp"),
        _rate("adam", "Adam"),
        Slider("steps", "Steps", 0, runs.MOST_STEPS, step=1, value=runs.MOST_STEPS),
        DragPoints("start", [runs.PLACE], axes="parts", limits=((0.0, 1.0), (0.0, 1.0)), label="starting points"),
    ),
    play=Play("steps", interval=50),
    compute=compute_race,
    picture=RacePicture,
    describe=describe_race,
    size=(9.0, 5.9),
    locked={"steps": 0},
)
