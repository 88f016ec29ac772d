"""The gradient check: its differences are exact to 10⁻⁹, it passes every right rule and finds every planted bug."""

import inspect
import math

import numpy as np
import pytest

from dlcourse.scratch import functional, operations
from dlcourse.scratch.autograd import Tensor, record
from dlcourse.scratch.gradient_check import Comparison, compare_gradients, gradcheck, numerical_gradient

# --- differences


def test_differences_of_a_cubic_are_its_derivative():
    """(f(x + h) − f(x − h)) / 2h of x³ is 3x² + h²: the error is h² to the digit."""
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**3).sum(), x), 3 * x**2, rtol=1e-8)
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**3).sum(), x, 0.1), 3 * x**2 + 0.01, rtol=1e-10)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (2, 0)])
def test_differences_have_the_shape_of_the_point(shape):
    gradient = numerical_gradient(lambda x: float((x * x).sum()), np.ones(shape))
    assert (gradient.shape, gradient.dtype) == (shape, np.float64)
    np.testing.assert_allclose(gradient, np.full(shape, 2.0))


def test_the_point_is_left_alone_and_integers_are_taken_as_numbers():
    point = np.array([1, 2])
    np.testing.assert_allclose(numerical_gradient(lambda x: float(x @ x), point), [2, 4])
    assert point.tolist() == [1, 2]


def test_points_and_steps_that_are_none_are_refused():
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match="point: expected finite"):
            numerical_gradient(lambda x: 0.0, [1.0, wrong])
    for wrong in (0, -1e-6):
        with pytest.raises(ValueError, match="step"):
            numerical_gradient(lambda x: 0.0, [1.0], wrong)


@pytest.mark.parametrize("far", [1e5, -1e7, 1e9])
def test_a_difference_is_divided_by_the_step_that_was_taken(far):
    """Far from 0 the points x ± h are rounded: their distance is not 2h, and a right rule was called wrong."""
    point = far + np.array([-0.7, 0.3, 1.1])
    right = 1 - np.tanh(point - far) ** 2
    np.testing.assert_allclose(numerical_gradient(lambda x: np.tanh(x - far).sum(), point, 1e-5), right, atol=1e-9)
    moved = Tensor(1e5 + np.array([-0.7, 0.3, 1.1]), requires_grad=True)
    assert gradcheck(lambda x: functional.tanh(x - 1e5).sum(), [moved])


def test_a_step_that_is_lost_beside_the_point_is_refused():
    with pytest.raises(ValueError, match=r"1e-06 is lost beside 1e\+11"):
        numerical_gradient(lambda x: x.sum(), np.array([1.0, 1e11]))


# --- comparing


def test_the_farthest_entry_is_named():
    right = [np.zeros(3), np.array([[1.0, 2.0], [3.0, 4.0]])]
    wrong = [right[0], right[1].copy()]
    wrong[1][1, 0] = 3.5
    comparison = compare_gradients(wrong, right)
    assert (comparison.passed, comparison.tensor, comparison.entry) == (False, 1, (1, 0))
    assert (comparison.gradient, comparison.difference) == (3.5, 3.0)
    assert comparison.relative == pytest.approx(0.5 / 6.5)
    assert str(comparison) == (
        "Gradients DIFFER. Farthest apart at tensor 1, entry [1, 0]: 3.5 by backward(), 3 by central differences."
    )
    assert not comparison
    assert compare_gradients(right, right)
    assert str(compare_gradients(right, right)).startswith("Gradients agree.")


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_never_passes(number):
    for pair in (([np.array([number])], [np.array([1.0])]), ([np.array([1.0])], [np.array([number])]),
                 ([np.array([number])], [np.array([number])])):  # fmt: skip
        assert not compare_gradients(*pair)


def test_gradients_of_another_shape_or_number_are_refused():
    with pytest.raises(ValueError, match="expected shape"):
        compare_gradients([np.zeros(3)], [np.zeros(4)])
    with pytest.raises(ValueError, match="zip"):
        compare_gradients([np.zeros(3)], [])


def test_nothing_to_compare_passes():
    assert isinstance(compare_gradients([np.zeros(0)], [np.zeros(0)]), Comparison)
    assert compare_gradients([np.zeros(0)], [np.zeros(0)])


# --- checking


def test_what_is_no_float64_or_not_learnt_is_refused():
    with pytest.raises(TypeError, match="float32 has too few digits"):
        gradcheck(lambda x: x.sum(), [Tensor(np.ones(2, np.float32), requires_grad=True)])
    with pytest.raises(ValueError, match="nothing to check"):
        gradcheck(lambda x: x.sum(), [Tensor(np.ones(2))])
    with pytest.raises(RuntimeError, match="Sum or average"):
        gradcheck(lambda x: x * x, [Tensor(np.ones(2), requires_grad=True)])


def test_data_and_gradients_are_left_as_they_were_also_after_an_error():
    x, c = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0])
    data, grad = x.data, np.array([7.0, 7.0])
    x.grad = grad
    assert gradcheck(lambda x, c: (x * x * c).sum(), [x, c])
    with pytest.raises(ValueError, match="do not fit"):
        gradcheck(lambda x, c: (x + np.ones(3)).sum(), [x, c])
    calls = []

    def fails_later(x, c):
        calls.append(x)
        if len(calls) > 1:
            raise ZeroDivisionError
        return (x * c).sum()

    with pytest.raises(ZeroDivisionError):
        gradcheck(fails_later, [x, c])
    assert x.data is data
    assert x.data.tolist() == [1, 2]
    assert x.grad is grad
    assert c.grad is None


def test_an_input_that_the_function_does_not_use_has_gradient_0():
    x, y = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    assert gradcheck(lambda x, y: (x * x).sum(), [x, y])
    assert gradcheck(lambda x, y: (x * x).sum() + 0 * y.detach().data.sum(), [x, y])
    assert not gradcheck(lambda x, y: (x * y.detach()).sum(), [x, y])


def test_the_same_input_given_twice_is_checked_with_its_whole_gradient():
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert gradcheck(lambda a, b: (a * b).sum(), [x, x])


# --- every rule: right ones pass, planted bugs are found

LABELS = np.array([2, 0, 1])


def batch_norm(x, w, b):
    return functional.batch_norm(x, np.zeros(3), np.ones(3), w, b, training=True)


OPERATIONS = {
    "add": (operations.add, [(3, 3), (3,)]),
    "subtract": (operations.subtract, [(3, 1), (3, 3)]),
    "multiply": (operations.multiply, [(3, 3), (3,)]),
    "divide": (operations.divide, [(3, 3), (3, 1)]),
    "power": (lambda a: operations.power(a, 3), [(3, 3)]),
    "negative": (operations.negative, [(3,)]),
    "matmul": (operations.matmul, [(2, 3), (3, 4)]),
    "exp": (operations.exp, [(3,)]),
    "log": (operations.log, [(3,)]),
    "reshape": (lambda a: operations.reshape(a, 6), [(2, 3)]),
    "permute": (lambda a: operations.permute(a, 2, 0, 1), [(2, 3, 4)]),
    "select": (lambda a: operations.select(a, [0, 0, 1]), [(2, 3)]),
    "total": (lambda a: operations.total(a, 0), [(2, 3)]),
    "mean": (lambda a: operations.mean(a, 1), [(2, 3)]),
    "relu": (functional.relu, [(3, 3)]),
    "leaky relu": (lambda a: functional.leaky_relu(a, 0.3), [(3, 3)]),
    "sigmoid": (functional.sigmoid, [(3,)]),
    "tanh": (functional.tanh, [(3,)]),
    "gelu": (functional.gelu, [(3,)]),
    "gelu tanh": (lambda a: functional.gelu(a, "tanh"), [(3,)]),
    "linear": (functional.linear, [(4, 3), (2, 3), (2,)]),
    "linear and relu": (lambda *a: functional.linear(*a, relu=True), [(4, 3), (2, 3), (2,)]),
    "softmax": (functional.softmax, [(2, 3)]),
    "log softmax": (functional.log_softmax, [(2, 3)]),
    "cross-entropy": (lambda z: functional.cross_entropy(z, LABELS), [(3, 3)]),
    "log-loss": (functional.binary_cross_entropy_with_logits, [(3,), (3,)]),
    "squared error": (functional.mse_loss, [(3,), (3,)]),
    "amax": (lambda a: functional.amax(a, 1), [(2, 3)]),
    "max": (lambda a: a.max(1).values, [(2, 3)]),
    "clamp": (lambda a: a.clamp(-0.5, 1), [(3, 3)]),
    "where": (lambda a, b: functional.where([True, True, False], a, b), [(2, 3), (3,)]),
    "var": (lambda a: a.var(0), [(4, 3)]),
    "cat": (lambda *a: functional.cat(a), [(2, 3), (1, 3)]),
    "stack": (lambda *a: functional.stack(a, 1), [(2, 3), (2, 3)]),
    "pad": (lambda a: functional.pad(a, (1, 0, 2, 1)), [(2, 3)]),
    "conv2d": (functional.conv2d, [(2, 3, 4, 5), (2, 3, 3, 2), (2,)]),
    "max_pool2d": (lambda a: functional.max_pool2d(a, 2, 1), [(1, 2, 3, 4)]),
    "avg_pool2d": (lambda a: functional.avg_pool2d(a, 2, padding=1), [(1, 2, 3, 4)]),
    "adaptive_max_pool2d": (lambda a: functional.adaptive_max_pool2d(a, 1), [(2, 2, 3, 2)]),
    "adaptive_avg_pool2d": (lambda a: functional.adaptive_avg_pool2d(a, 1), [(2, 2, 3, 2)]),
    "batch norm": (batch_norm, [(5, 3), (3,), (3,)]),
    "embedding": (lambda w: functional.embedding(np.array([[1, 0, 1], [3, 1, 3]]), w), [(4, 3)]),
    "layer norm": (functional.layer_norm, [(5, 3), (3,), (3,)]),
    "group norm": (lambda x, weight, bias: functional.group_norm(x, 2, weight, bias), [(5, 4), (4,), (4,)]),
    "dropout": (lambda a: functional.dropout(a, 0.3, generator=np.random.default_rng(0)), [(4, 3)]),
}


def inputs_of(name):
    generator = np.random.default_rng(3)
    positive = name in ("log", "divide")
    draws = [generator.normal(size=shape) for shape in OPERATIONS[name][1]]
    return [Tensor(np.abs(draw) + 0.5 if positive else draw, requires_grad=True) for draw in draws]


def weighted(function, name):
    """The result as one number, each entry with its own weight: a plain sum would hide errors in softmax."""
    weights = np.random.default_rng(4).uniform(1, 2, function(*inputs_of(name)).shape)
    return lambda *tensors: (function(*tensors) * weights).sum()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_right_rule_passes(name):
    function, _ = OPERATIONS[name]
    assert gradcheck(weighted(function, name), inputs_of(name), tolerance=1e-7)


def with_planted_bug(function, corrupt):
    """The function with the rule of the node that it ends with passed through ``corrupt``."""

    def planted(*tensors):
        node = function(*tensors)
        if node.requires_grad:  # not while the differences are taken
            rule = node.rule
            node.rule = lambda *arguments: corrupt(rule(*arguments))
        return node

    return planted


def on_operand(number, change):
    """Changes the gradient of one operand."""
    return lambda parts: tuple(change(part) if k == number else part for k, part in enumerate(parts))


BUGS = {
    "the sign": lambda part: -part,
    "a factor 2": lambda part: 2 * part,
    "a factor 0.999": lambda part: 0.999 * part,
    "a missing term": lambda part: part - 0.1 * np.abs(part).max(),
    "a constant too much": lambda part: part + 1e-3,
    "a missing gradient": lambda part: None,
    "zeros": np.zeros_like,
    "one wrong entry": lambda part: part + 0.01 * (np.arange(part.size) == part.size // 2).reshape(part.shape),
    "entries in reverse order": np.flip,
}


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_planted_bug_in_every_rule_is_found(name, bug):
    function, _ = OPERATIONS[name]
    for number in range(len(OPERATIONS[name][1])):
        planted = with_planted_bug(function, on_operand(number, BUGS[bug]))
        comparison = gradcheck(weighted(planted, name), inputs_of(name))
        assert not comparison
        assert comparison.tensor == number


def plain(operation, function, rule, needed=True):
    """An operation with a rule written here, as a reader writes one."""
    return lambda *tensors: record(
        operation, function(*(tensor.data for tensor in tensors)), tensors, rule, needed=tensors if needed else ()
    )


def softmax(z):
    powers = np.exp(z - z.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


CLASSIC = {
    "product without the chain rule": (
        plain("×", np.multiply, lambda g, r, a, b: (b.data, a.data)),
        [(3,), (3,)],
    ),
    "product with its factors exchanged": (
        plain("×", np.multiply, lambda g, r, a, b: (g * a.data, g * b.data)),
        [(3,), (3,)],
    ),
    "quotient without the square": (
        plain("/", np.divide, lambda g, r, a, b: (g / b.data, -g * a.data / b.data)),
        [(3,), (3,)],
    ),
    "bias without the sum over examples": (
        plain("+", np.add, lambda g, r, x, b: (g, g[:1])),
        [(4, 3), (3,)],
    ),
    "bias with the mean over examples": (
        plain("+", np.add, lambda g, r, x, b: (g, g.mean(0))),
        [(4, 3), (3,)],
    ),
    "matrix product with a square weight not transposed": (
        plain("@", np.matmul, lambda g, r, a, b: (g @ b.data, a.data.T @ g)),
        [(4, 3), (3, 3)],
    ),
    "relu that lets everything through": (
        plain("relu", lambda x: np.maximum(x, 0), lambda g, r, x: (g,)),
        [(3, 3)],
    ),
    "sigmoid without 1 − σ": (
        plain("σ", lambda x: 1 / (1 + np.exp(-x)), lambda g, r, x: (g * r.data,)),
        [(3,)],
    ),
    "tanh from the input instead of the result": (
        plain("tanh", np.tanh, lambda g, r, x: (g * (1 - x.data**2),)),
        [(3,)],
    ),
    "softmax by its diagonal alone": (
        plain("softmax", softmax, lambda g, r, z: (g * r.data * (1 - r.data),)),
        [(2, 3)],
    ),
    "cross-entropy without the mean over examples": (
        plain(
            "ce",
            lambda z: -np.log(softmax(z)[np.arange(3), LABELS]).mean(),
            lambda g, r, z: (g * (softmax(z.data) - np.eye(3)[LABELS]),),
        ),
        [(3, 3)],
    ),
    "squared error without the 2": (
        plain("mse", lambda p: (p * p).mean(), lambda g, r, p: (g * p.data / p.data.size,)),
        [(3,)],
    ),
    "selection that does not add up repeats": (
        plain("[ ]", lambda x: x[[0, 0, 1]], lambda g, r, x: (np.array([g[1], g[2], 0 * g[0]]),)),
        [(3,)],
    ),
    "mean without the division": (plain("mean", np.mean, lambda g, r, x: (np.broadcast_to(g, (3,)),)), [(3,)]),
    "normalization that takes its mean for a constant": (
        plain("norm", lambda x: x - x.mean(0), lambda g, r, x: (g,)),
        [(4, 3)],
    ),
}


@pytest.mark.parametrize("name", CLASSIC)
def test_the_mistakes_that_people_make_are_found(name):
    function, shapes = CLASSIC[name]
    generator = np.random.default_rng(3)
    inputs = [Tensor(generator.normal(size=shape), requires_grad=True) for shape in shapes]
    weights = generator.uniform(1, 2, function(*inputs).shape)
    assert not gradcheck(lambda *tensors: (function(*tensors) * weights).sum(), inputs)


def test_a_sum_that_is_missing_where_an_operand_was_broadcast_is_found():
    """The engine sums what rules return; a rule that picks one copy instead is wrong, whatever its shape."""

    def rule(gradient, result, a, b):
        return gradient, gradient[0]

    x, b = Tensor(np.ones((4, 3)), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    comparison = gradcheck(lambda x, b: record("+", x.data + b.data, (x, b), rule).sum(), [x, b])
    assert not comparison
    assert (comparison.tensor, comparison.gradient, comparison.difference) == (1, 1.0, pytest.approx(4.0))


def test_every_rule_of_the_library_is_among_those_checked():
    """A rule is a function of its own beside its operation, or inside it; each operation is in the table above."""
    names = {name for name, _ in inspect.getmembers(functional, inspect.isfunction) if name in functional.__all__}
    renamed = {
        "cross_entropy": "cross-entropy",
        "binary_cross_entropy_with_logits": "log-loss",
        "mse_loss": "squared error",
        "log_softmax": "log softmax",
        "leaky_relu": "leaky relu",
        "batch_norm": "batch norm",
        "layer_norm": "layer norm",
        "group_norm": "group norm",
    }
    assert {renamed.get(name, name) for name in names} <= set(OPERATIONS)
    rules = {
        name.removesuffix("_rule")
        for name, _ in inspect.getmembers(operations, inspect.isfunction)
        if name.endswith("_rule")
    }
    assert rules <= set(OPERATIONS)


def test_a_corner_is_where_the_two_disagree_though_both_are_right():
    """At 0 ReLU has no derivative: backward says 0, the difference says ½."""
    comparison = gradcheck(lambda x: functional.relu(x).sum(), [Tensor([0.0], requires_grad=True)])
    assert not comparison
    assert (comparison.gradient, comparison.difference) == (0, pytest.approx(0.5))
    assert math.isfinite(comparison.relative)


def test_rounding_stays_below_the_tolerance_up_to_values_of_1000_and_not_far_above():
    point = np.random.default_rng(0).normal(size=20)

    def check(height):
        x = Tensor(point, requires_grad=True)
        return gradcheck(lambda x: functional.tanh(x).sum() + height, [x])

    assert check(1e3).relative < 3e-7
    assert not check(1e6)
