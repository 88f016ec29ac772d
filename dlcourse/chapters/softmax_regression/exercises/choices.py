"""A question with lettered answers: why classifiers use the log-loss."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "05_softmax_regression"

why_log_loss = ChoiceExercise(
    name="why_log_loss",
    chapter=CHAPTER,
    question=(
        "At z = −6 the squared error's gradient is about 400 times smaller than that of the log-loss. To learn from "
        "confident mistakes all the same, a friend makes the learning rate 400 times larger. What happens to examples "
        "near z = 0?"
    ),
    choices={
        "a": Choice(
            "Nothing special: all gradients are now as large as those of the log-loss.",
            "That would need the factor σ′(z) to be the same everywhere. It is 0.0025 at z = −6 and 0.25 at z = 0. "
            "What does a rate that makes up for the first do at the second?",
        ),
        "b": Choice(
            "Their steps become about 100 times larger than with the log-loss, and can overshoot.",
            "At z = 0 the squared error's gradient is a quarter of the log-loss's; times 400 it is a hundredfold. On "
            "the patients above the rate 200 leaves the plateau (accuracy 0.99 after 100 steps from the worst start), "
            "but from zero weights it overshoots onto another, and 1000 steps end at 0.94, not 0.99. The log-loss's "
            "gradient has no factor σ′(z): one rate serves every start.",
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
