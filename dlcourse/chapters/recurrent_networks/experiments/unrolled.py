"""The experiment that reads a name letter by letter, and carries the gradient of its loss back to every step."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.recurrent_networks.experiments.names_network import (
    LANGUAGES,
    LETTERS,
    LONGEST,
    Reading,
    read,
)
from dlcourse.chapters.recurrent_networks.experiments.unrolled_picture import UnrolledPicture
from dlcourse.experiments.experiment import Experiment, Menu, Play, Prediction, Slider, Values, Word
from dlcourse.numerals import fixed

LAST = 2 * LONGEST + 1  # forward through each letter, the loss, and back through each


def compute_unrolled_name(position: int, word: str, language: str) -> Values:
    """The network after ``position`` steps: one for each letter of ``word``, one for the loss, one back for each.

    ``read``: letters read so far; ``loss_known``; ``added``: terms so far, from the last letter's on. ``states`` and
    ``by_states`` (T + 1, 2), ``terms`` (T, 2, 2) of all steps; ``sums`` (T + 1, 2, 2) of so many terms; ``term`` (2, 2)
    the newest; the rest is written.
    """
    found, steps = read(word, language), len(word)
    position = min(position, 2 * steps + 1)
    added = max(0, position - steps - 1)
    sums = np.concatenate([np.zeros((1, 2, 2)), np.cumsum(found.terms[::-1], axis=0)])
    t = steps - added + 1  # the step of the newest term
    title, lines = _told(position, word, language, found)
    return {
        "word": word,
        "read": min(position, steps),
        "loss_known": position > steps,
        "added": added,
        "states": found.states,
        "by_states": found.by_states,
        "terms": found.terms,
        "sums": sums,
        "term": found.terms[t - 1] if added else np.zeros((2, 2)),
        "loss": found.loss,
        "probabilities": found.probabilities,
        "output": _output(position > steps, language, found),
        "title": title,
        "lines": lines,
        "names": ("sum before", f"term of step {t}" if added else "next term", "sum so far"),
    }


def _output(is_known: bool, language: str, found: Reading) -> str:
    if not is_known:
        return f"it should say {language}"
    share = found.probabilities[LANGUAGES.index(language)]
    return f"p({language}) = {fixed(share)}, L = −ln p = {fixed(found.loss)}"


def _told(position: int, word: str, language: str, found: Reading) -> tuple[str, tuple[str, ...]]:
    """What happens at a position, in words and formulas."""
    steps = len(word)
    if position == 0:
        return "Before the first letter", (r"$h_0 = (0, 0)$: nothing has been read.", f"The name is {word}.")
    if position <= steps:
        t = position
        return f"Forward, step {t}: the letter {word[t - 1]}", (
            rf"$h_{t} = \tanh(W_x x_{t} + W_h h_{t - 1} + b)$",
            f"= {_pair(found.states[t])}",
            "The weights are those of every other step.",
        )
    if position == steps + 1:
        others = ", ".join(f"{name} {fixed(share)}" for name, share in zip(LANGUAGES, found.probabilities, strict=True))
        return "The loss, after the last letter", (
            others,
            rf"Backward begins: $\partial L/\partial h_{steps}$ = {_pair(found.by_states[steps])}",
        )
    t = 2 * steps + 2 - position
    return f"Backward, step {t}: the letter {word[t - 1]}", (
        rf"$\partial L/\partial a_{t} = \partial L/\partial h_{t} \circ (1 - h_{t}^2)$ = {_pair(found.by_sums[t - 1])}",
        rf"its term: the column $\partial L/\partial a_{t}$ times the row $h_{t - 1}$",
        rf"passed on: $\partial L/\partial h_{t - 1}$ = {_pair(found.by_states[t - 1])}",
    )


def _pair(numbers: Array) -> str:
    return f"({', '.join(fixed(number) for number in numbers)})"


def describe_unrolled_name(parameters: Mapping[str, Any], values: Values) -> str:
    """How far the name is read, the loss, and the terms and the sum so far."""
    word, steps, added = values["word"], len(values["word"]), values["added"]
    opening = f"A recurrent network of two units has read {values['read']} of the {steps} letters of {word}"
    if not values["loss_known"]:
        return f"{opening}; its state is {_pair(values['states'][values['read']])}."
    language = parameters["language"]
    share = values["probabilities"][LANGUAGES.index(language)]
    text = f"{opening} and gives {language} the probability {fixed(share)}: the loss is {fixed(values['loss'])}."
    if not added:
        return f"{text} The gradient by the last state is {_pair(values['by_states'][-1])}."
    rows = "; ".join(_pair(row) for row in values["term"])
    total = "; ".join(_pair(row) for row in values["sums"][added])
    return (
        f"{text} Backward it stands at step {steps - added + 1}, whose term of the gradient of W_h has the rows "
        f"{rows}. The sum of {'the first term' if added == 1 else f'{added} terms'} has the rows {total}."
    )


unrolled_name = Experiment(
    name="unrolled_name",
    title="A name, forward and backward",
    prediction=Prediction(
        question="A network reads a name of five letters, from the state $h_0 = 0$ on, and says after the last letter "
        "whose language it is. The gradient of $W_h$ is a sum of five terms, one for each step at which $W_h$ was "
        "used. How many of the five are exactly 0, whatever the weights are?",
        choices=(
            "None: all five steps used the same matrix",
            "One: that of the first letter",
            "One: that of the last letter",
            "Four: all but that of the last letter, where the loss is",
        ),
        answer=1,
        explanation="A step's term is the gradient by its sum $a_t$ times the state that $W_h$ was multiplied with, "
        "$h_{t-1}$. At the first step that state is $h_0 = 0$: there $W_h$ made nothing of nothing, and a change of it "
        "would not be felt. The loss reaches all five steps, since the gradient is handed back through the states. "
        "The shared matrix gets the sum, as if each step had had a copy of its own and all copies had to stay equal. "
        "The terms differ even where the letters do not: read nnnn, and look at its four.",
    ),
    controls=(
        Slider("position", "Steps so far", 0, LAST, step=1, value=0),
        Word("word", "Name", "costa", LETTERS, LONGEST),
        Menu("language", "Right language", LANGUAGES),
    ),
    play=Play("position", interval=1800, label="Next step"),
    compute=compute_unrolled_name,
    picture=UnrolledPicture,
    describe=describe_unrolled_name,
    size=(9.0, 5.8),
)
