"""Questions with lettered answers: why classifiers use the log-loss, and what softmax does not notice."""

from dlcourse.exercises.questions import Choice, ChoiceExercise

CHAPTER = "05_softmax_regression"

why_log_loss = ChoiceExercise(
    name="why_log_loss",
    chapter=CHAPTER,
    question=(
        "Two classifiers with a sigmoid start from the same bad weights, which get many examples wrong with logits "
        "beyond ±6. One descends on the squared error of its probabilities, the other on the log-loss, with the same "
        "learning rate. The first hardly moves for hundreds of steps. Why?"
    ),
    choices={
        "a": Choice(
            "The squared error cannot be differentiated where the probability is close to 0 or 1.",
            "It can, everywhere: its gradient in the logit is (σ(z) − y) σ′(z). What matters is how small that number "
            "is for logits beyond ±6.",
        ),
        "b": Choice(
            "The squared error is at most 1, the log-loss has no limit, and a larger loss means larger steps.",
            "Steps follow the slope of the loss, not its height: adding 1000 to a loss changes no step. The limit is a "
            "symptom, though: a curve that levels off at 1 has to become flat.",
        ),
        "c": Choice(
            "The squared error's gradient holds the sigmoid's slope as a factor, which is almost 0 at a confident "
            "mistake; the log-loss's gradient is σ(z) − y.",
            "At z = −6 with label 1 that factor is 0.0025. In the log-loss the logarithm's 1/σ cancels it, and what is "
            "left is largest where the model is most wrong.",
        ),
        "d": Choice(
            "Both losses are convex in the weights, but the squared error's bowl is flatter: a learning rate several "
            "times larger would do.",
            "Behind a sigmoid the squared error is not convex: it is flat on both sides and steep between. No single "
            "rate suits both: at z = −6 the gradient is 0.0025, at z = 0 it is 0.125, 50 times as large. The log-loss "
            "of a linear model is convex.",
        ),
    },
    answer="c",
    hints=[
        "Write the gradient of each loss in the logit z, for an example with label 1, and put in z = −6.",
        "The squared error reaches z through the sigmoid, so the chain rule brings in σ′(z). How large is it where the "
        "curve is flat?",
        "And the log-loss: the derivative of −log σ(z) is −σ′(z) / σ(z). What is left of it with σ′ = σ (1 − σ)?",
    ],
)

shift_invariance = ChoiceExercise(
    name="shift_invariance",
    chapter=CHAPTER,
    question=(
        "The logits (1, 2, 3) have the softmax (0.090, 0.245, 0.665). Which change of the logits leaves these "
        "probabilities as they are?"
    ),
    choices={
        "a": Choice(
            "Doubling all three: (2, 4, 6).",
            "The ratio of two probabilities is e to the difference of their logits, and the differences double: "
            "(0.016, 0.117, 0.867). Multiplying the logits makes softmax more or less sure; its factor is one over "
            "the temperature.",
        ),
        "b": Choice(
            "Subtracting 3 from all three: (−2, −1, 0).",
            "Every exponential is multiplied by e⁻³, and so is their sum: it cancels. That is why a row's largest "
            "logit may be subtracted before any exponential is computed.",
        ),
        "c": Choice(
            "Adding 1 to the largest only: (1, 2, 4).",
            "The largest stays the largest, but the probabilities move: (0.042, 0.114, 0.844). Only differences "
            "between logits count, and two of the three differences have grown by 1.",
        ),
        "d": Choice(
            "Replacing the logits by the probabilities themselves: softmax has been applied, so once more does "
            "nothing.",
            "Softmax of (0.090, 0.245, 0.665) is (0.253, 0.296, 0.451): the differences have shrunk, and with them all "
            "certainty. Applying softmax twice is a common fault in programs.",
        ),
    },
    answer="b",
    hints=[
        "Write down the ratio of the first two probabilities, as a function of the logits.",
        "exp(z₁) / exp(z₂) = exp(z₁ − z₂). Which of the changes keep all differences between logits as they are?",
        "Put zₖ + c for every zₖ into exp(zₖ) / Σⱼ exp(zⱼ), and take the common factor out of numerator and "
        "denominator.",
    ],
)
