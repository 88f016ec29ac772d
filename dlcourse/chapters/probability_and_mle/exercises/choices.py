"""Questions with lettered answers: what a density and a dependence are, and what a likelihood makes of the noise."""

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

loss_of_the_noise = ChoiceExercise(
    name="loss_of_the_noise",
    chapter=CHAPTER,
    question=(
        "In the linear-Gaussian model, put another distribution around the prediction m = xᵀw: (1) for noise with far "
        "outliers the Laplace density exp(−|y − m| / s) / (2s), with a fixed s > 0; (2) for counts the Poisson "
        "distribution P(y) = m^y exp(−m) / (1 · 2 ⋯ y), with m > 0. Which loss, summed over independent examples, does "
        "maximum likelihood then make smallest?"
    ),
    choices={
        "a": Choice(
            "(y − m)² for both.",
            "The square comes from the Gaussian's exponent, −(y − m)² / (2σ²), and neither of these two has it. Take "
            "minus the logarithm of each.",
        ),
        "b": Choice(
            "|y − m| for Laplace; m − y log m for Poisson.",
            "Minus the logarithms are |y − m| / s + log(2s) and m − y log m + log(1 · 2 ⋯ y). What is free of w can be "
            "left out, and the factor 1/s moves no minimum. An error of 4 now costs 4 times an error of 1 under "
            "Laplace noise, where the Gaussian charged 16 times: an outlier pulls less.",
        ),
        "c": Choice(
            "(y − m)² for Laplace; m − y log m for Poisson.",
            "The second is right. The Laplace density is symmetric about m as the Gaussian is, but its exponent is "
            "−|y − m| / s. With the values 1, 2 and 9 and a common m, its likelihood is highest at 2, the value in the "
            "middle, and the sum of squares is smallest at 4, the mean.",
        ),
        "d": Choice(
            "|y − m| for Laplace; (y − m)² for Poisson.",
            "The first is right. A Poisson count has the mean m, but its logarithm holds no square, and the same error "
            "counts more where m is small. With the counts 4 and 9 at x = 1 and 9, and m = wx, its likelihood is "
            "highest at w = 1.3, and the sum of squares is smallest at w = 1.04.",
        ),
    },
    answer="b",
    hints=[
        "Do for each what the chapter did for the Gaussian: minus the logarithm of one example's probability.",
        "Minus the logarithm of exp(−|y − m| / s) / (2s) is |y − m| / s + log(2s). Which part depends on w?",
        "P(y) of the Poisson is a product of three: m^y, exp(−m), and one over a product. Which of the three "
        "logarithms contain m, and with which signs?",
    ],
)
