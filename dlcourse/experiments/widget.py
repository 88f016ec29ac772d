"""A shown experiment: one widget with title, prediction, controls, picture, caption, and the state as a line."""

import json
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from dlcourse.experiments import inputs, state
from dlcourse.experiments.answer import Answer
from dlcourse.experiments.controls import Slider
from dlcourse.experiments.definition import Definition
from dlcourse.experiments.live import Live
from dlcourse.page import assets
from dlcourse.page.cells import close_earlier
from dlcourse.page.markdown import markdown_as_html
from dlcourse.plots import style
from dlcourse.plots.showing import words_as_html

_PAGE = Path(__file__).parent / "page"
_NAMES = ("theme", "marks", "controls", "player", "prediction", "points", "ink", "experiment")
SCRIPTS: tuple[str | Path, ...] = ("kernel.js", "typeset.js", *(_PAGE / f"{name}.js" for name in _NAMES))
STYLES = (_PAGE / "experiment.css",)


class ExperimentWidget(anywidget.AnyWidget):
    """An experiment on the page. ``values``: the present parameters; ``restore(text)``: a shared state."""

    _esm = assets.script(*SCRIPTS)
    _css = assets.style(*STYLES)
    definition: Any = traitlets.Unicode("").tag(sync=True)  # JSON: what never changes

    def __init__(self, experiment: Definition, parameters: dict[str, Any]) -> None:
        self.experiment = experiment
        prediction = experiment.prediction
        answer = Answer(prediction, experiment.chapter, experiment.name) if prediction is not None else None
        self._live = Live(experiment, parameters, self.send, answer)
        super().__init__(definition=json.dumps(definition_for_page(experiment, self._live.screen.css_size)))
        self.on_msg(lambda _widget, content, _buffers: self._live.receive(content))
        close_earlier(self)

    @property
    def values(self) -> dict[str, Any]:
        """The present parameters."""
        return dict(self._live.parameters)

    @property
    def locked(self) -> bool:
        """Whether the controls wait for the reader's prediction."""
        return self._live.locked

    @property
    def state_text(self) -> str:
        """The present state as a line that can be shared and given to ``restore``."""
        return self._live.state_text

    @property
    def alternative_text(self) -> str:
        """What the picture shows, in words, with its numbers; the question, while that waits for an answer."""
        self._live.current()
        title = self.experiment.title
        opening = f"{title}{'' if title.endswith('?') else '.'}"
        return f"{opening} {self._question() if self._live.locked else self._live.caption}"

    def set(self, **values: Any) -> None:
        """Sets parameters, all at once. CourseError for an unknown one or a value out of range: then none is set."""
        with self._live.lock:
            self._live.set_all(state.checked(self.experiment.controls, {**self._live.parameters, **values}))

    def predict(self, choice: int) -> None:
        """Answers the question with choice number ``choice`` (-1 skips it), as its buttons do."""
        self._live.receive({"type": "choose", "index": choice})

    def restore(self, text: str) -> None:
        """Goes to the state written in ``text``. Raises CourseError when it is not a state of this experiment."""
        self._live.set_all(state.read(self.experiment.name, self.experiment.controls, text))

    def reset(self) -> None:
        """Goes back to the start, the question too: it waits for an answer again."""
        self._live.set_all(state.defaults(self.experiment.controls))
        self._live.receive({"type": "ask again"})

    def close(self) -> None:
        """Ends the widget and lets go of its picture."""
        live = getattr(self, "_live", None)
        if live is not None:
            live.close()
        super().close()

    def _question(self) -> str:
        prediction = self.experiment.prediction
        assert prediction is not None
        choices = "; ".join(f"({letter}) {choice}" for letter, choice in zip("abcd", prediction.choices, strict=False))
        return f"Predict first: {prediction.question} {choices}."

    def __repr__(self) -> str:
        return self.alternative_text

    def _ipython_display_(self, **_: Any) -> None:
        """Shows words that every page has, then the live widget where one can run and the picture everywhere else."""
        from IPython.display import display

        display({"text/html": self._words(), "text/plain": ""}, raw=True)
        data, metadata = self._bundle()
        display(data, metadata=metadata, raw=True)

    def _words(self) -> str:
        """The question with its choices, or what the picture shows; a live widget hides it (it says the same)."""
        prediction = self.experiment.prediction
        if prediction is None or not self._live.locked:
            return f'<div class="dlcourse-stored">{words_as_html(self.alternative_text)}</div>'
        lines = (markdown_as_html(choice).removeprefix("<p>").removesuffix("</p>") for choice in prediction.choices)
        choices = "".join(f"<li>{line}</li>" for line in lines)
        question = markdown_as_html(f"**Predict.** {prediction.question}")
        return f'<div class="dlcourse-stored">{question}<ul>{choices}</ul></div>'

    def _bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        words = self.alternative_text
        width, height = (round(96 * side) for side in self.experiment.size)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        data = {"text/plain": words, "image/png": self._live.png(), "application/vnd.jupyter.widget-view+json": view}
        return data, {"image/png": {"alt": words, "width": width, "height": height}, "dlcourse": True}


def definition_for_page(experiment: Definition, css_size: tuple[int, int]) -> dict[str, Any]:
    """What the page has to know before the first picture, which has the width and height ``css_size``."""
    definition: dict[str, Any] = {
        "title": experiment.title,
        "size": list(css_size),
        "controls": [inputs.specification(control) for control in experiment.controls],
        "draggable": inputs.draggable(experiment.controls),
        "tones": style.DARK_TONES,
    }
    if experiment.play is not None:
        slider = next(c for c in experiment.controls if c.name == experiment.play.slider)
        assert isinstance(slider, Slider)
        definition["play"] = inputs.play_specification(experiment.play, slider)
    if experiment.prediction is not None:
        prediction = experiment.prediction
        definition["prediction"] = {
            "question": markdown_as_html(f"**Predict.** {prediction.question}"),
            "choices": [markdown_as_html(choice) for choice in prediction.choices],
            "plain": list(prediction.choices),
        }
    return definition
