"""Tensors as arguments and as results of a reader's function: copied, watched, shown and compared by their numbers."""

import copy

import numpy as np
import pytest

from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.running.sameness import same_data
from dlcourse.exercises.running.sandbox import run_calls
from dlcourse.exercises.wording import kind_of, value_text
from dlcourse.scratch import operations
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.value import Value
from tests.exercises.examples import make_mean_log


def product_case(left, right, label, dtype=np.float64):
    factors = [Tensor(np.array(each, dtype), requires_grad=True) for each in (left, right)]
    return Case((np.ones_like(factors[0].data), factors[0] * factors[1], *factors), label)


def product_cases(generator):
    return [
        product_case([1.0, 2.0], [3.0, -4.0], "two numbers"),
        product_case(generator.normal(size=(2, 3)), generator.normal(size=(2, 3)), "six numbers"),
        product_case(generator.normal(size=3), generator.normal(size=3), "float32", np.float32),
    ]


def make_product(**changes):
    settings = {"name": "multiply_rule", "reference": operations.multiply_rule, "cases": product_cases}
    return make_mean_log(**{**settings, "mistakes": [], **changes})


PRODUCT = make_product()


def refused(function, exercise=PRODUCT):
    verdict = exercise.examine(function)
    assert verdict.status == "not yet"
    return verdict


def test_right_rule_passes_also_as_a_list():
    assert PRODUCT.examine(operations.multiply_rule).passed
    assert PRODUCT.examine(lambda g, result, left, right: [g * right.data, g * left.data]).passed


def test_copies_of_a_call_hold_one_graph():
    case = PRODUCT.cases_for(1)[0]
    _, result, left, right = copy.deepcopy(case.arguments)
    assert result.parents == (left, right)
    assert left is not case.arguments[2]
    assert not np.shares_memory(left.data, case.arguments[2].data)


def test_call_and_results_are_shown_with_the_numbers():
    table = dict(refused(lambda g, result, left, right: (g * left, g * right)).table)
    assert table == {
        "call": "multiply_rule([1, 1], Tensor([3, -8]), Tensor([1, 2]), Tensor([3, -4]))",
        "expected": "([3, -4], [1, 2])",
        "received": "(Tensor([1, 2]), Tensor([3, -4]))",
    }


def test_large_tensor_is_abbreviated_and_told_with_its_shape():
    assert value_text(Tensor(np.zeros((10, 10)))).startswith("Tensor([[0, 0, 0, …")
    assert kind_of(Tensor(np.zeros((10, 10)))) == "a Tensor of shape (10, 10)"


def test_tensor_in_place_of_an_array_is_told_how_to_get_the_array():
    message = refused(lambda g, result, left, right: (g * right, g * left)).message
    assert "value 1 of 2, is a Tensor of shape (2,); expected is a NumPy array of shape (2,)" in message
    assert "Convert it with `.data`" in message
    assert "Its values are right." in message


def through_a_ufunc(gradient, result, left, right):
    return np.hypot(gradient, right), gradient


def through_dot(gradient, result, left, right):
    return np.dot(gradient, right), gradient


def through_two(gradient, result, left, right):
    return np.maximum(left, right), gradient


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (through_a_ufunc, "`right` is a Tensor, and NumPy's functions take arrays: the numbers are in `.data`"),
        (through_dot, "`right` is a Tensor, and NumPy's functions take arrays: the numbers are in `.data`"),
        (through_two, "`left` and `right` are Tensors, and NumPy's functions take arrays"),
    ],
)
def test_numpy_function_of_a_tensor_is_explained(function, said):
    assert said in refused(function).message


def writes_into_the_data(gradient, result, left, right):
    answer = gradient * right.data, gradient * left.data
    right.data[0] = 7
    return answer


def stores_the_gradient(gradient, result, left, right):
    left.grad = gradient * right.data
    return left.grad, gradient * left.data


@pytest.mark.parametrize(("function", "name"), [(writes_into_the_data, "right"), (stores_the_gradient, "left")])
def test_changed_tensor_is_noticed(function, name):
    assert f"your function changes its argument `{name}`" in refused(function).message


def test_tensors_are_the_same_with_the_same_numbers_and_gradients():
    one, other = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
    assert same_data(one, other)
    other.grad = np.zeros(2)
    assert not same_data(one, other)
    assert not same_data(one, np.array([1.0, 2.0]))
    assert not same_data(one, Tensor([1.0, 3.0]))


def test_mistake_that_returns_tensors_is_recognized_beside_rounding():
    listed = ("tensors", lambda g, result, left, right: (g * right, g * left), "Arrays, not Tensors.")
    verdict = make_product(mistakes=[listed]).examine(
        lambda g, result, left, right: (Tensor(g * 3 * right.data / 3), Tensor(g * 3 * left.data / 3))
    )
    assert verdict.mistake == "tensors"


def test_single_precision_of_a_tensor_widens_the_tolerance():
    def slightly_off(gradient, result, left, right):
        factor = 1 + 1e-6 if left.dtype == np.float32 else 1
        return gradient * right.data * factor, gradient * left.data

    assert PRODUCT.examine(slightly_off).passed
    assert not PRODUCT.examine(lambda g, result, left, right: (g * right.data * (1 + 1e-6), g * left.data)).passed


def test_tuple_of_one_is_asked_for_with_its_comma():
    def cases(generator):
        return [Case((generator.normal(size=3),), "three numbers")]

    exercise = make_product(reference=lambda values: (values**2,), cases=cases)
    assert "a tuple of one value, as in `return (a,)`: the comma" in refused(lambda values: values**2, exercise).message


def test_value_of_the_scalar_engine_is_copied_with_its_graph():
    node = Value(2.0) * Value(3.0)
    calls = [Case((node,), "a product")]
    (result,) = run_calls(lambda value: [parent.data for parent in value.parents], calls).results
    assert result.value == [2.0, 3.0]
