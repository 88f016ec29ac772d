"""The exercises on PyTorch: what they ask is what PyTorch gives, right answers in other styles pass, bugs are found."""

import re
from itertools import combinations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from dlcourse.chapters.pytorch import training_code
from dlcourse.chapters.pytorch.exercises import accuracy_of, loss_shape, mended_training, mlp_parameters, one_step
from dlcourse.chapters.pytorch.exercises.mended_training import BUGS, bugs_in, trained, with_bugs
from dlcourse.data_parts import Part
from dlcourse.exercises.kinds.task import ORDINARY_SEED
from dlcourse.exercises.running.sandbox import observed, run_calls
from dlcourse.pytorch import steps
from tests.profiles import by_day

# --- the two numbers


def run_code_in(task, **names):
    (code,) = re.findall(r"```python\n(.*?)```", task.task, flags=re.DOTALL)
    exec(code, names)
    return names


def test_the_number_of_parameters_is_what_pytorch_counts():
    network = run_code_in(mlp_parameters, nn=nn)["network"]
    assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    counts = [each.numel() for each in network.parameters()]
    assert (sum(counts), len(counts)) == (mlp_parameters.answer, 5)
    assert counts[0] > 0.9 * sum(counts)


def test_the_loss_of_a_column_and_a_row_is_what_pytorch_gives_without_a_word(recwarn):
    names = run_code_in(loss_shape, torch=torch)
    assert names["loss"].item() == pytest.approx(loss_shape.answer)
    assert not recwarn.list
    assert functional.mse_loss(names["predictions"].squeeze(1), names["targets"]).item() == 0
    assert functional.mse_loss(names["predictions"], names["targets"].unsqueeze(1)).item() == 0


# --- one step


def zeroed_first(network, optimizer, loss, inputs, labels):
    network.zero_grad()
    network.train()
    value = loss(network.forward(inputs), labels)
    value.backward(retain_graph=True)
    optimizer.step()
    return float(value)


def by_autograd(network, optimizer, loss, inputs, labels):
    parameters = list(network.parameters())
    value = loss(network(inputs), labels)
    for parameter, gradient in zip(parameters, torch.autograd.grad(value, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    optimizer.zero_grad()
    return value.detach().numpy().item()


def with_a_closure(network, optimizer, loss, inputs, labels):
    def closure():
        optimizer.zero_grad(set_to_none=False)
        value = loss(network(inputs), labels)
        value.backward()
        return value

    return np.float64(optimizer.step(closure).item())


@pytest.mark.parametrize("answer", [zeroed_first, by_autograd, with_a_closure])
def test_other_ways_to_make_a_step_pass(answer):
    verdict = one_step.examine(answer)
    assert verdict.passed, verdict.text()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda network, *_: print(), "Your function returns None; expected is the loss as a Python float."),
        (lambda network, *_: str(0.5), "Your function returns a text (str)"),
        (lambda network, *_: abs(0.5), "The loss that you return is 0.5"),
        (lambda network, *_: network.training, "Your function returns a truth value"),
        (lambda network, *_: network.loss, "AttributeError"),
    ],
)
def test_other_wrong_steps_are_told_what_is_wrong(answer, words):
    verdict = one_step.examine(answer)
    assert verdict.status == "not yet"
    assert words in verdict.message


def test_a_step_along_the_sum_of_all_gradients_is_recognized_where_zero_grad_comes_last():
    def zeroed_last(network, optimizer, loss, inputs, labels):
        value = loss(network(inputs), labels)
        value.backward()
        optimizer.step()
        optimizer.zero_grad()
        return value.item()

    assert one_step.examine(zeroed_last).mistake == "gradients_added_up"


def test_one_step_does_what_the_library_s_training_step_does():
    for case in one_step.cases_for(ORDINARY_SEED):
        network, optimizer, loss, inputs, labels = case.arguments
        step = steps.training_step(network, optimizer, loss)
        before = [each.detach().clone() for each in network.parameters()]
        expected = step(inputs.numpy(), labels.numpy())
        after = [each.detach().clone() for each in network.parameters()]
        with torch.no_grad():
            for each, old in zip(network.parameters(), before, strict=True):
                each.copy_(old)
        assert training_code.one_step(network, optimizer, loss, inputs, labels) == expected
        for each, new in zip(network.parameters(), after, strict=True):
            torch.testing.assert_close(each.detach(), new)


# --- the accuracy


@torch.no_grad()
def under_a_decorator(network, inputs, labels):
    modes = [(module, module.training) for module in network.modules()]
    network.train(False)
    right = sum(int(network(one[None]).argmax()) == int(label) for one, label in zip(inputs, labels, strict=True))
    for module, mode in modes:
        module.training = mode
    return right / len(labels)


def in_inference_mode(network, inputs, labels):
    before = network.training
    try:
        with torch.inference_mode():
            logits = network.eval()(inputs)
            return float((logits.max(dim=1).indices == labels).double().mean())
    finally:
        network.train() if before else network.eval()


@pytest.mark.parametrize("answer", [under_a_decorator, in_inference_mode])
def test_other_ways_to_an_accuracy_pass(answer):
    verdict = accuracy_of.examine(answer)
    assert verdict.passed, verdict.text()


def test_an_accuracy_without_a_forward_pass_is_told_so():
    verdict = accuracy_of.examine(lambda network, inputs, labels: float(0.5))
    assert "never calls the network" in verdict.message


def test_the_accuracy_is_that_of_evaluate_and_the_mode_stays():
    for case in accuracy_of.cases_for(ORDINARY_SEED):
        network, inputs, labels = case.arguments
        before = network.training
        found = training_code.accuracy_of(network, inputs, labels)
        assert found == pytest.approx(steps.evaluate(network, Part(inputs.numpy(), labels.numpy()))["accuracy"])
        assert network.training is before


# --- six bugs


def subsets(sizes):
    return [chosen for size in sizes for chosen in combinations([bug.name for bug in BUGS], size)]


def test_the_buggy_training_holds_all_six_bugs_and_nothing_else():
    for case in mended_training.cases_for(ORDINARY_SEED):
        (result,) = run_calls(observed(training_code.buggy_training, trained), [case]).results
        found = bugs_in(case.arguments, result.value)
        assert case.edge or {bug.name for bug in found} == {bug.name for bug in BUGS}


@pytest.mark.parametrize("names", by_day(subsets([2])[::4], subsets([2, 3, 4, 5])), ids=" ".join)
def test_several_bugs_that_are_left_are_counted_and_one_of_them_is_told(names):
    verdict = mended_training.examine(with_bugs(*names))
    assert verdict.mistake is None
    assert f"{len(names)} of the six bugs are still in your result." in verdict.message
    first = next(bug for bug in BUGS if bug.name in names)
    assert first.told[1:] in verdict.message


def by_hand(network, inputs, labels, orders, batch_size, learning_rate):
    velocity = [torch.zeros_like(each) for each in network.parameters()]
    losses = np.zeros(len(orders))
    for epoch, order in enumerate(orders):
        for batch in order.split(batch_size):
            network.zero_grad()
            scores = network(inputs[batch]).log_softmax(dim=1)
            loss = functional.nll_loss(scores, labels[batch], reduction="sum")
            (loss / len(batch)).backward()
            with torch.no_grad():
                for each, speed in zip(network.parameters(), velocity, strict=True):
                    speed.mul_(0.9).add_(each.grad)
                    each -= learning_rate * speed
            losses[epoch] += float(loss) / len(order)
    return losses.tolist()


def test_another_way_to_train_passes():
    verdict = mended_training.examine(by_hand)
    assert verdict.passed, verdict.text()


def test_other_faults_of_a_training_are_told():
    def one_loss(*arguments):
        return training_code.mended_training(*arguments)[:1]

    def nothing(*arguments):
        training_code.mended_training(*arguments)

    def arrays(*arguments):
        return np.array(training_code.mended_training(*arguments))

    assert "1 losses for 3 epochs. The network is trained right." in mended_training.examine(one_loss).message
    assert "Your function returns None" in mended_training.examine(nothing).message
    assert "an array of shape (3,); expected is a list of floats" in mended_training.examine(arrays).message
