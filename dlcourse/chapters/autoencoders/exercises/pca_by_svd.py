"""Exercise: principal components from a singular value decomposition."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.chapters.autoencoders import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise, Outcome
from dlcourse.exercises.mutation import mutated
from dlcourse.exercises.teaching.feedback import differing_entry
from dlcourse.scratch import components


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(n: int, d: int, k: int, label: str, dtype: Any = np.float64, edge: bool = False) -> Case:
        """Examples that vary by different amounts along random directions, around a mean far from 0."""
        axes, _ = np.linalg.qr(generator.normal(size=(d, d)))
        spread = generator.normal(size=(n, d)) * 0.6 ** np.arange(d)
        return Case(((spread @ axes + generator.uniform(1, 3, size=d)).astype(dtype), k), label, edge=edge)

    line = np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 5.0], [6.0, 11.0]])  # not through 0
    return [
        Case((line, 1), "4 points on a line"),
        case(30, 5, 2, "30 examples of 5 numbers, k = 2"),
        case(40, 6, 4, "40 examples of 6 numbers, k = 4"),
        case(5, 5, 3, "as many examples as numbers, k = 3"),
        case(6, 10, 3, "fewer examples than numbers, k = 3"),
        case(20, 4, 2, "dtype float32", np.float32),
        case(25, 3, 3, "k = d: nothing is left out", edge=True),
    ]


def _one_form(arguments: tuple[Any, ...], result: Any) -> Any:
    """The same axes with their largest entries positive: an axis is as good as its opposite."""
    mean, axes, variances = result
    axes = np.array(axes)
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return mean, axes * np.where(largest < 0, -1, 1)[:, None], variances


def _at(outcome: Outcome) -> str:
    """The entries that differ most, of axes that are turned to the side of the reader's."""
    mean, axes, variances = outcome.expected
    turned = axes * np.where((axes * outcome.received[1]).sum(axis=1) < 0, -1, 1)[:, None]
    expected, received, _ = differing_entry((mean, turned, variances), outcome.received)
    return f"On “{outcome.case.label}” you return {received:.4g} where {expected:.4g} is right. "


pca_by_svd = Exercise(
    components.pca_by_svd,
    chapter=CHAPTER,
    task=(
        "Return three arrays: the mean of the examples `x` (n, d), shape (d,); the first `k` principal axes as rows, "
        "(k, d); and the variances along them, (k,), the largest first, as s² / (n − 1). Use one singular value "
        "decomposition, `np.linalg.svd`. The sign of an axis is yours to choose."
    ),
    cases=_cases,
    points=3,
    one_form=_one_form,
    hints=[
        "Principal components say how the examples lie around their mean. What has to happen before the decomposition?",
        "`u, s, vt = np.linalg.svd(centred, full_matrices=False)`: which of the three has something of length d in "
        "each row? The name of the last says that it is transposed already.",
        "Singular values come in order, the largest first, so that the first k rows are the ones.",
        "`vt[:k]`, and `s[:k] ** 2 / (n - 1)`: the square of a singular value is the sum of squares of the n numbers "
        "that the examples have along that axis.",
    ],
    rtol=1e-6,
    fields={"at": _at},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(components.pca_by_svd, *replacements)


SVD, VARIANCES = "np.linalg.svd(x - mean, full_matrices=False)", "s[:k] ** 2 / (len(x) - 1)"

pca_by_svd.add_mistake(
    "not_centred",
    _with((SVD, "np.linalg.svd(x, full_matrices=False)")),
    "{at}It looks as if you decompose x itself. Its first axis then points from 0 to the middle of the examples, and "
    "says little of how they differ. Subtract the mean first.",
)


@pca_by_svd.mistake
def columns_of_vt(x: Array, k: int) -> Any:
    """{at}You take the first k *columns* of NumPy's third array. It is Vᵀ already, so that its first k rows are the
    axes."""
    mean = x.mean(axis=0)
    _, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    return mean, vt[:, :k].T, s[:k] ** 2 / (len(x) - 1)


pca_by_svd.add_mistake(
    "scaled_to_variance_one",
    _with(("x - mean, full", "(x - mean) / x.std(axis=0), full")),
    "{at}You divide each column by its standard deviation. That is another question, components of the correlations; "
    "here the numbers keep their units.",
)
pca_by_svd.add_mistake(
    "singular_values",
    _with((VARIANCES, "s[:k]")),
    "{at}Those are the singular values. Their squares, divided by n − 1, are the variances.",
)
pca_by_svd.add_mistake(
    "squares_not_divided",
    _with((VARIANCES, "s[:k] ** 2")),
    "{at}s² is the sum of squares along the axis. The variance divides it by n − 1.",
)
pca_by_svd.add_mistake(
    "not_squared",
    _with((VARIANCES, "s[:k] / (len(x) - 1)")),
    "{at}You divide the singular values by n − 1, without squaring them. Variances are means of squares.",
)
pca_by_svd.add_mistake(
    "covariance_decomposed",
    _with((SVD, "np.linalg.svd(np.cov(x.T).reshape(len(mean), -1))")),
    "{at}You decompose the covariance matrix, whose singular values are the variances already. Asked for is the "
    "decomposition of the centred examples, X − mean.",
)
pca_by_svd.add_mistake(
    "divided_by_n",
    _with((VARIANCES, "s[:k] ** 2 / len(x)")),
    "{at}You divide by n. That is a variance too; here it is n − 1, as in scikit-learn's PCA.",
)
pca_by_svd.add_mistake(
    "standard_deviations",
    _with((VARIANCES, "s[:k] / (len(x) - 1) ** 0.5")),
    "{at}Those are the standard deviations along the axes. Square them for the variances.",
)
pca_by_svd.add_mistake(
    "shares_of_the_variance",
    _with((VARIANCES, "s[:k] ** 2 / (s**2).sum()")),
    "{at}Those are shares of the whole variance. Asked for are the variances themselves, s² / (n − 1).",
)


@pca_by_svd.mistake
def smallest_first(x: Array, k: int) -> Any:
    """{at}Your axes are those of the *smallest* variances. `np.linalg.eigh` counts its eigenvalues upwards, so the ones
    that you want stand at the end; `np.linalg.svd` begins with the largest."""
    values, vectors = np.linalg.eigh(np.cov(x.T))
    return x.mean(axis=0), vectors[:, :k].T, values[:k]
