"""Exercise on the log-loss of two classes, from logits."""

from collections.abc import Sequence

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    huge, right, wrong = np.array([1e4, -1e4, 2.0]), np.array([1, 0, 1]), np.array([0, 1, 1])
    single = generator.normal(0, 2, size=4).astype(np.float32)
    return [
        Case((np.array([2.0, -1.0, 0.5]), np.array([1, 0, 0])), "three examples"),
        Case((generator.normal(0, 2, size=20), np.arange(20) % 3 // 2), "20 random examples"),
        Case((generator.normal(3, 2, size=8), np.array([1, 0, 1, 1, 0, 1, 1, 0])), "8 examples, most logits positive"),
        Case((generator.integers(-4, 5, size=5), np.array([0, 1, 1, 0, 1])), "whole numbers"),
        Case((single, np.array([0, 1, 0, 1])), "dtype float32"),
        Case((np.array([0.7]), np.array([1])), "one example", edge=True),
        Case((np.array([40.0, 1.0]), np.array([0, 1])), "the logit 40 with label 0", edge=True),
        Case((huge, right), "logits of ±10000, all right", edge=True),
        Case((huge, wrong), "logits of ±10000, confident mistakes", edge=True),
        Case((huge.astype(np.float32), wrong), "logits of ±10000 in float32, confident mistakes", edge=True),
    ]


log_loss = Exercise(
    losses.log_loss,
    chapter="05_softmax_regression",
    task=(
        "Return the mean log-loss, −(1/n) Σᵢ [yᵢ log σ(zᵢ) + (1 − yᵢ) log(1 − σ(zᵢ))], as one number. `logits` has "
        "shape (n,), `labels` are zeros and ones of the same shape. It has to be exact at logits of ±10000 as well: a "
        "confident mistake there costs 10000, not infinity."
    ),
    cases=_cases,
    points=3,
    hints=[
        "What does an example with label 1 pay at z = 0, at z = 10 and at z = −10? And one with label 0? Write the "
        "formula as it stands first, and look at which cases differ.",
        "σ(z) for z = 40 is 1 − 4 · 10⁻¹⁸, which is rounded to 1, and log(1 − 1) is −∞. That is why a stable version "
        "never forms the probability: it needs log σ(z) as a function of z.",
        "With σ(z) = 1 / (1 + e⁻ᶻ) and 1 − σ(z) = 1 / (1 + eᶻ): −log σ(z) = log(1 + e⁻ᶻ) and −log(1 − σ(z)) = "
        "log(1 + eᶻ). The two differ by z.",
        "So an example pays log(1 + eᶻ) − y z, for both labels. The first part is log(e⁰ + eᶻ), and "
        "`np.logaddexp(0, logits)` computes it without overflow.",
    ],
    fields={"on": "On {case} the loss should be {expected}, and you return {received}. "},
)


def _from_probabilities(probabilities: Array, labels: Array) -> float:
    return float(-np.mean(labels * np.log(probabilities) + (1 - labels) * np.log(1 - probabilities)))


log_loss.add_mistake(
    "logarithm_of_a_rounded_probability",
    lambda logits, labels: _from_probabilities(losses.sigmoid(logits), labels),
    "{on}Your formula is right on paper. But σ(40) is rounded to 1, so 1 − σ(40) to 0, and its logarithm is −∞ (times "
    "a label of 0 it becomes nan). Do not compute the probability first and its logarithm afterwards: simplify "
    "log σ(z) and log(1 − σ(z)) on paper.",
)
log_loss.add_mistake(
    "label_1_only",
    mutated(losses.log_loss, ("np.logaddexp(0, np.where(y == 1, -z, z))", "(y * np.logaddexp(0, -z))")),
    "{on}Only the examples with label 1 count in yours. Then a model that answers 1 to everything would have the "
    "smallest loss. An example with label 0 pays −log(1 − σ(z)).",
)
log_loss.add_mistake(
    "labels_exchanged",
    mutated(losses.log_loss, ("y == 1", "y == 0")),
    "{on}That is the loss with the two classes exchanged, or with the sign of z turned. σ(z) is the probability of "
    "label 1: an example with label 1 pays −log σ(z), little where z is large.",
)
log_loss.add_mistake(
    "logits_taken_for_probabilities",
    _from_probabilities,
    "{on}You take the logarithm of the logit itself. Logits are scores of any sign, and the logarithm of a negative "
    "number is nan. The probability is σ(z).",
)


@log_loss.mistake
def epsilon_inside_the_logarithm(logits: Array, labels: Array) -> float:
    """{on}The 10⁻¹² inside (or a clip at it) keeps the logarithm finite, but it limits the loss of any mistake to
    −log 10⁻¹² = 27.6, and where it does, the slope is 0: the worst mistakes teach nothing. Written with z instead of
    σ(z), the loss is finite by itself."""
    p = losses.sigmoid(logits)
    return float(-np.mean(labels * np.log(p + 1e-12) + (1 - labels) * np.log(1 - p + 1e-12)))


log_loss.add_mistake(
    "exponential_that_overflows",
    lambda logits, labels: float((np.log(1 + np.exp(logits)) - labels * logits).mean()),
    "{on}log(1 + eᶻ) − y z is the right formula. But eᶻ overflows to infinity for a logit of 10000, although "
    "log(1 + eᶻ) is only 10000 there. `np.logaddexp(a, b)` computes log(eᵃ + eᵇ) without forming either exponential.",
)
log_loss.add_mistake(
    "sigmoid_twice",
    lambda logits, labels: _from_probabilities(losses.sigmoid(losses.sigmoid(logits)), labels),
    "{on}The sigmoid is taken twice: the result lies between 0.5 and 0.73 then, and no example can be right with "
    "confidence. The arguments are logits, so one sigmoid is due, and only one.",
)


@log_loss.mistake
def logarithm_of_a_chosen_probability(logits: Array, labels: Array) -> float:
    """{on}You pick the probability of each label, which avoids 0 · ∞. But 1 − σ(40) is still rounded to 0, and −log 0
    is infinite, where the right answer is 40. The logarithm has to be taken on paper: what is −log(1 − σ(z)) as a
    function of z?"""
    p = losses.sigmoid(logits)
    return float(-np.mean(np.log(np.where(labels == 1, p, 1 - p))))
