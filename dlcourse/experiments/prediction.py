"""The prediction that comes before an experiment: the reader commits to an answer, then the controls unlock."""

from dataclasses import dataclass


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
