"""Questions with lettered answers: why classifiers use the log-loss, and what softmax does not notice."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "05_softmax_regression"

why_log_loss = ChoiceExercise(
    name="why_log_loss",
    chapter=CHAPTER,
    question=(
        "A friend insists on the squared error behind a sigmoid. To learn from confident mistakes at z = −6, where its "
        "gradient is about 400 times smaller than that of the log-loss, she makes the learning rate 400 times larger. "
        "What happens to examples near z = 0?"
    ),
    choices={
        "a": Choice(
            "Nothing special: all gradients are now as large as those of the log-loss.",
            "That would need the factor σ′(z) to be the same everywhere. It is 0.0025 at z = −6 and 0.25 at z = 0. "
            "What does a rate that makes up for the first do at the second?",
        ),
        "b": Choice(
            "Their steps become about 100 times larger than with the log-loss, and training overshoots.",
            "At z = 0 the squared error's gradient is a quarter of the log-loss's; times 400 it is a hundredfold. No "
            "single rate makes up for a factor that depends on z: the log-loss removes the factor.",
        ),
        "c": Choice(
            "They stop learning, since the sigmoid's slope is 0 there.",
            "It is the other way round: at z = 0 the sigmoid is steepest, with slope 1/4, and flat far from 0.",
        ),
        "d": Choice(
            "They are not touched: the learning rate matters for mistakes only.",
            "Every example's gradient is multiplied by the rate. At z = 0 with label 1 the gradient is "
            "(0.5 − 1) · 0.25 = −0.125, not 0.",
        ),
    },
    answer="b",
    hints=[
        "Compare the factor σ′(z) at z = −6 and at z = 0.",
        "With label 1 the squared error's gradient is (σ(z) − 1) σ′(z). Compute it at z = 0, and multiply by 400.",
        "That is −50. What does the log-loss give at z = 0?",
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
