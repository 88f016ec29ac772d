"""An experiment recorded: some of its states as marks, for a page without a kernel.

The page gets what the live widget would send (`dlcourse.experiments.marks`), in few bytes (`dlcourse.site.packing`).
There are two layouts, for a wide page and for a phone.
"""

import json
import math
from typing import Any

from dlcourse.experiments import inputs, state
from dlcourse.experiments.answer import SKIPPED, outcome
from dlcourse.experiments.controls import Slider
from dlcourse.experiments.definition import Definition
from dlcourse.experiments.screen import Screen
from dlcourse.experiments.widget import definition_for_page
from dlcourse.site.packing import Layout, Packing
from dlcourse.site.states import Plan, moves, plan

PHONE = 360  # CSS pixels
SHARP = 2.0  # device pixels for a CSS pixel: as phones have
STATES, LARGEST = 160, 400_000  # of an experiment: how many states, how many bytes


def record(experiment: Definition, states: int = STATES, largest: int = LARGEST) -> str:
    """``experiment`` as the text of a script: ``dlcourseRecorded(name, recording)``.

    At most ``states`` states are recorded, and fewer where the script has more than ``largest`` bytes. The recording is
    packed by `Packing`, and holds: ``definition``; ``stops``, of each control what its stops read and the numbers
    behind them; ``states``, of each the places of its stops, its caption, its text to share.
    ValueError: not even a few states are small enough.
    """
    chosen = plan(experiment, states)
    while True:
        layouts, told = _frames(experiment, chosen)
        described = definition(experiment, chosen, layouts[0].screen.css_size)
        content = {"definition": described, "stops": _shown(experiment, chosen), "states": told}
        words = [f"{experiment.chapter}/{experiment.name}", Packing().packed(content, layouts)]
        text = f"dlcourseRecorded({', '.join(json.dumps(word) for word in words)});\n"
        if len(text) <= largest:
            return text
        number = len(chosen.states)
        try:
            chosen = plan(experiment, int(0.9 * largest / len(text) * number))
        except ValueError:
            size = f"{number} states take {len(text):,} bytes, more than {largest:,}"
            raise ValueError(f"{experiment.name}: {size}.") from None


def definition(experiment: Definition, chosen: Plan, css_size: tuple[int, int]) -> dict[str, Any]:
    """What the page has to know of ``experiment``: as for the live widget, with the stops of ``chosen`` alone.

    Tables and drawings become menus of the ready ones. What is dragged or typed freely is left out. A prediction has
    what is said to each of its choices, and last to who skips it, as "outcomes".
    """
    whole = definition_for_page(experiment, css_size)
    whole["draggable"] = ""
    whole["note"] = _note(experiment, chosen)
    whole["controls"] = [
        _control(specification, chosen, experiment)
        for specification in whole["controls"]
        if specification["name"] in chosen.stops
    ]
    if experiment.prediction is not None:
        choices = (*range(len(experiment.prediction.choices)), SKIPPED)
        whole["prediction"]["outcomes"] = [outcome(experiment.prediction, choice) for choice in choices]
    return whole


def _note(experiment: Definition, chosen: Plan) -> str:
    """What the page says about itself: how much of the experiment it holds."""
    still = [control.label for control in experiment.controls if not moves(control)]
    more = f", and you can also change: {', '.join(still)}" if still else ""
    return f"This page holds {len(chosen.states)} settings. In JupyterLab all of them are computed{more}."


def _control(specification: dict[str, Any], chosen: Plan, experiment: Definition) -> dict[str, Any]:
    if specification["kind"] == "slider":
        return {**specification, "texts": [text for text, _ in _shown(experiment, chosen)[specification["name"]]]}
    if specification["kind"] in ("table", "drawing"):
        return {key: specification[key] for key in ("name", "label", "options")} | {"kind": "menu"}
    return specification


def _frames(experiment: Definition, chosen: Plan) -> tuple[list[Layout], list[list[Any]]]:
    """Both layouts with all frames, and of each state its places, its caption and its text to share."""
    start = experiment.compute(**state.defaults(experiment.controls))
    layouts = [Layout(Screen(experiment.picture, experiment.size, start)) for _ in range(2)]
    for layout, width in zip(layouts, (layouts[0].screen.css_size[0], PHONE), strict=True):
        layout.screen.fit(width, math.inf, SHARP)
    told = []
    for places in chosen.states:
        parameters = chosen.parameters(experiment, places)
        values = experiment.compute(**parameters)
        for layout in layouts:
            layout.screen.show(values)
            layout.take(layout.screen.write())
        caption = experiment.told(parameters, values)
        told.append([list(places), caption, state.write(experiment.name, experiment.controls, parameters)])
    if experiment.prediction is not None:  # last what is seen before the prediction
        values = experiment.compute(**experiment.parameters(**experiment.locked))
        for layout in layouts:
            layout.screen.show(values, numbers=False)
            layout.take(layout.screen.write())
    return layouts, told


def _shown(experiment: Definition, chosen: Plan) -> dict[str, list[Any]]:
    """What each stop of a slider reads, and the numbers behind it, for what is typed."""
    sliders = {control.name: control for control in experiment.controls if isinstance(control, Slider)}
    return {
        name: [[inputs.written(sliders[name], value), value] for value in values] if name in sliders else []
        for name, values in chosen.stops.items()
    }
