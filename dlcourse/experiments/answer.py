"""The reader's answer to an experiment's prediction: given once, kept with the progress, asked again on request."""

from typing import Any

from dlcourse import progress, settings
from dlcourse.experiments.prediction import Prediction
from dlcourse.page.markdown import markdown_as_html

SKIPPED = -1


class Answer:
    """What the reader answered to ``prediction``: the index of a choice, -1 for skipped, None while it is open.

    ``chapter`` and ``name`` say where it is kept; with an empty ``chapter`` it is kept nowhere.
    """

    def __init__(self, prediction: Prediction, chapter: str, name: str) -> None:
        self.prediction = prediction
        self.required = settings.predictions_required()
        self._chapter, self._name = chapter, name
        self.chosen = progress.prediction(chapter, name) if chapter else None
        if self.chosen is not None and not SKIPPED <= self.chosen < len(prediction.choices):
            self.chosen = None  # the question had other choices then

    @property
    def is_due(self) -> bool:
        """Whether the controls wait for it."""
        return self.required and self.chosen is None

    def choose(self, index: int) -> None:
        """Commits to choice ``index`` (-1: skipped). A second answer is ignored. IndexError: no such choice."""
        if not SKIPPED <= index < len(self.prediction.choices):
            raise IndexError(f"There is no choice {index}.")
        if self.chosen is None:
            self.chosen = index
            if self._chapter:
                progress.record_prediction(self._chapter, self._name, index, index == self.prediction.answer)

    def ask_again(self) -> None:
        """Forgets the answer."""
        self.chosen = None
        if self._chapter:
            progress.forget_prediction(self._chapter, self._name)

    def content(self) -> dict[str, Any]:
        """What the page is told; the explanation only when there is an answer."""
        content: dict[str, Any] = {"chosen": self.chosen, "required": self.required}
        if self.chosen is not None:
            content["outcome"] = outcome(self.prediction, self.chosen)
        return content


def outcome(prediction: Prediction, chosen: int) -> str:
    """Whether the prediction was right, and why, as HTML; ``chosen``: the index of a choice, -1 for skipped."""
    right = prediction.choices[prediction.answer]
    if chosen == SKIPPED:
        opening = f"The answer: **{right}**."
    elif chosen == prediction.answer:
        opening = f"**You predicted it.** You said: {right}."
    else:
        opening = f"**Not what you predicted.** You said: {prediction.choices[chosen]}. The answer: **{right}**."
    return markdown_as_html(f"{opening}\n\n{prediction.explanation}")
