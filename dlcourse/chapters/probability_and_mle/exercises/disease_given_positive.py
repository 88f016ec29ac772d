"""Exercise on Bayes' rule: what a positive test says."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise, Mistake
from dlcourse.exercises.teaching.feedback import with_numbers
from dlcourse.scratch import probability

CHAPTER = "03_probability_and_mle"
ARGUMENTS = ("prevalence", "sensitivity", "specificity")
WITH = (
    "With prevalence {prevalence}, sensitivity {sensitivity} and specificity {specificity}, P(disease | positive) is "
    "{expected}, and you return {received}. "
)


def _disease_cases(generator: np.random.Generator) -> Sequence[Case]:
    prevalence, sensitivity, specificity = (float(value) for value in generator.uniform(0.05, 0.95, size=3).round(3))
    return [
        Case((0.01, 0.9, 0.91), "a rare disease"),
        Case((0.3, 0.8, 0.95), "a common disease"),
        Case((0.5, 0.7, 0.9), "ill and healthy equally probable"),
        Case((0.02, 0.6, 0.4), "a test that says the same to the ill and the healthy"),
        Case((0.001, 0.99, 1.0), "a test without false alarms"),
        Case((0.0, 0.9, 0.8), "nobody is ill"),
        Case((1, 1, 0), "everybody is ill, in whole numbers"),
        Case((1e-6, 0.999, 0.999), "one in a million"),
        Case((prevalence, sensitivity, specificity), "random numbers"),
    ]


def _positive(prior: float, sensitivity: float, specificity: float) -> float:
    """P(positive): the sum that stands in the denominator of Bayes' rule."""
    return sensitivity * prior + (1 - specificity) * (1 - prior)


disease_given_positive = Exercise(
    name="disease_given_positive",
    chapter=CHAPTER,
    task=(
        "Return P(disease | positive test). `prevalence` is P(disease), `sensitivity` is P(positive | disease), "
        "`specificity` is P(negative | no disease): three numbers in [0, 1]."
    ),
    reference=probability.disease_given_positive,
    cases=_disease_cases,
    hints=[
        "Imagine 10,000 people with prevalence 1 %, sensitivity 90 % and specificity 91 %. How many of the 100 ill "
        "test positive? How many of the 9,900 healthy?",
        "Those who test positive are of two kinds. The answer is the share of one kind among both.",
        "The ill who test positive: sensitivity × prevalence. For the healthy you need P(positive | no disease), and "
        "that is one minus the specificity.",
        "The denominator is P(positive) = sensitivity × prevalence + (1 − specificity) × (1 − prevalence); the "
        "numerator is its first term.",
    ],
    mistakes=[
        Mistake(
            "sensitivity",
            lambda prior, sensitivity, specificity: sensitivity,
            with_numbers(
                WITH + "That is the sensitivity, P(positive | disease): the condition and the event are swapped. "
                "Bayes' rule turns the one into the other, and the prevalence comes in on the way.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "ill_and_positive",
            lambda prior, sensitivity, specificity: sensitivity * prior,
            with_numbers(
                WITH + "That is P(disease and positive), the share of ill positives among all people. The question is "
                "their share among those who test positive: divide by P(positive), which counts the healthy who test "
                "positive too.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "specificity_for_false_alarms",
            lambda prior, sensitivity, specificity: (
                sensitivity * prior / (sensitivity * prior + specificity * (1 - prior))
            ),
            with_numbers(
                WITH + "You multiply the healthy by the specificity {specificity}: those are the healthy who test "
                "negative. The healthy who test positive are the rest of them.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "prevalence_forgotten",
            lambda prior, sensitivity, specificity: sensitivity / (sensitivity + 1 - specificity),
            with_numbers(
                WITH + "Your number would be right if ill and healthy were equally probable; the prevalence is not in "
                "it. Weight P(positive | disease) by P(disease), and P(positive | no disease) by P(no disease).",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "probability_of_positive",
            _positive,
            with_numbers(
                WITH + "That is P(positive), the share of all people who test positive. It is the denominator of "
                "Bayes' rule; the numerator, the ill among them, is missing.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "healthy_given_positive",
            lambda prior, sensitivity, specificity: (
                1 - sensitivity * prior / _positive(prior, sensitivity, specificity)
            ),
            with_numbers(
                WITH + "The two sum to 1: yours is P(no disease | positive). Put the ill, not the healthy, into the "
                "numerator.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "healthy_not_weighted",
            lambda prior, sensitivity, specificity: sensitivity * prior / (sensitivity * prior + 1 - specificity),
            with_numbers(
                WITH + "In the denominator the false alarms are counted as if everybody were healthy: "
                "1 − specificity has to be multiplied by the share of the healthy, 1 − prevalence.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "denominator_not_weighted",
            lambda prior, sensitivity, specificity: sensitivity * prior / (sensitivity + 1 - specificity),
            with_numbers(
                WITH + "The numerator is right. The denominator adds P(positive | disease) and P(positive | no "
                "disease) as they are: each belongs multiplied by how many are ill, or healthy.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "disease_given_negative",
            lambda prior, sensitivity, specificity: (
                (1 - sensitivity) * prior / ((1 - sensitivity) * prior + specificity * (1 - prior))
            ),
            with_numbers(
                WITH + "That is P(disease | negative), what the test leaves open after good news. Use the "
                "probabilities of a positive test: sensitivity for the ill, 1 − specificity for the healthy.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "sensitivity_for_false_alarms",
            lambda prior, sensitivity, specificity: (
                sensitivity * prior / (sensitivity * prior + (1 - sensitivity) * (1 - prior))
            ),
            with_numbers(
                WITH + "You use 1 − sensitivity = P(negative | disease) for the healthy who test positive. Both "
                "numbers that sum to 1 belong to the ill. For the healthy the pair is specificity and 1 − specificity.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "prevalence_for_both",
            lambda prior, sensitivity, specificity: (
                sensitivity * prior / (sensitivity * prior + (1 - specificity) * prior)
            ),
            with_numbers(
                WITH + "You weight the ill and the healthy with the same prevalence, so it cancels. The share of the "
                "healthy is 1 − prevalence.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "brackets_missing",
            lambda prior, sensitivity, specificity: (
                sensitivity * prior / sensitivity * prior + (1 - specificity) * (1 - prior)
            ),
            with_numbers(
                WITH + "Python works from left to right: `a * b / a * b + c` divides by a only, multiplies by b again, "
                "and then adds c. Put the whole denominator in brackets.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "brackets_missing_after_the_first_product",
            lambda prior, sensitivity, specificity: (
                sensitivity * prior / (sensitivity * prior) + (1 - specificity) * (1 - prior)
            ),
            with_numbers(
                WITH + "The first part of your sum is a number divided by itself, 1. Python divides before it adds: "
                "`a / a + b` is 1 + b. Put the whole denominator in brackets.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "prevalence_missing_above",
            lambda prior, sensitivity, specificity: sensitivity / _positive(prior, sensitivity, specificity),
            with_numbers(
                WITH + "Your denominator P(positive) is right, and it is what makes a probability of the numerator; "
                "but there the prevalence is missing. (Your number says how many times more probable the disease "
                "became.)",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "odds",
            lambda prior, sensitivity, specificity: sensitivity * prior / ((1 - specificity) * (1 - prior)),
            with_numbers(
                WITH + "You divide the ill positives by the healthy positives. Those are the odds of the disease, "
                "which may exceed 1. For a probability, divide by all positives, the ill among them too.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "healthy_given_negative",
            lambda prior, sensitivity, specificity: (
                specificity * (1 - prior) / (specificity * (1 - prior) + (1 - sensitivity) * prior)
            ),
            with_numbers(
                WITH + "That is P(no disease | negative), the answer for a person who tested negative. Here the test "
                "is positive: start from sensitivity × prevalence.",
                *ARGUMENTS,
            ),
        ),
        Mistake(
            "prevalence_itself",
            lambda prior, sensitivity, specificity: prior,
            with_numbers(
                WITH + "That is the prevalence, what you know before the test. Unless the test says the same to the "
                "ill and the healthy, its result changes it.",
                *ARGUMENTS,
            ),
        ),
    ],
)
