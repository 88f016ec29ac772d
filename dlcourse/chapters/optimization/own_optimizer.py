"""The chapter's milestone: a small network learns to read digits by steps of the reader's own.

Four runs from the same start on the same mini-batches: momentum in both forms, Adam and AdamW. The library's network
says what the gradients are; where each parameter goes is asked of the pieces alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.data_parts import Part
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch import layers, optimizers
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.scratch.optimizing import State
from dlcourse.scratch.steps import evaluate, training_step

HIDDEN, STEPS, BATCH_SIZE, SHOWN = 32, 200, 32, 50
MOMENTUM, BETAS, EPS, DECAY = 0.9, (0.9, 0.999), 1e-8, 0.01
FORMS, SAME = ("momentum, classic", "momentum, average"), 1e-6
RATE, ADAM_RATE = 0.1, 0.03  # of 0.01, 0.03, 0.1 and 0.3 the best on validation digits, for momentum and for Adam

# From a parameter, its gradient, what is remembered, the number of the step and the rate to the new ones of the first
# and of what is remembered, in its order.
Step = Callable[[Array, Array, tuple[Array, ...], int, float], tuple[Array, ...]]


class Own(optimizers.Optimizer):
    """An optimizer of the library whose step is a function: gradients, rate and memory are looked after as always."""

    remembers = ("first", "second")

    def __init__(self, params: Iterable[Tensor], lr: float, step: Step, remembered: int) -> None:
        self._step, self._remembered = step, self.remembers[:remembered]
        super().__init__(params, lr)

    def memory(self) -> tuple[str, ...]:
        """As many arrays as the step hands on."""
        return self._remembered

    def update(self, theta: Array, g: Array, state: State, rate: float) -> None:
        """What the step returns is written over what it was given."""
        held = tuple(state.values())
        for place, new in zip((theta, *held), self._step(theta, g, held, self.t, rate), strict=True):
            place[...] = new


def runs_of(pieces: Pieces) -> dict[str, tuple[Step, int, float]]:
    """The four runs: by name a step made of a piece, how many arrays it remembers, and its rate."""

    def momentum(average: bool) -> Step:
        return lambda theta, g, held, t, rate: pieces["momentum_step"](theta, g, *held, rate, MOMENTUM, average)

    def adam(theta: Array, g: Array, held: tuple[Array, ...], t: int, rate: float) -> tuple[Array, ...]:
        return tuple(pieces["adam_step"](theta, g, *held, t, rate, BETAS, EPS))

    def adamw(theta: Array, g: Array, held: tuple[Array, ...], t: int, rate: float) -> tuple[Array, ...]:
        return tuple(pieces["adamw_step"](theta, g, *held, t, rate, BETAS, EPS, DECAY))

    return {
        FORMS[0]: (momentum(average=False), 1, RATE),
        FORMS[1]: (momentum(average=True), 1, RATE / (1 - MOMENTUM)),
        "Adam": (adam, 2, ADAM_RATE),
        "AdamW": (adamw, 2, ADAM_RATE),
    }


def train_digits(pieces: Pieces) -> Iterator[Reading]:
    """The losses of all four runs on the way, and how many test digits each reads in the end.

    pieces: ``momentum_step``, ``adam_step`` and ``adamw_step``, as the chapter's exercises ask for them.
    """
    digits = datasets.load("digits")
    training, test = (Part(part.inputs.astype(np.float64), part.labels) for part in (digits.train, digits.test))
    for name, (step, remembered, rate) in runs_of(pieces).items():
        network = first_network(np.random.default_rng(0))
        train = training_step(network, Own(network.parameters(), rate, step, remembered))
        batches, losses = shuffled_minibatches(len(training), BATCH_SIZE, np.random.default_rng(5)), []
        for number, batch in enumerate(islice(batches, STEPS), start=1):
            losses.append(train(training.inputs[batch], training.labels[batch]))
            yield Reading(_label(name, number), losses[-1], shown=False)
        yield Reading(f"{name}: mean loss of the last {SHOWN} steps", float(np.mean(losses[-SHOWN:])))
        found = evaluate(network, test)
        yield Reading(f"{name}: loss of {len(test)} test digits", found["loss"], shown=False)
        yield Reading(f"{name}: share of {len(test)} test digits read rightly", found["accuracy"])


def forms_compared(values: Mapping[str, float]) -> str:
    """What the losses say of the two forms of momentum, in a sentence; whatever the numbers are."""
    classic, average = (np.array([values[_label(name, number)] for number in range(1, STEPS + 1)]) for name in FORMS)
    apart = float(np.abs(classic - average).max())
    if not apart < SAME:
        return f"The two forms of momentum take different ways: their losses differ by up to {apart:.2g}."
    return (
        f"The two forms of momentum take the same way, the moving average at {1 / (1 - MOMENTUM):g} times the rate: "
        f"over {STEPS} steps their losses agree to six digits."
    )


def _label(name: str, number: int) -> str:
    return f"{name}: loss of the mini-batch at step {number}"


def first_network(generator: np.random.Generator) -> layers.Sequential:
    """One hidden layer of ReLU units, float64: two right ways to write a step agree to many digits."""
    return layers.Sequential(
        layers.Flatten(),
        layers.Linear(64, HIDDEN, generator=generator, dtype=np.float64),
        layers.ReLU(),
        layers.Linear(HIDDEN, 10, generator=generator, dtype=np.float64),
    )
