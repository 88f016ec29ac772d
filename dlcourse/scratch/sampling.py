"""Drawing a class from a network's logits: how a model that predicts the next character writes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.validation import check_finite, check_generator, check_number, check_shape


def probabilities_at(logits: ArrayLike, temperature: float) -> Array:
    """softmax(z / τ) row by row: (n, classes) logits z at temperature τ -> probabilities of the same shape.

    τ = 1 is the model's own distribution. Below 1 likely classes become likelier, down to τ = 0: all for the largest
    logit (the first, of equal ones). Above 1 the differences shrink, towards equal shares for all. float32 stays
    float32. Raises ValueError for another number of axes, no class, logits that are not finite and τ < 0, TypeError
    for a τ that is not a number. Source: Ackley, Hinton and Sejnowski (1985), "A learning algorithm for Boltzmann
    machines".
    """
    z = _logits(logits)
    below = z - z.max(axis=1, keepdims=True)
    if _checked(temperature) == 0:
        return (np.arange(z.shape[1]) == z.argmax(axis=1)[:, None]).astype(z.dtype)
    with np.errstate(over="ignore"):  # at a τ near 0 the quotient may be −infinity, and its exponential 0
        weights = np.exp(below / z.dtype.type(max(temperature, float(np.finfo(z.dtype).tiny))))
    return weights / weights.sum(axis=1, keepdims=True)


def sample_with_temperature(logits: ArrayLike, temperature: float, generator: np.random.Generator) -> NDArray[np.int64]:
    """One class a row, drawn with ``probabilities_at(logits, temperature)``: (n, classes) logits -> (n,) int64.

    A number u, even in [0, 1), is drawn for each row; its class is the first whose cumulated probability is above u.
    At temperature 0 it is the argmax, and nothing is drawn. Raises what ``probabilities_at`` does, and TypeError
    without a generator.
    """
    generator = check_generator(generator)
    if _checked(temperature) == 0:
        return _logits(logits).argmax(axis=1)
    cumulated = probabilities_at(logits, temperature).cumsum(axis=1, dtype=np.float64)
    cumulated /= cumulated[:, -1:]  # exactly 1 in the end, whatever was rounded
    u = generator.random((len(cumulated), 1))
    return (cumulated <= u).sum(axis=1)


def _logits(logits: ArrayLike) -> Array:
    z = check_finite(check_shape(logits, ("n", "classes"), "logits"), "logits")
    if not z.shape[1]:
        raise ValueError(f"logits: expected at least one class, received shape {z.shape}.")
    return z


def _checked(temperature: float) -> float:
    number = check_number(temperature, "temperature")
    if number < 0:
        raise ValueError(f"temperature: expected a number of at least 0, received {temperature}.")
    return number
