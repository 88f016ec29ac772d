"""Exercise: drawing a class from logits, at a temperature."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.chapters.lstm_and_gru import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.scratch import sampling
from dlcourse.scratch.losses import softmax

Classes = NDArray[np.int64]


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(logits: Array, temperature: float, label: str, edge: bool = False) -> Case:
        seed = int(generator.integers(2**32))
        return Case((logits, temperature, np.random.default_rng(seed)), label, edge=edge)

    def draw(*shape: int) -> Array:
        return generator.normal(0, 2, size=shape)

    three = np.tile([[1.0, 0.0, 2.0]], (40, 1))
    huge = np.vstack([draw(20, 4) * 1e4, draw(20, 4)])
    return [
        case(three, 1.0, "40 times the same 3 logits, temperature 1"),
        case(three, 3.0, "40 times the same 3 logits, temperature 3"),
        case(draw(200, 5), 1, "200 rows, temperature 1"),
        case(draw(200, 5), 0.5, "200 rows, temperature 0.5"),
        case(draw(200, 5), 2.0, "200 rows, temperature 2"),
        case(draw(30, 30), 0.8, "as many rows as classes, temperature 0.8"),
        case(draw(60, 4).astype(np.float32), 1.5, "dtype float32"),
        case(draw(50, 6), 0, "temperature 0", edge=True),
        case(huge, 1.0, "logits of ±10000", edge=True),
        case(draw(40, 4), 0.001, "temperature 0.001", edge=True),
        case(draw(1, 4), 1.0, "one row", edge=True),
    ]


sample_with_temperature = Exercise(
    sampling.sample_with_temperature,
    chapter=CHAPTER,
    task=(
        "Draw one class for each row of `logits` (n, classes), with the probabilities softmax(z / τ) at the "
        "`temperature` τ, and return their numbers, an array of shape (n,). At temperature 0 that is the class of the "
        "largest logit. So that your draws can be compared: each row takes one number u of `generator.random()`, row "
        "after row, and its class is the first at which the probabilities up to it sum to more than u. "
        "(`generator.choice(classes, p=...)`, called row by row, does the same.) Logits of ±10000 are among the cases, "
        "and a temperature of 0.001."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Lay the probabilities of one row side by side from 0 to 1: each class gets an interval as long as its "
        "probability. In which interval does u lie?",
        "`np.cumsum` of the probabilities gives the ends of the intervals. How many of the ends are not above u? "
        "(Where your draws look right and differ all the same: each u has to come from the `generator` that is given.)",
        "Divide the logits by τ *before* the softmax. There, subtract each row's largest number first, as in chapter "
        "5: the exponential of 10000 overflows. Temperature 0 needs a line of its own, `argmax`.",
        "With `below = logits - logits.max(axis=1, keepdims=True)`: p = exp(below / τ), divided by its row sums. Then "
        "`cumulated = p.cumsum(axis=1)`, `u = generator.random((len(p), 1))`, and the class is "
        "`(cumulated <= u).sum(axis=1)`.",
    ],
    fields={"at": "On “{case}” row {where} should draw class {expected}, and you return {received}. "},
)


def _sampler(
    probabilities: Callable[[Array, float], Array],
    numbers: Callable[[np.random.Generator, int], Any] = lambda generator, rows: generator.random((rows, 1)),
    zero: bool = True,
) -> Callable[[Array, float, np.random.Generator], Classes]:
    """A function that draws in its own way; only with ``zero`` does it know temperature 0."""

    def sample(logits: Array, temperature: float, generator: np.random.Generator) -> Classes:
        if zero and temperature == 0:
            return np.asarray(logits.argmax(axis=1))
        cumulated = probabilities(logits, temperature).cumsum(axis=1)
        return np.asarray((cumulated <= numbers(generator, len(logits))).sum(axis=1))

    return sample


def _at(logits: Array, temperature: float) -> Array:
    return softmax(logits / temperature)


def _shares(positive: Array) -> Array:
    return positive / positive.sum(axis=1, keepdims=True)


sample_with_temperature.add_mistake(
    "temperature_without_effect",
    _sampler(lambda logits, temperature: softmax(logits)),
    "At temperature 1 you are right. {at}At every other the draws are those of temperature 1: what multiplies all "
    "probabilities, or all exponentials, is divided out again by their sum. Divide the *logits* by τ.",
)
sample_with_temperature.add_mistake(
    "multiplied",
    _sampler(lambda logits, temperature: softmax(logits * temperature)),
    "At temperature 1 you are right. {at}You multiply the logits by τ, so that a high temperature makes the likely "
    "class likelier. It is the other way around: z / τ. (Of probabilities, the power is 1 / τ.)",
)
sample_with_temperature.add_mistake(
    "softmax_over_the_rows",
    _sampler(lambda logits, temperature: softmax(logits.T / temperature).T),
    "{at}Each column of your probabilities sums to 1, over the rows. The classes of one *row* share its probability: "
    "normalize along axis 1.",
)
sample_with_temperature.add_mistake(
    "always_the_largest",
    lambda logits, temperature, generator: np.asarray(logits.argmax(axis=1)),
    "{at}You return the class of the largest logit. That is what temperature 0 asks for; at any other the class is "
    "drawn, and the less likely ones have their chance.",
)
sample_with_temperature.add_mistake(
    "softmax_that_overflows",
    _sampler(lambda logits, temperature: _shares(np.exp(logits / temperature))),
    "Ordinary logits are right. {at}The exponential of z / τ overflows there, and ∞ / ∞ is nan. Subtract each row's "
    "largest logit before you divide by τ; a low temperature makes large numbers of small ones.",
)
sample_with_temperature.add_mistake(
    "power_that_vanishes",
    _sampler(lambda logits, temperature: _shares(softmax(logits) ** (1 / temperature))),
    "Ordinary temperatures are right. {at}The probabilities to the power of 1 / τ (the exponential of their logarithms "
    "divided by τ is the same) are all rounded to 0 there, and 0 / 0 is nan. Divide the *logits* by τ, after you have "
    "subtracted each row's largest: then one of the exponentials is 1.",
)
sample_with_temperature.add_mistake(
    "divided_by_zero",
    _sampler(
        lambda logits, temperature: _shares(np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)),
        zero=False,
    ),
    "At every other temperature you are right. {at}z / 0 is infinite or nan. Towards 0 all probability goes to the "
    "largest logit, so that is what is meant: return the `argmax` before you divide.",
)
sample_with_temperature.add_mistake(
    "numbers_of_numpy_s_own_generator",
    _sampler(_at, lambda generator, rows: np.random.random((rows, 1))),  # noqa: NPY002
    "{at}Your numbers come from `np.random`, the generator that all programs share, and not from the `generator` that "
    "is given: `generator.random()`. Only so does a seed decide what is drawn.",
)
sample_with_temperature.add_mistake(
    "numbers_of_a_new_generator",
    _sampler(_at, lambda generator, rows: np.random.default_rng(0).random((rows, 1))),
    "{at}You make a generator of your own, with seed 0: every call then draws the same numbers. Use the `generator` "
    "that is given.",
)
sample_with_temperature.add_mistake(
    "one_number_for_all_rows",
    _sampler(_at, lambda generator, rows: generator.random()),
    "{at}You draw one number and use it for every row, so that equal rows get equal classes. Each row needs a number "
    "of its own: `generator.random((n, 1))`.",
)


@sample_with_temperature.mistake
def gumbel_noise(logits: Array, temperature: float, generator: np.random.Generator) -> Classes:
    """{at}The largest of z / τ plus Gumbel noise has the right probabilities (the Gumbel-max trick), and it takes other
    numbers of the generator. To be compared, draw one `generator.random()` a row and look for its interval."""
    if temperature == 0:
        return np.asarray(logits.argmax(axis=1))
    return np.asarray((logits / temperature + generator.gumbel(size=logits.shape)).argmax(axis=1))
