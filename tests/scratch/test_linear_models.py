"""Linear and softmax regression as functions against closed forms, central differences, scikit-learn and PyTorch."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from dlcourse.history import DivergenceError
from dlcourse.scratch import descent, linear_models, losses

FLOATS = [np.float32, np.float64]


def regression(examples=30, features=3, dtype=np.float64):
    generator = np.random.default_rng(0)
    inputs = generator.normal(1, 2, (examples, features))
    targets = inputs @ np.arange(1, features + 1) + 5 + generator.normal(size=examples)
    return inputs.astype(dtype), targets.astype(dtype), generator.normal(size=features).astype(dtype)


def classification(examples=12, features=4, classes=3, dtype=np.float64):
    generator = np.random.default_rng(1)
    inputs, weights = generator.normal(size=(examples, features)), generator.normal(size=(features, classes))
    bias, labels = generator.normal(size=classes), generator.integers(0, classes, examples)
    return inputs.astype(dtype), labels, weights.astype(dtype), bias.astype(dtype)


# --- squared error of a linear model


def test_mse_loss_by_hand():
    # Predictions 3 and 5, targets 1 and 6: (4 + 1) / 4; the penalty adds 0.5 / 2 * 2^2.
    assert linear_models.mse_loss([[1.0], [2.0]], [1.0, 6.0], [2.0], bias=1) == 1.25
    assert linear_models.mse_loss([[1.0], [2.0]], [1.0, 6.0], [2.0], bias=1, penalty=0.5) == 2.25


@pytest.mark.parametrize("penalty", [0.0, 0.7])
def test_mse_gradient_is_the_central_difference_in_weights_and_bias(penalty):
    x, y, w = regression()
    by_weights, by_bias = linear_models.mse_gradient(x, y, w, 0.3, penalty)

    def loss(theta):
        return linear_models.mse_loss(x, y, theta[:3], theta[3], penalty)

    theta, step = np.append(w, 0.3), 1e-5
    slopes = [(loss(theta + step * unit) - loss(theta - step * unit)) / (2 * step) for unit in np.eye(4)]
    np.testing.assert_allclose(np.append(by_weights, by_bias), slopes, rtol=1e-7)


@pytest.mark.parametrize("solve", [linear_models.solve_least_squares, linear_models.solve_normal_equations])
@pytest.mark.parametrize("penalty", [0.0, 0.5])
def test_closed_forms_are_where_the_gradient_is_0(solve, penalty):
    x, y, _ = regression()
    by_weights, by_bias = linear_models.mse_gradient(x, y, *solve(x, y, penalty), penalty)
    np.testing.assert_allclose(np.append(by_weights, by_bias), 0, atol=1e-12)


@pytest.mark.parametrize("solve", [linear_models.solve_least_squares, linear_models.solve_normal_equations])
def test_closed_forms_are_scikit_learns_ridge_with_alpha_n_times_the_penalty(solve):
    x, y, _ = regression()
    weights, bias = solve(x, y, 0.3)
    peer = Ridge(alpha=len(y) * 0.3).fit(x, y)
    np.testing.assert_allclose(weights, peer.coef_, rtol=1e-10)
    assert bias == pytest.approx(peer.intercept_)


@pytest.mark.parametrize("solve", [linear_models.solve_least_squares, linear_models.solve_normal_equations])
def test_an_enormous_penalty_leaves_the_bias_at_the_mean_of_the_targets(solve):
    x, y, _ = regression()
    weights, bias = solve(x, y, 1e12)
    np.testing.assert_allclose(weights, 0, atol=1e-9)
    assert bias == pytest.approx(y.mean())


def test_least_squares_gives_the_shortest_solution_where_columns_are_equal_and_normal_equations_lose_digits():
    x, y, _ = regression(features=1)
    one, _ = linear_models.solve_least_squares(x, y)
    twice, _ = linear_models.solve_least_squares(np.hstack([x, x]), y)
    np.testing.assert_allclose(twice, [one[0] / 2, one[0] / 2])
    near = np.hstack([x, x + 1e-6 * np.random.default_rng(2).normal(size=x.shape)])
    exact = near @ [3.0, -2.0]
    errors = [
        np.abs(solve(near, exact)[0] - [3, -2]).max()
        for solve in (linear_models.solve_least_squares, linear_models.solve_normal_equations)
    ]
    assert errors[0] < 1e-8 < 1e-6 < errors[1]


def test_gradient_descent_arrives_at_the_closed_form():
    x, y, _ = regression()
    path = descent.gradient_descent(
        lambda theta: linear_models.mse_loss(x, y, theta[:3], theta[3], 0.1),
        lambda theta: np.append(*linear_models.mse_gradient(x, y, theta[:3], theta[3], 0.1)),
        np.zeros(4),
        0.9 * linear_models.largest_learning_rate(x, 0.1),
        1000,
    )
    np.testing.assert_allclose(path[-1], np.append(*linear_models.solve_least_squares(x, y, 0.1)), rtol=1e-9)


def test_hessian_is_the_change_of_the_gradient():
    x, y, w = regression()
    columns = []
    for unit in np.eye(4):
        ahead = np.append(*linear_models.mse_gradient(x, y, w + unit[:3], float(unit[3]), 0.4))
        columns.append(ahead - np.append(*linear_models.mse_gradient(x, y, w, 0.0, 0.4)))
    np.testing.assert_allclose(linear_models.hessian(x, 0.4), columns, atol=1e-12)


def test_largest_learning_rate_by_hand():
    """Inputs -1 and 1: the Hessian is the identity, and the penalty 3 makes the first eigenvalue 4."""
    assert linear_models.largest_learning_rate([[-1.0], [1.0]]) == pytest.approx(2)
    assert linear_models.largest_learning_rate([[-1.0], [1.0]], penalty=3) == pytest.approx(0.5)


@pytest.mark.parametrize("side", [0.98, 1.02])
def test_descent_converges_below_the_largest_learning_rate_and_diverges_above(side):
    x, y, _ = regression()
    rate = side * linear_models.largest_learning_rate(x)

    def run():
        return descent.gradient_descent(
            lambda theta: linear_models.mse_loss(x, y, theta[:3], theta[3]),
            lambda theta: np.append(*linear_models.mse_gradient(x, y, theta[:3], theta[3])),
            np.zeros(4),
            rate,
            3000,
        )

    if side < 1:
        np.testing.assert_allclose(run()[-1], np.append(*linear_models.solve_least_squares(x, y)), rtol=1e-6)
    else:
        with pytest.raises(DivergenceError):
            run()


# --- one epoch


def test_sgd_epoch_is_that_of_pytorch():
    x, y, w = regression()
    order = np.random.default_rng(3).permutation(len(y))
    weights, bias = linear_models.sgd_epoch(x, y, w, 0.5, 0.01, 8, order)
    theta = [torch.tensor(w, requires_grad=True), torch.tensor(0.5, dtype=torch.float64, requires_grad=True)]
    optimizer = torch.optim.SGD(theta, lr=0.01)
    for batch in torch.tensor(order).split(8):
        optimizer.zero_grad()
        errors = torch.tensor(x)[batch] @ theta[0] + theta[1] - torch.tensor(y)[batch]
        (errors**2).mean().div(2).backward()
        optimizer.step()
    np.testing.assert_allclose(weights, theta[0].detach().numpy(), rtol=1e-12)
    assert bias == pytest.approx(theta[1].item(), rel=1e-12)


def test_an_epoch_of_one_batch_is_one_step_of_gradient_descent():
    x, y, w = regression()
    by_weights, by_bias = linear_models.mse_gradient(x, y, w, 0.5)
    weights, bias = linear_models.sgd_epoch(x, y, w, 0.5, 0.1, len(y), np.arange(len(y))[::-1])
    np.testing.assert_allclose(weights, w - 0.1 * by_weights, rtol=1e-12)
    assert bias == pytest.approx(0.5 - 0.1 * by_bias)


def test_an_epoch_that_overflows_says_divergence_and_the_minibatch_and_warns_of_nothing():
    x, y, w = regression()
    with pytest.raises(DivergenceError, match=r"diverged at mini-batch 3 with learning rate 1e\+150"):
        linear_models.sgd_epoch(x, y, w, 0.5, 1e150, 1, np.arange(len(y)))


# --- softmax gradient


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_gradient_is_pytorchs(dtype):
    x, y, w, b = classification(dtype=dtype)
    by_weights, by_bias = linear_models.softmax_gradient(x, y, w, b)
    weights, bias = torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)
    torch.nn.functional.cross_entropy(torch.tensor(x) @ weights + bias, torch.tensor(y)).backward()
    np.testing.assert_allclose(by_weights, weights.grad.numpy(), atol=1e-6)
    np.testing.assert_allclose(by_bias, bias.grad.numpy(), atol=1e-6)


def test_softmax_gradient_is_the_central_difference():
    x, y, w, b = classification()
    by_weights, _ = linear_models.softmax_gradient(x, y, w, b)
    for index in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[index] = 1e-6
        ahead, behind = (losses.cross_entropy(x @ (w + sign * step) + b, y) for sign in (1, -1))
        assert by_weights[index] == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_gradient_of_enormous_inputs_is_finite(dtype):
    x = np.array([[1e4], [-1e4]], dtype)
    by_weights, by_bias = linear_models.softmax_gradient(x, [0, 0], np.array([[1, -1]], dtype), np.zeros(2, dtype))
    np.testing.assert_array_equal(by_weights, [[5e3, -5e3]])  # only the second example is wrong, and surely so
    np.testing.assert_array_equal(by_bias, [-0.5, 0.5])


# --- what holds for all of them


@pytest.mark.parametrize("dtype", FLOATS)
def test_gradients_and_weights_keep_their_floating_type(dtype):
    x, y, w = regression(dtype=dtype)
    results = [
        linear_models.mse_gradient(x, y, w, 0.5, 0.1)[0],
        linear_models.sgd_epoch(x, y, w, 0.5, 0.01, 8, np.arange(30))[0],
        *linear_models.softmax_gradient(*classification(dtype=dtype)),
    ]
    assert [result.dtype for result in results] == [np.dtype(dtype)] * 4


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (linear_models.mse_gradient, (*regression(), 0.5, 0.1)),
        (linear_models.solve_least_squares, (*regression()[:2], 0.1)),
        (linear_models.solve_normal_equations, (*regression()[:2], 0.1)),
        (linear_models.hessian, (regression()[0], 0.1)),
        (linear_models.sgd_epoch, (*regression(), 0.5, 0.01, 8, np.arange(30))),
        (linear_models.softmax_gradient, classification()),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_arguments_are_left_alone(function, arguments):
    kept = [np.copy(argument) for argument in arguments]
    function(*arguments)
    for argument, copy in zip(arguments, kept, strict=True):
        np.testing.assert_array_equal(argument, copy)


X, Y, W = np.ones((4, 2)), np.ones(4), np.ones(2)
HOLE = np.array([[1.0, 2.0], [3.0, np.nan], [1.0, 1.0], [1.0, 1.0]])


@pytest.mark.parametrize("function", [linear_models.mse_loss, linear_models.mse_gradient])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X.T, Y, W), ValueError, r"inputs has 2, targets has 4\. inputs seems to be transposed: use inputs\.T"),
        ((X, Y[:, None], W), ValueError, r"targets: expected shape \(n,\), received \(4, 1\).*use targets\[:, 0\]"),
        ((X, Y, W[:, None]), ValueError, r"weights: expected shape \(2,\), received \(2, 1\).*use weights\[:, 0\]"),
        ((X, Y, np.ones(3)), ValueError, r"weights: expected shape \(2,\), received \(3,\)"),
        ((X[0], Y, W), ValueError, r"inputs: expected shape \(n, features\), received \(2,\).*inputs\[None, :\]"),
        ((HOLE, Y, W), ValueError, r"inputs: expected finite numbers.*inputs\[1, 1\] is nan"),
        ((X, [1, 2, 3, np.inf], W), ValueError, r"targets: expected finite numbers.*targets\[3\] is inf"),
        ((X, list("abcd"), W), TypeError, "targets: expected an array of numbers"),
        ((X[:0], Y[:0], W), ValueError, "targets: expected at least one number, received an empty array"),
        ((X, Y, W, Y), TypeError, r"bias: expected one number, received an array of shape \(4,\)"),
        ((X, Y, W, "0"), TypeError, "bias: expected one number"),
        ((X, Y, W, np.nan), ValueError, "bias: expected a finite number"),
        ((X, Y, W, 0.0, -1), ValueError, "penalty: expected 0 or more, received -1: a negative penalty rewards"),
        ((X, Y, W, 0.0, "1"), TypeError, "penalty: expected one number"),
    ],
)
def test_squared_error_says_what_is_wrong(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)


@pytest.mark.parametrize("solve", [linear_models.solve_least_squares, linear_models.solve_normal_equations])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X.T, Y), "inputs seems to be transposed"),
        ((X, Y[:, None]), r"targets: expected shape \(n,\)"),
        ((HOLE, Y), r"inputs\[1, 1\] is nan"),
        ((X[:0], Y[:0]), "received an empty array"),
        ((X, Y, -0.1), "penalty: expected 0 or more"),
    ],
)
def test_closed_forms_say_what_is_wrong(solve, arguments, message):
    with pytest.raises(ValueError, match=message):
        solve(*arguments)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate: expected a positive number, received 0"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate: expected one number"),
        ({"batch_size": 0}, ValueError, "batch_size: expected a whole number of at least 1, received 0"),
        ({"order": [0, 1, 2, 4]}, ValueError, "order: expected numbers from 0 to 3.*received 0 to 4"),
        ({"order": [-1, 0, 1, 2]}, ValueError, "order: expected numbers from 0 to 3.*received -1 to 2"),
        ({"order": [0.0, 1.0]}, TypeError, "order: expected the numbers of the examples, integers"),
        ({"order": []}, ValueError, "order: expected at least one number"),
        ({"bias": None}, TypeError, "bias: expected one number, received None"),
    ],
)
def test_an_epoch_says_what_is_wrong(changes, error, message):
    arguments = {"bias": 0.0, "learning_rate": 0.1, "batch_size": 2, "order": np.arange(4)}
    with pytest.raises(error, match=message):
        linear_models.sgd_epoch(X, Y, W, **(arguments | changes))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"inputs": X.T}, ValueError, "inputs has 2, labels has 4.*inputs seems to be transposed"),
        ({"labels": [0, 1]}, ValueError, "inputs has 4, labels has 2"),
        ({"labels": [[0], [1], [2], [0]]}, ValueError, r"labels: expected shape \(n,\), received \(4, 1\)"),
        ({"labels": [0, 1, 2, 3]}, ValueError, r"labels from 0 to 2.*labels\[3\] is 3"),
        ({"labels": np.ones(4)}, TypeError, "labels: expected integer class labels"),
        ({"labels": list("abcd")}, TypeError, "labels: expected an array of numbers"),
        (
            {"weights": np.ones((3, 2))},
            ValueError,
            r"weights: expected shape \(2, classes\).*transposed: use weights.T",
        ),
        ({"bias": np.ones(2)}, ValueError, r"bias: expected shape \(3,\), received \(2,\)"),
        ({"bias": np.ones((1, 3))}, ValueError, r"bias: expected shape \(3,\), received \(1, 3\)"),
        ({"inputs": HOLE}, ValueError, r"inputs\[1, 1\] is nan"),
        ({"inputs": X[:0], "labels": []}, ValueError, "inputs: expected at least one example"),
    ],
)
def test_softmax_gradient_says_what_is_wrong(changes, error, message):
    arguments = {"inputs": X, "labels": [0, 1, 2, 0], "weights": np.ones((2, 3)), "bias": np.ones(3)}
    with pytest.raises(error, match=message):
        linear_models.softmax_gradient(**(arguments | changes))


def test_hessian_of_no_examples_is_refused():
    with pytest.raises(ValueError, match="inputs: expected at least one example"):
        linear_models.largest_learning_rate(X[:0])
