"""Exercise: whitening, in any of its forms."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.optimization import CHAPTER
from dlcourse.exercises.judging import RIGHT, Judgement
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.tensors import plain
from dlcourse.exercises.wording import kind_of, numbers_apart
from dlcourse.numerals import number
from dlcourse.scratch import whitening

TOLERANCE = 1e-4  # float32 keeps to it, and so does a number such as 1e-8 under the root


def _case(
    generator: np.random.Generator, n: int, deviations: Sequence[float], label: str, dtype: Any = np.float64
) -> Case:
    """n examples with these deviations along axes turned at random, and a mean that is far from 0."""
    d = len(deviations)
    axes, _ = np.linalg.qr(generator.normal(size=(d, d)) + np.eye(d))
    x = generator.normal(size=(n, d)) * deviations @ axes.T + generator.uniform(2, 5, size=d)
    return Case((x.astype(dtype),), label)


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    fixed = np.array([[0, 0, 5], [4, 1, 3], [1, 3, 0], [5, 2, 2]])
    whole = np.concatenate([fixed, generator.integers(0, 6, size=(4, 3))])
    return [
        _case(generator, 30, (3.0, 0.5), "30 examples, two features that vary together"),
        _case(generator, 20, (4.0, 2.0, 0.5), "20 examples, three features"),
        _case(generator, 12, (50.0, 1.0, 0.1), "features of very different spread"),
        _case(generator, 8, (2.0, 1.0, 3.0, 0.5), "few examples: twice as many as features"),
        Case((whole,), "whole numbers"),
        _case(generator, 25, (2.0, 1.0, 0.5), "dtype float32", dtype=np.float32),
    ]


def judge(arguments: tuple[Any, ...], received: Any) -> Judgement:
    """Say what whitened examples are not like; the kind of fault does not depend on how they are turned."""
    x, z = arguments[0], plain(received)
    if not isinstance(z, np.ndarray) or z.dtype.kind not in "fiu":
        return Judgement("none", f"Your result is {kind_of(received)}; expected is a NumPy array of shape {x.shape}.")
    if z.shape != x.shape:
        return Judgement(f"{z.shape}", f"Your result has the shape {z.shape}; expected is that of `x`, {x.shape}.")
    if not np.isfinite(z).all():
        return Judgement("not finite", "Your result holds numbers that are not finite.")
    x, z = x.astype(np.float64), z.astype(np.float64)
    message = _fault(x, z)
    return Judgement(f"{_spread(z)}{_mixing(x, z)}", message) if message else RIGHT


def _fault(x: Array, z: Array) -> str:
    """What is wrong with z (n, d), first things first; "" where nothing is."""
    means, covariance = z.mean(axis=0), np.cov(z, rowvar=False)
    for (j,) in np.argwhere(np.abs(means) > TOLERANCE):
        return f"The mean of your feature {j} is {number(means[j], 4)}, not 0."
    for (j,) in np.argwhere(np.abs(np.diag(covariance) - 1) > TOLERANCE):
        return f"The variance of your feature {j} is {numbers_apart(1, covariance[j, j])[1]}, not 1."
    for i, j in np.argwhere(np.abs(covariance - np.eye(len(means))) > TOLERANCE):
        return (
            f"All your means are 0 and all variances 1, but features still vary together: the covariance of {i} and "
            f"{j} is {number(covariance[i, j], 4)}, not 0."
        )
    # Of all linear maps the whitening ones, and no others, give the same products between centred examples.
    right = whitening.whiten(x)
    if not np.allclose(z @ z.T, right @ right.T, atol=100 * TOLERANCE):
        return "Mean and covariance are right, but your numbers are no linear map of the inputs."
    return ""


def _spread(z: Array) -> str:
    """How far the mean is from 0, and the variances along the principal axes: the same however z is turned."""
    variances = np.linalg.eigvalsh(np.cov(z, rowvar=False))
    numbers = np.append(np.linalg.norm(z.mean(axis=0)), variances).round(6) + 0.0  # no −0
    return " ".join(number(each, 3) for each in numbers)


def _mixing(x: Array, z: Array) -> str:
    """A word where no features were mixed: each column of z is one of x, moved and stretched."""
    own, given = z - z.mean(axis=0), x - x.mean(axis=0)
    lengths = np.linalg.norm(own, axis=0) * np.linalg.norm(given, axis=0)
    return " unmixed" if np.allclose(np.abs((own * given).sum(axis=0)), lengths) else ""


whiten = Exercise(
    whitening.whiten,
    chapter=CHAPTER,
    task=(
        "Return the examples `x`, shape (n, d), one in each row, whitened: an array of the same shape, each row a "
        "linear map of a row of `x` minus the mean, such that every feature has mean 0 and the covariance, with the "
        "divisor n − 1 as in `np.cov(..., rowvar=False)`, is the identity. There is more than one such map; any will "
        "do. The features of `x` all vary, and none can be computed from the others."
    ),
    cases=_cases,
    judge=judge,
    points=2,
    hints=[
        "Three things have to change: the mean is not 0, features vary together, and directions vary by different "
        "amounts. Which order of repairs leaves the earlier ones intact?",
        "`x - x.mean(axis=0)` has mean 0; the covariance of that is its transpose times itself, divided by n − 1, "
        "shape (d, d).",
        "`np.linalg.eigh(covariance)` gives the variances (d,) and, as *columns*, the axes along which nothing varies "
        "together. A matrix product gives the coordinates along them.",
        "`centred @ axes` has the variances on the diagonal of its covariance, and zeros beside it. Divide each column "
        "by its own standard deviation: `centred @ axes / np.sqrt(variances)`.",
    ],
    fields={
        "at": lambda outcome: f"On “{outcome.case.label}”: {judge(outcome.case.arguments, outcome.received).message} ",
        "n": lambda x: len(x),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(whitening.whiten, *replacements)


CENTRED, COVARIANCE, RESULT = "x - x.mean(axis=0)", "/ (len(x) - 1)", "centred @ axes / np.sqrt(variances)"

whiten.add_mistake(
    "standardized",
    _with((RESULT, "centred / centred.std(axis=0)")),
    "{at}You standardize feature by feature. That makes the variances 1 (with divisor n), and features that vary "
    "together still do: the contours stay ellipses. Turn to the axes of the covariance first, then divide.",
)
whiten.add_mistake(
    "centred_only",
    _with((RESULT, "centred")),
    "{at}You subtract the mean, and nothing else changes: features vary together, and by different amounts, as before.",
)
whiten.add_mistake(
    "turned_only",
    _with((RESULT, "centred @ axes")),
    "{at}You turn to the axes of the covariance, and nothing varies together any more; but each direction varies as "
    "much as before. Divide each column by its standard deviation.",
)
whiten.add_mistake(
    "root_left_out",
    _with((RESULT, "centred @ axes / variances")),
    "{at}You divide by the variances. A column divided by c has its variance divided by c²: for variance 1, c is the "
    "root of it.",
)
whiten.add_mistake(
    "axes_as_rows",
    _with(("centred @ axes /", "centred @ axes.T /")),
    "{at}It looks as if you took the rows of `axes` for the axes. `eigh` gives them as columns: the coordinates along "
    "them are `centred @ axes`. (With two features it may be the same.)",
)
whiten.add_mistake(
    "map_not_transposed",
    _with((RESULT, "centred @ np.diag(1 / np.sqrt(variances)) @ axes.T")),
    "{at}It looks as if you multiply the examples by W = Λ^(−1/2) Vᵀ. In z = W (x − μ) the example is a column; of "
    "examples in rows the same map is `centred @ W.T`.",
)
whiten.add_mistake(
    "covariance_of_the_examples",
    _with(("centred.T @ centred / (len(x) - 1)", "np.cov(centred)")),
    "On “{case}” your covariance has the shape ({n}, {n}): it looks as if the rows were taken for the features, as "
    "`np.cov` does without `rowvar=False`. Of features, the columns, it is `centred.T @ centred` divided by n − 1.",
)
whiten.add_mistake(
    "divisor_n",
    _with((COVARIANCE, "/ len(x)")),
    "{at}All your variances are n/(n − 1) with n = {n}: it looks as if your covariance had the divisor n. Both are in "
    "use, and with many examples they hardly differ; here it is n − 1.",
)
whiten.add_mistake(
    "no_divisor",
    _with((COVARIANCE, "/ 1")),
    "{at}All your variances are 1/(n − 1) with n = {n}: each column has length 1. Sums of products over the examples "
    "are a covariance once they are divided by n − 1. (U of the singular value decomposition is like that, too.)",
)
whiten.add_mistake(
    "nothing_centred",
    _with((CENTRED, "x")),
    "{at}You do not subtract the mean. Then the first axis points from 0 to where the examples are, rather than along "
    "their spread.",
)
whiten.add_mistake(
    "mean_left_in",
    _with((RESULT, "x @ axes / np.sqrt(variances)")),
    "{at}The covariance is the identity; but what you turn and divide are the inputs themselves, so that the mean, "
    "turned and divided too, is still there.",
)
