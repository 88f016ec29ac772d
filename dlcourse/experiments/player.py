"""The buttons beside a slider that runs: play or pause, one step on, back to the start."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from dlcourse.experiments.controls import Play, Slider


class Player(anywidget.AnyWidget):
    """Moves ``slider`` (the widget of ``control``, an integer Slider) when the page asks for it.

    While it plays, the page asks for a step every ``interval`` milliseconds, but for no third one before the picture
    of the first is shown: so every step is seen, on a slow link too. Only the kernel moves the slider, in the order of
    what it is asked for: a reset is never overtaken by a step.
    """

    _esm = Path(__file__).parent / "player.js"
    label: Any = traitlets.Unicode("Step").tag(sync=True)
    start: Any = traitlets.Unicode("").tag(sync=True)  # where "back to the start" leads, in words
    interval: Any = traitlets.Int(100).tag(sync=True)  # milliseconds
    disabled: Any = traitlets.Bool(False).tag(sync=True)

    def __init__(self, play: Play, control: Slider, slider: Any) -> None:
        self._control, self._slider = control, slider
        start = f"Back to the start: {control.label} {control.minimum}"
        super().__init__(label=play.label, interval=play.interval, start=start, layout={"flex": "0 0 auto"})
        self.on_msg(lambda _widget, content, _buffers: self._handle(content))

    @property
    def at_end(self) -> bool:
        """Whether there is no further step."""
        return bool(self._slider.value + self._control.step > self._control.maximum)

    def step(self) -> None:
        """One step on; at the end nothing."""
        if not self.disabled and not self.at_end:
            self._slider.value += self._control.step

    def back(self) -> None:
        """Back to the first position of the slider."""
        if not self.disabled:
            self._slider.value = self._control.minimum

    def pause(self) -> None:
        """Stops playing."""
        self.send({"type": "pause"})

    def _handle(self, content: dict[str, Any]) -> None:
        """A wish of the page. ``start`` is the first step of playing: from the end it leads back to the start."""
        kind = content.get("type")
        if kind == "back" or (kind == "start" and self.at_end):
            self.back()
        elif kind in ("start", "step"):
            self.step()
            if self.at_end:
                self.pause()
