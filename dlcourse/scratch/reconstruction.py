"""How well x̂ reconstructs x, what spoils x before it is to be reconstructed, and what keeps a code sparse.

x and x̂ are (n, d), one example a row; activations are (n, k), numbers in (0, 1). Source: Goodfellow, Bengio and
Courville (2016), "Deep Learning", chapter 14.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.validation import (
    check_finite,
    check_floats,
    check_generator,
    check_positive,
    check_probability,
    check_shape,
)

KINDS = ("mask", "gaussian")


def reconstruction_error(x_hat: ArrayLike, x: ArrayLike) -> float:
    """L = (1 / (n d)) Σ (x̂ − x)²: the mean over all numbers of all examples. x_hat, x: one shape, at least one number.

    Raises ValueError where the shapes differ: NumPy would broadcast some.
    """
    x_hat, x = _pair(x_hat, x)
    return float(((x_hat - x) ** 2).mean())


def reconstruction_gradient(x_hat: ArrayLike, x: ArrayLike) -> tuple[float, Array]:
    """L = (1 / (n d)) Σ (x̂ − x)², and its gradient ∂L/∂x̂ = 2 (x̂ − x) / (n d), of the shape of x̂.

    Raises ValueError where the shapes differ: NumPy would broadcast some.
    """
    x_hat, x = _pair(x_hat, x)
    error = x_hat - x
    return float((error**2).mean()), 2 * error / error.size


def corrupt(x: ArrayLike, level: float, generator: np.random.Generator, kind: str = "mask") -> Array:
    """x̃: x spoilt by chance, of the same shape; x stays as it is. float32 stays float32.

    "mask": each number is set to 0 with probability ``level`` ν, in [0, 1], and else stays what it is: a number u, even
    in [0, 1), is drawn for each, and it stays where u ≥ ν. "gaussian": each gets a normal number of standard deviation
    ``level`` added, at least 0; the result is not cut off at 0 and 1. Raises ValueError for another kind, a level out
    of range and numbers that are not finite, TypeError without a generator. Source: Vincent, Larochelle, Bengio and
    Manzagol (2008), "Extracting and composing robust features with denoising autoencoders".
    """
    x, generator = check_finite(x, "x"), check_generator(generator)
    if kind == "mask":
        return x * (generator.random(x.shape) >= check_probability(level, "level"))
    if kind == "gaussian":
        scale = level if level == 0 else check_positive(level, "level")
        return x + (scale * generator.standard_normal(x.shape)).astype(x.dtype)
    raise ValueError(f"kind: expected one of {', '.join(KINDS)}, received {kind!r}.")


def denoising_loss(
    x: ArrayLike, level: float, generator: np.random.Generator, reconstruct: Callable[[Array], Array]
) -> float:
    """(1 / (n d)) Σ (x̂ − x)², with x̂ = ``reconstruct(x̃)`` made of the masked x̃, and the *clean* x as target.

    x: (n, d). ``reconstruct`` maps (n, d) to (n, d). Each number is masked with probability ``level``, as ``corrupt``
    does it, by one draw of ``generator.random(x.shape)``.
    """
    x = check_finite(check_shape(x, ("n", "d"), "x"), "x")
    kept = generator.random(x.shape) >= level
    x_hat = reconstruct(x * kept)
    return float(((x_hat - x) ** 2).mean())


def kl_sparsity(activations: ArrayLike, rho: float) -> tuple[float, Array]:
    """Ω = Σ_j KL(ρ ‖ ρ̂_j), with ρ̂_j the mean of unit j's activations, and its gradient by each of them, (n, k).

    KL(ρ ‖ ρ̂) = ρ ln(ρ / ρ̂) + (1 − ρ) ln((1 − ρ) / (1 − ρ̂)): 0 where ρ̂ = ρ, and large where a unit is always on, or
    never. The derivative by ρ̂_j is −ρ / ρ̂_j + (1 − ρ) / (1 − ρ̂_j), and each of the n activations has a share of 1/n in
    ρ̂_j. Raises ValueError for another shape, ρ outside of (0, 1), and a unit whose mean is not inside (0, 1). Source:
    Ng (2011), "Sparse autoencoder", CS294A lecture notes.
    """
    z = check_floats(check_shape(activations, ("n", "k"), "activations"), "activations")
    if not 0 < check_probability(rho, "rho") < 1:
        raise ValueError(f"rho: expected a number between 0 and 1, both excluded, received {rho}.")
    mean = z.mean(axis=0)
    if not ((mean > 0) & (mean < 1)).all():
        raise ValueError("activations: expected units whose mean lies between 0 and 1: those of a sigmoid, say.")
    divergence = rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))
    slope = (-rho / mean + (1 - rho) / (1 - mean)) / len(z)
    return float(divergence.sum()), np.tile(slope, (len(z), 1))


def _pair(x_hat: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
    """Both as floats of one shape."""
    x = check_finite(x, "x")
    x_hat = check_finite(x_hat, "x_hat")
    if x_hat.shape != x.shape or not x.size:
        raise ValueError(f"x_hat: expected the shape of x, {x.shape}, and some numbers, received {x_hat.shape}.")
    return x_hat, x
