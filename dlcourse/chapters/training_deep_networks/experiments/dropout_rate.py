"""Dropout at several rates: on few examples and on many, in a narrow network and in a wide one."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.training_deep_networks.dropout_runs import (
    EVERY,
    EXAMPLES,
    RATES,
    SEEDS,
    UPDATES,
    WIDTHS,
    Runs,
    runs,
)
from dlcourse.chapters.training_deep_networks.experiments.dropout_picture import DropoutPicture, told
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

MEASURES = {"loss": "mean loss", "wrong": "share of wrong answers"}


def compute_dropout_rate(examples: str, width: str, rate: float, updates: int, measure: str) -> Values:
    """How five networks fared with dropout of ``rate`` up to ``updates``, and how they did at all rates by then.

    Means over the seeds: ``curves`` (4, tests): training as it is reported, with units dropping (always the loss),
    training and test with none dropping, and test of the networks without dropout. ``by_rate`` (3, rates): training,
    test, and the lowest test so far. ``of_seeds`` (rates, seeds): test, one by one.
    """
    place = EXAMPLES.index(int(examples)), WIDTHS.index(int(width))
    measured, now = runs(), updates // EVERY
    reported, training, test = (each[place][..., :now] for each in (measured.reported, *_both(measured, measure)))
    chosen = int(np.argmin(np.abs(np.array(RATES) - rate)))
    curves = [each[chosen].mean(axis=0) for each in (reported, training, test)]
    lowest = test.min(axis=-1).mean(axis=-1)
    return {
        "curves": np.stack([*curves, test[0].mean(axis=0)]),
        "by_rate": np.stack([training[..., -1].mean(axis=-1), test[..., -1].mean(axis=-1), lowest]),
        "of_seeds": test[..., -1],
        "chosen": chosen,
        "measure": measure,
    }


def _both(measured: Runs, measure: str) -> tuple[Array, Array]:
    """Training and test, with no unit dropping."""
    if measure == "loss":
        return measured.training_loss, measured.test_loss
    return 1 - measured.training_accuracy, 1 - measured.test_accuracy


def describe_dropout_rate(parameters: Mapping[str, Any], values: Values) -> str:
    """The setting; training and test at this rate, without dropout and at the rate that does best by now."""
    measure, chosen = values["measure"], values["chosen"]
    training, test, lowest = values["by_rate"]
    best = int(np.argmin(test))
    name = "mean loss" if measure == "loss" else "share of wrong answers"
    reported = told(values["curves"][0, -1], "loss")
    return (
        f"Networks with two hidden layers of {parameters['width']} units, trained on {parameters['examples']} digits "
        f"with dropout of p = {fixed(RATES[chosen], 1)}: after {parameters['updates']} updates, as means of {SEEDS} "
        f"seeds, the loss is reported as {reported} while units drop. With none dropping the {name} is "
        f"{told(training[chosen], measure)} on the training digits and {told(test[chosen], measure)} on 2,000 test "
        f"digits; the lowest so far was {told(lowest[chosen], measure)} there. Without dropout: "
        f"{told(training[0], measure)}, {told(test[0], measure)}, {told(lowest[0], measure)}. By now p = "
        f"{fixed(RATES[best], 1)} does best on the test digits, with {told(test[best], measure)}."
    )


dropout_rate = Experiment(
    name="dropout_rate",
    title="How much to drop",
    prediction=Prediction(
        question="Two hidden layers of 256 units are trained on 500 digits for 600 updates, five times. Dropout of "
        "p = 0.5 helps each time: the test loss falls from 0.66 to 0.52 on average, and 88.2 % of the test digits are "
        "read instead of 87.2 %. Now the hidden layers have 32 units; all else stays. What does p = 0.5 do?",
        choices=(
            "It helps about as much: the rate is the same, and so are the digits",
            "It helps less, but it helps",
            "It does harm: the networks without dropout read more test digits",
        ),
        answer=2,
        explanation="It does harm, in each of the five: 83.0 % are read instead of 85.7 %, and the test loss is 0.60 "
        "instead of 0.55. Such a network does not get far in 600 updates: its loss on the training digits is 0.34, "
        "where it is 0.06 without dropout. A rate of 0.1 or 0.2 helps there as well. Are the 16 units that are left "
        "too few? 16 units without dropout read 84 %, which is more. With p = 0.5 learning also takes longer: after "
        "2,400 updates 85 % are read, still no more than without dropout after 600.\n\n"
        "Look at the left panel. The training loss is reported as 0.75, above the test loss: that does not say that "
        "the test digits are easier. It is measured while units drop; with none dropping it is 0.34.\n\n"
        "Now go back to 256 units and be fair to early stopping. Step through the updates: the test loss without "
        "dropout is 0.46 at its lowest, which is lower than 0.52, the one with p = 0.5 in the end. Both together come "
        "to 0.43. (Lowest on the test digits, which is too kind to all of them alike; in earnest a validation part "
        "decides.) With 3,000 digits there is less to gain: the loss falls from 0.25 to 0.22 at p = 0.4.",
    ),
    controls=(
        Menu("examples", "Training digits", {str(count): f"{count:,}" for count in EXAMPLES}, "500"),
        Menu("width", "Units in each hidden layer", {str(width): str(width) for width in WIDTHS}, "256"),
        Slider("rate", "Dropout p", RATES[0], RATES[-1], step=0.1, value=0.5),
        Slider("updates", "Updates", EVERY, UPDATES, step=EVERY, value=UPDATES),
        Menu("measure", "Measure", MEASURES),
    ),
    play=Play("updates", interval=500, label=f"Next {EVERY} updates"),
    compute=compute_dropout_rate,
    picture=DropoutPicture,
    describe=describe_dropout_rate,
    size=(9.0, 4.9),
    main="rate",
)
