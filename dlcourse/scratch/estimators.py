"""The linear models as objects with ``fit`` and ``predict``, in the manner of scikit-learn.

``fit`` returns the model itself; fitted attributes end in an underscore: ``weights_``, ``bias_``, ``history_``.
"""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Array
from dlcourse.history import DivergenceError, History
from dlcourse.scratch import losses
from dlcourse.scratch.descent import Schedule, constant, diverged, rate_of
from dlcourse.scratch.linear_models import check_examples, check_penalty, solve_least_squares
from dlcourse.scratch.shrinkage import lasso_by_coordinate_descent
from dlcourse.validation import check_binary, check_count, check_labels, check_same_length, check_shape


class _LinearModel:
    """What all share: scores x^T w + b for new inputs, once ``fit`` has found w and b."""

    weights_: Array
    bias_: Array | np.floating

    def _scores(self, inputs: ArrayLike) -> Array:
        if not hasattr(self, "weights_"):
            raise ValueError(f"This {type(self).__name__} has no weights yet: call fit first, with inputs and answers.")
        features = len(self.weights_)
        try:
            return check_examples(inputs, features) @ self.weights_ + self.bias_
        except ValueError as error:
            if np.shape(inputs)[1:] == (features,):
                raise
            raise ValueError(f"{error} The model was fitted to examples with {features} inputs each.") from None


class LinearRegression(_LinearModel):
    """y_hat = x^T w + b, fitted exactly by least squares with an L2 ``penalty`` (0 or more) on the weights.

    The fit is computed in float64; ``weights_`` (d,) and predictions have the inputs' dtype. ``bias_`` is one number.
    """

    def __init__(self, penalty: float = 0.0) -> None:
        self.penalty = check_penalty(penalty)

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> Self:
        """Finds the minimum of ``mse_loss``. inputs: (n, d). targets: (n,). Raises ValueError for other shapes."""
        x = check_examples(inputs)
        weights, bias = solve_least_squares(x.astype(np.float64), targets, self.penalty)
        self.weights_, self.bias_ = weights.astype(x.dtype), x.dtype.type(bias)
        return self

    def predict(self, inputs: ArrayLike) -> Array:
        """Predictions (n,) for inputs (n, d)."""
        return self._scores(inputs)


class Lasso(_LinearModel):
    """y_hat = x^T w + b, fitted by coordinate descent with an L1 ``penalty`` (0 or more): some weights are exactly 0.

    The loss is that of ``shrinkage.lasso_loss``; ``weights_`` (d,) and ``bias_`` are as in ``LinearRegression``.
    """

    def __init__(self, penalty: float) -> None:
        self.penalty = check_penalty(penalty)

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> Self:
        """Finds the minimum, warns if it does not get there. inputs: (n, d). targets: (n,). Raises ValueError."""
        x = check_examples(inputs)
        weights, bias = lasso_by_coordinate_descent(x, targets, self.penalty)
        self.weights_, self.bias_ = weights.astype(x.dtype), x.dtype.type(bias)
        return self

    def predict(self, inputs: ArrayLike) -> Array:
        """Predictions (n,) for inputs (n, d)."""
        return self._scores(inputs)


class _Classifier(_LinearModel):
    """What logistic and softmax regression share: descent on all examples, with a history of the penalized loss."""

    history_: History

    def __init__(self, learning_rate: float | Schedule = 0.5, steps: int = 500, penalty: float = 0.0) -> None:
        self.schedule = learning_rate if callable(learning_rate) else constant(learning_rate)
        self.steps = check_count(steps, "steps")
        self.penalty = check_penalty(penalty)

    def _record(self, step: int, loss: float) -> None:
        self.history_.record(training=loss)
        if diverged(self.history_.losses["training"]):
            raise DivergenceError(step, self.schedule(max(step - 1, 0)), self.history_)

    def _check_arrived(self) -> None:
        if not (np.isfinite(self.weights_).all() and np.isfinite(self.bias_).all()):
            raise DivergenceError(self.steps, self.schedule(self.steps - 1), self.history_)


class LogisticRegression(_Classifier):
    """P(y = 1 | x) = sigma(x^T w + b), fitted by gradient descent from 0 on the log-loss, or on the squared error.

    learning_rate: a number or a schedule. loss: "log" or "squared" (to see why not). penalty: L2, on the weights only.
    """

    def __init__(
        self, learning_rate: float | Schedule = 0.5, steps: int = 500, penalty: float = 0.0, loss: str = "log"
    ) -> None:
        super().__init__(learning_rate, steps, penalty)
        known = {
            "log": (losses.log_loss, losses.log_loss_gradient),
            "squared": (losses.sigmoid_squared_error, losses.sigmoid_squared_error_gradient),
        }
        if not isinstance(loss, str) or loss not in known:
            raise ValueError(f'loss: expected "log" or "squared", received {loss!r}.')
        self.loss = loss
        self._loss, self._gradient = known[loss]

    @np.errstate(over="ignore", invalid="ignore")  # an overflow is reported as divergence
    def fit(self, inputs: ArrayLike, labels: ArrayLike) -> Self:
        """Descends ``steps`` times. inputs: (n, d). labels: (n,) zeros and ones. Raises DivergenceError."""
        x = check_examples(inputs)
        y = check_binary(check_shape(labels, ("n",), "labels"), "labels")
        check_same_length(inputs=x, labels=y)
        self.weights_, self.bias_, self.history_ = np.zeros(x.shape[1], x.dtype), np.zeros((), x.dtype), History()
        for step in range(self.steps):
            logits = x @ self.weights_ + self.bias_
            self._record(step, self._penalized_loss(logits, y))
            by_logits = self._gradient(logits, y)
            rate = rate_of(self.schedule, step)
            self.weights_ = self.weights_ - rate * (x.T @ by_logits + self.penalty * self.weights_)
            self.bias_ = self.bias_ - rate * by_logits.sum()
        self._check_arrived()
        return self

    def _penalized_loss(self, logits: Array, labels: Array) -> float:
        loss = self._loss(logits, labels) if np.isfinite(logits).all() else np.inf
        return loss + self.penalty / 2 * float(self.weights_ @ self.weights_)

    def predict_probability(self, inputs: ArrayLike) -> Array:
        """P(y = 1 | x), (n,), for inputs (n, d)."""
        return losses.sigmoid(self._scores(inputs))

    def predict(self, inputs: ArrayLike) -> NDArray[np.int64]:
        """Labels (n,): 1 where the probability is at least one half."""
        return (self.predict_probability(inputs) >= 0.5).astype(np.int64)


class SoftmaxRegression(_Classifier):
    """P(y = k | x) = softmax(x^T W + b)_k, fitted by gradient descent from 0 on the cross-entropy.

    learning_rate: a number or a schedule. penalty: L2, on the weights only. ``weights_``: (d, classes).
    """

    @np.errstate(over="ignore", invalid="ignore")  # an overflow is reported as divergence
    def fit(self, inputs: ArrayLike, labels: ArrayLike) -> Self:
        """Descends ``steps`` times on all examples. inputs: (n, d). labels: (n,) integers. Raises DivergenceError.

        Each step is ``softmax_gradient``, written into arrays that are made once. They hold one *column* for each
        example, so that sums over classes run along whole rows of memory.
        """
        x = check_examples(inputs)
        y = _check_classes(labels)
        check_same_length(inputs=x, labels=y)
        examples, classes = len(y), int(y.max()) + 1
        columns, right = np.ascontiguousarray(x.T), (y, np.arange(examples))
        weights, bias = np.zeros((classes, x.shape[1]), x.dtype), np.zeros((classes, 1), x.dtype)
        scores, gradient = np.empty((classes, examples), x.dtype), np.empty_like(weights)
        self.history_ = History()
        for step in range(self.steps):
            np.matmul(weights, columns, out=scores)
            scores += bias
            scores -= scores.max(axis=0)  # the largest logit of each example becomes 0
            right_scores = scores[right]
            np.exp(scores, out=scores)
            totals = scores.sum(axis=0)
            loss = float((np.log(totals) - right_scores).mean())
            self._record(step, loss + self.penalty / 2 * float(np.vdot(weights, weights)))
            scores /= totals  # now the probabilities P
            scores[right] -= 1  # P - Y
            np.matmul(scores, x, out=gradient)
            rate = rate_of(self.schedule, step)
            weights -= rate * (gradient / examples + self.penalty * weights)
            bias -= rate / examples * scores.sum(axis=1, keepdims=True)
        self.weights_, self.bias_ = weights.T.copy(), bias[:, 0].copy()
        self._check_arrived()
        return self

    def predict_probabilities(self, inputs: ArrayLike) -> Array:
        """P(y = k | x), (n, classes), for inputs (n, d)."""
        return losses.softmax(self._scores(inputs))

    def predict(self, inputs: ArrayLike) -> NDArray[np.int64]:
        """The most probable class of each row, (n,)."""
        return self._scores(inputs).argmax(axis=1)


def _check_classes(labels: ArrayLike) -> NDArray[np.integer]:
    """``labels`` (n,) of at least two classes, counted from 0. Raises ValueError otherwise."""
    y = check_labels(labels, "labels")
    if y.size and y.max() == 0:
        raise ValueError("labels: expected at least two classes, received only zeros. Is this a part of sorted data?")
    if y.size and y.max() >= max(y.size, 1000):
        raise ValueError(
            f"labels: expected class numbers 0, 1, ..., received {y.max()} among {y.size} examples. Are these values "
            "to be predicted, or identifiers? Classes are numbered without gaps: np.unique(labels, "
            "return_inverse=True)[1]."
        )
    return y
