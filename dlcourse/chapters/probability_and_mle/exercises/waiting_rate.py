"""A maximum likelihood estimate for a distribution that the chapter does not treat: waiting times."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

waiting_rate = NumberExercise(
    name="waiting_rate",
    chapter="03_probability_and_mle",
    task=(
        "You wait for the bus 2, 3 and 7 minutes on three days. Model the waiting times as independent, each with "
        "the density λ exp(−λ x) for x > 0, per minute, with an unknown rate λ > 0. What is the maximum likelihood "
        "estimate of λ?"
    ),
    answer=lambda: 3 / (2 + 3 + 7),
    tolerance=0.001,
    mistakes=[
        WrongNumber(
            "mean",
            4.0,
            "4 is the mean waiting time, in minutes. λ is a rate, per minute: set the slope of the log-likelihood to 0 "
            "and solve for λ.",
        ),
        WrongNumber(
            "sum",
            12.0,
            "12 is the sum of the waiting times. It stands in the log-likelihood as −12 λ; the other part is n log λ.",
        ),
        WrongNumber(
            "one_factor_of_lambda",
            1 / 12,
            "1/12 comes from log λ − 12 λ. Each of the three densities has its own factor λ, so it is 3 log λ.",
        ),
        WrongNumber(
            "mean_of_reciprocals",
            (1 / 2 + 1 / 3 + 1 / 7) / 3,
            "That is the mean of 1/2, 1/3 and 1/7: each day's own estimate, averaged. The likelihood multiplies the "
            "three densities first and is then made largest once.",
        ),
        WrongNumber(
            "median",
            1 / 3,
            "1/3 is one over the middle waiting time. Write down the log-likelihood of all three and find where its "
            "slope is 0.",
        ),
    ],
    hints=[
        "Do what the chapter did with the coin: write the likelihood as a product over the three days, then take the "
        "logarithm.",
        "The logarithm of λ exp(−λ x) is log λ − λ x. Add up the three.",
        "The slope of 3 log λ − 12 λ is 3/λ − 12. Where is it 0?",
    ],
    explanation=(
        "log L(λ) = 3 log λ − 12 λ has slope 3/λ − 12, which is 0 at λ = 3/12: one over the mean waiting time."
    ),
)
