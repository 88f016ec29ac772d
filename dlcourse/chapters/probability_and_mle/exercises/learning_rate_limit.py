"""Question on the coin: how large a step uphill may be."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

learning_rate_limit = NumberExercise(
    name="learning_rate_limit",
    chapter="03_probability_and_mle",
    task=(
        "A coin fell heads in 40 of 50 flips. You climb the log-likelihood itself, the *sum* over the 50 flips, and "
        "not their mean. Close to the top, which learning rate is the limit: below it the steps settle at the top, "
        "above it they swing away from it? Give two digits that are not zeros."
    ),
    answer=lambda: 2 * 0.8 * 0.2 / 50,
    tolerance="1 %",
    mistakes=[
        WrongNumber(
            "limit_of_the_mean",
            0.32,
            "0.32 = 2 · 0.8 · 0.2 is the limit for the mean log-likelihood. The sum over 50 flips is 50 times as "
            "steep and bends 50 times as fast.",
        ),
        WrongNumber(
            "multiplied_by_the_flips",
            16.0,
            "16 = 0.32 · 50 goes the wrong way: the sum is steeper than the mean, so its steps are longer already, and "
            "the learning rate has to be smaller.",
        ),
        WrongNumber(
            "one_step",
            0.16 / 50,
            "0.0032 is the rate at which a step lands on the top at once. A step may be longer: it may overshoot, as "
            "long as it ends closer to the top than it began. How far beyond the top is that?",
        ),
        WrongNumber(
            "curvature",
            312.5,
            "312.5 is the curvature of the sum at the top, 40/0.8² + 10/0.2². The limit is 2 divided by it: where the "
            "slope changes fast, steps have to be small.",
        ),
        WrongNumber(
            "limit_of_the_experiment",
            0.18,
            "0.18 is the experiment's limit, for the mean log-likelihood of a coin with 90 % heads. This coin has 80 "
            "%, and you climb the sum.",
        ),
        WrongNumber(
            "heads_only",
            2 / 62.5,
            "0.032 = 2/62.5 uses the heads' part of the curvature only, 40/0.8² = 62.5. The tails bend the curve too, "
            "and more: 10/0.2² = 250. Add both.",
        ),
        WrongNumber(
            "tails_only",
            2 / 250,
            "0.008 = 2/250 uses the tails' part of the curvature only, 10/0.2² = 250. The heads bend the curve too, by "
            "40/0.8² = 62.5. Add both.",
        ),
    ],
    hints=[
        "What changes in the law of this section when log L(b) is not divided by n: the place of the top, its "
        "slope nearby, or both?",
        "Near the top the slope is nearly a straight line through 0: slope ≈ −c (b − 0.8), with the curvature c. A "
        "step multiplies the distance from the top by 1 − rate · c. For which rates does the distance shrink?",
        "It shrinks while rate < 2/c. The curvature c is minus the second derivative of 40 log b + 10 log(1 − b), "
        "which is 40/b² + 10/(1 − b)².",
        "At b = 0.8 this is c = 62.5 + 250, 50 times the curvature of the mean.",
    ],
    explanation=(
        "The curvature at the top is n/(b (1 − b)) = 312.5, so the limit is 2 b (1 − b)/n = 0.0064: 50 times smaller "
        "than for the mean. Were the sum used in training, every new example would ask for a smaller learning rate."
    ),
)
