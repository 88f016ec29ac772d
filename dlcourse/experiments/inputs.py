"""How controls look: ipywidgets with labels and units, that wrap where the page is narrow."""

import math
from typing import Any

import ipywidgets

from dlcourse.experiments.controls import Control, DragPoints, Entry, Menu, Play, Slider
from dlcourse.experiments.player import Player

_WIDE = {"description_width": "initial"}
_WIDTH = {"width": "auto", "flex": "1 1 380px", "min_width": "260px"}  # two side by side, one where the page is narrow


def make_input(control: Control, value: Any) -> Any | None:
    """The widget for ``control`` with its trait ``value`` set; None for DragPoints, which live in the picture."""
    if isinstance(control, DragPoints):
        return None
    if isinstance(control, Slider):
        return _slider(control, value)
    if isinstance(control, Entry):
        return _field(control, value)
    if isinstance(control, Menu):
        options = [(label, option) for option, label in control.labels.items()]
        return ipywidgets.Dropdown(
            options=options, value=value, description=control.label, style=_WIDE, layout=_WIDTH | {"max_width": "420px"}
        )
    return ipywidgets.Checkbox(value=value, description=control.label, indent=False, layout={"width": "max-content"})


def shown(control: Control, value: Any) -> Any:
    """The trait ``value`` of the widget for ``control`` when the parameter is ``value``."""
    return control.typed(value) if isinstance(control, Entry) else value


def _field(control: Entry, value: float | None) -> Any:
    """A narrow field: several stand side by side. Enter, or leaving it, commits."""
    field = ipywidgets.Text(
        value=control.typed(value),
        description=_described(control),
        placeholder=control.placeholder,
        continuous_update=False,
        style=_WIDE,
        layout={"width": "max-content", "flex": "0 1 auto"},
    )
    field.add_class("dlcourse-entry")
    return field


def _described(control: Slider | Entry) -> str:
    return f"{control.label} ({control.unit})" if control.unit else control.label


def _slider(control: Slider, value: float) -> Any:
    look = {"description": _described(control), "style": _WIDE, "layout": _WIDTH, "continuous_update": True}
    if control.is_integer:
        return ipywidgets.IntSlider(value=value, min=control.minimum, max=control.maximum, step=control.step, **look)
    if control.logarithmic:
        low, high = math.log10(control.minimum), math.log10(control.maximum)
        return ipywidgets.FloatLogSlider(
            value=value, base=10, min=low, max=high, step=control.step, readout_format=".2g", **look
        )
    return ipywidgets.FloatSlider(
        value=value, min=control.minimum, max=control.maximum, step=control.step,
        readout_format=f".{control.decimals}f", **look,
    )  # fmt: skip


def with_play(play: Play, control: Slider, slider: Any) -> tuple[Player, Any]:
    """The buttons that play ``slider``, the widget of ``control``; and a row of them and the slider."""
    player = Player(play, control, slider)
    slider.layout.min_width, slider.layout.flex = "200px", "1 1 200px"
    look = _WIDTH | {"flex": "1 1 440px", "align_items": "center", "flex_flow": "row wrap"}
    return player, ipywidgets.HBox([player, slider], layout=look)
