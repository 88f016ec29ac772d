"""Losses and their gradients against closed forms, central differences, hypothesis and PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcourse.scratch import losses

FLOATS = [np.float32, np.float64]
HUGE = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [3.0, 1e4, 1e4]])

numbers = st.floats(-30, 30)
vectors = arrays(np.float64, st.integers(1, 30), elements=numbers)
tables = arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=numbers)


def central_differences(function, values, step=1e-6):
    """The gradient of ``function`` at ``values``, entry by entry."""
    slopes = np.empty_like(values)
    for index in np.ndindex(values.shape):
        unit = np.zeros_like(values)
        unit[index] = step
        slopes[index] = (function(values + unit) - function(values - unit)) / (2 * step)
    return slopes


def binary_examples(dtype=np.float64, size=20):
    generator = np.random.default_rng(0)
    return generator.normal(0, 3, size).astype(dtype), generator.integers(0, 2, size)


def class_examples(dtype=np.float64, size=20, classes=5):
    generator = np.random.default_rng(1)
    return generator.normal(0, 3, (size, classes)).astype(dtype), generator.integers(0, classes, size)


# --- squared error


def test_half_mean_squared_error_by_hand():
    assert losses.half_mean_squared_error([1.0, 2.0], [0.0, 4.0]) == (1 + 4) / 4


@pytest.mark.parametrize("predictions", [[[1.0], [2.0]], [1.0, 2.0, 3.0], 1.0])
def test_half_mean_squared_error_never_broadcasts(predictions):
    with pytest.raises(ValueError, match=r"predictions: expected shape \(2,\)"):
        losses.half_mean_squared_error(predictions, [0.0, 4.0])


# --- sigmoid


@given(vectors)
def test_sigmoid_of_minus_z_is_one_minus_sigmoid(logits):
    np.testing.assert_allclose(losses.sigmoid(-logits), 1 - losses.sigmoid(logits), atol=1e-15)


@given(vectors)
def test_sigmoid_is_half_of_a_shifted_hyperbolic_tangent(logits):
    np.testing.assert_allclose(losses.sigmoid(logits), (1 + np.tanh(logits / 2)) / 2, atol=1e-15)


def test_sigmoid_keeps_its_relative_precision_where_it_is_small():
    np.testing.assert_allclose(losses.sigmoid([-700.0, -50.0]), np.exp([-700.0, -50.0]), rtol=1e-14)


@given(vectors)
def test_sigmoid_derivative_lies_between_0_and_a_quarter_and_is_even(logits):
    slopes = losses.sigmoid_derivative(logits)
    assert (slopes > 0).all()
    assert (slopes <= 0.25).all()
    np.testing.assert_array_equal(slopes, losses.sigmoid_derivative(-logits))


def test_sigmoid_derivative_is_the_central_difference_and_a_quarter_at_0():
    logits = np.linspace(-6, 6, 25)
    slopes = (losses.sigmoid(logits + 1e-6) - losses.sigmoid(logits - 1e-6)) / 2e-6
    np.testing.assert_allclose(losses.sigmoid_derivative(logits), slopes, atol=1e-9)
    assert losses.sigmoid_derivative(0) == 0.25


def test_sigmoid_derivative_does_not_round_to_0_where_the_sigmoid_rounds_to_1():
    assert losses.sigmoid(40.0) == 1
    np.testing.assert_allclose(losses.sigmoid_derivative(40.0), np.exp(-40.0), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.bool_])
def test_sigmoid_and_derivative_of_whole_numbers_are_those_of_float64(dtype):
    whole = np.array([0, 1], dtype)
    for function in (losses.sigmoid, losses.sigmoid_derivative):
        assert function(whole).dtype == np.float64
        np.testing.assert_array_equal(function(whole), function(np.array([0.0, 1.0])))


# --- log-loss, and the squared error behind a sigmoid


def test_log_loss_of_undecided_logits_is_log_2():
    assert losses.log_loss([0.0, 0.0], [0, 1]) == pytest.approx(np.log(2))


@pytest.mark.parametrize("dtype", FLOATS)
def test_log_loss_and_its_gradient_are_pytorchs(dtype):
    logits, labels = binary_examples(dtype)
    peer = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(peer, torch.tensor(labels.astype(dtype)))
    loss.backward()
    assert losses.log_loss(logits, labels) == pytest.approx(loss.item(), abs=1e-6)
    np.testing.assert_allclose(losses.log_loss_gradient(logits, labels), peer.grad.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("loss", "gradient"),
    [
        (losses.log_loss, losses.log_loss_gradient),
        (losses.sigmoid_squared_error, losses.sigmoid_squared_error_gradient),
    ],
)
def test_binary_gradients_are_the_central_differences(loss, gradient):
    logits, labels = binary_examples()
    slopes = central_differences(lambda z: loss(z, labels), logits)
    np.testing.assert_allclose(gradient(logits, labels), slopes, atol=1e-9)


@pytest.mark.parametrize("logit", [-6.0, -2.0, 3.0])
def test_the_squared_error_attenuates_the_gradient_by_the_derivative_of_the_sigmoid(logit):
    ratio = losses.sigmoid_squared_error_gradient([logit], [1]) / losses.log_loss_gradient([logit], [1])
    np.testing.assert_allclose(ratio, losses.sigmoid_derivative(logit), rtol=1e-12)


@pytest.mark.parametrize("dtype", FLOATS)
def test_log_loss_of_enormous_logits_is_exact(dtype):
    logits = np.array([1e4, -1e4], dtype)
    assert losses.log_loss(logits, [1, 0]) == 0
    assert losses.log_loss(logits, [0, 1]) == 1e4
    np.testing.assert_array_equal(losses.log_loss_gradient(logits, [0, 1]), np.array([0.5, -0.5], dtype))


# --- one-hot


@given(st.integers(1, 12).flatmap(lambda k: st.tuples(st.just(k), st.lists(st.integers(0, k - 1), min_size=1))))
def test_one_hot_rows_have_a_single_one_in_the_labels_column(case):
    classes, labels = case
    encoded = losses.one_hot(labels, classes)
    assert encoded.shape == (len(labels), classes)
    np.testing.assert_array_equal(np.sort(encoded)[:, :-1], 0)
    np.testing.assert_array_equal(encoded.sum(axis=1), 1)
    np.testing.assert_array_equal(encoded.argmax(axis=1), labels)


@pytest.mark.parametrize(("classes", "error"), [(0, ValueError), (3.0, TypeError), ("3", TypeError)])
def test_one_hot_refuses_a_number_of_classes_that_is_none(classes, error):
    with pytest.raises(error, match="classes: expected a whole number"):
        losses.one_hot([0, 1], classes)


# --- softmax


@given(tables)
def test_softmax_rows_are_positive_and_sum_to_1(logits):
    probabilities = losses.softmax(logits)
    assert (probabilities > 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-14)


@given(tables, st.floats(-1000, 1000))
def test_softmax_does_not_change_when_a_constant_is_added(logits, constant):
    np.testing.assert_allclose(losses.softmax(logits + constant), losses.softmax(logits), rtol=1e-9)


@given(vectors)
def test_softmax_of_z_and_0_is_the_sigmoid(logits):
    pairs = np.column_stack([logits, np.zeros_like(logits)])
    np.testing.assert_allclose(losses.softmax(pairs)[:, 0], losses.sigmoid(logits), rtol=1e-12)


@given(tables)
def test_log_softmax_is_the_logarithm_of_softmax(logits):
    np.testing.assert_allclose(np.exp(losses.log_softmax(logits)), losses.softmax(logits), rtol=1e-12)


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax_of_enormous_logits_is_exact(dtype):
    logits = HUGE.astype(dtype)
    np.testing.assert_allclose(losses.softmax(logits), [[1, 0, 0], [1 / 3] * 3, [0, 0.5, 0.5]], rtol=1e-6)
    np.testing.assert_allclose(losses.log_softmax(logits)[0], [0, -2e4, -1e4])


# --- cross-entropy


def test_cross_entropy_of_equal_logits_is_the_logarithm_of_the_classes():
    assert losses.cross_entropy(np.zeros((3, 10)), [0, 5, 9]) == pytest.approx(np.log(10))


def test_cross_entropy_of_two_classes_is_the_log_loss():
    logits, labels = binary_examples()
    pairs = np.column_stack([np.zeros_like(logits), logits])
    assert losses.cross_entropy(pairs, labels) == pytest.approx(losses.log_loss(logits, labels), abs=1e-14)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("huge", [False, True])
def test_cross_entropy_and_its_gradient_are_pytorchs(dtype, huge):
    logits, labels = (HUGE.astype(dtype), np.array([1, 2, 0])) if huge else class_examples(dtype)
    peer = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(peer, torch.tensor(labels))
    loss.backward()
    assert losses.cross_entropy(logits, labels) == pytest.approx(loss.item(), rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(losses.cross_entropy_gradient(logits, labels), peer.grad.numpy(), atol=1e-6)


def test_cross_entropy_gradient_is_the_central_difference_and_its_rows_sum_to_0():
    logits, labels = class_examples(size=4)
    gradient = losses.cross_entropy_gradient(logits, labels)
    slopes = central_differences(lambda z: losses.cross_entropy(z, labels), logits)
    np.testing.assert_allclose(gradient, slopes, atol=1e-9)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


# --- what holds for all of them


@pytest.mark.parametrize("dtype", FLOATS)
def test_arrays_keep_their_floating_type(dtype):
    z, y = binary_examples(dtype)
    table, classes = class_examples(dtype)
    results = [
        losses.sigmoid(z),
        losses.sigmoid_derivative(z),
        losses.log_loss_gradient(z, y),
        losses.sigmoid_squared_error_gradient(z, y),
        losses.softmax(table),
        losses.log_softmax(table),
        losses.cross_entropy_gradient(table, classes),
    ]
    assert [result.dtype for result in results] == [np.dtype(dtype)] * len(results)


@pytest.mark.parametrize("function", [losses.log_loss_gradient, losses.log_loss, losses.sigmoid_squared_error])
def test_binary_losses_leave_their_arguments_alone(function):
    logits, labels = binary_examples()
    kept = logits.copy(), labels.copy()
    function(logits, labels)
    np.testing.assert_array_equal(logits, kept[0])
    np.testing.assert_array_equal(labels, kept[1])


@pytest.mark.parametrize("function", [losses.cross_entropy_gradient, losses.cross_entropy])
def test_class_losses_leave_their_arguments_alone(function):
    logits, labels = class_examples()
    kept = logits.copy(), labels.copy()
    function(logits, labels)
    np.testing.assert_array_equal(logits, kept[0])
    np.testing.assert_array_equal(labels, kept[1])


BINARY = [
    losses.log_loss,
    losses.log_loss_gradient,
    losses.sigmoid_squared_error,
    losses.sigmoid_squared_error_gradient,
]


@pytest.mark.parametrize("function", BINARY)
@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        ([0.0, 1.0], [[0], [1]], ValueError, r"labels: expected shape \(n,\), received \(2, 1\).*use labels\[:, 0\]"),
        ([[0.0], [1.0]], [0, 1], ValueError, r"logits: expected shape \(n,\), received \(2, 1\).*use logits\[:, 0\]"),
        ([0.0, 1.0], [0, 1, 1], ValueError, "same number of examples.*logits has 2, labels has 3"),
        ([0.0, np.nan], [0, 1], ValueError, r"logits: expected finite numbers.*logits\[1\] is nan"),
        ([0.0, 1.0], [-1, 1], ValueError, r"labels: expected zeros and ones only.*\(labels \+ 1\) // 2"),
        ([0.0, 1.0], [0, 2], ValueError, r"labels: expected zeros and ones only, but labels\[1\] is 2\.$"),
        ([0.0, 1.0], ["no", "yes"], TypeError, r"labels: expected an array of numbers.*np\.unique"),
        ([], [], ValueError, "logits: expected at least one number, received an empty array"),
    ],
)
def test_binary_losses_say_what_is_wrong(function, logits, labels, error, message):
    with pytest.raises(error, match=message):
        function(logits, labels)


@pytest.mark.parametrize("function", [losses.cross_entropy, losses.cross_entropy_gradient])
@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (np.zeros((2, 3)), [[0], [1]], ValueError, r"labels: expected shape \(n,\), received \(2, 1\).*labels\[:, 0\]"),
        (np.zeros((2, 3)), np.eye(3, dtype=int)[:2], ValueError, r"One-hot rows become labels by labels\.argmax"),
        (
            np.zeros((2, 3)),
            [0, 3],
            ValueError,
            r"labels from 0 to 2 \(3 classes, counted from 0\), but labels\[1\] is 3",
        ),
        (np.zeros((2, 3)), [-1, 0], ValueError, r"labels from 0 to 2.*labels\[0\] is -1"),
        (np.zeros((2, 3)), [0.0, 1.0], TypeError, r"labels: expected integer class labels.*astype\(np\.int64\)"),
        (np.zeros((2, 3)), ["a", "b"], TypeError, r"labels: expected an array of numbers.*np\.unique"),
        (np.zeros((3, 2)), [0, 1], ValueError, r"logits has 3, labels has 2\. logits seems to be transposed"),
        (np.zeros(3), [0], ValueError, r"logits: expected shape \(n, classes\), received \(3,\).*logits\[None, :\]"),
        (np.zeros((0, 3)), [], ValueError, "logits: expected at least one example"),
        ([[0.0, np.inf]], [0], ValueError, r"logits: expected finite numbers.*logits\[0, 1\] is inf"),
    ],
)
def test_class_losses_say_what_is_wrong(function, logits, labels, error, message):
    with pytest.raises(error, match=message):
        function(logits, labels)


# --- of padded sequences


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("ignore_index", [-100, 0])
def test_masked_loss_is_that_of_pytorch(ignore_index, dtype):
    generator = np.random.default_rng(6)
    logits = generator.normal(size=(5, 7, 4)).astype(dtype)
    labels = generator.integers(1, 4, (5, 7))
    labels[generator.random((5, 7)) < 0.4] = ignore_index
    expected = torch.nn.functional.cross_entropy(
        torch.tensor(logits).flatten(0, 1), torch.tensor(labels).flatten(), ignore_index=ignore_index
    )
    assert losses.masked_loss(logits, labels, ignore_index) == pytest.approx(expected.item(), rel=1e-6)


def test_masked_loss_does_not_depend_on_how_far_the_batch_is_padded():
    generator = np.random.default_rng(7)
    logits, labels = generator.normal(size=(3, 4, 5)), generator.integers(0, 5, (3, 4))
    longer = np.concatenate([logits, generator.normal(size=(3, 6, 5))], axis=1)
    padded = np.pad(labels, ((0, 0), (0, 6)), constant_values=-100)
    assert losses.masked_loss(longer, padded) == losses.masked_loss(logits, labels)


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.zeros((2, 3, 4)), np.full((2, 3), -100), "all 6 labels are -100: there is nothing to take the mean of"),
        (np.zeros((2, 3, 4)), np.zeros((3, 2), int), r"labels: expected shape \(2, 3\), received \(3, 2\)"),
        (
            np.zeros((6, 4)),
            np.zeros((2, 3), int),
            r"logits: expected shape \(batch, time, classes\), received \(6, 4\)",
        ),
        (np.zeros((2, 3, 4)), np.full((2, 3), -1), r"labels from 0 to 3.*labels\[0\] is -1"),
    ],
)
def test_masked_loss_says_what_is_wrong(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        losses.masked_loss(logits, labels)
