"""Exercise on Bayes' rule: what a positive test says."""

from collections.abc import Sequence

import numpy as np

from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import probability


def _cases(generator: np.random.Generator) -> Sequence[Case]:
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


disease_given_positive = Exercise(
    probability.disease_given_positive,
    chapter="03_probability_and_mle",
    task=(
        "Return P(disease | positive test). `prevalence` is P(disease), `sensitivity` is P(positive | disease), "
        "`specificity` is P(negative | no disease): three numbers in [0, 1]."
    ),
    cases=_cases,
    hints=[
        "Imagine 10,000 people with prevalence 1 %, sensitivity 90 % and specificity 91 %. How many of the 100 ill "
        "test positive? How many of the 9,900 healthy?",
        "Those who test positive are of two kinds. The answer is the share of one kind among both.",
        "The ill who test positive: sensitivity × prevalence. For the healthy you need P(positive | no disease), and "
        "that is one minus the specificity.",
        "The denominator is P(positive) = sensitivity × prevalence + (1 − specificity) × (1 − prevalence); the "
        "numerator is its first term.",
    ],
    fields={
        "with": "With prevalence {prevalence}, sensitivity {sensitivity} and specificity {specificity}, "
        "P(disease | positive) is {expected}, and you return {received}. "
    },
)

disease_given_positive.add_mistake(
    "sensitivity",
    lambda prior, sensitivity, specificity: sensitivity,
    "{with}That is the sensitivity, P(positive | disease): the condition and the event are swapped. Bayes' rule turns "
    "the one into the other, and the prevalence comes in on the way.",
)
disease_given_positive.add_mistake(
    "ill_and_positive",
    lambda prior, sensitivity, specificity: sensitivity * prior,
    "{with}That is P(disease and positive), the share of ill positives among all people. The question is their share "
    "among those who test positive: divide by P(positive), which counts the healthy who test positive too.",
)
disease_given_positive.add_mistake(
    "specificity_for_false_alarms",
    mutated(probability.disease_given_positive, ("1 - check_probability", "check_probability")),
    "{with}You multiply the healthy by the specificity {specificity}: those are the healthy who test negative. The "
    "healthy who test positive are the rest of them.",
)
disease_given_positive.add_mistake(
    "prevalence_forgotten",
    mutated(probability.disease_given_positive, ("[prior, 1 - prior]", "[0.5, 0.5]")),
    "{with}Your number would be right if ill and healthy were equally probable; the prevalence is not in it. Weight "
    "P(positive | disease) by P(disease), and P(positive | no disease) by P(no disease).",
)
disease_given_positive.add_mistake(
    "probability_of_positive",
    lambda prior, sensitivity, specificity: sensitivity * prior + (1 - specificity) * (1 - prior),
    "{with}That is P(positive), the share of all people who test positive. It is the denominator of Bayes' rule; the "
    "numerator, the ill among them, is missing.",
)
disease_given_positive.add_mistake(
    "healthy_not_weighted",
    lambda prior, sensitivity, specificity: sensitivity * prior / (sensitivity * prior + 1 - specificity),
    "{with}In the denominator the false alarms are counted as if everybody were healthy: 1 − specificity has to be "
    "multiplied by the share of the healthy, 1 − prevalence.",
)
disease_given_positive.add_mistake(
    "disease_given_negative",
    lambda p, sensitivity, specificity: (1 - sensitivity) * p / ((1 - sensitivity) * p + specificity * (1 - p)),
    "{with}That is P(disease | negative), what the test leaves open after good news. Use the probabilities of a "
    "positive test: sensitivity for the ill, 1 − specificity for the healthy.",
)
disease_given_positive.add_mistake(
    "sensitivity_for_false_alarms",
    mutated(probability.disease_given_positive, (", false_positive]", ", 1 - true_positive]")),
    "{with}You use 1 − sensitivity = P(negative | disease) for the healthy who test positive. Both numbers that sum to "
    "1 belong to the ill. For the healthy the pair is specificity and 1 − specificity.",
)
disease_given_positive.add_mistake(
    "prevalence_for_both",
    lambda prior, sensitivity, specificity: sensitivity * prior / (sensitivity * prior + (1 - specificity) * prior),
    "{with}You weight the ill and the healthy with the same prevalence, so it cancels. The share of the healthy is "
    "1 − prevalence.",
)
disease_given_positive.add_mistake(
    "brackets_missing",
    lambda prior, sensitivity, specificity: sensitivity * prior / sensitivity * prior + (1 - specificity) * (1 - prior),
    "{with}Python works from left to right: `a * b / a * b + c` divides by a only, multiplies by b again, and then "
    "adds c. Put the whole denominator in brackets.",
)
disease_given_positive.add_mistake(
    "brackets_missing_after_the_first_product",
    lambda p, sensitivity, specificity: sensitivity * p / (sensitivity * p) + (1 - specificity) * (1 - p),
    "{with}The first part of your sum is a number divided by itself, 1. Python divides before it adds: `a / a + b` is "
    "1 + b. Put the whole denominator in brackets.",
)
disease_given_positive.add_mistake(
    "odds",
    lambda prior, sensitivity, specificity: sensitivity * prior / ((1 - specificity) * (1 - prior)),
    "{with}You divide the ill positives by the healthy positives. Those are the odds of the disease, which may exceed "
    "1. For a probability, divide by all positives, the ill among them too.",
)
