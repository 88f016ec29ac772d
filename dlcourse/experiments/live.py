"""What runs behind a shown experiment: parameters in, pictures out, the newest value wins.

Widget messages can arrive on another thread while a cell runs (ipykernel 7), and a timer has its own: everything that
touches parameters or the figure holds one lock.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Any

import traitlets.log

from dlcourse.errors import CourseError
from dlcourse.experiments import drawing, inputs, points, state
from dlcourse.experiments.answer import Answer
from dlcourse.experiments.controls import DragPoints, Drawing, Entry
from dlcourse.experiments.definition import Definition
from dlcourse.experiments.link import LOST_AFTER, Link
from dlcourse.experiments.screen import Screen
from dlcourse.experiments.sender import Sender

Send = Callable[[dict[str, Any], list[bytes]], None]
_STEP, _FINE_STEP = 0.02, 0.004  # of an axis' limits: how far an arrow key moves a point


class Live:
    """An experiment's parameters, its screen and its way to the page.

    ``send(content, buffers)`` takes one message to the page. ``answer`` is the reader's to the prediction, if one is
    asked for; until it is there, the picture shows the experiment's ``locked`` state without its numbers.
    """

    def __init__(self, experiment: Definition, parameters: dict[str, Any], send: Send, answer: Answer | None) -> None:
        self.experiment = experiment
        self.parameters = parameters
        self.answer = answer
        self.lock = threading.RLock()
        self._link = Link()
        self._sender = Sender(send)
        self._send = send
        self._dirty = False
        self._closed = False
        self._refused: dict[str, str] = {}  # what was typed and is no number: it stays in its field
        self._notice = ""  # the sentence under the picture; the next change takes it away
        self._watched = False
        self._asked = 0  # the page's number of the newest of its wishes that is fulfilled
        self._timer: threading.Timer | None = None
        # The layout is made at the defaults, so that it is the same in every state.
        self.values = experiment.compute(**state.defaults(experiment.controls))
        self.screen = Screen(experiment.picture, experiment.size, self.values)
        self._check_axes()
        self._update()

    def _check_axes(self) -> None:
        names = self.screen.picture.axes
        for control in self.experiment.controls:
            if isinstance(control, DragPoints | Drawing) and control.axes not in names:
                done = "dragged" if isinstance(control, DragPoints) else "drawn"
                raise ValueError(
                    f"{self.experiment.name}: {control.name} is {done} in the axes {control.axes!r}, "
                    f"but the picture's axes are {', '.join(names)}."
                )

    @property
    def locked(self) -> bool:
        """Whether the reader has to predict first."""
        return self.answer is not None and self.answer.is_due

    @property
    def shown(self) -> dict[str, Any]:
        """The parameters whose picture is seen."""
        return self.experiment.parameters(**self.experiment.locked) if self.locked else self.parameters

    @property
    def state_text(self) -> str:
        """The parameters as a line to share."""
        return state.write(self.experiment.name, self.experiment.controls, self.parameters)

    def set(self, name: str, value: Any) -> None:
        """One parameter becomes ``value``. CourseError when its control refuses it."""
        with self.lock:
            control = self._control(name)
            value = control.check(value)
            self._notice = ""
            self._refused.pop(name, None)
            if not state.same(value, self.parameters[name]):
                self.parameters = {**self.parameters, name: value}
            self._request()

    def set_all(self, parameters: dict[str, Any]) -> None:
        """All parameters at once: a reset or a restored state."""
        with self.lock:
            self.parameters, self._notice = parameters, ""
            self._refused.clear()
            self._request()

    def refresh(self) -> None:
        """Shows anew what is there: the question was answered, or asked again."""
        with self.lock:
            self._notice = ""
            self._request()

    def png(self) -> bytes:
        """The picture in the present state, in pixels as many as by design: the same bytes whatever page watches."""
        with self.lock:
            if not self._closed and self.screen.as_designed and self.screen.scale == 1:
                return self.screen.png()
            start = self.experiment.compute(**state.defaults(self.experiment.controls))
            screen = Screen(self.experiment.picture, self.experiment.size, start)
            screen.show(self.experiment.compute(**self.shown), numbers=not self.locked)
            return screen.png()

    def receive(self, content: dict[str, Any]) -> None:
        """A message from the page. What cannot be done is said there, never raised; nonsense is dropped."""
        with self.lock:
            if self._closed:
                return
            try:
                self._asked = max(self._asked, int(content.get("asked", 0)))
                self._handle(content)
            except CourseError as error:
                self.tell(str(error))
            except (KeyError, IndexError, ValueError, TypeError, StopIteration):
                traitlets.log.get_logger().warning("dlcourse: message not understood: %.200r", content, exc_info=True)

    def _handle(self, content: dict[str, Any]) -> None:
        kind = content.get("type")
        if kind == "painted":
            self._link.acknowledge(int(content["number"]))
            if self._dirty:
                self._request()
        elif kind in ("ready", "room"):
            room = float(content["room"]), float(content.get("height", math.inf))
            self._fit(room, float(content.get("scale", 1)), anew=kind == "ready")
        elif kind in ("choose", "ask again") and self.answer is not None:
            self.answer.choose(int(content["index"])) if kind == "choose" else self.answer.ask_again()
            self.refresh()
        elif self.locked:
            raise CourseError("Predict first (or skip the question): then this unlocks.")
        else:
            self._move(kind, content)

    def _fit(self, room: tuple[float, float], scale: float, *, anew: bool) -> None:
        changed = self.screen.fit(*room, scale)
        if anew:
            self.screen.redraw_all()
            self._sender.forget()
            self._link.restart()
            self._watched = True
        if anew or changed:
            self._request()

    def _move(self, kind: object, content: dict[str, Any]) -> None:
        """What the reader does with controls and points."""
        if kind == "set":
            control = self._control(content["name"])
            self.set(control.name, inputs.value_of(control, content["value"], self.parameters[control.name]))
        elif kind == "type":
            self._type(str(content["name"]), str(content["text"]))
        elif kind == "step":
            self._step(int(content["steps"]))
        elif kind == "reset":
            self.set_all(state.defaults(self.experiment.controls))
        elif kind == "restore":
            self.set_all(state.read(self.experiment.name, self.experiment.controls, str(content.get("text", ""))))
        elif kind in ("drag", "nudge"):
            self._move_point(int(content["index"]), content, is_dragged=kind == "drag")

    def _control(self, name: str) -> Any:
        return next(control for control in self.experiment.controls if control.name == name)

    def _type(self, name: str, text: str) -> None:
        """A number or a word was typed. What is none is said; a field for a number then counts as empty."""
        control = self._control(name)
        try:
            self.set(name, inputs.typed_value(control, text))
        except CourseError:
            if isinstance(control, Entry):
                self._refused[name] = text
                self.parameters = {**self.parameters, name: None}  # what was typed before counts no longer
                self._request()
            raise

    def _step(self, steps: int) -> None:
        """Takes the slider that plays ``steps`` further, at most to its end; 0 steps lead back to its start."""
        slider = self._control(self.experiment.play.slider if self.experiment.play else "")
        at, way = self.parameters[slider.name], steps * slider.step
        self.set(slider.name, slider.minimum if steps == 0 else min(at + way, slider.maximum))

    def _points(self) -> DragPoints | None:
        return next((control for control in self.experiment.controls if isinstance(control, DragPoints)), None)

    def _move_point(self, index: int, content: dict[str, Any], *, is_dragged: bool) -> None:
        """Takes point ``index`` to where it was dragged, or as far as an arrow key moves it."""
        control = self._points()
        if control is None or not 0 <= index < len(control.value):
            raise IndexError(f"There is no point {index}.")
        ax, before = self.screen.picture.axes[control.axes], self.parameters[control.name]
        if is_dragged:
            x, y = points.at_pixel(ax, float(content["x"]), float(content["y"]))
        else:
            size = _FINE_STEP if content.get("fine") else _STEP
            x, y = before[index] + size * points.room(ax, control) * (float(content["dx"]), float(content["dy"]))
        self.set(control.name, control.moved(before, index, float(x), float(y)))

    def _request(self) -> None:
        """Shows the present parameters now, or as soon as the page has painted what is under way."""
        self._dirty = not self._closed
        if not self._watched:
            return
        if self._link.is_open(time.monotonic()):
            self._frame()
        elif self._timer is None:
            self._timer = threading.Timer(LOST_AFTER + 0.1, self._try_again)
            self._timer.daemon = True
            self._timer.start()

    def _try_again(self) -> None:
        with self.lock:
            self._timer = None
            if self._dirty and not self._closed:
                self._request()

    def current(self) -> None:
        """Brings picture and words up to date where no page watches."""
        with self.lock:
            if self._dirty and not self._watched:
                self._update()
                self._dirty = False

    def _update(self) -> None:
        """Computes and gives the result to the picture, without drawing it."""
        self.values = self.experiment.compute(**self.shown)
        self.screen.show(self.values, numbers=not self.locked)
        self.caption = "" if self.locked else self.experiment.told(self.shown, self.values)

    def _frame(self) -> None:
        self._dirty = False
        try:
            self._update()
            written = self.screen.write()
        except Exception as error:  # whatever an experiment raises, its controls go on working
            traitlets.log.get_logger().error("dlcourse: %s", self.state_text, exc_info=True)
            self.screen.redraw_all()
            self._sender.forget()
            self.tell(f"This setting cannot be shown ({type(error).__name__}: {error}). Reset brings the start back.")
            return
        self._sender.send(written, self.screen, self._content(self._link.send(time.monotonic())))

    def _content(self, number: int) -> dict[str, Any]:
        """What goes with the picture: all that changed, in one message."""
        controls = [c for c in self.experiment.controls if not isinstance(c, DragPoints)]
        return {
            "type": "frame",
            "number": number,
            "asked": self._asked,
            "caption": self.caption,
            "state": self.state_text,
            "points": [] if self.locked else self._point_positions(),
            "sheet": self._sheet(),
            "notice": self._notice,
            "controls": {c.name: self._refused.get(c.name, inputs.shown(c, self.shown[c.name])) for c in controls},
            "prediction": self.answer.content() if self.answer is not None else None,
        }

    def _point_positions(self) -> list[list[float]]:
        """Where the draggable points are, as fractions of the picture from its upper left corner."""
        control = self._points()
        return points.places(self.screen.picture.axes[control.axes], self.parameters[control.name]) if control else []

    def _sheet(self) -> list[float]:
        """Where the sheet of a drawing is seen, as `drawing.corners` tells it; empty where none is."""
        sheets = [control.axes for control in self.experiment.controls if isinstance(control, Drawing)]
        return drawing.corners(self.screen.picture.axes[sheets[0]]) if sheets else []

    def tell(self, text: str) -> None:
        """Shows a sentence under the picture until something changes."""
        self._notice = text
        self._send({"type": "notice", "text": text, "asked": self._asked}, [])

    def close(self) -> None:
        """Shows nothing any more, and lets go of the figure: a notebook's `Out` keeps every widget that it showed."""
        with self.lock:
            if not self._closed:
                self._closed, self._watched, self._dirty = True, False, False
                del self.screen, self.values, self._sender
