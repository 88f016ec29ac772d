"""What runs behind a shown experiment: parameters in, frames out, the newest value wins.

Widget messages can arrive on another thread while a cell runs (ipykernel 7), and a timer has its own: everything that
touches parameters or the figure holds one lock.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import traitlets.log

from dlcourse.errors import CourseError
from dlcourse.experiments import frames, state
from dlcourse.experiments.controls import DragPoints
from dlcourse.experiments.experiment import Experiment
from dlcourse.experiments.link import LOST_AFTER, Link
from dlcourse.experiments.screen import Screen

Send = Callable[[dict[str, Any], list[bytes]], None]
_STEP, _FINE_STEP = 0.02, 0.004  # of an axis' limits: how far an arrow key moves a point


class Live:
    """An experiment's parameters, its screen and its link to the browser.

    ``send(content, buffers)`` takes one message to the browser. ``changed(parameters)`` is called when the parameters
    change by anything but ``set``: a reset, a restored state, a dragged point.
    """

    def __init__(
        self, experiment: Experiment, parameters: dict[str, Any], send: Send, changed: Callable[[dict[str, Any]], None]
    ) -> None:
        self.experiment = experiment
        self.parameters = parameters
        self.lock = threading.RLock()
        self.link = Link()
        self.locked = False
        self._send, self._changed = send, changed
        self._sent: Any = None  # the pixels that the browser has, (height, width) uint32
        self._lossy = False
        self._dirty = False
        self._notice = ""  # the sentence under the picture; the next change takes it away
        self._watched = False
        self._asked = 0
        self._timer: threading.Timer | None = None
        # The layout is made at the defaults, so that it is the same in every state.
        start = state.defaults(experiment.controls)
        self.values = experiment.compute(**start)
        self.screen = Screen(experiment.picture, experiment.size, self.values)
        if any(not state.same(start[name], parameters[name]) for name in start):
            self.values = experiment.compute(**parameters)
            self.screen.show(self.values)
        self.caption = experiment.describe(parameters, self.values)
        self._check_axes()
        self._still, self._still_of = self.screen.png(), parameters

    def _check_axes(self) -> None:
        names = self.screen.picture.axes
        for control in self.experiment.controls:
            if isinstance(control, DragPoints) and control.axes not in names:
                raise ValueError(
                    f"{self.experiment.name}: {control.name} is dragged in the axes {control.axes!r}, "
                    f"but the picture's axes are {', '.join(names)}."
                )

    @property
    def state_text(self) -> str:
        """The parameters as a line to share."""
        return state.write(self.experiment.name, self.experiment.controls, self.parameters)

    def set(self, name: str, value: Any) -> None:
        """One control was moved to ``value``."""
        with self.lock:
            control = next(control for control in self.experiment.controls if control.name == name)
            value = control.check(value)
            if not state.same(value, self.parameters[name]):
                self.parameters, self._notice = {**self.parameters, name: value}, ""
                self._request()
            elif self._notice:
                self.tell("")

    def set_all(self, parameters: dict[str, Any]) -> None:
        """All parameters at once: a reset or a restored state."""
        with self.lock:
            self.parameters, self._notice = parameters, ""
            self._changed(parameters)
            self._request()

    def png(self) -> bytes:
        """The picture in the present state; the last one that could be drawn where this one cannot."""
        with self.lock:
            if self._still_of is not self.parameters:  # each change makes a new dict
                try:
                    self._update()
                    self._still, self._still_of = self.screen.png(), self.parameters
                except Exception:
                    self._log_failure()
            return self._still

    def receive(self, content: dict[str, Any]) -> None:
        """A message from the browser. What cannot be done is said there, never raised; nonsense is dropped."""
        with self.lock:
            try:
                self._handle(content)
            except CourseError as error:
                self.tell(str(error))
            except (KeyError, IndexError, ValueError, TypeError):
                traitlets.log.get_logger().warning("dlcourse: message not understood: %.200r", content, exc_info=True)

    def _handle(self, content: dict[str, Any]) -> None:
        kind = content.get("type")
        if kind == "painted":
            self.link.acknowledge(int(content["number"]), time.monotonic())
            if self._dirty:
                self._request()
        elif kind == "ready":
            self.screen.set_scale(float(content.get("scale", 1)))
            self._watched, self._sent = True, None
            self.link.restart()
            self._request()
        elif self.locked:
            raise CourseError("Predict first (or skip the question): then this unlocks.")
        elif kind == "reset":
            self.set_all(state.defaults(self.experiment.controls))
        elif kind == "restore":
            self.set_all(state.read(self.experiment.name, self.experiment.controls, str(content.get("text", ""))))
        elif kind == "drag":
            self._asked = int(content.get("asked", 0))
            self._drag(int(content["index"]), float(content["x"]), float(content["y"]))
        elif kind == "nudge":
            size = _FINE_STEP if content.get("fine") else _STEP
            self._nudge(int(content["index"]), size * float(content["dx"]), size * float(content["dy"]))

    def _points(self) -> DragPoints:
        return next(control for control in self.experiment.controls if isinstance(control, DragPoints))

    def _check_index(self, control: DragPoints, index: int) -> None:
        if not 0 <= index < len(control.value):
            raise IndexError(f"{control.name} has no point {index}.")

    def _drag(self, index: int, x: float, y: float) -> None:
        """Takes point ``index`` to (x, y), fractions of the picture from its upper left corner."""
        control = self._points()
        self._check_index(control, index)
        bounds = self.screen.figure.bbox
        ax = self.screen.picture.axes[control.axes]
        data_x, data_y = ax.transData.inverted().transform((x * bounds.width, (1 - y) * bounds.height))
        self._move(control, index, float(data_x), float(data_y))

    def _nudge(self, index: int, dx: float, dy: float) -> None:
        """Moves point ``index`` by fractions of the room that points have."""
        control = self._points()
        self._check_index(control, index)
        x, y = self.parameters[control.name][index]
        (x_low, x_high), (y_low, y_high) = control.limits
        self._move(control, index, x + dx * (x_high - x_low), y + dy * (y_high - y_low))

    def _move(self, control: DragPoints, index: int, x: float, y: float) -> None:
        points = control.moved(self.parameters[control.name], index, x, y)
        self.parameters, self._notice = {**self.parameters, control.name: points}, ""
        self._request()

    def _request(self) -> None:
        """Shows the present parameters now, or as soon as the browser has painted what is under way."""
        if not self._watched:
            self._dirty = True
            return
        if self.link.is_open(time.monotonic()):
            self._frame()
            return
        self._dirty = True
        if self._timer is None:
            self._timer = threading.Timer(LOST_AFTER + 0.1, self._try_again)
            self._timer.daemon = True
            self._timer.start()

    def _try_again(self) -> None:
        with self.lock:
            self._timer = None
            if self._dirty:
                self._request()

    def _update(self) -> None:
        """Computes and gives the result to the picture, without drawing it."""
        self.values = self.experiment.compute(**self.parameters)
        self.screen.show(self.values)
        self.caption = self.experiment.describe(self.parameters, self.values)

    def _frame(self) -> None:
        self._dirty = False
        try:
            self._update()
            pixels = self.screen.pixels()
        except Exception as error:  # whatever an experiment raises, its controls go on working
            self._log_failure()
            self.tell(f"This setting cannot be shown ({type(error).__name__}: {error}). Reset brings the start back.")
            return
        self._send_pixels(pixels)

    def _log_failure(self) -> None:
        traitlets.log.get_logger().error("dlcourse: %s", self.state_text, exc_info=True)
        self.screen.redraw_all()

    def _send_pixels(self, pixels: Any) -> None:
        frame = frames.as_words(pixels)
        if self._lossy and not self.link.compress:
            self._sent, self._lossy = None, False
        whole = self._sent is None
        rectangles = frames.changed_rectangles(self._sent, frame)
        compress = (self.link.compress or whole) and bool(rectangles)
        if compress:
            rectangles = [frames.bounding(rectangles)]
            limit = frames.LIMIT if self.link.compress else frame.size * 4
            data, encoding = frames.compressed(pixels, rectangles[0], limit)
            self._lossy = self._lossy or encoding == "image/webp"
        else:
            data, encoding = frames.raw(frame, rectangles), "raw"
        number = self.link.send(time.monotonic(), compressed=compress)
        content = self._content(number, encoding, rectangles, frame.shape)
        self._send(content, [data])
        if self._sent is None or self._sent.shape != frame.shape:
            self._sent = frame.copy()
        else:
            for left, top, width, height in rectangles:
                part = (slice(top, top + height), slice(left, left + width))
                self._sent[part] = frame[part]

    def _content(self, number: int, encoding: str, rectangles: list[Any], shape: tuple[int, ...]) -> dict[str, Any]:
        """What goes with the pixels: all that changed, in one message."""
        return {
            "type": "frame",
            "number": number,
            "encoding": encoding,
            "rectangles": rectangles,
            "size": [shape[1], shape[0]],
            "caption": self.caption,
            "state": self.state_text,
            "points": self._point_positions(),
            "asked": self._asked,
            "notice": self._notice,
        }

    def _point_positions(self) -> list[list[float]]:
        """Where the draggable points are, as fractions of the picture from its upper left corner."""
        control = next((control for control in self.experiment.controls if isinstance(control, DragPoints)), None)
        if control is None:
            return []
        bounds = self.screen.figure.bbox
        ax = self.screen.picture.axes[control.axes]
        places = ax.transData.transform(self.parameters[control.name]) / (bounds.width, bounds.height)
        return [[round(float(x), 5), round(1 - float(y), 5)] for x, y in places]

    def tell(self, text: str) -> None:
        """Shows a sentence under the picture until something changes."""
        self._notice = text
        self._send({"type": "notice", "text": text}, [])
