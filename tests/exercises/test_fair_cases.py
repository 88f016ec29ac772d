"""A wrong answer that no case separated is refused now, and a right one that was refused passes."""

import warnings

import numpy as np
import pytest

from dlcourse.chapters import CHAPTERS, exercises_of
from dlcourse.chapters.multilayer_perceptrons.exercises import staircase_network
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.running.sameness import is_object, same_data
from dlcourse.scratch import graph, perceptrons
from tests.exercises.examples import make_mean_log, softmax

TASKS = {task.name: task for chapter in CHAPTERS for task in exercises_of(chapter)}


def examined(name, function):
    return TASKS[name].examine(function)


# --- wrong answers


def one_stretched_axis(gradient, shape):
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = [axis for axis, size in enumerate(shape) if size == 1 and gradient.shape[axis] != 1]
    return np.asarray(gradient.sum(axis=stretched[0], keepdims=True) if stretched else gradient)


def lstsq_and_its_residuals(inputs, targets):
    weights, residuals, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, residuals[0] / len(targets) if residuals.size else 0.0


def naive(logits):
    powers = np.exp(logits)
    return np.nan_to_num(powers / powers.sum(axis=1, keepdims=True), nan=1.0)


def clipped(logits):
    return softmax(np.clip(logits, -80, 80))


def gradient_by_logits(function, logits, labels):
    return (function(logits) - np.eye(logits.shape[1])[labels]) / len(labels)


def gradient_by_weights(function, inputs, labels, weights, bias):
    errors = gradient_by_logits(function, inputs @ weights + bias, labels)
    return inputs.T @ errors, errors.sum(axis=0)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("unbroadcast", one_stretched_axis),
        ("linear_gaussian_mle", lstsq_and_its_residuals),
        ("relu_rule", lambda gradient, result, inputs: (gradient * (inputs.data > 0.01),)),
        ("softmax", naive),
        ("cross_entropy", lambda z, y: float(np.mean(-np.log(naive(z)[np.arange(len(z)), y] + 1e-300)))),
        ("cross_entropy_gradient", lambda z, y: gradient_by_logits(naive, z, y)),
        ("cross_entropy_gradient", lambda z, y: gradient_by_logits(clipped, z, y)),
        ("softmax_gradient", lambda *arguments: gradient_by_weights(naive, *arguments)),
        ("softmax_gradient", lambda *arguments: gradient_by_weights(clipped, *arguments)),
    ],
)
def test_wrong_answer_is_refused(name, function):
    assert examined(name, function).status == "not yet"


def depth_first(root, is_new, mark):
    order, waiting = [], [(root, iter(root.parents))]
    mark(root)
    while waiting:
        node, parents = waiting[-1]
        parent = next(filter(is_new, parents), None)
        if parent is None:
            order.append(node)
            waiting.pop()
        else:
            mark(parent)
            waiting.append((parent, iter(parent.parents)))
    return order


def with_marks(root):
    return depth_first(root, lambda node: not hasattr(node, "seen"), lambda node: setattr(node, "seen", True))


def that_empties(root):
    order = graph.topological_order(root)
    for node in order:
        node.parents = ()
    return order


@pytest.mark.parametrize("function", [with_marks, that_empties])
def test_order_that_changes_the_caller_s_nodes_is_refused(function):
    message = examined("topological_order", function).message
    assert "the objects in its argument `root` have other attributes afterwards" in message
    assert "in a set or a dictionary of your own" in message


def test_changed_nodes_are_told_beside_another_fault():
    def backwards_with_marks(root):
        return [*with_marks(root)[:-1]] if len(root.parents) > 1 else with_marks(root)

    message = examined("topological_order", backwards_with_marks).message
    assert "missing" in message
    assert "also changes the objects in its argument `root`" in message


class Plain:
    def __init__(self, **attributes):
        vars(self).update(attributes)


def test_objects_are_the_same_with_the_same_attributes_and_rings_come_to_an_end():
    ring, other = Plain(name="a"), Plain(name="a")
    ring.next, other.next = ring, other
    assert same_data(ring, other)
    other.mark = True
    assert not same_data(ring, other)
    assert not same_data(Plain(inner=Plain(data=[1.0])), Plain(inner=Plain(data=[2.0])))
    assert not same_data(Plain(), 1)
    assert same_data(np.sin, np.cos)
    assert not is_object([1.0])


def test_overflow_is_refused_where_the_task_forbids_it_though_the_values_are_right():
    def answer(logits):
        return 1 / (1 + np.exp(-logits))

    verdict = examined("sigmoid", answer)
    assert verdict.status == "not yet"
    assert "overflow encountered in exp" in verdict.message
    assert verdict.share == 0.5
    assert examined("sigmoid_derivative", lambda z: answer(z) * answer(-z)).passed


def silent_within(logits):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-logits))


@np.errstate(over="ignore")
def silent_by_decorator(logits):
    return 1 / (1 + np.exp(-logits))


def silent_by_setting(logits):
    np.seterr(all="ignore")
    return 1 / (1 + np.exp(-logits))


def silent_by_filter(logits):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return 1 / (1 + np.exp(-logits))


@pytest.mark.parametrize(
    "function",
    [silent_within, silent_by_decorator, silent_by_setting, silent_by_filter],
    ids=lambda each: each.__name__,
)
def test_overflow_that_is_silenced_is_refused_as_well(function):
    verdict = examined("sigmoid", function)
    assert verdict.status == "not yet"
    assert "NumPy warns: overflow encountered in exp" in verdict.message
    assert verdict.share == 0.5
    assert np.errstate.__init__.__name__ == "__init__"  # nothing of it reaches this process


def test_silencing_alone_is_no_overflow():
    def answer(logits):
        with np.errstate(all="ignore"):
            small = np.exp(-np.abs(logits))
            return np.where(logits >= 0, 1, small) / (1 + small)

    assert examined("sigmoid", answer).passed


# --- right answers


def reversed_units(*arguments):
    hidden, bias, output, output_bias = perceptrons.staircase_network(*arguments)
    return hidden[::-1], bias[::-1], output[:, ::-1], output_bias


def test_hidden_units_may_stand_in_any_order():
    assert staircase_network.examine(reversed_units).passed


def test_units_of_which_one_part_alone_is_reordered_are_wrong():
    def answer(*arguments):
        hidden, bias, output, output_bias = perceptrons.staircase_network(*arguments)
        return hidden, bias[::-1], output, output_bias

    assert staircase_network.examine(answer).status == "not yet"
    assert staircase_network.examine(lambda *arguments: reversed_units(*arguments)[:3]).status == "not yet"


def test_other_weights_that_fit_as_well_are_right_where_columns_depend_on_each_other():
    def answer(inputs, targets, shift=2.0):
        weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
        if np.linalg.matrix_rank(inputs) < inputs.shape[1]:
            weights = weights + np.array([2.0, -1.0]) * shift
        return weights, np.mean((targets - inputs @ weights) ** 2)

    assert examined("linear_gaussian_mle", answer).passed


def test_backward_pass_that_lets_go_of_the_graph_is_right():
    def answer(result):
        nodes = graph.topological_order(result)
        result.grad = 1.0
        while nodes:
            node = nodes.pop()
            for parent, derivative in zip(node.parents, node.derivatives, strict=True):
                parent.grad += node.grad * derivative
            node.parents = node.derivatives = ()

    assert examined("backward", answer).passed


def with_torch(logits):
    import torch

    return torch.softmax(torch.tensor(logits), dim=1).numpy()


def test_function_that_uses_pytorch_is_not_refused_for_whole_numbers():
    pytest.importorskip("torch")
    assert examined("softmax", with_torch).passed


def test_whole_numbers_excuse_nothing_else():
    pytest.importorskip("torch")
    tables = {"floats": np.array([[0.5, 2.0]]), "whole numbers": np.array([[1, 2], [3, 5]])}
    cases = [Case((table,), label) for label, table in tables.items()]
    exercise = make_mean_log(reference=softmax, cases=lambda generator: cases, mistakes=[])
    assert exercise.examine(with_torch).passed
    assert exercise.examine(lambda logits: 2 * with_torch(logits)).status == "not yet"

    def without_torch(logits):
        return softmax(logits) if logits.dtype.kind == "f" else logits

    assert exercise.examine(without_torch).status == "not yet"
