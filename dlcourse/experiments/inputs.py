"""Controls as the page has them: what describes one, what it shows for a value, and what it sends.

The page draws them as the browser's own sliders, menus, boxes and fields (page/controls.js), which work by keyboard
and have a name and a value in words for a screen reader.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from dlcourse.experiments.controls import (
    Control,
    DragPoints,
    Drawing,
    Entry,
    Menu,
    Play,
    Slider,
    Table,
    Toggle,
    Word,
)
from dlcourse.experiments.drawing import COLOUR, PEN
from dlcourse.experiments.entry import read_number
from dlcourse.numerals import plain, short


def specification(control: Control) -> dict[str, Any]:
    """What the page needs to draw ``control``; for a slider, what it reads at each of its positions."""
    look: dict[str, Any] = {"name": control.name, "label": control.label}
    if isinstance(control, Slider):
        texts = [written(control, value) for value in settings(control)]
        return look | {"kind": "slider", "unit": control.unit, "texts": texts}
    if isinstance(control, Entry):
        return look | {"kind": "entry", "unit": control.unit, "placeholder": control.placeholder}
    if isinstance(control, Word):
        style = {"width": f"{control.longest + 4}ch", "textAlign": "left"}
        return look | {"kind": "entry", "placeholder": "", "style": style}
    if isinstance(control, Menu):
        return look | {"kind": "menu", "options": list(control.labels.values())}
    if isinstance(control, Toggle):
        return look | {"kind": "toggle"}
    if isinstance(control, Table):
        return look | {"kind": "table", "options": list(control.ready), "shape": list(control.shape)}
    if isinstance(control, Drawing):
        return look | {"kind": "drawing", "options": list(control.ready), "pen": PEN, "colour": COLOUR}
    return look | {"kind": "points"}


def play_specification(play: Play, slider: Slider) -> dict[str, Any]:
    """What the page needs to draw the buttons that play ``slider``."""
    start = f"Back to the start: {slider.label} {written(slider, slider.minimum)}"
    return {"slider": play.slider, "interval": play.interval, "label": play.label, "start": start}


def shown(control: Control, value: Any) -> Any:
    """What a control shows for ``value``: a slider [nearest position, number], a menu the place of its option.

    A table shows [place in its menu, its numbers], a drawing [place in its menu, how many strokes it has].
    """
    if isinstance(control, Slider):
        positions = np.array(settings(control))
        return [int(np.abs(positions - value).argmin()), written(control, value)]
    if isinstance(control, Menu):
        return list(control.labels).index(value)
    if isinstance(control, Table):
        return [control.place(value), [short(number).replace("-", "−") for number in value.ravel()]]
    if isinstance(control, Drawing):
        return [control.place(value), len(value)]
    return control.typed(value) if isinstance(control, Entry) else value


def value_of(control: Control, sent: Any, before: Any = None) -> Any:
    """The value that a control was taken to: a slider sends its position, a menu a place, a box if it is ticked.

    A table, which was ``before``, sends a place of its menu, or [index, what was typed], or [index, steps]; what a
    drawing sends is told at `Drawing.changed`. CourseError: what was typed is no number, or a drawing has no room.
    """
    if isinstance(control, Drawing):
        return control.changed(before, sent)
    if isinstance(control, Table):
        return control.changed(before, *sent) if isinstance(sent, list) else control.ready_table(_place(sent))
    if isinstance(control, Slider):
        return settings(control)[_place(sent)]
    return list(control.labels)[_place(sent)] if isinstance(control, Menu) else sent


def typed_value(control: Control, text: str) -> float | str | None:
    """The number that was typed beside a slider, or into a field, or the word. Raises CourseError: no such thing.

    TypeError: a control that nothing is typed for.
    """
    if isinstance(control, Entry | Word):
        return control.check(text)
    if not isinstance(control, Slider):
        raise TypeError(f"No number can be typed for {control.name}.")
    return control.nearest(read_number(control.label, text))


def _place(sent: Any) -> int:
    place = int(sent)
    if place < 0:
        raise IndexError(f"There is no position {place}.")
    return place


@lru_cache(maxsize=256)
def settings(control: Slider) -> tuple[float, ...]:
    """The values at the positions of a slider, from the lowest to the highest."""
    return control.positions()


def written(control: Slider, value: float) -> str:
    """``value`` as the reader sees it: plain decimals (a power of ten below 0.0001), with a true minus sign.

    A typed value between the slider's positions has all its digits.
    """
    if control.logarithmic:
        return plain(float(f"{value:.3g}") if value in settings(control) else value)
    text = f"{value:.{control.decimals}f}"
    return text.replace("-", "−") if float(text) == value else plain(value)


def draggable(controls: tuple[Control, ...]) -> str:
    """What can be dragged in the picture, in the plural; empty where nothing can."""
    return next((control.label for control in controls if isinstance(control, DragPoints)), "")
