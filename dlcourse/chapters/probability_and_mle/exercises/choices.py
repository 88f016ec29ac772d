"""Questions with lettered answers: what a density, a dependence and a likelihood are, and what they are not."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "03_probability_and_mle"

density_above_one = ChoiceExercise(
    name="density_above_one",
    chapter=CHAPTER,
    question=(
        "Adult heights in a country, measured in centimetres, have the density 0.04 per cm at 170 cm. The same people "
        "are now measured in metres. What is the density at 1.70 m?"
    ),
    choices={
        "a": Choice(
            "0.0004 per m: heights in metres are 100 times smaller numbers.",
            "The numbers on the axis shrink by 100, so the curve becomes 100 times narrower. If it became lower as "
            "well, its area would be 1/10,000 instead of 1.",
        ),
        "b": Choice(
            "0.04 per m: a change of units changes no probability.",
            "No probability changes, and that is why the density must. People between 169.5 and 170.5 cm make up about "
            "0.04 × 1 of all. In metres the same interval is 0.01 wide: its area has to stay 0.04.",
        ),
        "c": Choice(
            "4 per m: the same people stand on a hundredth of the width.",
            "The interval from 1.695 m to 1.705 m is 0.01 wide and still holds about 0.04 of all people: 4 × 0.01. A "
            "density is probability per unit, so it changes with the unit, and it may exceed 1.",
        ),
        "d": Choice(
            "It cannot be 4, since nothing in probability exceeds 1, so such a density does not exist.",
            "Probabilities do not exceed 1, and none does: within 0.01 m of width the curve holds an area of about "
            "0.04. A density is not a probability but probability per unit of x.",
        ),
    },
    answer="c",
    hints=[
        "Which quantity cannot depend on the unit: the height of the curve, or the area over the same people?",
        "About which share of all people is between 169.5 and 170.5 cm tall? How wide is that interval in metres?",
        "Probability is about density × width, for a small width. The probability stays, the width becomes 0.01.",
    ],
)

conditional_independence = ChoiceExercise(
    name="conditional_independence",
    chapter=CHAPTER,
    question=(
        "Whether it rained (x) and whether the sprinkler ran (y) are independent. Either makes the grass wet (z). "
        "You see wet grass. Then somebody tells you that it rained. How probable is it now that the sprinkler ran, "
        "compared with the moment before you were told?"
    ),
    choices={
        "a": Choice(
            "More probable: wet grass speaks for both causes.",
            "It did, while you did not know the cause. Now you know one that explains the wet grass alone. What does "
            "that leave of the evidence that had spoken for the sprinkler?",
        ),
        "b": Choice(
            "Less probable: the rain explains the wet grass by itself.",
            "The wet grass needed a cause, and rain is one. The two were independent before anything was seen, and "
            "once their common effect is known they compete: explaining away.",
        ),
        "c": Choice(
            "As probable as before: x and y are independent.",
            "They are, as long as nothing is known of the grass. P(x, y) = P(x) P(y) does not carry over to "
            "P(x, y | z): given wet grass, not both can be absent, and that ties them together.",
        ),
        "d": Choice(
            "Impossible: the rain made the grass wet.",
            "Both may have happened. Given rain, the grass is wet with or without the sprinkler, so the sprinkler is "
            "as probable as on any day, not impossible.",
        ),
    },
    answer="b",
    hints=[
        "Take numbers: it rains on half of all days, the sprinkler runs on half of them, so there are four equally "
        "probable kinds of day. On which of them is the grass wet?",
        "Of the three kinds of day with wet grass, on how many did the sprinkler run? And of those with rain?",
        "Compare 2/3 with 1/2.",
    ],
)

likelihood_is_not_a_distribution = ChoiceExercise(
    name="likelihood_is_not_a_distribution",
    chapter=CHAPTER,
    question=(
        "You saw 3 heads in 4 flips, so L(b) = b³ (1 − b). Which of these does L(b), as a function of the bias b, "
        "*not* do?"
    ),
    choices={
        "a": Choice(
            "At each b, it is the probability of exactly these flips, in this order.",
            "That it does: it is how L was defined. For a coin with b = 0.5 these four flips have probability "
            "0.5⁴ = 0.0625, and so has every other sequence of four.",
        ),
        "b": Choice(
            "It is highest at b = 0.75, the share of heads.",
            "That it does: the slope of log L is 3/b − 1/(1 − b), which is 0 at b = 0.75.",
        ),
        "c": Choice(
            "Its area between b = 0 and b = 1 is 1.",
            "The area is 1/20 here, the integral of b³ − b⁴: 1/4 − 1/5. What sums to 1 is the probability over all "
            "sequences of flips at one b. L runs over b with the flips fixed, so it is no distribution of b.",
        ),
        "d": Choice(
            "It becomes smaller, at every b strictly between 0 and 1, with each further flip.",
            "That it does: each flip multiplies L by b or by 1 − b, and both are less than 1. It is why thousands "
            "of flips need the logarithm.",
        ),
    },
    answer="c",
    hints=[
        "Three of the four follow from L(b) being a product of one factor for each flip. Which one does not?",
        "A distribution over b would have to say how probable each bias is. Did anything in the definition of L "
        "do that?",
        "Integrate b³ (1 − b) from 0 to 1.",
    ],
)
