"""The prediction that comes before an experiment: the reader commits to an answer, then the controls unlock."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets


@dataclass(frozen=True)
class Prediction:
    """A question whose answer the reader commits to before touching the experiment.

    ``choices`` are 2 to 4 texts, ``answer`` is the index of the right one, ``explanation`` is shown afterwards on
    demand. Formulas may stand between dollar signs.
    """

    question: str
    choices: tuple[str, ...]
    answer: int
    explanation: str

    def __post_init__(self) -> None:
        if isinstance(self.choices, str) or not 2 <= len(self.choices) <= 4:
            raise ValueError(f"A prediction has 2 to 4 choices. Received {self.choices!r}.")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError(f"The choices of a prediction differ from each other. Received {self.choices!r}.")
        if not 0 <= self.answer < len(self.choices):
            raise ValueError(f"answer is the index of the right choice, below {len(self.choices)}, not {self.answer}.")
        if not self.question.strip() or not self.explanation.strip():
            raise ValueError("A prediction has a question and an explanation; one of them is empty.")


class PredictionBox(ipywidgets.VBox):
    """The question, a button for each choice and Skip; then the reader's choice and "What happened?".

    ``chosen`` is None until answered, then the index of the choice or -1 for Skip. ``when_answered`` is called once.
    With ``required=False`` the same box is folded away and nothing waits for it.
    """

    def __init__(self, prediction: Prediction, when_answered: Callable[[], None], *, required: bool) -> None:
        self.prediction = prediction
        self.chosen: int | None = None
        self._when_answered = when_answered
        self._question = ipywidgets.HTMLMath(f"<p><b>Predict.</b> {escape(prediction.question, quote=False)}</p>")
        self.choice_buttons = [self._button(index, text) for index, text in enumerate(prediction.choices)]
        self.skip_button = self._button(-1, "Skip")
        self.reveal_button = ipywidgets.Button(description="What happened?", layout={"width": "max-content"})
        self.reveal_button.add_class("dlcourse-choice")
        self.reveal_button.on_click(lambda _: self.reveal())
        self.verdict = ipywidgets.HTMLMath()
        self.verdict.add_class("dlcourse-verdict")
        row = ipywidgets.Box([*self.choice_buttons, self.skip_button], layout={"flex_flow": "row wrap"})
        self._content = ipywidgets.VBox([self._question, row])
        if required:
            children: list[Any] = [self._content]
        else:
            children = [ipywidgets.Accordion([self._content], titles=("A question to predict first",))]
        super().__init__(children)
        self.add_class("dlcourse-prediction")

    def _button(self, index: int, text: str) -> Any:
        button = ipywidgets.Button(description=text, layout={"width": "max-content", "max_width": "100%"})
        button.add_class("dlcourse-choice")
        button.on_click(lambda _: self.choose(index))
        return button

    def choose(self, index: int) -> None:
        """Commits to choice ``index`` (-1: skipped). A second answer is ignored."""
        if self.chosen is not None:
            return
        self.chosen = index
        for button in (*self.choice_buttons, self.skip_button):
            button.disabled = True
        chosen = self.skip_button if index < 0 else self.choice_buttons[index]
        chosen.add_class("dlcourse-chosen")
        if index >= 0:
            chosen.icon = "check"
        self._content.children = [*self._content.children, self.reveal_button, self.verdict]
        self._when_answered()

    def reveal(self) -> None:
        """Says whether the prediction was right, and why."""
        prediction, chosen = self.prediction, self.chosen
        right = escape(prediction.choices[prediction.answer], quote=False)
        if chosen is None or chosen < 0:
            opening = f"The answer: <b>{right}</b>."
        elif chosen == prediction.answer:
            opening = f"<b>You predicted it.</b> You said: {right}."
        else:
            said = escape(prediction.choices[chosen], quote=False)
            opening = f"<b>Not what you predicted.</b> You said: {said}. The answer: <b>{right}</b>."
        self.verdict.value = f"<p>{opening}</p><p>{escape(prediction.explanation, quote=False)}</p>"
        self.reveal_button.layout.display = "none"
