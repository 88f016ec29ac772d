"""Models with their preparation: what is learned from data before the fit belongs to the fit.

A mean to subtract, a choice of features, are estimated from examples as weights are. In cross-validation they have to
come from each training part alone; a model that holds its preparation, as those here do, cannot get that wrong. A model
is anything with ``fit(inputs, targets)`` and ``predict(inputs)``, as in ``estimators``.
"""

from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.linear_models import check_examples
from dlcourse.scratch.scaling import Scaling
from dlcourse.validation import check_count, check_labels, check_regression_data, check_same_length


class Model(Protocol):
    """What can be fitted to examples and then predict for others."""

    def fit(self, inputs: Any, targets: Any) -> Any:
        """Learns from ``inputs`` (n, ...) and ``targets`` (n,), and forgets what it knew."""

    def predict(self, inputs: Any) -> Any:
        """Predictions (m,) for ``inputs`` (m, ...)."""


def standardize(training: ArrayLike, *others: ArrayLike) -> tuple[Array, ...]:
    """(x − mean) / deviation for each feature, with the mean and standard deviation of the ``training`` examples.

    Shapes are (n, d), each with its own n; all are returned, float64, the training examples first. A feature that
    does not vary in the training part is only centred. The others need not come out with mean 0 and deviation 1: where
    they differ from the training examples, they stay different. ``scaling.Scaling`` does the same as an object. Raises
    ValueError for another number of features.
    """
    first = check_examples(training).astype(np.float64)
    mean = first.mean(axis=0)
    deviation = np.where(np.ptp(first, axis=0) > 0, first.std(axis=0), 1.0)
    arrays = (first, *(check_examples(each, first.shape[1]) for each in others))
    return tuple((each - mean) / deviation for each in arrays)


def choose_features(inputs: ArrayLike, targets: ArrayLike, count: int) -> NDArray[np.int64]:
    """The numbers (count,) of the features that correlate most with the targets, by size, the strongest first.

    inputs: (n, d). targets: (n,), numbers or labels of two classes. Raises ValueError where ``count`` is above d.
    """
    x, y = check_regression_data(inputs, targets)
    if check_count(count, "count") > x.shape[1]:
        raise ValueError(f"count: expected at most {x.shape[1]}, as many as there are features, received {count}.")
    centred = x - x.mean(axis=0)
    lengths = np.sqrt((centred**2).sum(axis=0))
    strength = np.abs(centred.T @ (y - y.mean())) / np.where(np.ptp(x, axis=0) > 0, lengths, np.inf)
    return np.argsort(-strength, kind="stable")[:count]


class Standardized:
    """A model on standardized features: ``fit`` learns means and deviations with it, ``predict`` applies them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> Self:
        """inputs: (n, d). targets: (n,), as the model takes them. Sets ``scaling_``."""
        x = check_examples(inputs).astype(np.float64)
        self.scaling_ = Scaling.fit(x)
        self.model.fit(self.scaling_.apply(x), targets)
        return self

    def predict(self, inputs: ArrayLike) -> Any:
        """Predictions (m,) for inputs (m, d)."""
        _require(hasattr(self, "scaling_"), self)
        return self.model.predict(self.scaling_.apply(check_examples(inputs).astype(np.float64)))


class BestFeatures:
    """A model that sees only the ``count`` features that correlate most with the targets of its own fit."""

    def __init__(self, model: Model, count: int) -> None:
        self.model, self.count = model, check_count(count, "count")

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> Self:
        """inputs: (n, d). targets: (n,). Sets ``chosen_`` (count,), the numbers of the features."""
        x = check_examples(inputs)
        self.chosen_ = choose_features(x, targets, self.count)
        self.model.fit(x[:, self.chosen_], targets)
        return self

    def predict(self, inputs: ArrayLike) -> Any:
        """Predictions (m,) for inputs (m, d), all d features."""
        _require(hasattr(self, "chosen_"), self)
        return self.model.predict(check_examples(inputs)[:, self.chosen_])


class NearestMean:
    """A classifier: each example belongs to the class whose mean, over the training examples, is nearest."""

    def fit(self, inputs: ArrayLike, labels: ArrayLike) -> Self:
        """inputs: (n, d). labels: (n,) integers. Sets ``classes_`` (c,) and ``means_`` (c, d)."""
        x, y = check_examples(inputs), check_labels(labels)
        check_same_length(inputs=x, labels=y)
        self.classes_ = np.unique(y)
        self.means_ = np.array([x[y == label].mean(axis=0) for label in self.classes_])
        return self

    def predict(self, inputs: ArrayLike) -> NDArray[np.integer]:
        """Labels (m,) for inputs (m, d). ‖x − μ‖² = ‖x‖² − 2 xᵀμ + ‖μ‖², of which ‖x‖² is the same for all classes."""
        _require(hasattr(self, "means_"), self)
        x = check_examples(inputs, self.means_.shape[1])
        return np.asarray(self.classes_[((self.means_**2).sum(axis=1) - 2 * x @ self.means_.T).argmin(axis=1)])


def _require(fitted: bool, model: object) -> None:
    if not fitted:
        raise ValueError(
            f"This {type(model).__name__} has learned nothing yet: call fit first, with inputs and answers."
        )
