"""The experiment that looks into a trained LSTM while it reads a name: gates and memory of a few units, its opinion."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.lstm_and_gru import name_network
from dlcourse.chapters.lstm_and_gru.experiments.reading_picture import UNITS, ReadingPicture, signed
from dlcourse.chapters.lstm_and_gru.name_network import CHARACTERS, HIDDEN, LANGUAGES, LONGEST
from dlcourse.experiments.controls import Menu, Play, Slider, Word
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, percent
from dlcourse.sequences import Alphabet

HELD = {"trained": None, "open": 1.0, "shut": 0.0}
TOLD = {"trained": "as trained", "open": "all held at 1", "shut": "all held at 0"}
VALIDATION = 482  # names that it was not trained on
TYPED = CHARACTERS[3:29] + CHARACTERS[:3] + CHARACTERS[29:]  # letters first, then the blank and what joins names


def compute_reading_gates(name: str, letters: int, forget: str) -> Values:
    """The network's units while it reads a name up to letter ``letters``, the whole of a shorter one.

    ``first`` and ``second``: the two languages that are most probable at the name's end. ``units`` (5,): the units that
    argue most there, whichever way, for the first against the second; ``arguments`` (5,): how much they do at the last
    letter read, ``rest`` all other units and the biases together, ``lead`` the sum: the difference of the two logits.
    ``gates`` (3, 5, steps): input, forget, output; ``cells`` (5, steps); ``probabilities`` (steps, 10); ``accuracy``:
    the share of the validation part's names that is read right in this setting.
    """
    read = name[:letters]
    reading = name_network.read(Alphabet(CHARACTERS).encode(name)[None], HELD[forget])
    at_end, until, last = reading.probabilities[0, -1], slice(len(read)), len(read) - 1
    second, first = np.argsort(at_end, kind="stable")[-2:].tolist()
    argued = name_network.arguments(reading, first, second)[0]
    units = np.argsort(-np.abs(argued[-1]), kind="stable")[:UNITS]
    probabilities = reading.probabilities[0, until]
    lead = float(np.log(probabilities[-1, first] / probabilities[-1, second]))
    values: Values = {
        "name": name,
        "read": read,
        "first": LANGUAGES[first],
        "second": LANGUAGES[second],
        "units": units,
        "arguments": argued[last, units],
        "rest": lead - float(argued[last, units].sum()),
        "lead": lead,
        "gates": reading.gates[:, 0, until, units].transpose(1, 0, 2),
        "cells": reading.cells[0, until, units],
        "probabilities": probabilities,
        "accuracy": name_network.accuracy(HELD[forget]),
    }
    return values | {"words": (_units_told(values), f"{percent(values['accuracy'])} of other names are read right")}


def _units_told(values: Values) -> str:
    return f"+ for {values['first']}, − for {values['second']}; others {signed(values['rest'])}"


def describe_reading_gates(parameters: Mapping[str, Any], values: Values) -> str:
    """What is read, what the network says, who argues how, and how well it reads in this setting."""
    share = values["probabilities"][-1]
    best = int(share.argmax())
    units = ", ".join(
        f"unit {unit + 1} {signed(argued)}" for unit, argued in zip(values["units"], values["arguments"], strict=True)
    )
    return (
        f"The network has read {len(values['read'])} of the {len(values['name'])} characters of {values['name']}, and "
        f"says {LANGUAGES[best]} with {fixed(share[best])}. Of its {HIDDEN} units these argue most, at the name's end, "
        f"for {values['first']} or for {values['second']}; by now {units}, all others and the biases "
        f"{signed(values['rest'])}, together {signed(values['lead'])}. Their forget gates are "
        f"{fixed(values['gates'][1].min())} to {fixed(values['gates'][1].max())}. With forget gates "
        f"{TOLD[parameters['forget']]} it reads {percent(values['accuracy'])} of {VALIDATION} other names right."
    )


reading_gates = Experiment(
    name="reading_gates",
    title="An LSTM reads a name",
    prediction=Prediction(
        question="The trained network reads 77 % of names that it was not trained on right, of ten languages. Now "
        "every forget gate is held at 1 while it reads: whatever is in a cell stays there to the end. How many names "
        "does it read right?",
        choices=(
            "More: no letter is lost any more",
            "About as many: names are short, little was forgotten anyway",
            "Fewer, but far more than a guess, 10 %",
            "No more than a guess",
        ),
        answer=2,
        explanation="57 % with all forget gates held at 1. Held at 0, where only h hands anything on from letter to "
        "letter, it is 46 %; so the network makes use of both, of forgetting and of keeping. On average its forget "
        "gates are at 0.64, which leaves 26 % of a number after three letters. That suits the task, since the end of a "
        "name says most: of the last three letters alone it reads 51 % right, of the first three alone 27 %. Read "
        "virtanen letter by letter: what it says turns several times, and the last letter decides. With gates held at "
        "1 the early letters stay in the sum, and it says Croatian.\n\n"
        "Two cautions. These weights were trained together "
        "with gates that forget, so this shows what they rely on, not how well a network would read that had to learn "
        "without them. And it was trained to speak at the end of a name only: earlier opinions are what it would say "
        "if the name ended there.",
    ),
    controls=(
        Word("name", "Name", "virtanen", TYPED, LONGEST),
        Slider("letters", "Letters read", 1, LONGEST, step=1, value=LONGEST),
        Menu("forget", "Forget gates", TOLD),
    ),
    play=Play("letters", interval=700, label="Next letter"),
    compute=compute_reading_gates,
    picture=ReadingPicture,
    describe=describe_reading_gates,
    size=(9.0, 4.8),
    locked={"letters": 1},
)
