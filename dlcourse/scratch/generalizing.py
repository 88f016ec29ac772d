"""Where a model's error on new examples comes from, and what makes it look smaller than it is.

*Bias and variance*: train on many training sets drawn alike, and look at the predictions for the same inputs. For an
input whose best prediction is f, the mean squared distance (ŷ − f)² over the training sets is exactly the square of
their mean's distance from f, the *bias*², plus their *variance* around that mean. The noise of the targets, which no
model can predict, comes on top. Source: Geman, Bienenstock and Doursat (1992), "Neural networks and the bias/variance
dilemma". *Leakage*: something that was learned before the split has seen the validation part. Sources: Ambroise and
McLachlan (2002), "Selection bias in gene extraction"; Moscovich and Rosset (2022), "On the cross-validation bias due to
unsupervised preprocessing".
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Array
from dlcourse.metrics import mean_squared_error
from dlcourse.scratch.model_selection import Error, Folds, cross_validate
from dlcourse.scratch.pipelines import BestFeatures, Model, Standardized, choose_features, standardize
from dlcourse.validation import check_count, check_finite, check_generator, check_shape


class BiasAndVariance(NamedTuple):
    """Means over the points at which was predicted; ``squared_bias + variance`` is ``squared_distance``."""

    squared_bias: float
    variance: float
    squared_distance: float


class Leak(NamedTuple):
    """The same model cross-validated twice: with a preparation that has seen all examples, and without."""

    leaky: float
    honest: float


def predictions_over_training_sets(
    make_model: Callable[[], Model],
    draw: Callable[[np.random.Generator], tuple[Any, Any]],
    points: ArrayLike,
    sets: int,
    generator: np.random.Generator,
) -> Array:
    """Predictions for ``points`` (m, …) of a new model for each training set that ``draw`` draws: (sets, m)."""
    rng, predictions = check_generator(generator), []
    for _ in range(check_count(sets, "sets")):
        model = make_model()
        model.fit(*draw(rng))
        predictions.append(model.predict(points))
    return np.array(predictions)


def bias_and_variance(predictions: ArrayLike, truth: ArrayLike) -> BiasAndVariance:
    """Splits the mean squared distance of ``predictions`` (sets, m) from ``truth`` (m,), the targets without noise.

    The variance has the divisor ``sets``, which makes the sum exact. Of few sets the squared bias comes out too large
    on average, by the variance divided by their number minus 1: the mean of few predictions is itself off by chance.
    """
    y = check_finite(check_shape(truth, ("m",), "truth"), "truth")
    table = check_finite(check_shape(predictions, ("sets", len(y)), "predictions"), "predictions")
    if len(table) < 2:
        raise ValueError(f"predictions: expected those of at least 2 training sets, received {len(table)}.")
    return BiasAndVariance(
        squared_bias=float(np.mean((table.mean(axis=0) - y) ** 2)),
        variance=float(np.mean(table.var(axis=0))),
        squared_distance=float(np.mean((table - y) ** 2)),
    )


def leak_of_choosing_features(
    make_model: Callable[[], Model],
    inputs: ArrayLike,
    targets: ArrayLike,
    count: int,
    folds: Folds,
    error: Error = mean_squared_error,
) -> Leak:
    """Mean errors where the ``count`` best features are chosen on all examples, and where on each training part.

    inputs: (n, d). targets: (n,). The choice uses the targets: on pure noise with many features the leak is large.
    """
    chosen = np.asarray(inputs)[:, choose_features(inputs, targets, count)]
    return Leak(
        leaky=float(cross_validate(make_model, chosen, targets, folds, error).mean()),
        honest=float(
            cross_validate(lambda: BestFeatures(make_model(), count), inputs, targets, folds, error).mean()
        ),
    )  # fmt: skip


def leak_of_standardizing(
    make_model: Callable[[], Model],
    inputs: ArrayLike,
    targets: ArrayLike,
    folds: Folds,
    error: Error = mean_squared_error,
) -> Leak:
    """Mean errors where means and deviations come from all examples, and where from each training part.

    No target plays a part, and of least squares without a penalty no prediction changes at all: measure whether, and to
    which side, it matters.
    """
    (prepared,) = standardize(inputs)
    return Leak(
        leaky=float(cross_validate(make_model, prepared, targets, folds, error).mean()),
        honest=float(cross_validate(lambda: Standardized(make_model()), inputs, targets, folds, error).mean()),
    )
