"""Jacobians and Hessians by differences and by the engine, against formulas by hand and against PyTorch."""

import numpy as np
import pytest
import torch

from dlcourse.scratch import calculus, functional
from dlcourse.scratch.autograd import Tensor, no_grad

POINTS = [(1.5, -0.7), (-2.0, 0.3), (0.0, 1.0)]


def one(x):
    """x₁² x₂ + e^{x₂} + x₁, of an array, a Tensor, or a tensor of PyTorch."""
    return x[0] ** 2 * x[1] + (np if isinstance(x, np.ndarray) else type(x)).exp(x[1]) + x[0]


def gradient_by_hand(x):
    return np.array([2 * x[0] * x[1] + 1, x[0] ** 2 + np.exp(x[1])])


def hessian_by_hand(x):
    return np.array([[2 * x[1], 2 * x[0]], [2 * x[0], np.exp(x[1])]])


def several(x):
    """Three outputs of two inputs, the last of which depends on the first input alone."""
    parts = [x[0] * x[1], one(x), x[0] ** 3]
    if isinstance(x, np.ndarray):
        return np.array(parts)
    return (functional.stack if isinstance(x, Tensor) else torch.stack)(parts)


def jacobian_by_hand(x):
    return np.array([[x[1], x[0]], gradient_by_hand(x), [3 * x[0] ** 2, 0]])


@pytest.mark.parametrize("point", POINTS)
def test_by_hand_by_differences_by_the_engine_and_by_pytorch_agree(point):
    x = np.array(point)
    tensor = torch.tensor(x)
    np.testing.assert_allclose(calculus.gradient(one, x), gradient_by_hand(x), rtol=1e-14)
    np.testing.assert_allclose(calculus.jacobian(several, x), jacobian_by_hand(x), rtol=1e-14)
    np.testing.assert_allclose(
        calculus.jacobian(several, x), torch.autograd.functional.jacobian(several, tensor), rtol=1e-14
    )
    np.testing.assert_allclose(calculus.numerical_jacobian(several, x), jacobian_by_hand(x), atol=1e-8)
    np.testing.assert_allclose(calculus.numerical_hessian(one, x), hessian_by_hand(x), atol=1e-6)
    np.testing.assert_allclose(calculus.hessian(one, x), hessian_by_hand(x), atol=1e-8)
    np.testing.assert_allclose(torch.autograd.functional.hessian(one, tensor), hessian_by_hand(x), rtol=1e-14)


def test_rows_belong_to_outputs_and_columns_to_inputs():
    matrix = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(calculus.numerical_jacobian(lambda x: matrix @ x, np.ones(3)), matrix, atol=1e-8)
    np.testing.assert_allclose(calculus.jacobian(lambda x: Tensor(matrix) @ x, np.ones(3)), matrix)


def test_one_number_has_a_jacobian_of_one_row():
    for found in (calculus.jacobian(one, POINTS[0]), calculus.numerical_jacobian(one, POINTS[0])):
        assert found.shape == (1, 2)
        np.testing.assert_allclose(found[0], gradient_by_hand(np.array(POINTS[0])), atol=1e-8)


def test_an_input_without_influence_has_zeros():
    np.testing.assert_array_equal(calculus.gradient(lambda x: (x[:1] ** 2).sum(), [3.0, 5.0]), [6.0, 0.0])
    np.testing.assert_array_equal(calculus.hessian(lambda x: (x[:1] * 2).sum(), [3.0, 5.0]), np.zeros((2, 2)))


def test_hessians_are_symmetric_to_the_last_digit():
    generator = np.random.default_rng(0)
    w = generator.normal(size=(4, 4))
    x = generator.normal(size=4)
    numerical = calculus.numerical_hessian(lambda v: float(np.exp(np.tanh(w @ v)).sum()), x)
    recorded = calculus.hessian(lambda v: functional.tanh(Tensor(w) @ v).exp().sum(), x)
    for found in (numerical, recorded):
        np.testing.assert_array_equal(found, found.T)
    np.testing.assert_allclose(numerical, recorded, atol=1e-6)


def errors_of_the_hessian(step):
    x = np.array(POINTS[0])
    return np.abs(calculus.numerical_hessian(one, x, step) - hessian_by_hand(x)).max()


def test_the_step_of_second_differences_balances_rounding_and_truncation():
    """The error falls as h² on one side, and rounding grows as 1/h² on the other."""
    assert errors_of_the_hessian(0.1) / errors_of_the_hessian(0.01) == pytest.approx(100, rel=0.02)
    assert errors_of_the_hessian(1e-4) < 1e-7
    assert errors_of_the_hessian(1e-6) > 100 * errors_of_the_hessian(1e-4)


def test_central_differences_of_a_cubic_miss_by_the_square_of_the_step():
    found = calculus.numerical_jacobian(lambda x: x**3, [1.0, 2.0], step=0.1)
    np.testing.assert_allclose(found, np.diag([3.01, 12.01]), rtol=1e-12)


def test_points_of_whole_numbers_are_numbers_and_stay_as_they_are():
    point = np.array([1, 2])
    np.testing.assert_allclose(calculus.numerical_jacobian(lambda x: x**2, point), np.diag([2, 4]), atol=1e-8)
    np.testing.assert_allclose(calculus.numerical_hessian(lambda x: (x**2).sum(), point), 2 * np.eye(2), atol=1e-6)
    np.testing.assert_array_equal(point, [1, 2])


def test_a_function_may_return_the_same_array_at_each_call():
    kept = np.zeros(2)

    def into_one_array(x):
        kept[:] = x**2
        return kept

    np.testing.assert_allclose(calculus.numerical_jacobian(into_one_array, [1.0, 2.0]), np.diag([2, 4]), atol=1e-8)


def without_recording(x):
    with no_grad():
        return (x * x).sum()


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: calculus.gradient(several, [1.0, 2.0]), ValueError, r"one number, received shape \(3,\)"),
        (lambda: calculus.gradient(lambda x: 3.0, [1.0]), TypeError, "a Tensor as its result, received float"),
        (lambda: calculus.jacobian(lambda x: [x[0]], [1.0]), TypeError, "functional.stack"),
        (lambda: calculus.gradient(lambda x: x.detach().sum(), [1.0]), ValueError, "not computed from the tensor"),
        (lambda: calculus.gradient(without_recording, [1.0]), ValueError, r"no_grad\(\)"),
        (lambda: calculus.jacobian(lambda x: x.reshape(1, -1), [1.0]), ValueError, "flatten it"),
        (lambda: calculus.numerical_jacobian(lambda x: x[None], [1.0]), ValueError, "flatten it"),
        (lambda: calculus.numerical_hessian(lambda x: x, [1.0, 2.0]), ValueError, "belongs to one output"),
        (lambda: calculus.numerical_jacobian(lambda x: np.log(x - 5), [5.0]), ValueError, "function: expected finite"),
        (lambda: calculus.numerical_jacobian(one, [[1.0, 2.0]]), ValueError, "point: expected shape"),
        (lambda: calculus.numerical_hessian(one, [1e13, 1.0]), ValueError, "step: 0.0001 is lost beside 1e"),
        (lambda: calculus.numerical_jacobian(one, [1.0, 2.0], step=0), ValueError, "step: expected a positive"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_errors_say_what_was_expected(call, error, said):
    with pytest.raises(error, match=said):
        call()
