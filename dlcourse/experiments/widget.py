"""A shown experiment: title, prediction, controls, picture, caption, and the tools to share its state."""

import base64
from html import escape
from typing import Any

import ipywidgets

from dlcourse import settings
from dlcourse.errors import CourseError
from dlcourse.experiments import state
from dlcourse.experiments.canvas import Canvas
from dlcourse.experiments.controls import DragPoints, Entry, Slider
from dlcourse.experiments.experiment import Experiment
from dlcourse.experiments.inputs import make_input, shown, with_play
from dlcourse.experiments.live import Live
from dlcourse.experiments.player import Player
from dlcourse.experiments.prediction import PredictionBox

_VIEW = "application/vnd.jupyter.widget-view+json"


class ExperimentWidget(ipywidgets.VBox):
    """An experiment on the page. ``values``: the present parameters; ``restore(text)``: a shared state."""

    def __init__(self, experiment: Experiment, parameters: dict[str, Any]) -> None:
        self.experiment = experiment
        self._following = False
        self._live = Live(experiment, parameters, self._send_to_page, self._show_parameters)
        self.canvas = self._make_canvas()
        self.inputs = self._make_inputs(parameters)
        self.play: Player | None = None
        controls = ipywidgets.Box(self._control_row(), layout={"flex_flow": "row wrap", "align_items": "center"})
        controls.add_class("dlcourse-controls")
        title = ipywidgets.HTML(escape(experiment.title))
        title.add_class("dlcourse-title")
        self.prediction = self._make_prediction()
        parts = [title, self.prediction, controls, self.canvas]
        width = f"{self.canvas.width}px"
        super().__init__([part for part in parts if part is not None], layout={"max_width": width, "width": "auto"})
        self.add_class("dlcourse-experiment")

    @property
    def values(self) -> dict[str, Any]:
        """The present parameters."""
        return dict(self._live.parameters)

    @property
    def state_text(self) -> str:
        """The present state as a line that can be shared and given to ``restore``."""
        return self._live.state_text

    @property
    def alternative_text(self) -> str:
        """What the picture shows, in words, with its numbers."""
        self._live.png()  # brings the words up to date where no page watches
        return self._words(self._live.caption)

    def restore(self, text: str) -> None:
        """Goes to the state written in ``text``. Raises CourseError when it is not a state of this experiment."""
        experiment = self.experiment
        self._live.set_all(state.read(experiment.name, experiment.controls, text))

    def reset(self) -> None:
        """Goes back to the defaults."""
        self._live.set_all(state.defaults(self.experiment.controls))

    def _make_canvas(self) -> Canvas:
        width, height = self._live.screen.css_size
        draggable = next((c.label for c in self.experiment.controls if isinstance(c, DragPoints)), "")
        canvas = Canvas(
            width=width,
            height=height,
            title=self.experiment.title,
            still="data:image/png;base64," + base64.b64encode(self._live.png()).decode(),
            caption=self._live.caption,
            state_text=self._live.state_text,
            draggable=draggable,
        )
        canvas.on_msg(lambda _widget, content, _buffers: self._live.receive(content))
        return canvas

    def _make_inputs(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """A widget for each control that has one, by name."""
        inputs = {}
        for control in self.experiment.controls:
            widget = make_input(control, parameters[control.name])
            if widget is not None:
                widget.observe(lambda change, name=control.name: self._moved(name, change["new"]), "value")
                inputs[control.name] = widget
        return inputs

    def _control_row(self) -> list[Any]:
        row = list(self.inputs.values())
        play = self.experiment.play
        if play is not None:
            slider = next(c for c in self.experiment.controls if isinstance(c, Slider) and c.name == play.slider)
            place = list(self.inputs).index(play.slider)
            self.play, row[place] = with_play(play, slider, self.inputs[play.slider])
        return row

    def _make_prediction(self) -> PredictionBox | None:
        if self.experiment.prediction is None:
            return None
        required = settings.predictions_required()
        self._lock(locked=required)
        return PredictionBox(self.experiment.prediction, lambda: self._lock(locked=False), required=required)

    def _lock(self, *, locked: bool) -> None:
        """Disables or enables every control, also the points in the picture and the toolbar."""
        self._live.locked = locked
        self.canvas.locked = locked
        for widget in (*self.inputs.values(), self.play):
            if widget is not None:
                widget.disabled = locked

    def _moved(self, name: str, value: Any) -> None:
        """A control was moved, by the reader or from Python."""
        with self._live.lock:  # so that what another thread restores is finished first
            if self._following:
                return
            try:
                self._live.set(name, value)
            except CourseError as error:
                if any(isinstance(c, Entry) and c.name == name for c in self.experiment.controls):
                    self._live.set(name, None)  # what was typed before counts no longer
                self._live.tell(str(error))

    def _show_parameters(self, parameters: dict[str, Any]) -> None:
        """Takes the controls to ``parameters`` without hearing from them; what plays is paused."""
        if self.play is not None:
            self.play.pause()
        self._following = True
        try:
            for control in self.experiment.controls:
                if control.name in self.inputs:
                    self.inputs[control.name].value = shown(control, parameters[control.name])
        finally:
            self._following = False

    def _send_to_page(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.canvas.send(content, buffers)

    def __repr__(self) -> str:
        return self.alternative_text

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live widget where one can run; the still picture and its words everywhere else."""
        width, height = self._live.screen.css_size
        stored = self._stored()
        picture, words = stored.png(), self._words(stored.caption)
        data = {
            "text/plain": words,
            "image/png": picture,
            _VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.model_id},
        }
        return data, {"image/png": {"alt": words, "width": width, "height": height}}

    def _words(self, caption: str) -> str:
        title = self.experiment.title
        return f"{title}{'' if title.endswith('?') else '.'} {caption}"

    def _stored(self) -> Live:
        """Whose picture a notebook stores: that of ``still`` where one is named, unless another state was asked for."""
        experiment, values = self.experiment, self.values
        start = state.defaults(experiment.controls)
        if not experiment.still or any(not state.same(start[name], values[name]) for name in start):
            return self._live
        return Live(experiment, experiment.parameters(**experiment.still), lambda *_: None, lambda _: None)
