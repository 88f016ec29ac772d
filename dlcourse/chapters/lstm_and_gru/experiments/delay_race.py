"""The experiment that races an RNN, an LSTM and a GRU at remembering one symbol over a delay, from different starts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.chapters.lstm_and_gru.delay_runs import (
    BIASES,
    DELAYS,
    EVERY,
    HIDDEN,
    RACERS,
    RATES,
    SEEDS,
    UPDATES,
    accuracies,
)
from dlcourse.chapters.lstm_and_gru.experiments.delay_picture import NAMES, DelayPicture
from dlcourse.experiments.controls import Menu, Play, Slider
from dlcourse.experiments.experiment import Experiment, Values
from dlcourse.experiments.prediction import Prediction
from dlcourse.numerals import fixed, magnitude, percent, raised

DOUBLING = 0.30103  # of the decimal exponent


def compute_delay_race(delay: float, updates: int, bias: str) -> Values:
    """How the four networks do at each delay after so many updates, and how they came there at one delay.

    The delay is the nearest of those that were run. ``shares`` (4, delays, 5): the share of right answers of each racer
    from five starts; ``courses`` (4, 5, tests) those at the delay, after 0, 50, 100 … updates up to now. At each delay
    each racer has the better of two learning rates, that with the higher mean after all updates; ``rates`` (4,) at this
    delay. ``kept``: where the gate starts, σ(bias), and ``arrives`` its power: the share of a number that is left in a
    cell after the delay before any training.
    """
    place = int(np.abs(np.log(np.array(DELAYS) / delay)).argmin())
    runs = accuracies()[:, :, BIASES.index(int(bias))]  # (rates, racers, delays, seeds, tests)
    better = runs[..., -1].mean(axis=-1).argmax(axis=0)  # (racers, delays)
    chosen = np.take_along_axis(runs, better[None, :, :, None, None], axis=0)[0]
    gate = 1 / (1 + np.exp(-int(bias)))
    now = updates // EVERY
    values: Values = {
        "delays": np.array(DELAYS),
        "place": place,
        "delay": DELAYS[place],
        "updates": updates,
        "shares": chosen[..., now],
        "courses": chosen[:, place, :, : now + 1],
        "rates": np.array(RATES)[better[:, place]],
        "bias": int(bias),
        "kept": float(gate),
        "arrives": magnitude(float(gate ** DELAYS[place]), 2, 1e-30),
    }
    start = f"gates start at {fixed(gate)}: {raised(values['arrives'])} left after {DELAYS[place]}"
    return values | {"words": (f"after {updates} updates", start)}


def describe_delay_race(parameters: Mapping[str, Any], values: Values) -> str:
    """How often each network is right at the delay, from all starts, and where the gates started."""
    told = []
    for racer, shares, rate in zip(RACERS, values["shares"][:, values["place"]], values["rates"], strict=True):
        low, high = shares.min(), shares.max()
        spread = percent(low) if low == high else f"{percent(low)} to {percent(high)}"
        told.append(f"{NAMES[racer]} {spread} (learning rate {rate:g})")
    return (
        f"A symbol has to be remembered over {values['delay']} others; who guesses is right in 25 %. After "
        f"{values['updates']} updates the networks, of {HIDDEN} hidden units and from {SEEDS} starts each, are right: "
        f"{', '.join(told)}. Forget gates of the LSTM and update gates of the GRU start with bias {values['bias']}, at "
        f"{fixed(values['kept'])}: before training {values['arrives']} of a number is left after the delay."
    )


delay_race = Experiment(
    name="delay_race",
    title="Who remembers over a delay?",
    prediction=Prediction(
        question="A plain RNN and an LSTM, of 16 units each, start with small random weights and all biases 0. They "
        "read one of four symbols, then 20 that say nothing, and have to say which one came first. Each is trained "
        "five times, from five starts. Which of the two learns it within 400 updates?",
        choices=(
            "Both, most times",
            "The LSTM, most times, and the RNN never",
            "The RNN, most times, and the LSTM never",
            "Neither, not once",
        ),
        answer=2,
        explanation="Four of five RNNs learn it, and no LSTM: they are right in 24 % to 42.5 %. An LSTM's forget gates "
        "start at σ(0) = 0.5, and $0.5^{20} = 9.5 \\cdot 10^{-7}$ of what the first symbol writes is left in a cell at "
        "the end. By all ways together its gradient, before training, is about $4 \\cdot 10^{-5}$ of that by the last "
        "symbol (the median of five). In an RNN it is no larger, about $2 \\cdot 10^{-5}$, and yet that learns: one of "
        "four symbols can be held by a state that locks (15.10).\n\n"
        "So a cell state by itself is no advantage. But an LSTM's start can be chosen. Set the delay to 40. With bias "
        "1 one of five LSTMs succeeds; with 2, where gates begin at 0.88, four; with 4, at 0.98, all, at delay 80 too, "
        "and one at 160. (An LSTM has four times the weights of an RNN of as many units. Each network has the better "
        "of two learning rates at each delay. The RNN from the identity: after Q. Le, N. "
        "Jaitly and G. Hinton, 2015, who used ReLU.)",
    ),
    controls=(
        Slider("delay", "Delay", DELAYS[0], DELAYS[-1], step=DOUBLING, value=20, unit="symbols", logarithmic=True),
        Slider("updates", "Updates", 0, UPDATES, step=EVERY, value=UPDATES),
        Menu("bias", "Gates that keep start with bias", {str(bias): str(bias) for bias in BIASES}),
    ),
    play=Play("updates", interval=600, label=f"Next {EVERY} updates"),
    compute=compute_delay_race,
    picture=DelayPicture,
    describe=describe_delay_race,
    size=(9.0, 4.2),
    locked={"updates": 0},
)
