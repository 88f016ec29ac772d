"""The experiment that races learning rates and batch sizes in one budget of examples, and tests the rule of scaling."""

from collections.abc import Mapping
from typing import Any

from dlcourse.chapters.pytorch.experiments.race_picture import RacePicture, told
from dlcourse.chapters.pytorch.experiments.race_runs import (
    BASE,
    BASE_RATES,
    BATCH_SIZES,
    BUDGET,
    RATES,
    SEEDS,
    final_losses,
    nearest_rate,
    race,
)
from dlcourse.experiments.controls import Menu, Slider, Toggle
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed

DOUBLING = 0.30103  # of the decimal exponent


def compute_learning_rate_race(rate: float, batch_size: str, all_settings: bool) -> Values:
    """The runs with a learning rate and a batch size, and those with batch size 8 and the same rate / batch size.

    The rate is the nearest of those that were run, ``RATES``; ``rate_place`` is its place there. ``own_steps`` (k,) and
    ``own_losses`` (3, k): losses of the mini-batches along three runs; ``own_final`` (3,): loss on other digits at the
    end; ``rule_...`` the same of the rule's runs. ``final_losses`` (8, 11): the same of all settings, in the mean.
    """
    size, place = int(batch_size), nearest_rate(rate)
    partner = BASE_RATES.index(RATES[0]) + place + BATCH_SIZES.index(BASE) - BATCH_SIZES.index(size)
    own, rule = race(size), race(BASE)
    row = partner if size == BASE else place
    return {
        "batch_size": size,
        "rate": RATES[place],
        "rate_place": place,
        "rule_rate": BASE_RATES[partner],
        "own_steps": own.steps,
        "own_losses": own.losses[row],
        "own_final": own.final[row],
        "rule_steps": rule.steps,
        "rule_losses": rule.losses[partner],
        "rule_final": rule.final[partner],
        "all_settings": all_settings,
        "final_losses": final_losses(),
    }


def describe_learning_rate_race(parameters: Mapping[str, Any], values: Values) -> str:
    """What this setting and the rule's come to, and the best setting of this batch size."""
    size, final = values["batch_size"], values["own_final"]
    row = values["final_losses"][BATCH_SIZES.index(size)]
    spread = f"{fixed(final.min())} to {fixed(final.max())} in {SEEDS} runs" if told(final)[0] != "a" else told(final)
    text = (
        f"{BUDGET:,} digits in mini-batches of {size}, {values['own_steps'][-1]:,} steps with learning rate "
        f"{values['rate']:.4g}: at the end the loss on other digits is {spread}."
    )
    if size != BASE:
        text += (
            f" Mini-batches of {BASE} with the same rate / batch size, {values['rule_rate']:.3g} and "
            f"{values['rule_steps'][-1]} steps, come to {told(values['rule_final'])}."
        )
    if parameters["all_settings"]:
        text += f" The best learning rate for mini-batches of {size} is {RATES[row.argmin()]:.4g}: {fixed(row.min())}."
    return text


learning_rate_race = Experiment(
    name="learning_rate_race",
    title="Learning rate × batch size, one budget",
    prediction=Prediction(
        question="A network sees 4,096 digits in mini-batches of 8, 512 steps with learning rate 0.08. Its loss on "
        "other digits is 0.31 then. Now the mini-batches hold 64 digits, and it sees 4,096 again: 64 steps. Which "
        "learning rate brings it to about the same loss?",
        choices=(
            "0.01, an eighth: each gradient says more",
            "0.08: the same digits, the same rate",
            "0.64: eight times as much",
            "None of these: 64 steps are too few",
        ),
        answer=2,
        explanation="With 0.64 the 64 steps end at 0.33; with 0.08 they end at 1.83, with 0.01 at 2.25, hardly better "
        "than a guess (2.30). A gradient over 64 digits is the mean of eight gradients over 8. As long as the "
        "parameters hardly move meanwhile, one step of eight times the length goes where eight steps would have gone: "
        "the rule of linear scaling, and along the dashed line losses agree. It ends where a step becomes too long for "
        "the curvature, however exact its gradient is. The best rate at batch size 8 is 0.32, with 0.14. Eight times "
        "that, 2.56 at 64, is worse than a guess: from about 1 on no batch size helps. So a large batch needs more "
        "examples: in this budget, batch size 512, which makes eight steps, is above 1.5 with every learning rate. What it saves is time, "
        "where a machine computes the examples of a batch side by side.",
    ),
    controls=(
        Slider("rate", "Learning rate", RATES[0], RATES[-1], step=DOUBLING, value=0.08, logarithmic=True),
        Menu("batch_size", "Batch size", tuple(map(str, BATCH_SIZES)), str(BASE)),
        Toggle("all_settings", "Show what all settings come to"),
    ),
    compute=compute_learning_rate_race,
    picture=RacePicture,
    describe=describe_learning_rate_race,
    size=(9.0, 4.0),
)
