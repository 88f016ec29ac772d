"""An experiment recorded: some of its states as marks, for a page without a kernel.

The page gets what the live widget would send (`dlcourse.experiments.marks`), but each mark once: a state refers to its
marks by their number. There are two layouts, for a wide page and for a phone.
"""

import base64
import gzip
import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcourse.experiments import inputs, state
from dlcourse.experiments.answer import SKIPPED, outcome
from dlcourse.experiments.controls import Slider
from dlcourse.experiments.definition import Definition, Values
from dlcourse.experiments.marks import VERSION, Mark, Message
from dlcourse.experiments.screen import Screen
from dlcourse.experiments.widget import definition_for_page
from dlcourse.site.states import Plan, moves, plan

PHONE = 360  # CSS pixels
SHARP = 2.0  # device pixels for a CSS pixel: as phones have


@dataclass
class Layout:
    """One size of the picture, and what its states look like there."""

    screen: Screen
    frames: list[dict[str, Any]] = field(default_factory=list)
    glyphs: dict[int, Any] = field(default_factory=dict)
    _marks: list[Mark] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)
    _background: dict[int, list[int]] = field(default_factory=dict)

    def take(self, values: Values, *, numbers: bool = True) -> None:
        """Adds the frame of ``values``; ``numbers``: whether the lines of numbers are seen."""
        self.screen.show(values, numbers=numbers)
        written = self.screen.write()
        self.glyphs |= written.glyphs
        self._background |= {part: self._known(marks) for part, marks in written.background.items()}
        marks = [[artist, self._known(marks)] for artist, marks in written.marks.items()]
        self.frames.append({"background": [[part, ids] for part, ids in self._background.items()], "marks": marks})

    def content(self, message: Message) -> dict[str, Any]:
        """What the page has to know; the marks' numbers and pixels go into ``message``."""
        marks = message.written(self._marks)
        size, pixels = list(self.screen.css_size), list(self.screen.pixel_size)
        scene = {"version": VERSION, "size": size, "pixels": pixels, "scale": self.screen.scale}
        return {"scene": scene, "glyphs": self.glyphs, "marks": marks, "frames": self.frames}

    def _known(self, marks: list[Mark]) -> list[int]:
        places = []
        for mark in marks:
            place = self._numbers.setdefault(mark.key(), len(self._marks))
            if place == len(self._marks):
                self._marks.append(mark)
            places.append(place)
        return places


def record(experiment: Definition, states: int = 200, largest: int = 400_000) -> str:
    """``experiment`` as the text of a script: ``dlcourseRecorded(name, definition, recording)``.

    At most ``states`` states are recorded, and fewer, or in fewer pixels, where the script has more than ``largest``
    bytes. The recording is the base64 of gzip of four bytes, the length of the JSON (little-endian), the JSON, and two
    blocks, to which the marks of both layouts refer: numbers, whose length in bytes stands in the JSON, and pixels.
    The numbers are int16: differences to that two places before, all low bytes before all high ones.
    ValueError: not even a few states are small enough.
    """
    for scale, budget in ((SHARP, states), (1.0, states), (1.0, states // 2), (1.0, states // 4), (1.0, states // 8)):
        chosen = plan(experiment, budget)
        layouts, told = _frames(experiment, chosen, scale)
        described = definition(experiment, chosen, layouts[0].screen.css_size)
        recording = _packed({"stops": _shown(experiment, chosen), "states": told}, layouts)
        words = [f"{experiment.chapter}/{experiment.name}", described, recording]
        text = f"dlcourseRecorded({', '.join(json.dumps(word, ensure_ascii=False) for word in words)});\n"
        if len(text.encode()) <= largest:
            return text
    raise ValueError(f"{experiment.name}: {len(chosen.states)} states take {len(text):,} bytes, more than {largest:,}.")


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


def _frames(experiment: Definition, chosen: Plan, scale: float) -> tuple[list[Layout], list[list[Any]]]:
    """Both layouts with all frames, and of each state its places, its caption and its text to share."""
    start = experiment.compute(**state.defaults(experiment.controls))
    layouts = [Layout(Screen(experiment.picture, experiment.size, start)) for _ in range(2)]
    for layout, width in zip(layouts, (layouts[0].screen.css_size[0], PHONE), strict=True):
        layout.screen.fit(width, math.inf, scale)
    told = []
    for places in chosen.states:
        parameters = chosen.parameters(experiment, places)
        values = experiment.compute(**parameters)
        for layout in layouts:
            layout.take(values)
        caption = experiment.told(parameters, values)
        told.append([list(places), caption, state.write(experiment.name, experiment.controls, parameters)])
    if experiment.prediction is not None:  # last what is seen before the prediction
        values = experiment.compute(**experiment.parameters(**experiment.locked))
        for layout in layouts:
            layout.take(values, numbers=False)
    return layouts, told


def _shown(experiment: Definition, chosen: Plan) -> dict[str, list[Any]]:
    """What each stop of a slider reads, and the numbers behind it, for what is typed."""
    sliders = {control.name: control for control in experiment.controls if isinstance(control, Slider)}
    return {
        name: [[inputs.written(sliders[name], value), value] for value in values] if name in sliders else []
        for name, values in chosen.stops.items()
    }


def _packed(content: dict[str, Any], layouts: list[Layout]) -> str:
    message = Message()
    described = [layout.content(message) for layout in layouts]
    numbers, pixels = message.buffers()
    whole = {**content, "layouts": described, "numbers": len(numbers)}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    parts = len(text).to_bytes(4, "little"), text, _differences(numbers), pixels
    return base64.b64encode(gzip.compress(b"".join(parts), 9, mtime=0)).decode()


def _differences(numbers: bytes) -> bytes:
    values = np.frombuffer(numbers, "<i2").copy()
    values[2:] -= np.frombuffer(numbers, "<i2")[:-2]
    low_high = np.frombuffer(values.tobytes(), np.uint8).reshape(-1, 2)
    return low_high.T.tobytes()
