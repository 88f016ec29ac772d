"""The experiment that freezes layers of a pretrained network and tunes the others, stored and trained here."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.transfer_learning.experiments.live_tuning import EVERY, MOST_UPDATES, live_run
from dlcourse.chapters.transfer_learning.experiments.tuning_picture import EDGE, TuningPicture
from dlcourse.chapters.transfer_learning.transfer_runs import (
    DEPTHS,
    GRID_LABELS,
    GRID_RATES,
    GRID_TESTS,
    POINTS,
    grid,
)
from dlcourse.experiments.controls import Menu, Play, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import percent

FROZEN = ("nothing", "the stem", "stem and block 1", "stem to block 2", "all but the head")
PAIRS = {"4 9": "4 and 9", "3 5": "3 and 5", "1 7": "1 and 7", "0 6": "0 and 6"}


def compute_freeze_and_tune(frozen: int, labels: str, rate: str, pair: str, stored: bool, trained: int) -> Values:
    """The stored runs of a setting, and one that is trained when it is asked for.

    ``stored`` (draws, tests): the share of 500 test digits that is right after so many updates, ``tests``; (draws, 0)
    where it is not to be shown. ``live`` (m,): the same of the run that is trained here, after ``live_updates`` (m,).
    ``before`` and ``now`` (200, 2): where test digits of the classes ``digits`` (200,) lie by the features as
    pretrained, and by those at the end of the run here, else of a stored one, else as pretrained: ``whose``.
    ``own_…``: for how many of them the nearest other one is of the same class.
    """
    known = grid()
    place = DEPTHS.index(frozen), GRID_LABELS.index(int(labels)), GRID_RATES.index(float(rate))
    shares = known.accuracies[place].T.astype(np.float64)
    values: Values = {
        "tests": np.array(GRID_TESTS),
        "stored": shares if stored else shares[:, :0],
        "live": np.empty(0),
        "live_updates": np.empty(0, np.int64),
        "digits": np.repeat(np.arange(10), POINTS // 10),
        "pair": tuple(int(digit) for digit in pair.split()),
        "before": known.before.astype(np.float64),
        "own_before": known.own_before,
    }
    if trained:
        snapshots = live_run(frozen, int(labels), float(rate)).upto(trained)
        values["live"] = np.array([snapshot.accuracy for snapshot in snapshots])
        values["live_updates"] = EVERY * np.arange(len(snapshots))
        now = snapshots[-1].places, snapshots[-1].own, "trained here"
    elif stored:
        now = known.after[place].astype(np.float64), float(known.own[place]), "stored"
    else:
        now = values["before"], known.own_before, "pretrained"
    values |= dict(zip(("now", "own_now", "whose"), now, strict=True))
    return values | {"words": _words(values)}


def _words(values: Values) -> str:
    """What came out, for the line above the panel."""
    told = []
    if values["stored"].size:
        told.append(f"stored {_range(values['stored'][:, -1])}")
    if len(values["live"]):
        told.append(f"here {percent(values['live'][-1])}")
    return "; ".join(told) or "no run is shown"


def _range(shares: Any) -> str:
    low, high = shares.min(), shares.max()
    return percent(low) if low == high else f"{percent(low)} to {percent(high)}"


def describe_freeze_and_tune(parameters: Mapping[str, Any], values: Values) -> str:
    """The setting, what the runs came to, and how the map changed."""
    frozen = parameters["frozen"]
    learning = "" if frozen == DEPTHS[-1] else f"; the other copied layers learn with rate {parameters['rate']}"
    text = (
        f"Of a network that reads letters {FROZEN[frozen]} {'is' if frozen < 2 else 'are'} frozen{learning}, a new "
        f"head with 0.01, from {parameters['labels']} digits of each class. "
    )
    if values["stored"].size:
        shares = values["stored"]
        text += (
            f"In the two stored runs {_range(shares[:, -1])} of 500 test digits are right after {GRID_TESTS[-1]} "
            f"updates, {_range(shares[:, GRID_TESTS.index(20)])} after 20. "
        )
    if len(values["live"]):
        text += (
            f"Trained here, with other digits: {percent(values['live'][-1])} after {parameters['trained']} updates. "
        )
    outside = int((np.abs(values["now"]).max(axis=1) > EDGE).sum())
    rim = f" {outside} of them lie beyond the rim." if outside else ""
    return (
        f"{text}Of {POINTS} test digits on the map {percent(values['own_before'])} have one of their class as nearest "
        f"neighbour by the pretrained features, {percent(values['own_now'])} by those of now ({values['whose']}).{rim}"
    )


freeze_and_tune = Experiment(
    name="freeze_and_tune",
    title="Freeze some layers, tune the others",
    prediction=Prediction(
        question="A network that reads printed letters gets a new head, and all of its layers learn from 20 digits of "
        "each class: 100 updates by Adam. Where the copied layers learn with rate 0.001, 94 % and 95 % of 500 test "
        "digits are right at the end of two runs. From random weights the same network comes to about 80 %. And where "
        "the copied layers learn with rate 0.1?",
        choices=(
            "About 94 % too, sooner",
            "Between 85 % and 90 %",
            "Less than 80 %: worse than without letters",
            "10 %: no more than a guess",
        ),
        answer=2,
        explanation="The two stored runs end at 73 % and 58 %. A first step of Adam moves every weight by about its "
        "learning rate, however small the gradient, and more than half of the copied weights are smaller than 0.1. "
        "What they held is gone after a few updates, and 200 digits are too few to learn it anew. The map shows it: by "
        "the pretrained features 91.5 % of 200 test digits have one of their class as nearest neighbour, by those of "
        "the end 79.5 %. Runs differ much at this rate: train one here, from other digits, and it may come to about as "
        "much as from random weights.\n\n"
        "Now change the cause. Freeze three layers, stem to block 2, and leave the rate at 0.1: 94 % and 95 % again, "
        "though block 3 learns as fast as before. What it builds on is still there. With 5 digits a class nothing here "
        "does better than to freeze all layers but the head, 91 %; with 100 digits, letting all of them learn with "
        "0.001 does, 97 % against 94 %.",
    ),
    controls=(
        Slider("frozen", "Frozen layers", DEPTHS[0], DEPTHS[-1], step=1, value=0),
        Menu("labels", "Labels a class", tuple(map(str, GRID_LABELS)), "20"),
        Menu("rate", "Learning rate of copied layers", tuple(f"{rate:g}" for rate in GRID_RATES), "0.001"),
        Menu("pair", "Digits in colour", PAIRS),
        Toggle("stored", "Show the stored runs", True),
        Slider("trained", "Updates trained here", 0, MOST_UPDATES, step=EVERY, value=0),
    ),
    play=Play("trained", interval=60, label=f"Train {EVERY} updates"),
    compute=compute_freeze_and_tune,
    picture=TuningPicture,
    describe=describe_freeze_and_tune,
    size=(9.0, 4.0),
    locked={"stored": False},
)
