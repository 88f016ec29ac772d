"""Functions of tensors: fused operations equal their formula written with plain operations, and PyTorch's.

Random graphs over them are in ``test_random_graphs``.
"""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as torch_functional

from dlcourse.scratch import activations, functional
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.gradient_check import gradcheck


def both(*arrays):
    """The same learnt numbers as tensors of the course and of PyTorch."""
    ours = [Tensor(array, requires_grad=True) for array in arrays]
    return ours, [torch.tensor(np.asarray(array), requires_grad=True) for array in arrays]


def assert_same(ours, theirs, leaves, their_leaves, rtol=1e-10, atol=1e-14):
    """Values, dtypes and gradients, the gradient of the result being 1, 2, 3, ... ``theirs``: either library's."""
    is_torch = isinstance(theirs, torch.Tensor)
    expected = theirs.detach().numpy() if is_torch else theirs.data
    np.testing.assert_allclose(ours.data, expected, rtol=rtol, atol=atol)
    assert ours.dtype == expected.dtype
    assert ours.shape == expected.shape
    gradient = np.arange(1.0, ours.data.size + 1).reshape(ours.shape).astype(ours.dtype)
    ours.backward(gradient)
    theirs.backward(torch.tensor(gradient) if is_torch else gradient)
    for mine, other in zip(leaves, their_leaves, strict=True):
        other_grad = other.grad.numpy() if is_torch else other.grad
        np.testing.assert_allclose(mine.grad, other_grad, rtol=rtol, atol=atol)
        assert mine.grad.dtype == other_grad.dtype


def drawn(*shapes, dtype=np.float64, seed=0):
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape).astype(dtype) for shape in shapes]


# --- fused operations against their formulas


def relu_formula(x):
    return x * (x.data > 0)


def linear_formula(x, weight, bias):
    return x @ weight.T + bias


def softmax_formula(z, dim=-1):
    powers = z.exp()
    return powers / powers.sum(dim, keepdim=True)


def cross_entropy_formula(z, labels):
    return -softmax_formula(z)[np.arange(len(labels)), labels].log().mean()


def sigmoid_formula(x):
    return 1 / (1 + (-x).exp())


def log_loss_formula(z, y):
    p = sigmoid_formula(z)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


def normal_formula(x, weight, bias, axes, eps=1e-5):
    mean = x.mean(axes, keepdim=True)
    variance = ((x - mean) ** 2).mean(axes, keepdim=True)
    return (x - mean) / (variance + eps) ** 0.5 * weight + bias


LABELS = np.array([2, 0, 2, 1])
FORMULAS = {
    "linear": (functional.linear, linear_formula, [(4, 3), (2, 3), (2,)]),
    "linear of a batch of sequences": (functional.linear, linear_formula, [(5, 4, 3), (2, 3), (2,)]),
    "linear of one example": (functional.linear, linear_formula, [(3,), (2, 3), (2,)]),
    "linear and relu": (
        lambda x, w, b: functional.linear(x, w, b, relu=True),
        lambda x, w, b: relu_formula(linear_formula(x, w, b)),
        [(4, 3), (2, 3), (2,)],
    ),
    "relu": (functional.relu, relu_formula, [(4, 3)]),
    "leaky relu": (
        lambda x: functional.leaky_relu(x, 0.1),
        lambda x: relu_formula(x) - 0.1 * relu_formula(-x),
        [(4, 3)],
    ),
    "sigmoid": (functional.sigmoid, sigmoid_formula, [(4, 3)]),
    "tanh": (functional.tanh, lambda x: 1 - 2 / (1 + (2 * x).exp()), [(4, 3)]),
    "gelu tanh": (
        lambda x: functional.gelu(x, "tanh"),
        lambda x: x * sigmoid_formula(2 * (2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)),
        [(4, 3)],
    ),
    "softmax": (functional.softmax, softmax_formula, [(4, 3)]),
    "softmax along the first axis": (
        lambda z: functional.softmax(z, 0),
        lambda z: softmax_formula(z, 0),
        [(4, 3)],
    ),
    "log softmax": (functional.log_softmax, lambda z: softmax_formula(z).log(), [(4, 3)]),
    "cross-entropy": (
        lambda z: functional.cross_entropy(z, LABELS),
        lambda z: cross_entropy_formula(z, LABELS),
        [(4, 3)],
    ),
    "log-loss": (functional.binary_cross_entropy_with_logits, log_loss_formula, [(4, 3), (4, 3)]),
    "squared error": (functional.mse_loss, lambda p, y: ((p - y) ** 2).mean(), [(4, 3), (4, 3)]),
    "layer norm": (functional.layer_norm, lambda x, w, b: normal_formula(x, w, b, -1), [(4, 3), (3,), (3,)]),
    "layer norm over two axes": (
        functional.layer_norm,
        lambda x, w, b: normal_formula(x, w, b, (-2, -1)),
        [(5, 4, 3), (4, 3), (4, 3)],
    ),
    "batch norm": (
        lambda x, w, b: functional.batch_norm(x, np.zeros(3), np.ones(3), w, b, training=True),
        lambda x, w, b: normal_formula(x, w, b, 0),
        [(4, 3), (3,), (3,)],
    ),
    "batch norm of pictures": (
        lambda x, w, b: functional.batch_norm(x, np.zeros(3), np.ones(3), w, b, training=True),
        lambda x, w, b: normal_formula(x, w.reshape(3, 1, 1), b.reshape(3, 1, 1), (0, 2, 3)),
        [(4, 3, 2, 5), (3,), (3,)],
    ),
    "batch norm by running statistics": (
        lambda x, w, b: functional.batch_norm(x, np.full(3, 0.5), np.full(3, 2.0), w, b),
        lambda x, w, b: (x - 0.5) / (2 + 1e-5) ** 0.5 * w + b,
        [(4, 3), (3,), (3,)],
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_each_fused_operation_is_its_formula_written_with_plain_operations(name):
    fused, formula, shapes = FORMULAS[name]
    arrays = drawn(*shapes)
    ours, plain = ([Tensor(array, requires_grad=True) for array in arrays] for _ in range(2))
    assert_same(fused(*ours), formula(*plain), ours, plain, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("name", FORMULAS)
def test_each_fused_operation_passes_the_gradient_check(name):
    fused, _, shapes = FORMULAS[name]
    inputs = [Tensor(array, requires_grad=True) for array in drawn(*shapes)]
    weights = drawn(fused(*inputs).shape, seed=1)[0]
    assert gradcheck(lambda *tensors: (fused(*tensors) * weights).sum() * 3, inputs)


@pytest.mark.parametrize("name", FORMULAS)
def test_each_fused_operation_keeps_float32(name):
    fused, _, shapes = FORMULAS[name]
    inputs = [Tensor(array, requires_grad=True) for array in drawn(*shapes, dtype=np.float32)]
    if name.startswith("batch norm"):
        return  # its statistics are given in float64 above; test_layers has them in float32
    result = fused(*inputs)
    result.sum().backward()
    assert result.dtype == np.float32
    assert {tensor.grad.dtype for tensor in inputs} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", FORMULAS)
def test_each_fused_operation_needs_gradients_only_of_those_who_ask(name):
    """One operand learns at a time; nothing at all inside no_grad."""
    fused, _, shapes = FORMULAS[name]
    arrays = drawn(*shapes)
    together = [Tensor(array, requires_grad=True) for array in arrays]
    fused(*together).sum().backward()
    for number in range(len(arrays)):
        alone = [Tensor(array, requires_grad=k == number) for k, array in enumerate(arrays)]
        fused(*alone).sum().backward()
        np.testing.assert_allclose(alone[number].grad, together[number].grad, rtol=1e-12)
        assert all(tensor.grad is None for k, tensor in enumerate(alone) if k != number)
    with no_grad():
        assert not fused(*together).requires_grad


# --- against PyTorch

PAIRS = {
    "relu": (functional.relu, torch_functional.relu),
    "leaky relu": (functional.leaky_relu, torch_functional.leaky_relu),
    "leaky relu 0.3": (
        lambda x: functional.leaky_relu(x, 0.3),
        lambda x: torch_functional.leaky_relu(x, 0.3),
    ),
    "sigmoid": (functional.sigmoid, torch.sigmoid),
    "tanh": (functional.tanh, torch.tanh),
    "gelu": (functional.gelu, torch_functional.gelu),
    "gelu tanh": (lambda x: functional.gelu(x, "tanh"), lambda x: torch_functional.gelu(x, approximate="tanh")),
    "softmax": (functional.softmax, lambda x: torch.softmax(x, -1)),
    "log softmax": (functional.log_softmax, lambda x: torch.log_softmax(x, -1)),
    "softmax 0": (lambda x: functional.softmax(x, 0), lambda x: torch.softmax(x, 0)),
    "log softmax 0": (lambda x: functional.log_softmax(x, dim=0), lambda x: torch.log_softmax(x, dim=0)),
}


@pytest.mark.parametrize(("dtype", "rtol", "atol"), [(np.float64, 1e-10, 1e-14), (np.float32, 1e-5, 1e-6)])
@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 3), (2, 3, 4)])
@pytest.mark.parametrize("name", PAIRS)
def test_activations_are_those_of_pytorch(name, shape, dtype, rtol, atol):
    ours, theirs = PAIRS[name]
    (w,), (other,) = both(drawn(shape, dtype=dtype)[0])
    assert_same(ours(w), theirs(other), [w], [other], rtol, atol)


@pytest.mark.parametrize("name", PAIRS)
def test_activations_of_special_numbers_are_those_of_pytorch(name):
    """0 (the corner), numbers where eˣ overflows, and, by value, those that are not finite."""
    ours, theirs = PAIRS[name]
    (w,), (other,) = both(np.array([0.0, -0.0, 1000.0, -1000.0, 88.8, -88.8, 1e-300]))
    assert_same(ours(w), theirs(other), [w], [other])
    with np.errstate(all="ignore"):
        for number in (np.nan, np.inf, -np.inf):
            (w,), (other,) = both(np.array([number, 0.5]))
            np.testing.assert_allclose(ours(w).data, theirs(other).detach().numpy())


def test_relu_of_nan_is_nan():
    assert np.isnan(functional.relu(Tensor([np.nan])).data).all()
    assert np.isnan(functional.linear(Tensor([[np.nan]]), Tensor([[1.0]]), relu=True).data).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_stops_an_infinite_gradient_and_passes_at_nan_as_in_pytorch(dtype):
    """∞ · 0 is nan: relu(x)^0.5 had the gradient nan for every x < 0; and at nan the gradient was 0."""
    (w,), (other,) = both(np.array([-1.0, 4.0, np.nan, 0.0], dtype))
    with np.errstate(divide="ignore"):
        (functional.relu(w) ** 0.5).sum().backward()
    (torch.relu(other) ** 0.5).sum().backward()
    np.testing.assert_array_equal(w.grad, other.grad)
    (w,), (other,) = both(np.array([-1.0, 4.0, np.nan, 0.0], dtype))
    functional.relu(w).sum().backward()
    torch.relu(other).sum().backward()
    np.testing.assert_array_equal(w.grad, other.grad)
    inputs = Tensor(np.array([[1.0]], dtype))
    (w,), (other,) = both(np.array([[-1.0], [2.0]], dtype))
    with np.errstate(divide="ignore"):
        (functional.linear(inputs, w, relu=True) ** 0.5).sum().backward()
    (torch.relu(torch.from_numpy(inputs.data) @ other.T) ** 0.5).sum().backward()
    np.testing.assert_allclose(w.grad, other.grad, rtol=1e-6)


def test_the_largest_entry_alone_gets_an_infinite_gradient():
    w = Tensor([0.0, -1.0, -2.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        (functional.amax(w) ** 0.5).backward()
    assert w.grad.tolist() == [np.inf, 0, 0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (0, 3)])
def test_passing_by_bits_is_the_choice_of_numpy(shape, dtype):
    generator = np.random.default_rng(0)
    gradient = generator.normal(size=shape).astype(dtype)
    for special in (gradient, gradient * np.inf, np.full(shape, np.nan, dtype), gradient.T, -0.0 * gradient):
        where = np.asarray(generator.normal(size=special.shape) > 0)
        received = activations.passed(special, where)
        np.testing.assert_array_equal(received, np.where(where, special, 0))
        assert received.dtype == dtype


def test_softmax_with_minus_infinity_gives_that_class_nothing():
    (z,), (theirs,) = both(np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 5.0]]))
    assert_same(functional.softmax(z), torch.softmax(theirs, -1), [z], [theirs])


@pytest.mark.parametrize("name", ["gelu", "softmax", "log softmax", "gelu tanh"])
def test_nothing_is_computed_of_nothing(name):
    ours, theirs = PAIRS[name]
    (w,), (other,) = both(np.ones((0, 3)))
    assert_same(ours(w), theirs(other), [w], [other])


def test_gelu_knows_two_forms():
    with pytest.raises(ValueError, match="'none' or 'tanh'"):
        functional.gelu(Tensor([1.0]), "sigmoid")


# --- linear


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(4, 3), (3,), (2, 4, 3), (0, 3), (0, 4, 3), (4, 0, 3), (1, 1, 1, 3)])
def test_linear_is_that_of_pytorch(shape, bias, relu):
    ours, theirs = both(*drawn(shape, (2, 3), *([(2,)] if bias else [])))
    expected = torch_functional.linear(*theirs)
    assert_same(
        functional.linear(*ours, relu=relu), torch.relu(expected) if relu else expected, ours, theirs, atol=1e-12
    )


def test_linear_works_with_weights_in_every_order_in_memory():
    x, w, b = drawn((4, 3), (2, 3), (2,))
    for weight in (np.asfortranarray(w), np.ascontiguousarray(w), np.repeat(w, 2, axis=1)[:, ::2]):
        ours, theirs = both(x, weight, b)
        for _ in range(2):
            assert_same(functional.linear(*ours), torch_functional.linear(*theirs), ours, theirs)


@pytest.mark.parametrize(
    "dtypes", [(np.float32, np.float32, np.float64), (np.float64, np.float32, np.float32), (np.float32, np.float64) * 2]
)
def test_linear_of_mixed_dtypes_gives_the_larger_one_as_its_formula_does(dtypes):
    ours, plain = (
        [
            Tensor(array.astype(dtype), requires_grad=True)
            for array, dtype in zip(drawn((4, 3), (2, 3), (2,)), dtypes[:3], strict=True)
        ]
        for _ in range(2)
    )
    assert_same(functional.linear(*ours), linear_formula(*plain), ours, plain, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("inputs", "weight", "bias"),
    [
        ((4, 3), (3, 2), None),
        ((4, 3), (2, 3), (3,)),
        ((4, 3), (2, 3), (1, 2)),
        ((4, 3), (2, 3), (4, 2)),
        ((4, 3), (2, 3), (1,)),
        ((4, 3), (2, 3), ()),
        ((4, 3), (3,), None),
        ((), (2, 3), None),
        ((4, 3), (1, 2, 3), None),
    ],
)
def test_linear_names_the_shapes_that_do_not_fit(inputs, weight, bias):
    tensors = [Tensor(np.ones(shape)) for shape in (inputs, weight, *([] if bias is None else [bias]))]
    with pytest.raises(ValueError, match=r"linear: expected inputs \(\.\.\., in\), a weight \(out, in\)"):
        functional.linear(*tensors)


# --- losses


@pytest.mark.parametrize(("dtype", "rtol", "atol"), [(np.float64, 1e-10, 1e-14), (np.float32, 1e-5, 1e-6)])
@pytest.mark.parametrize("shape", [(1, 2), (4, 3), (7, 1), (64, 10)])
def test_cross_entropy_is_that_of_pytorch(shape, dtype, rtol, atol):
    labels = np.random.default_rng(1).integers(0, shape[1], shape[0])
    (z,), (theirs,) = both(drawn(shape, dtype=dtype)[0] * 3)
    for given in (labels, labels.astype(np.int32), labels.astype(np.uint8), labels.tolist(), labels[::-1][::-1]):
        z.clear_grad()
        theirs.grad = None
        expected = torch_functional.cross_entropy(theirs, torch.tensor(labels))
        assert_same(functional.cross_entropy(z, given), expected, [z], [theirs], rtol, atol)


def test_cross_entropy_of_huge_logits_is_finite_where_that_of_pytorch_is():
    array = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [1e300, 1e300, 0], [0.0, -np.inf, 1.0]])
    (z,), (theirs,) = both(array)
    labels = np.array([1, 1, 0, 2])
    expected = torch_functional.cross_entropy(theirs, torch.tensor(labels))
    assert np.isfinite(expected.item())
    assert_same(functional.cross_entropy(z, labels), expected, [z], [theirs])


def test_cross_entropy_of_an_impossible_class_is_infinite_and_of_nan_is_nan():
    assert functional.cross_entropy(Tensor([[0.0, -np.inf]]), [1]).item() == np.inf
    assert np.isnan(functional.cross_entropy(Tensor([[0.0, np.nan]]), [0]).item())


def test_labels_may_be_changed_between_the_passes():
    for dtype in (np.int64, np.int32):
        z, labels = Tensor(drawn((4, 3))[0], requires_grad=True), LABELS.astype(dtype)
        loss = functional.cross_entropy(z, labels)
        labels[:] = 0
        loss.backward()
        expected = (np.exp(z.data) / np.exp(z.data).sum(1, keepdims=True) - np.eye(3)[LABELS]) / 4
        np.testing.assert_allclose(z.grad, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, 1, 2, 3], ValueError, "labels from 0 to 2"),
        ([0, 1, 2, -1], ValueError, "labels from 0 to 2"),
        ([0, 1, 2], ValueError, "one label for each of the 4 rows"),
        ([0.0, 1.0, 2.0, 1.0], TypeError, "integer class labels"),
        (np.eye(4, 3, dtype=int), ValueError, r"argmax\(axis=1\)"),
        (1, ValueError, "expected shape"),
        ([True, False, True, False], TypeError, "integer class labels"),
    ],
)
def test_labels_that_are_none_are_named(labels, error, message):
    with pytest.raises(error, match=message):
        functional.cross_entropy(Tensor(np.zeros((4, 3))), labels)


@pytest.mark.parametrize("shape", [(3,), (4, 3, 2), ()])
def test_cross_entropy_takes_logits_of_two_axes(shape):
    with pytest.raises(ValueError, match=r"logits of shape \(n, classes\)"):
        functional.cross_entropy(Tensor(np.zeros(shape)), [0])


def test_cross_entropy_of_no_examples_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        functional.cross_entropy(Tensor(np.zeros((0, 3))), np.zeros(0, int))


@pytest.mark.parametrize("ignore_index", [-100, -1, 2, 0])
def test_rows_that_are_ignored_count_neither_in_the_mean_nor_in_the_gradient(ignore_index):
    labels = np.array([1, ignore_index, 3, ignore_index, 1])
    (z,), (theirs,) = both(drawn((5, 4))[0] * 3)
    for given in (labels, labels.tolist(), labels.astype(np.int32)):
        z.clear_grad()
        theirs.grad = None
        expected = torch_functional.cross_entropy(theirs, torch.tensor(labels), ignore_index=ignore_index)
        assert_same(functional.cross_entropy(z, given, ignore_index), expected, [z], [theirs])
    kept = labels != ignore_index
    assert functional.cross_entropy(z, labels, ignore_index).item() == pytest.approx(
        functional.cross_entropy(Tensor(z.data[kept]), labels[kept]).item()
    )


def test_what_stands_in_an_ignored_row_has_no_effect():
    z = Tensor([[0.0, 1.0], [np.nan, np.inf]], requires_grad=True)
    with np.errstate(invalid="ignore"):
        loss = functional.cross_entropy(z, [1, -100])
        loss.backward()
    assert loss.item() == pytest.approx(math.log1p(math.exp(-1)))
    assert (z.grad[1] == 0).all()


def test_ignoring_every_row_is_refused_and_other_labels_are_still_checked():
    z = Tensor(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="every label is -100, ignored: nothing is left to average"):
        functional.cross_entropy(z, [-100, -100, -100])
    with pytest.raises(ValueError, match=r"labels from 0 to 1 .*labels\[2\] is 2"):
        functional.cross_entropy(z, [0, -100, 2])
    with pytest.raises(ValueError, match=r"labels from 0 to 1 .*labels\[1\] is -100"):
        functional.cross_entropy(z, [0, -100, 1], ignore_index=-1)
    with pytest.raises(TypeError, match="integer class labels"):
        functional.cross_entropy(z, [0.0, -100.0, 1.0])


def test_logits_of_sequences_are_told_to_be_flattened():
    with pytest.raises(ValueError, match=r"received \(2, 5, 3\)\. Flatten batch and time first: logits\.reshape"):
        functional.cross_entropy(Tensor(np.zeros((2, 5, 3))), np.zeros((2, 5), int))


def softplus(z):
    """log(1 + eᶻ) of a float."""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-14), (np.float32, 1e-6)])
@pytest.mark.parametrize("target", [0.0, 1.0, 0.25])
def test_log_loss_keeps_its_digits_at_every_logit(dtype, rtol, target):
    """log(1 + eᶻ) − z, taken literally, has none left from z = 17 on in float32, and PyTorch's has none for z = −17."""
    for number in (-1000, -90, -36, -20, -10, -1, -1e-3, 0, 1e-3, 1, 10, 17, 20, 36, 80, 1000):
        z = dtype(number)
        exact = target * softplus(-float(z)) + (1 - target) * softplus(float(z))
        loss = functional.binary_cross_entropy_with_logits(Tensor(z[None]), [target])
        assert loss.dtype == dtype
        np.testing.assert_allclose(loss.data, exact, rtol=rtol, atol=np.finfo(dtype).tiny)


@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 3)])
@pytest.mark.parametrize("name", ["mse_loss", "binary_cross_entropy_with_logits"])
def test_losses_are_those_of_pytorch_also_by_their_targets(name, shape):
    ours, theirs = both(*drawn(shape, shape))
    assert_same(getattr(functional, name)(*ours), getattr(torch_functional, name)(*theirs), ours, theirs)
    (p,), (other,) = both(drawn(shape)[0])
    targets = drawn(shape, seed=5)[0]
    expected = getattr(torch_functional, name)(other, torch.tensor(targets))
    assert_same(getattr(functional, name)(p, targets), expected, [p], [other])


@pytest.mark.parametrize("name", ["mse_loss", "binary_cross_entropy_with_logits"])
def test_targets_of_another_shape_are_refused_rather_than_broadcast(name):
    predictions = Tensor(np.zeros((4, 1)), requires_grad=True)
    with pytest.raises(ValueError, match=r"\(4, 1\), received \(4,\).*\[:, None\]"):
        getattr(functional, name)(predictions, np.zeros(4))
    with pytest.raises(ValueError, match="expected the shape of the predictions"):
        getattr(functional, name)(predictions, 0.0)


def test_targets_may_be_integers_and_may_be_changed_between_the_passes():
    for name in ("mse_loss", "binary_cross_entropy_with_logits"):
        z, targets = Tensor(np.zeros(3, np.float32), requires_grad=True), np.array([0, 1, 1])
        loss = getattr(functional, name)(z, targets)
        same = getattr(functional, name)(z, floats := targets.astype(np.float32))
        floats[:] = 9
        loss.backward()
        first = z.grad
        z.clear_grad()
        same.backward()
        np.testing.assert_array_equal(z.grad, first)
        assert loss.dtype == z.grad.dtype == np.float32


# --- normalization


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (4, 3, 2, 5), (1, 3, 2), (2, 3, 1, 1)])
def test_batch_norm_and_its_running_statistics_are_those_of_pytorch(shape, dtype):
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-8, "atol": 1e-10}
    arrays = drawn(shape, (3,), (3,), dtype=dtype)
    running = [np.array([0.1, -0.2, 0.3], dtype), np.array([1.0, 2.0, 0.5], dtype)]
    their_running = [torch.tensor(array) for array in running]
    for training in (True, True, False):
        ours, theirs = both(*arrays)
        expected = torch_functional.batch_norm(theirs[0], *their_running, *theirs[1:], training, 0.3, 1e-3)
        received = functional.batch_norm(ours[0], *running, *ours[1:], training, 0.3, 1e-3)
        assert_same(received, expected, ours, theirs, **tolerance)
        for mine, other in zip(running, their_running, strict=True):
            np.testing.assert_allclose(mine, other.numpy(), rtol=1e-5)
            assert mine.dtype == dtype


def test_batch_norm_of_no_examples_by_running_statistics_is_nothing():
    ours, theirs = both(np.zeros((0, 3)), np.ones(3), np.zeros(3))
    running = np.zeros(3), np.ones(3)
    expected = torch_functional.batch_norm(theirs[0], *map(torch.tensor, running), *theirs[1:])
    assert_same(functional.batch_norm(ours[0], *running, *ours[1:]), expected, ours, theirs)


def test_running_statistics_changed_after_a_prediction_leave_its_gradient_alone():
    mean, variance = np.zeros(3), np.ones(3)
    x, w, b = (Tensor(array, requires_grad=True) for array in drawn((4, 3), (3,), (3,)))
    y = functional.batch_norm(x, mean, variance, w, b)
    mean += 5
    variance *= 9
    y.sum().backward()
    np.testing.assert_allclose(x.grad, np.broadcast_to(w.data / np.sqrt(1 + 1e-5), (4, 3)))


def test_batch_norm_of_equal_values_is_its_bias():
    x, w, b = Tensor(np.full((4, 3), 7.0)), Tensor(np.ones(3)), Tensor(np.array([1.0, 2.0, 3.0]))
    y = functional.batch_norm(x, np.zeros(3), np.ones(3), w, b, training=True)
    np.testing.assert_allclose(y.data, np.broadcast_to(b.data, (4, 3)), atol=1e-12)


def test_batch_norm_refuses_one_value_a_channel_and_shapes_that_do_not_fit():
    one, zero = Tensor(np.ones(3)), Tensor(np.zeros(3))
    arrays = np.zeros(3), np.ones(3)
    with pytest.raises(ValueError, match="at least two values a channel"):
        functional.batch_norm(Tensor(np.ones((1, 3))), *arrays, one, zero, training=True)
    np.testing.assert_array_equal(arrays, [np.zeros(3), np.ones(3)])
    for shape in ((4, 2), (3,), ()):
        with pytest.raises(ValueError, match=r"expected inputs \(n, channels\)"):
            functional.batch_norm(Tensor(np.ones(shape)), *arrays, one, zero)
    with pytest.raises(ValueError, match="expected bias and statistics"):
        functional.batch_norm(Tensor(np.ones((4, 3))), *arrays, one, Tensor(np.zeros(1)))
    with pytest.raises(ValueError, match="expected bias and statistics"):
        functional.batch_norm(Tensor(np.ones((4, 3))), np.zeros(1), np.ones(3), one, zero)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("shape", "last"), [((4, 3), 1), ((3,), 1), ((5, 4, 3), 1), ((5, 4, 3), 2), ((5, 4, 3), 3)])
def test_layer_norm_is_that_of_pytorch(shape, last, dtype):
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-8, "atol": 1e-10}
    size = shape[-last:]
    ours, theirs = both(*drawn(shape, size, size, dtype=dtype))
    expected = torch_functional.layer_norm(theirs[0], size, *theirs[1:], 1e-3)
    assert_same(functional.layer_norm(*ours, 1e-3), expected, ours, theirs, **tolerance)


def test_layer_norm_refuses_shapes_that_do_not_fit():
    for inputs, weight, bias in (((4, 3), (4,), (4,)), ((3,), (2, 3), (2, 3)), ((4, 3), (3,), (1,))):
        with pytest.raises(ValueError, match="layer_norm: expected"):
            functional.layer_norm(*(Tensor(np.ones(shape)) for shape in (inputs, weight, bias)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("shape", "groups"), [((5, 6), 3), ((4, 6, 5), 2), ((2, 6, 3, 2), 6), ((1, 6, 2, 2), 1)])
def test_group_norm_is_that_of_pytorch(shape, groups, dtype):
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-8, "atol": 1e-10}
    ours, theirs = both(*drawn(shape, (6,), (6,), dtype=dtype))
    expected = torch_functional.group_norm(theirs[0], groups, *theirs[1:], 1e-3)
    assert_same(functional.group_norm(ours[0], groups, *ours[1:], 1e-3), expected, ours, theirs, **tolerance)


def test_group_norm_with_one_group_is_layer_norm_and_does_not_see_the_rest_of_the_batch():
    x, ones, zeros = drawn((4, 6, 3))[0], np.ones(6), np.zeros(6)
    together = functional.group_norm(Tensor(x), 1, Tensor(ones), Tensor(zeros)).data
    by_layer = functional.layer_norm(Tensor(x), Tensor(np.ones((6, 3))), Tensor(np.zeros((6, 3)))).data
    np.testing.assert_allclose(together, by_layer)
    alone = functional.group_norm(Tensor(x[:1]), 1, Tensor(ones), Tensor(zeros)).data
    np.testing.assert_allclose(together[:1], alone)
    assert functional.group_norm(Tensor(x[:0]), 2, Tensor(ones), Tensor(zeros)).shape == (0, 6, 3)


def test_group_norm_refuses_groups_that_do_not_fit_and_groups_of_one_value():
    one, zero = Tensor(np.ones(6)), Tensor(np.zeros(6))
    with pytest.raises(ValueError, match="6 channels cannot be cut into 4 equal groups; into 1, 2, 3, 6 they can"):
        functional.group_norm(Tensor(np.ones((2, 6, 2))), 4, one, zero)
    with pytest.raises(ValueError, match="group of one value"):
        functional.group_norm(Tensor(np.ones((2, 6))), 6, one, zero)
    with pytest.raises(ValueError, match=r"group_norm: expected inputs \(n, channels\)"):
        functional.group_norm(Tensor(np.ones((2, 5))), 1, one, zero)
    with pytest.raises(ValueError, match="group_norm: expected bias of shape"):
        functional.group_norm(Tensor(np.ones((2, 6))), 2, one, Tensor(np.zeros(5)))
    with pytest.raises(TypeError, match="num_groups: expected a whole number"):
        functional.group_norm(Tensor(np.ones((2, 6))), 2.0, one, zero)


# --- dropout


def test_dropout_keeps_the_mean_and_gives_the_gradient_to_those_who_stayed():
    x = Tensor(np.ones((300, 300)), requires_grad=True)
    y = functional.dropout(x, 0.3, generator=np.random.default_rng(0))
    share = (y.data == 0).mean()
    assert share == pytest.approx(0.3, abs=5 * np.sqrt(0.21 / 90_000))
    np.testing.assert_allclose(np.unique(y.data), [0, 1 / 0.7])
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)


def test_dropout_outside_of_training_is_the_tensor_itself():
    x = Tensor(np.ones(3), requires_grad=True)
    generator = np.random.default_rng(0)
    assert functional.dropout(x, 0.5, False, generator=generator) is x
    assert functional.dropout(x, 0.0, generator=generator) is x


def test_dropout_of_everything_is_zero_without_a_warning():
    x = Tensor(np.ones(5, np.float32), requires_grad=True)
    y = functional.dropout(x, 1.0, generator=np.random.default_rng(0))
    y.sum().backward()
    np.testing.assert_array_equal(y.data, np.zeros(5))
    np.testing.assert_array_equal(x.grad, np.zeros(5))


def test_dropout_keeps_float32_and_draws_from_its_generator_alone():
    x = Tensor(np.ones(50, np.float32))
    first, second = (functional.dropout(x, generator=np.random.default_rng(3)) for _ in range(2))
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first.data, second.data)


def test_dropout_refuses_a_share_outside_0_to_1_and_a_seed():
    x = Tensor(np.ones(3))
    for wrong in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="p: "):
            functional.dropout(x, wrong, generator=np.random.default_rng(0))
    with pytest.raises(TypeError, match="random generator"):
        functional.dropout(x, generator=0)


# --- what is no tensor


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *((name, getattr(functional, name)) for name in ("relu", "leaky_relu", "sigmoid", "tanh", "gelu", "amax")),
        ("softmax", functional.softmax),
        ("log_softmax", functional.log_softmax),
        ("cross_entropy", lambda x: functional.cross_entropy(x, [0, 1])),
        ("log-loss", lambda x: functional.binary_cross_entropy_with_logits(x, x)),
        ("mse_loss", lambda x: functional.mse_loss(x, Tensor(x, requires_grad=True))),
        ("linear", lambda x: functional.linear(x, Tensor(x))),
        ("linear weight", lambda x: functional.linear(Tensor(x), x)),
        ("linear bias", lambda x: functional.linear(Tensor(x), Tensor(x), np.ones(2))),
        ("layer_norm", lambda x: functional.layer_norm(Tensor(x), np.ones(3), np.zeros(3))),
        ("group_norm", lambda x: functional.group_norm(Tensor(x), 1, np.ones(2), np.zeros(2))),
        ("batch_norm", lambda x: functional.batch_norm(x, np.zeros(3), np.ones(3), Tensor(x[0]), Tensor(x[0]))),
        ("dropout", lambda x: functional.dropout(x, generator=np.random.default_rng(0))),
        ("pad", lambda x: functional.pad(x, (1, 1))),
        ("where", lambda x: functional.where(x > 0, x, x)),
        ("conv2d", lambda x: functional.conv2d(x, x)),
        *(
            (name, lambda x, name=name: getattr(functional, name)(x, 1))
            for name in functional.__all__
            if "pool" in name
        ),
    ],
)
def test_an_array_where_a_tensor_belongs_is_named(name, function):
    """An array has an attribute data too, which is something else: left alone, the error would speak of that."""
    with pytest.raises(TypeError, match=r": expected a Tensor, received ndarray\. Wrap an array: Tensor\(array\)"):
        function(np.ones((2, 3)))


# --- fast forms beside the plain ones


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_fast_rule_of_a_linear_layer_is_the_plain_one(dtype):
    x, w, b, gradient = drawn((5, 3), (2, 3), (2,), (5, 2), dtype=dtype)
    operands = [Tensor(array, requires_grad=True) for array in (x, w, b)]
    fast = functional.linear_rule(gradient, None, *operands)
    plain = functional.plain_linear_rule(gradient, None, *operands)
    for received, expected in zip(fast, plain, strict=True):
        assert received.dtype == dtype
        np.testing.assert_allclose(received, expected, rtol=1e-6, atol=1e-6 if dtype is np.float32 else 1e-14)


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_the_fast_cross_entropy_is_the_plain_one(scale):
    (values,) = drawn((6, 4))
    labels = np.array([0, 3, 1, 1, 2, 0])
    y, z = (Tensor(scale * values, requires_grad=True) for _ in range(2))
    fast, plain = functional.cross_entropy(y, labels), functional.plain_cross_entropy(z, labels)
    assert fast.item() == pytest.approx(plain.item(), rel=1e-13)
    fast.backward()
    plain.backward()
    np.testing.assert_allclose(y.grad, z.grad, rtol=1e-12, atol=1e-16)
