"""Question on Bayes' rule with two pieces of evidence: what two positive tests say."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber
from dlcourse.scratch import probability


def _after_two_tests(prior: float, sensitivity: float, false_alarm: float) -> float:
    """P(disease | two positive tests) when the tests are independent given the state."""
    return float(probability.bayes_rule([prior, 1 - prior], [sensitivity**2, false_alarm**2])[0])


two_positive_tests = NumberExercise(
    name="two_positive_tests",
    chapter="03_probability_and_mle",
    task=(
        "The prevalence is 1 %, the test's sensitivity 90 %, its specificity 91 %. A person takes the test twice, and "
        "both are positive. Given the state of health, the two results are independent. What is "
        "P(disease | both positive)? Give a probability between 0 and 1 with three decimals."
    ),
    probability=True,
    answer=lambda: _after_two_tests(0.01, 0.9, 0.09),
    tolerance=0.001,
    mistakes=[
        WrongNumber(
            "one_test",
            0.009 / 0.0981,
            "0.092 is what one positive test says. Now 9.2 % is what you know before the second test: use it as "
            "the new prevalence.",
        ),
        WrongNumber(
            "about_0_008",
            0.00825,
            "About 0.008 comes out in two ways. 0.01 × 0.81 = 0.0081 is P(disease and both positive), the numerator of "
            "Bayes' rule without its denominator. And 0.092² = 0.0084 squares the posterior of one test: but what "
            "multiplies are the probabilities of the results given the state of health.",
        ),
        WrongNumber(
            "posterior_doubled",
            2 * 0.009 / 0.0981,
            "0.183 is twice the answer for one test. Evidence does not add up in that way: with eleven such tests the "
            "probability would exceed 1. Take 0.092 as the prevalence before the second test.",
        ),
        WrongNumber(
            "no_prevalence",
            0.81 / (0.81 + 0.0081),
            "0.990 would be right if half of the people were ill. Weight 0.9² with the prevalence 0.01, and 0.09² with "
            "0.99.",
        ),
        WrongNumber(
            "sensitivity",
            0.9,
            "0.9 is the sensitivity, P(one test positive | disease): neither the second test nor the prevalence is in "
            "it.",
        ),
        WrongNumber(
            "sensitivity_squared",
            0.81,
            "0.81 = 0.9² is P(both positive | disease). Bayes' rule has to turn the condition round.",
        ),
        WrongNumber(
            "both_positive",
            0.016119,
            "0.016 is P(both positive), over ill and healthy. It is the denominator of Bayes' rule; what stands in the "
            "numerator?",
        ),
        WrongNumber(
            "false_alarm_once",
            0.0081 / (0.0081 + 0.99 * 0.09),
            "0.083 is less than one positive test gives. The healthy person's two false alarms have the probability "
            "0.09 × 0.09; you used 0.09 once.",
        ),
        WrongNumber(
            "specificity_squared",
            0.0081 / (0.0081 + 0.99 * (1 - 0.91**2)),
            "0.045 comes from 1 − 0.91²: the probability that a healthy person has at least one positive test. "
            "Both are positive, so it is (1 − 0.91)².",
        ),
        WrongNumber(
            "about_0_010",
            0.0099,
            "About 0.010 comes out in two ways. 0.01 is the prevalence: what you know before any test. And 0.0098 "
            "takes the specificity 0.91 for the probability of a false alarm, though a healthy person tests negative "
            "with 0.91, and positive with 0.09.",
        ),
    ],
    hints=[
        'Nothing new is needed: the evidence is now "both tests positive". How probable is it for an ill person, and '
        "how probable for a healthy one?",
        "Given the state of health the results are independent, so their probabilities multiply: 0.9 × 0.9 for the "
        "ill. For the healthy, a false alarm has probability 0.09, twice in a row 0.09 × 0.09.",
        "Bayes' rule with these two: 0.01 × 0.81 over the sum of 0.01 × 0.81 and 0.99 × 0.0081. Or call your "
        "`disease_given_positive` twice, with the first answer as the prevalence of the second.",
    ],
    explanation=(
        "One positive test lifts 1 % to 9 %, a second one to 50 %. That the results are independent given the state of "
        "health is an assumption: the same test on the same blood may err twice for the same reason."
    ),
)
