"""How the weights of a layer begin: functions of a shape and a generator that return an array.

A weight has the shape (out, in), or (out, in, height, width) for convolutions: ``fan_in`` numbers go into each output,
``fan_out`` outputs depend on each input. Names are those of ``torch.nn.init``.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from dlcourse.arrays import Array, check_float_dtype
from dlcourse.validation import check_count, check_generator, check_number, check_positive

Shape = Sequence[int]


def zeros(shape: Shape, dtype: DTypeLike = np.float32, generator: np.random.Generator | None = None) -> Array:
    """All 0: right for biases; for the weights of two layers in a row it stops learning.

    ``generator`` is not used: ``Linear(..., init=zeros)`` passes one to every initializer.
    """
    return constant(shape, 0.0, dtype)


def constant(
    shape: Shape, value: float, dtype: DTypeLike = np.float32, generator: np.random.Generator | None = None
) -> Array:
    """All ``value``: units that begin equal stay equal, see chapter 10. ``generator`` is not used, see ``zeros``."""
    return np.full(_shape(shape), check_number(value, "value"), check_float_dtype(dtype))


def normal(shape: Shape, std: float = 0.01, *, generator: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Independent draws from N(0, std²); 0.01 is the "small random" start of early networks."""
    draws = check_generator(generator).standard_normal(_shape(shape))
    return (draws * _not_negative(std, "std")).astype(check_float_dtype(dtype))


def uniform(shape: Shape, bound: float, *, generator: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Independent draws, evenly from −bound to bound: their variance is bound² / 3."""
    bound = _not_negative(bound, "bound")
    return check_generator(generator).uniform(-bound, bound, _shape(shape)).astype(check_float_dtype(dtype))


def lecun_normal(shape: Shape, *, generator: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """N(0, 1 / fan_in): sums of fan_in terms keep variance 1. Source: LeCun et al. (1998), "Efficient BackProp"."""
    return normal(shape, 1 / math.sqrt(fans(shape)[0]), generator=generator, dtype=dtype)


def xavier_uniform(
    shape: Shape, gain: float = 1.0, *, generator: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    """Evenly with variance gain² · 2 / (fan_in + fan_out), between what values and gradients need.

    Source: Glorot and Bengio (2010), equation 16; hence also called Glorot initialization.
    """
    return uniform(shape, gain * math.sqrt(6 / sum(fans(shape))), generator=generator, dtype=dtype)


def xavier_normal(
    shape: Shape, gain: float = 1.0, *, generator: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    """N(0, gain² · 2 / (fan_in + fan_out)). Source: Glorot and Bengio (2010), equation 12."""
    return normal(shape, gain * math.sqrt(2 / sum(fans(shape))), generator=generator, dtype=dtype)


def he_std(shape: Shape, negative_slope: float = 0.0) -> float:
    """The standard deviation at which a layer keeps the mean square of what it hands on: √(2 / ((1 + s²) fan_in)).

    A sum of fan_in products with independent weights of mean 0 has the mean square fan_in · σ² · (that of the inputs);
    if it is symmetric around 0, a leaky ReLU with slope s = ``negative_slope`` below 0 leaves (1 + s²)/2 of it. With
    s = 0 that is ReLU, with s = 1 no activation at all. Source: He, Zhang, Ren and Sun (2015), equations 10 and 15.
    """
    fan_in = fans(shape)[0]
    return math.sqrt(2 / ((1 + negative_slope**2) * fan_in))


def kaiming_normal(shape: Shape, *, generator: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """N(0, 2 / fan_in): ReLU loses half of the mean square, the 2 gives it back.

    Source: He, Zhang, Ren and Sun (2015), equation 10; hence also called He initialization.
    """
    return normal(shape, he_std(shape), generator=generator, dtype=dtype)


def kaiming_uniform(shape: Shape, *, generator: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Evenly with the same variance as ``kaiming_normal``, 2 / fan_in."""
    return uniform(shape, math.sqrt(6 / fans(shape)[0]), generator=generator, dtype=dtype)


def orthogonal(
    shape: Shape, gain: float = 1.0, *, generator: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    """A random matrix whose rows (or columns, if they are fewer) are orthogonal and of length ``gain``.

    A square one keeps the length of every vector. Q of the QR decomposition of a normal matrix, with the signs of R's
    diagonal taken out, so that no direction is preferred. Source: Saxe, McClelland and Ganguli (2014); Mezzadri (2007).
    Axes after the first are taken together. Raises ValueError for fewer than two axes.
    """
    columns, rows = fans(shape)[0], shape[0]
    draws = check_generator(generator).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(draws)
    q *= np.sign(np.diag(r))
    return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(check_float_dtype(dtype))


def fans(shape: Shape) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight (out, in, ...). Raises ValueError for fewer than two axes."""
    if len(_shape(shape)) < 2:
        raise ValueError(f"shape: expected a weight (out, in) or (out, in, ...), received {tuple(shape)}.")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _shape(shape: Shape) -> tuple[int, ...]:
    return tuple(check_count(size, "a size in shape") for size in shape)


def _not_negative(value: float, name: str) -> float:
    return 0.0 if value == 0 else check_positive(value, name)
