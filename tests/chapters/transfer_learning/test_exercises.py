"""The exercises of chapter 21: what they ask is what the library does, other right answers pass, bugs are found."""

import copy
import math
from itertools import combinations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from dlcourse.chapters.transfer_learning import exercises, tuning_code
from dlcourse.chapters.transfer_learning.exercises.mended_fine_tuning import BUGS, bugs_in, tuned, with_bugs
from dlcourse.exercises.kinds.task import ORDINARY_SEED
from dlcourse.exercises.running.sandbox import observed, run_calls
from dlcourse.pytorch import transfer
from tests.profiles import by_day


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))


def arguments_of(exercise):
    return [copy.deepcopy(case.arguments) for case in exercise.cases_for(ORDINARY_SEED)]


# --- what is asked for is what the library does


def test_what_learns_is_what_the_library_freezes():
    for network, frozen in arguments_of(exercises.trainable_parameters):
        other = transfer.freeze(transfer.unfreeze(copy.deepcopy(network)), names=frozen)
        assert tuning_code.trainable_parameters(network, frozen) == transfer.report(other).learning
        wanting = [[each.requires_grad for each in one.parameters()] for one in (network, other)]
        assert wanting[0] == wanting[1]


def test_features_are_those_of_the_library():
    for network, images, layer in arguments_of(exercises.extract_features):
        theirs = transfer.features(network, images, layer=layer)
        np.testing.assert_allclose(tuning_code.extract_features(network, images, layer), theirs, rtol=1e-5, atol=1e-6)


def test_rates_are_those_of_the_library():
    for network, rate, decay in arguments_of(exercises.layer_rates):
        mine = {id(each["params"][0]): each["lr"] for each in tuning_code.layer_rates(network, rate, decay)}
        theirs = {id(each["params"][0]): each["lr"] for each in transfer.parameter_groups(network, rate, decay=decay)}
        assert mine == pytest.approx(theirs)


def test_the_new_head_is_of_the_library_s_shape():
    for network, classes in arguments_of(exercises.replace_head):
        theirs = transfer.replace_head(copy.deepcopy(network), classes)
        mine = tuning_code.replace_head(network, classes)
        assert [each.shape for each in mine.parameters()] == [each.shape for each in theirs.parameters()]


# --- right answers in another style


def parameter_by_parameter(network, frozen):
    total = 0
    for name, parameter in network.named_parameters():
        parameter.requires_grad = name.split(".")[0] not in set(frozen)
        total += math.prod(parameter.shape) if parameter.requires_grad else 0
    return np.int64(total)


def summed_as_a_tensor(network, frozen):
    tuning_code.trainable_parameters(network, frozen)
    return sum(torch.tensor(each.numel()) for each in network.parameters() if each.requires_grad) + torch.tensor(0)


def by_a_hook(network, images, layer):
    kept, mode = [], network.training
    hook = getattr(network, layer).register_forward_hook(lambda module, inputs, outputs: kept.append(outputs.detach()))
    network.train(False)
    network(torch.tensor(images))
    network.train(mode)
    hook.remove()
    return kept[0].numpy().mean(axis=-1).mean(axis=-1)


def by_a_shorter_network(network, images, layer):
    names = [name for name, _ in network.named_children()]
    body = network[: names.index(layer) + 1]
    mode = body.training
    body.eval()
    with torch.inference_mode():
        outputs = body(torch.as_tensor(images)).flatten(2).mean(2)
    body.train(mode if mode is network.training else network.training)
    return np.array(outputs.tolist()).reshape(len(images), -1)


def head_by_name(network, classes):
    setattr(network, "head", nn.Linear(network.head.weight.shape[1], classes))  # noqa: B010
    nn.init.zeros_(network.head.weight)
    return network


def rates_from_the_input(network, rate, decay):
    layers = [layer for layer in network.children() if any(True for _ in layer.parameters())]
    return tuple(
        {"params": (each for each in layer.parameters() if each.requires_grad), "lr": rate * decay ** (len(layers) - k)}
        for k, layer in enumerate(layers, start=1)
    )


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.trainable_parameters, parameter_by_parameter),
        (exercises.trainable_parameters, summed_as_a_tensor),
        (exercises.extract_features, by_a_hook),
        (exercises.extract_features, by_a_shorter_network),
        (exercises.replace_head, head_by_name),
        (exercises.layer_rates, rates_from_the_input),
    ],
)
def test_other_ways_to_write_it_pass(exercise, answer):
    verdict = exercise.examine(answer)
    assert verdict.passed, verdict.text()


def only_counted(network, frozen):
    return tuning_code.trainable_parameters(copy.deepcopy(network), frozen)


def head_besides(network, classes):
    network.fc = nn.Linear(network.head.in_features, classes)
    return network


def head_renamed(network, classes):
    head_besides(network, classes)
    del network.head
    return network


def layers_that_learn_a_little(network, rate, decay):
    layers = [layer for layer in network.children() if list(layer.parameters())]
    return [
        {"params": list(layer.parameters()), "lr": rate * decay**distance}
        for distance, layer in enumerate(reversed(layers))
        if any(each.requires_grad for each in layer.parameters())
    ]


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        (exercises.trainable_parameters, lambda network, frozen: network, "returns a torch Sequential"),
        (exercises.trainable_parameters, only_counted, "Your number is right"),
        (exercises.replace_head, head_besides, "A layer `fc` has come in besides."),
        (exercises.replace_head, head_renamed, "no `head` any more"),
        (exercises.replace_head, lambda network, classes: tuning_code.replace_head(network.eval(), classes), "mode"),
        (
            exercises.replace_head,
            lambda network, classes: tuning_code.replace_head(copy.deepcopy(network), classes),
            "You return another network",
        ),
        (exercises.layer_rates, layers_that_learn_a_little, "`block.1.weight` is frozen"),
        (exercises.layer_rates, lambda network, rate, decay: [{"params": [], "rate": rate}], '"lr"'),
        (exercises.trainable_parameters, lambda network, frozen: print(), "returns None"),
        (exercises.extract_features, lambda network, images, layer: images.mean(axis=1), "Your array has shape"),
        (exercises.replace_head, lambda network, classes: network, "The head's"),
        (
            exercises.replace_head,
            lambda network, classes: tuning_code.replace_head(network, classes).head,
            "itself is right",
        ),
        (exercises.layer_rates, lambda network, rate, decay: [{"params": list(network.parameters())}], '"lr"'),
        (exercises.layer_rates, lambda network, rate, decay: {"lr": rate}, "expected is a list of dictionaries"),
        (
            exercises.layer_rates,
            lambda network, rate, decay: 2 * tuning_code.layer_rates(network, rate, decay),
            "stands in two groups",
        ),
        (exercises.layer_rates, lambda network, rate, decay: [{"params": ["head"], "lr": rate}], "a group holds"),
    ],
)
def test_other_faults_are_told(exercise, answer, words):
    verdict = exercise.examine(answer)
    assert not verdict.passed
    assert words in verdict.message


# --- four bugs


def test_the_buggy_fine_tuning_holds_all_four_bugs_and_nothing_else():
    for case in exercises.mended_fine_tuning.cases_for(ORDINARY_SEED):
        (result,) = run_calls(observed(tuning_code.buggy_fine_tuning, tuned), [case]).results
        assert {bug.name for bug in bugs_in(case.arguments, result.value)} == {bug.name for bug in BUGS}


PAIRS = [[bug.name for bug in chosen] for size in (2, 3) for chosen in combinations(BUGS, size)]


@pytest.mark.parametrize("names", by_day(PAIRS[::3], PAIRS), ids=" ".join)
def test_several_bugs_that_are_left_are_counted_and_one_of_them_is_told(names):
    verdict = exercises.mended_fine_tuning.examine(with_bugs(*names))
    assert f"{len(names)} of the four bugs are still in your result." in verdict.message
    assert next(bug for bug in BUGS if bug.name in names).told[1:] in verdict.message


def by_the_library(network, inputs, labels, orders, classes, rate):
    transfer.freeze(transfer.replace_head(network, classes), upto="stem")
    for parameter in network.head.parameters():
        parameter.data.zero_()
    groups = transfer.parameter_groups(network, rate / 10, head_rate=rate)
    return trained(network, torch.optim.SGD(groups, momentum=0.9, weight_decay=0.01), network, inputs, labels, orders)


def features_of_the_stem_once(network, inputs, labels, orders, classes, rate):
    network.eval()
    with torch.no_grad():
        features = network.stem(inputs)
    network.head = nn.Linear(network.head.in_features, classes).double()
    network.head.load_state_dict({name: 0 * each for name, each in network.head.state_dict().items()})
    groups = [{"params": network.head.parameters()}, {"params": network.block.parameters(), "lr": rate * 0.1}]
    optimizer = torch.optim.SGD(groups, lr=rate, momentum=0.9, weight_decay=0.01)
    network.block.train()
    return trained(network, optimizer, nn.Sequential(network.block, network.head), features, labels, orders)


def frozen_and_held_by_the_optimizer(network, inputs, labels, orders, classes, rate):
    """A frozen parameter without a gradient is passed over, so this is right."""
    for each in network.stem.parameters():
        each.requires_grad = False
    network.head = nn.Linear(network.head.in_features, classes, dtype=torch.float64)
    for each in network.head.parameters():
        nn.init.constant_(each, 0)
    body = [*network.stem.parameters(), *network.block.parameters()]
    groups = [{"params": body, "lr": rate / 10}, {"params": network.head.parameters(), "lr": rate}]
    optimizer = torch.optim.SGD(groups, momentum=0.9, weight_decay=0.01)

    def with_a_still_stem(rows):
        network.stem.eval()
        return network(rows)

    return trained(network, optimizer, with_a_still_stem, inputs, labels, orders)


def trained(network, optimizer, compute, inputs, labels, orders):
    losses = []
    for batch in orders.tolist():
        optimizer.zero_grad()
        loss = functional.cross_entropy(compute(inputs[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses


@pytest.mark.parametrize("answer", [by_the_library, features_of_the_stem_once, frozen_and_held_by_the_optimizer])
def test_other_ways_to_fine_tune_pass(answer):
    verdict = exercises.mended_fine_tuning.examine(answer)
    assert verdict.passed, verdict.text()


def test_what_the_bugs_are_said_to_do_is_what_they_do():
    arguments = arguments_of(exercises.mended_fine_tuning)[1]
    network, *_, classes, _ = arguments

    def run(*names):
        copied = copy.deepcopy(arguments)
        return copied[0], with_bugs(*names)(*copied)

    assert run("old_head_in_the_optimizer")[1] == pytest.approx([math.log(classes)] * 5)
    pulled, _ = run("stem_in_the_optimizer")
    assert pulled.stem[0].weight.norm() < network.stem[0].weight.norm()
    moved, _ = run("stem_statistics_move")
    assert torch.equal(moved.stem[0].weight, network.stem[0].weight)
    assert not torch.equal(moved.stem[1].running_mean, network.stem[1].running_mean)
    mended, losses = run()
    assert all(torch.equal(*pair) for pair in zip(mended.stem.state_dict().values(), network.stem.state_dict().values(),
                                                  strict=True))  # fmt: skip
    assert losses[0] == pytest.approx(math.log(classes))


def test_other_faults_of_a_fine_tuning_are_told():
    def one_loss(*arguments):
        return tuning_code.mended_fine_tuning(*arguments)[:1]

    def tensors(*arguments):
        return [torch.tensor(each) for each in tuning_code.mended_fine_tuning(*arguments)]

    def once_more(network, inputs, labels, orders, classes, rate):
        losses = tuning_code.mended_fine_tuning(network, inputs, labels, orders, classes, rate)
        network.block[0].weight.data += 1
        return losses

    assert (
        "1 losses for 3 mini-batches. The network is trained right."
        in exercises.mended_fine_tuning.examine(one_loss).message
    )
    assert "a list that holds a torch Tensor" in exercises.mended_fine_tuning.examine(tensors).message
    assert "The stem is as it was, rightly" in exercises.mended_fine_tuning.examine(once_more).message
