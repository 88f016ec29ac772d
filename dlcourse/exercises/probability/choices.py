"""Questions with lettered answers: what a density, a dependence and a likelihood are, and what they are not."""

from dlcourse.exercises.questions import Choice, ChoiceExercise

CHAPTER = "03_probability_and_mle"

density_above_one = ChoiceExercise(
    name="density_above_one",
    chapter=CHAPTER,
    question=(
        "A Gaussian with standard deviation 0.1 has the density 3.99 at its mean. What does a density above 1 mean?"
    ),
    choices={
        "a": Choice(
            "Something went wrong: nothing in probability exceeds 1.",
            "Probabilities do not exceed 1, but a density is no probability: it is probability per unit of x. Measure "
            "the same x in metres instead of centimetres, and every density grows by a factor of 100, while all "
            "probabilities stay.",
        ),
        "b": Choice(
            "The curve is not normalized: dividing all of it by 3.99 would make it a distribution.",
            "Then its highest point would be 1, but its area would be only 1/3.99, about 0.25. What has to be 1 is the "
            "area, and with this height it is: the curve is narrow.",
        ),
        "c": Choice(
            "Nothing is wrong: areas under the curve are probabilities, and where the curve is narrow it is high.",
            "The area is 1, and a narrow curve needs height to reach it. A probability is an area: within "
            "0.01 of the mean it is about 3.99 × 0.02 = 0.08.",
        ),
        "d": Choice(
            "Hitting the mean exactly is 3.99 times as probable as missing it.",
            "Hitting any single point exactly has probability 0: the area over one point has no width. Densities "
            "compare small intervals of equal width, one around each point.",
        ),
    },
    answer="c",
    hints=[
        "Which has to be at most 1: the height of the curve, or the area under it?",
        "Think of the uniform distribution on an interval of width 0.1. Its area is 1, so how high is it?",
        "Probability = density × width, for a small width. With the unit of x in the width, which unit has the density?"
        "",
    ],
)

conditional_independence = ChoiceExercise(
    name="conditional_independence",
    chapter=CHAPTER,
    question=(
        "A bag holds two coins: one lands heads in 80 % of its flips, the other in 20 %. You draw one coin (z), "
        "without knowing which, and flip it twice: x is the first flip, y the second. Which statement is right?"
    ),
    choices={
        "a": Choice(
            "x and y are independent, because a coin has no memory.",
            "The coin has none, but you learn something: after heads, you probably hold the coin that likes heads, and "
            "heads is more probable again. P(y = heads) is 0.5, but P(y = heads | x = heads) = "
            "0.8 × 0.8 + 0.2 × 0.2 = 0.68.",
        ),
        "b": Choice(
            "x and y are dependent, and they are independent once z is known.",
            "Without z, the first flip tells something about the coin, and through it about the second flip: "
            "0.68 instead of 0.5. Once the coin is known, the first flip has nothing more to tell.",
        ),
        "c": Choice(
            "x and y are independent, and they become dependent once z is known.",
            "It is the other way round. Once you hold the coin of 80 %, the second flip is heads in 80 % of cases, "
            "whatever the first one was. What you describe happens where z is a common effect of x and y, not "
            "their common cause.",
        ),
        "d": Choice(
            "x and y are dependent, also when z is known: both come from the same coin.",
            "They come from the same coin, and that is why they are dependent while it is unknown. Once it is known, "
            "P(y = heads | z) is 0.8 or 0.2, and knowing x as well does not change it.",
        ),
    },
    answer="b",
    hints=[
        "Say in your own words what seeing heads first tells you, if you do not know which coin it is.",
        "Compute P(x = heads, y = heads): the mean, over the two coins, of 0.8 × 0.8 and 0.2 × 0.2. Compare it with "
        "P(x = heads) P(y = heads) = 0.5 × 0.5.",
        "Now take one coin, say the first. Compare P(x, y | z) = 0.8 × 0.8 with P(x | z) P(y | z).",
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
