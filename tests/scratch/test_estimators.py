"""The linear models with fit and predict: agreement with scikit-learn and PyTorch, dtypes, divergence, bad input."""

from functools import cache

import numpy as np
import pytest
import sklearn.linear_model
import torch

from dlcourse import datasets
from dlcourse.history import DivergenceError
from dlcourse.scratch import descent, linear_models, losses
from dlcourse.scratch.estimators import LinearRegression, LogisticRegression, SoftmaxRegression

FLOATS = [np.float32, np.float64]


@cache
def standardized(name):
    """Training inputs (n, d) with mean 0 and deviation 1 in each column that is not constant, float64, and labels."""
    part = datasets.load(name).train
    inputs = part.inputs.reshape(len(part), -1).astype(np.float64)
    deviation = inputs.std(axis=0)
    return (inputs - inputs.mean(axis=0)) / np.where(deviation > 0, deviation, 1), part.labels


def few(dtype=np.float64):
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(40, 3)).astype(dtype)
    return inputs, (inputs[:, 0] + generator.normal(size=40) > 0.3).astype(int), generator.integers(0, 3, 40)


def every_model(**options):
    """(fitted model, its inputs and labels) of all three."""
    inputs, binary, classes = few()
    return [
        (LinearRegression().fit(inputs, binary), inputs, binary),
        (LogisticRegression(steps=5, **options).fit(inputs, binary), inputs, binary),
        (SoftmaxRegression(steps=5, **options).fit(inputs, classes), inputs, classes),
    ]


# --- agreement with scikit-learn at convergence


def test_linear_regression_is_scikit_learns():
    inputs, targets = standardized("diabetes")
    model, peer = LinearRegression().fit(inputs, targets), sklearn.linear_model.LinearRegression().fit(inputs, targets)
    np.testing.assert_allclose(model.weights_, peer.coef_, atol=1e-4)
    assert model.bias_ == pytest.approx(peer.intercept_, abs=1e-4)
    np.testing.assert_allclose(model.predict(inputs), peer.predict(inputs), atol=1e-3)


@pytest.mark.parametrize("penalty", [0.01, 1.0])
def test_penalized_linear_regression_is_scikit_learns_ridge_with_alpha_n_times_the_penalty(penalty):
    inputs, targets = standardized("diabetes")
    model = LinearRegression(penalty).fit(inputs, targets)
    peer = sklearn.linear_model.Ridge(alpha=len(targets) * penalty).fit(inputs, targets)
    np.testing.assert_allclose(model.weights_, peer.coef_, atol=1e-4)
    assert model.bias_ == pytest.approx(peer.intercept_, abs=1e-4)


def scikit_learns(inputs, labels, penalty):
    strength = 1 / (len(labels) * penalty)
    return sklearn.linear_model.LogisticRegression(C=strength, tol=1e-9, max_iter=10_000).fit(inputs, labels)


def test_logistic_regression_is_scikit_learns_with_c_one_over_n_times_the_penalty():
    inputs, labels = standardized("breast_cancer")
    model = LogisticRegression(learning_rate=0.5, steps=2000, penalty=0.05).fit(inputs, labels)
    peer = scikit_learns(inputs, labels, 0.05)
    np.testing.assert_allclose(model.weights_, peer.coef_[0], atol=1e-4)
    assert model.bias_ == pytest.approx(peer.intercept_[0], abs=1e-4)
    np.testing.assert_array_equal(model.predict(inputs), peer.predict(inputs))
    np.testing.assert_allclose(model.predict_probability(inputs), peer.predict_proba(inputs)[:, 1], atol=1e-4)


def test_softmax_regression_is_scikit_learns_with_c_one_over_n_times_the_penalty():
    """Compared as they are: from zero, both keep the mean over classes of weights and bias at 0."""
    inputs, labels = standardized("digits")
    model = SoftmaxRegression(learning_rate=0.5, steps=1500, penalty=0.05).fit(inputs, labels)
    peer = scikit_learns(inputs, labels, 0.05)
    np.testing.assert_allclose(model.weights_.T, peer.coef_, atol=1e-4)
    np.testing.assert_allclose(model.bias_, peer.intercept_, atol=1e-4)
    np.testing.assert_array_equal(model.predict(inputs), peer.predict(inputs))
    np.testing.assert_allclose(model.predict_probabilities(inputs), peer.predict_proba(inputs), atol=1e-4)


# --- step by step


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_regression_takes_the_steps_of_pytorch(dtype):
    inputs, _, labels = few(dtype)
    model = SoftmaxRegression(learning_rate=0.3, steps=50).fit(inputs, labels)
    weights = torch.zeros(3, 3, dtype=torch.tensor(inputs).dtype, requires_grad=True)
    bias = torch.zeros(3, dtype=weights.dtype, requires_grad=True)
    optimizer, history = torch.optim.SGD([weights, bias], lr=0.3), []
    for _ in range(50):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(torch.tensor(inputs) @ weights + bias, torch.tensor(labels))
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    np.testing.assert_allclose(model.weights_, weights.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(model.bias_, bias.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(model.history_["training"], history, atol=1e-6)


def test_softmax_regression_takes_the_steps_of_softmax_gradient_under_a_schedule_and_a_penalty():
    inputs, _, labels = few()
    schedule = descent.inverse_time(0.5, 10)
    model = SoftmaxRegression(schedule, steps=20, penalty=0.1).fit(inputs, labels)
    weights, bias, history = np.zeros((3, 3)), np.zeros(3), []
    for step in range(20):
        by_weights, by_bias = linear_models.softmax_gradient(inputs, labels, weights, bias)
        history.append(losses.cross_entropy(inputs @ weights + bias, labels) + 0.05 * np.sum(weights**2))
        weights = weights - schedule(step) * (by_weights + 0.1 * weights)
        bias = bias - schedule(step) * by_bias
    np.testing.assert_allclose(model.weights_, weights, atol=1e-12)
    np.testing.assert_allclose(model.bias_, bias, atol=1e-12)
    np.testing.assert_allclose(model.history_["training"], history, atol=1e-12)


@pytest.mark.parametrize(("loss", "function"), [("log", losses.log_loss), ("squared", losses.sigmoid_squared_error)])
def test_logistic_regression_goes_down_along_the_gradient_of_the_penalized_loss(loss, function):
    inputs, labels, _ = few()
    schedule = descent.exponential_decay(0.5, 0.5)
    model = LogisticRegression(schedule, steps=2, penalty=0.1, loss=loss).fit(inputs, labels)

    def value(theta):
        return function(inputs @ theta[:3] + theta[3], labels) + 0.05 * theta[:3] @ theta[:3]

    theta, history = np.zeros(4), []
    for rate in (0.5, 0.25):
        history.append(value(theta))
        slopes = [(value(theta + 1e-6 * unit) - value(theta - 1e-6 * unit)) / 2e-6 for unit in np.eye(4)]
        theta = theta - rate * np.array(slopes)
    np.testing.assert_allclose(np.append(model.weights_, model.bias_), theta, atol=1e-8)
    np.testing.assert_allclose(model.history_["training"], history, atol=1e-9)


def test_fit_starts_anew_each_time():
    inputs, binary, classes = few()
    for model, labels in ((LogisticRegression(steps=5), binary), (SoftmaxRegression(steps=5), classes)):
        first = model.fit(inputs, labels).weights_.copy()
        np.testing.assert_array_equal(model.fit(inputs, labels).weights_, first)
        assert len(model.history_) == 5


# --- the bias is not penalized


def test_an_enormous_penalty_leaves_linear_regression_the_mean():
    inputs, targets = standardized("diabetes")
    model = LinearRegression(penalty=1e9).fit(inputs + 3, targets)
    np.testing.assert_allclose(model.weights_, 0, atol=1e-6)
    assert model.bias_ == pytest.approx(targets.mean(), rel=1e-6)


def test_an_enormous_penalty_leaves_logistic_regression_the_log_odds():
    inputs, labels = standardized("breast_cancer")
    model = LogisticRegression(learning_rate=0.01, steps=5000, penalty=100.0).fit(inputs[:, :1], labels)
    np.testing.assert_allclose(model.weights_, 0, atol=1e-2)
    share = labels.mean()
    assert model.bias_ == pytest.approx(np.log(share / (1 - share)), abs=1e-3)


def test_an_enormous_penalty_leaves_softmax_regression_the_shares_of_the_classes():
    inputs, _, labels = few()
    model = SoftmaxRegression(learning_rate=0.01, steps=5000, penalty=100.0).fit(inputs, labels)
    np.testing.assert_allclose(model.weights_, 0, atol=1e-2)
    shares = np.bincount(labels) / len(labels)
    np.testing.assert_allclose(losses.softmax(model.bias_[None, :])[0], shares, atol=1e-3)


# --- types, and arguments left alone


@pytest.mark.parametrize("dtype", FLOATS)
def test_weights_and_predictions_keep_the_floating_type_of_the_inputs(dtype):
    inputs, binary, classes = few(dtype)
    schedule = lambda step: np.float64(0.1)  # noqa: E731 - a rate in double precision makes nothing double
    linear = LinearRegression(0.1).fit(inputs, binary)
    logistic = LogisticRegression(schedule, steps=3, penalty=0.1).fit(inputs, binary)
    softmax = SoftmaxRegression(schedule, steps=3, penalty=0.1).fit(inputs, classes)
    results = [value for model in (linear, logistic, softmax) for value in (model.weights_, model.bias_)]
    results += [linear.predict(inputs), logistic.predict_probability(inputs), softmax.predict_probabilities(inputs)]
    assert [result.dtype for result in results] == [np.dtype(dtype)] * len(results)


def test_the_closed_form_of_float32_inputs_is_computed_in_float64():
    """The mean of numbers near 100000, taken in float32, is wrong in the third decimal, and so would be the bias."""
    inputs = (1e5 + np.random.default_rng(0).normal(size=(200, 1))).astype(np.float32)
    assert LinearRegression().fit(inputs, inputs[:, 0].astype(np.float64)).bias_ == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("order", ["C", "F"])
def test_fit_and_predict_leave_their_arguments_alone(order):
    for model, inputs, labels in every_model():
        inputs, labels = np.asarray(inputs, order=order), labels.copy()
        kept = inputs.copy(), labels.copy()
        model.fit(inputs, labels).predict(inputs)
        np.testing.assert_array_equal(inputs, kept[0])
        np.testing.assert_array_equal(labels, kept[1])


def test_labels_of_any_integer_type_will_do():
    inputs, binary, classes = few()
    expected = SoftmaxRegression(steps=5).fit(inputs, classes).weights_
    np.testing.assert_array_equal(SoftmaxRegression(steps=5).fit(inputs, classes.astype(np.uint8)).weights_, expected)
    expected = LogisticRegression(steps=5).fit(inputs, binary).weights_
    np.testing.assert_array_equal(LogisticRegression(steps=5).fit(inputs, binary.astype(bool)).weights_, expected)


# --- divergence


@pytest.mark.parametrize("model", [LogisticRegression, SoftmaxRegression])
def test_divergence_says_the_step_and_keeps_the_history(model):
    inputs, labels, _ = few()
    diverging = model(learning_rate=30.0, steps=100, penalty=0.1)  # each step multiplies the weights by 1 - 3
    with pytest.raises(DivergenceError, match=r"diverged at step \d+ with learning rate 30:") as caught:
        diverging.fit(inputs, labels)
    values = caught.value.history["training"]
    assert len(values) == caught.value.step + 1 > 5
    assert values[0] == pytest.approx(np.log(2))
    assert values[-2] < 1e6 < values[-1]
    np.testing.assert_array_equal(diverging.history_["training"], values)


@pytest.mark.parametrize("model", [LogisticRegression, SoftmaxRegression])
def test_divergence_names_the_rate_of_the_step_that_led_there(model):
    inputs, labels, _ = few()
    with pytest.raises(DivergenceError) as caught:
        model(learning_rate=lambda step: 1e8 if step == 3 else 0.1, steps=100).fit(inputs, labels)
    assert (caught.value.step, caught.value.learning_rate) == (4, 1e8)


@pytest.mark.parametrize("model", [LogisticRegression, SoftmaxRegression])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("steps", [1, 10])
def test_an_overflow_is_divergence_and_no_warning_even_in_the_last_step(model, dtype, steps):
    inputs, labels, _ = few(dtype)
    with pytest.raises(DivergenceError, match="diverged at step 1 with"):
        model(learning_rate=float(np.finfo(dtype).max), steps=steps).fit(inputs * 100, labels)


# --- bad input


def test_predicting_before_fitting_says_to_call_fit_first():
    inputs, _, _ = few()
    for model in (LinearRegression(), LogisticRegression(), SoftmaxRegression()):
        with pytest.raises(ValueError, match=f"{type(model).__name__} has no weights yet: call fit first"):
            model.predict(inputs)
    with pytest.raises(ValueError, match="call fit first"):
        LogisticRegression().predict_probability(inputs)
    with pytest.raises(ValueError, match="call fit first"):
        SoftmaxRegression().predict_probabilities(inputs)


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        (
            np.ones((5, 4)),
            ValueError,
            r"inputs: expected shape \(n, 3\), received \(5, 4\).*fitted to .* 3 inputs each",
        ),
        (np.ones((3, 5)), ValueError, r"inputs: expected shape \(n, 3\).*transposed: use inputs\.T.*3 inputs each"),
        (np.ones(3), ValueError, r"inputs: expected shape \(n, 3\), received \(3,\).*use inputs\[None, :\]"),
        (np.ones((0, 3)), ValueError, "inputs: expected at least one example"),
        (
            [[1.0, 2.0, np.nan]],
            ValueError,
            r"inputs: expected finite numbers.*inputs\[0, 2\] is nan.*makes such values\.$",
        ),
        ([["a", "b", "c"]], TypeError, "inputs: expected an array of numbers"),
    ],
)
def test_predict_says_what_is_wrong(inputs, error, message):
    for model, _, _ in every_model():
        with pytest.raises(error, match=message):
            model.predict(inputs)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda x, y: (x.T, y), ValueError, "inputs has 3, (targets|labels) has 40.*inputs seems to be transposed"),
        (lambda x, y: (x, y[:-1]), ValueError, "inputs has 40, (targets|labels) has 39"),
        (lambda x, y: (x, y[:, None]), ValueError, r"(targets|labels): expected shape \(n,\).*\[:, 0\]"),
        (lambda x, y: (x[:, 0], y), ValueError, r"inputs: expected shape \(n, d\), received \(40,\)"),
        (lambda x, y: (x[:0], y[:0]), ValueError, "inputs: expected at least one example"),
        (lambda x, y: (np.where(x == x[1, 1], np.nan, x), y), ValueError, r"inputs\[1, 1\] is nan"),
        (lambda x, y: (np.where(x == x[1, 1], np.inf, x), y), ValueError, r"inputs\[1, 1\] is inf"),
        (lambda x, y: (x, [str(label) for label in y]), TypeError, r"(targets|labels): expected an array of numbers"),
        (lambda x, y: (x.astype(str), y), TypeError, r"inputs: expected an array of numbers"),
    ],
)
def test_fit_says_what_is_wrong(change, error, message):
    for model, inputs, labels in every_model():
        with pytest.raises(error, match=message):
            model.fit(*change(inputs, labels))


@pytest.mark.parametrize(
    ("model", "labels", "error", "message"),
    [
        (LogisticRegression(), [-1, 1], ValueError, r"labels: expected zeros and ones only.*\(labels \+ 1\) // 2"),
        (LogisticRegression(), [0, 2], ValueError, r"labels: expected zeros and ones only, but labels\[1\] is 2"),
        (LogisticRegression(), [0.2, 0.8], ValueError, r"labels: expected zeros and ones only, but labels\[0\] is 0.2"),
        (SoftmaxRegression(), [-1, 1], ValueError, r"labels: expected labels of at least 0, but labels\[0\] is -1"),
        (SoftmaxRegression(), [0.0, 1.0], TypeError, "labels: expected integer class labels, received dtype float64"),
        (SoftmaxRegression(), [[1, 0], [0, 1]], ValueError, r"One-hot rows become labels by labels\.argmax"),
        (SoftmaxRegression(), [0, 0], ValueError, "labels: expected at least two classes, received only zeros"),
    ],
)
def test_labels_that_are_none_are_refused(model, labels, error, message):
    with pytest.raises(error, match=message):
        model.fit(np.eye(2), labels)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: LinearRegression(penalty=-1), ValueError, "penalty: expected 0 or more, received -1"),
        (lambda: LinearRegression(penalty="1"), TypeError, "penalty: expected one number, received '1'"),
        (
            lambda: LogisticRegression(learning_rate=0),
            ValueError,
            "learning_rate: expected a positive number, received 0",
        ),
        (lambda: SoftmaxRegression(learning_rate=-1), ValueError, "learning_rate: expected a positive number"),
        (lambda: SoftmaxRegression(learning_rate="1"), TypeError, "learning_rate: expected one number"),
        (lambda: LogisticRegression(steps=0), ValueError, "steps: expected a whole number of at least 1, received 0"),
        (lambda: SoftmaxRegression(steps=1e3), TypeError, "steps: expected a whole number, received 1000.0"),
        (lambda: SoftmaxRegression(penalty=np.nan), ValueError, "penalty: expected a finite number"),
        (lambda: LogisticRegression(loss="exponential"), ValueError, '"log" or "squared", received \'exponential\''),
        (lambda: LogisticRegression(loss=["log"]), ValueError, 'loss: expected "log" or "squared"'),
    ],
)
def test_settings_that_are_none_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_labels_that_are_identifiers_are_refused_before_memory_runs_out():
    with pytest.raises(ValueError, match="received 1000000000000 among 4 examples"):
        SoftmaxRegression(steps=1).fit(np.eye(4), [0, 1, 2, 10**12])


def test_a_schedule_that_climbs_is_refused_in_fit():
    with pytest.raises(ValueError, match="a negative rate climbs"):
        SoftmaxRegression(lambda step: -0.1, steps=2).fit(np.eye(4), [0, 1, 2, 3])
