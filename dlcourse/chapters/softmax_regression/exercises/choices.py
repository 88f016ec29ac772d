"""Questions with lettered answers: why classifiers use the log-loss, and which weights softmax cannot tell apart."""

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

shifted_weights = ChoiceExercise(
    name="shifted_weights",
    chapter=CHAPTER,
    question=(
        "A trained softmax regression has the weight matrix W, of shape (d, K). You add one and the same vector v, of "
        "shape (d,), to each of its K columns. What becomes of the probabilities that it gives?"
    ),
    choices={
        "a": Choice(
            "They become surer where vᵀx is large and less sure where it is small.",
            "That would be so if the logits were multiplied. Here all K logits of an example x grow by the same number "
            "vᵀx, and softmax depends on their differences alone.",
        ),
        "b": Choice(
            "They stay as they are, for every x: many weight matrices are one and the same classifier.",
            "All K logits of an example grow by vᵀx. That number differs from example to example, but within one it is "
            "the same for all classes, and cancels. So data cannot tell these matrices apart: one column may be fixed "
            "at 0, as logistic regression does with class 0, or a penalty picks the smallest.",
        ),
        "c": Choice(
            "They stay for examples with vᵀx = 0 only; all others change, for their logits do.",
            "The logits do change, by vᵀx each. What does softmax make of logits that all grow by the same number?",
        ),
        "d": Choice(
            "They come closer to 1/K, since the columns become more alike.",
            "The columns' differences stay what they were: (w₁ + v) − (w₂ + v) = w₁ − w₂. It is these differences that "
            "decide how sure the model is.",
        ),
    },
    answer="b",
    hints=[
        "What happens to one logit, zₖ = wₖᵀx + bₖ, of one example?",
        "By how much does the difference z₁ − z₂ of two logits of one example change?",
        "Put zₖ + vᵀx for every zₖ into exp(zₖ) / Σⱼ exp(zⱼ), and take the common factor out.",
    ],
)
