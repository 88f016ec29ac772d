"""Question on the attenuated gradient: squared error against log-loss at a confident mistake."""

import math

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber
from dlcourse.scratch import losses

LOGIT = -6.0


def _ratio() -> float:
    """The squared error's gradient over the log-loss's, for one example with label 1, z being the variable."""
    squared = losses.sigmoid_squared_error_gradient([LOGIT], [1])[0]
    return float(squared / losses.log_loss_gradient([LOGIT], [1])[0])


def _sigmoid(logit: float) -> float:
    return float(losses.sigmoid(logit))


attenuation = NumberExercise(
    name="attenuation",
    chapter="05_softmax_regression",
    task=(
        "An example has label 1, and the model gives it the logit z = −6: a confident mistake. Divide the derivative "
        "of the squared error, (σ(z) − y)²/2, with respect to z by that of the log-loss. Which number comes out? Give "
        "four significant digits; it is checked to 0.1 %."
    ),
    answer=_ratio,
    tolerance="0.1 %",
    mistakes=[
        WrongNumber(
            "upside_down",
            lambda: 1 / _ratio(),
            "405.4 is how many times larger the log-loss's gradient is. The question divides the other way round: "
            "squared error by log-loss.",
        ),
        WrongNumber(
            "sigmoid_alone",
            lambda: _sigmoid(LOGIT),
            "0.002473 is σ(−6), the probability itself. The factor between the two gradients is the slope of the "
            "sigmoid at that place, which is a little smaller.",
        ),
        WrongNumber(
            "gradient_of_the_squared_error",
            lambda: (_sigmoid(LOGIT) - 1) * _ratio(),
            "−0.002460 is the gradient of the squared error. Divide it by the log-loss's gradient, σ(z) − y.",
        ),
        WrongNumber(
            "size_of_the_gradient",
            lambda: (1 - _sigmoid(LOGIT)) * _ratio(),
            "0.002460 is the size of the squared error's gradient alone. The log-loss's gradient at the same place is "
            "not quite −1: divide by it.",
        ),
        WrongNumber(
            "no_half",
            lambda: 2 * _ratio(),
            "0.004933 belongs to (σ(z) − y)² without the 1/2. With it, the 2 of the derivative cancels.",
        ),
        WrongNumber(
            "gradient_of_the_log_loss",
            lambda: _sigmoid(LOGIT) - 1,
            "−0.9975 is σ(z) − y, the gradient of the log-loss: nearly the largest that it can be. How large is that "
            "of the squared error, as a part of it?",
        ),
        WrongNumber(
            "almost_one",
            lambda: 1 - _ratio(),
            "About 0.9975 comes out in two ways: as the size of the log-loss's gradient, and as the share of the "
            "gradient that is lost with the squared error. Asked for is the share that is left.",
        ),
        WrongNumber(
            "ratio_of_the_losses",
            lambda: losses.sigmoid_squared_error([LOGIT], [1]) / losses.log_loss([LOGIT], [1]),
            "0.08289 is the ratio of the two losses, 0.498 and 6.002. Descent does not look at a loss's size, but at "
            "its slope: differentiate both first.",
        ),
        WrongNumber(
            "exponential_alone",
            math.exp(LOGIT),
            "0.002479 is e⁻⁶, which is close to both σ(−6) and the slope there. With four digits the difference shows: "
            "compute σ(−6) first.",
        ),
        WrongNumber(
            "largest_slope",
            0.25,
            "0.25 is the sigmoid's slope at z = 0, where it is largest. At z = −6 the curve is nearly flat.",
        ),
    ],
    hints=[
        "Write both derivatives with the chain rule. Which factor have they in common, and which one stands in only "
        "one of them?",
        "The log-loss has σ(z) − y. The squared error has (σ(z) − y) σ′(z): its derivative in σ, times the sigmoid's "
        "own slope.",
        "So the ratio is σ′(−6) = σ(−6) (1 − σ(−6)), with σ(−6) = 1 / (1 + e⁶).",
    ],
    explanation=(
        "It is σ′(−6): the squared error's gradient is 405 times smaller, at an example that the model gets thoroughly "
        "wrong. The log-loss pushes with nearly full strength there."
    ),
)
