"""The networks of PyTorch's layers have the numbers of those from scratch: logits, losses, gradients, training."""

import numpy as np
import pytest
import torch

from dlcourse import datasets, sequence_tasks, sequences
from dlcourse.pytorch import recurrent
from dlcourse.scratch import optimizers, sequence_networks
from dlcourse.sequences import Alphabet
from dlcourse.training import fit

CELLS = ("rnn", "lstm", "gru")
NAMES = datasets.load("names")
TOKENS, LABELS = NAMES.train.inputs[:30], NAMES.train.labels[:30]
CLOSE = {"rtol": 1e-8, "atol": 1e-8}
KINDS = {
    "classifier": ("SequenceClassifier", (len(NAMES.alphabet), 5, 6, 10), {}),
    "bidirectional": ("SequenceClassifier", (len(NAMES.alphabet), 5, 6, 10), {"bidirectional": True}),
    "model": ("CharacterModel", (len(NAMES.alphabet), 5, 6, 10), {}),
    "last step": ("SequenceRegressor", (2, 6, 1), {}),
    "every step": ("SequenceRegressor", (1, 6, 2), {"every_step": True}),
}


def twins(kind, cell, dtype=np.float64):
    """A network from scratch and the same of PyTorch's layers."""
    name, sizes, options = KINDS[kind]
    draw = {"generator": np.random.default_rng(4), "dtype": dtype}
    ours = getattr(sequence_networks, name)(cell, *sizes, **options, **draw)
    theirs = getattr(recurrent, name)(cell, *sizes, **options)
    theirs.to(torch.float64 if dtype is np.float64 else torch.float32)
    recurrent.load_arrays(theirs, ours.state_dict())
    return ours, theirs


def batch_for(kind, generator):
    if kind == "last step":
        part = sequence_tasks.adding_problem(20, 9, generator)
        return part.inputs.astype(np.float64), part.labels.astype(np.float64)
    if kind == "every step":
        part = sequence_tasks.parity(20, 9, generator, every_step=True)
        return part.inputs.astype(np.float64), part.labels
    return TOKENS, LABELS


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", KINDS)
def test_answers_loss_and_every_gradient_agree(kind, cell):
    ours, theirs = twins(kind, cell)
    inputs, labels = batch_for(kind, np.random.default_rng(0))
    answers, right = ours.answers(inputs, labels)
    others, same = theirs.answers(inputs, labels)
    np.testing.assert_array_equal(right, same.numpy())
    np.testing.assert_allclose(answers.data, others.detach().numpy(), **CLOSE)
    loss, other = ours.loss(inputs, labels), theirs.loss(inputs, labels)
    assert loss.item() == pytest.approx(other.item(), abs=1e-8)
    loss.backward()
    other.backward()
    gradients = {name: parameter.grad for name, parameter in ours.named_parameters()}
    assert list(gradients) == [name for name, _ in theirs.named_parameters()]
    for name, parameter in theirs.named_parameters():
        np.testing.assert_allclose(gradients[name], parameter.grad.numpy(), **CLOSE, err_msg=name)


@pytest.mark.parametrize("cell", CELLS)
def test_with_the_same_weights_both_learn_alike(cell):
    ours, theirs = twins("classifier", cell)
    part = datasets.Part(NAMES.train.inputs[:200], NAMES.train.labels[:200])
    histories = []
    for module, network, make in (
        (sequence_networks, ours, optimizers.Adam),
        (recurrent, theirs, torch.optim.Adam),
    ):
        shuffling = np.random.default_rng(1)
        step = module.sequence_step(network, make(network.parameters(), lr=0.02), clip=0.5)
        batches = lambda shuffling=shuffling: datasets.batches(part, 50, shuffling)  # noqa: E731
        histories.append(fit(step, batches, epochs=3, progress=False)["training"])
    np.testing.assert_allclose(histories[0], histories[1], rtol=1e-5)
    assert histories[0][-1] < histories[0][0]


@pytest.mark.parametrize("kind", KINDS)
def test_weights_go_to_pytorch_and_back(kind):
    ours, theirs = twins(kind, "lstm", np.float32)
    back = recurrent.arrays_of(theirs)
    assert list(back) == list(ours.state_dict())
    other, _ = twins(kind, "lstm", np.float32)
    for parameter in other.parameters():
        parameter.data = np.zeros_like(parameter.data)
    other.load_state_dict(back)
    for name, values in ours.state_dict().items():
        np.testing.assert_array_equal(other.state_dict()[name], values)
    next(iter(back.values()))[:] = 7
    assert not (next(theirs.parameters()) == 7).any()  # the arrays are copies


def test_weights_of_another_network_are_refused_and_change_nothing():
    ours, theirs = twins("classifier", "gru")
    before = recurrent.arrays_of(theirs)
    state = ours.state_dict()
    with pytest.raises(ValueError, match=r"names differ. Missing: \['output.bias'\]; not in this module: \['bias'\]"):
        recurrent.load_arrays(theirs, {name.replace("output.bias", "bias"): value for name, value in state.items()})
    wrong = {name: value + 1 for name, value in state.items()} | {"output.bias": np.zeros(9)}
    with pytest.raises(ValueError, match=r"output.bias has shape \(10,\), received \(9,\)"):
        recurrent.load_arrays(theirs, wrong)
    for name, values in recurrent.arrays_of(theirs).items():
        np.testing.assert_array_equal(values, before[name])


def test_texts_may_come_in_any_order_and_padding_is_not_read():
    _, theirs = twins("classifier", "lstm")
    order = np.random.default_rng(0).permutation(len(TOKENS))
    with torch.no_grad():
        logits = theirs(TOKENS).numpy()
        np.testing.assert_allclose(theirs(TOKENS[order]).numpy(), logits[order], **CLOSE)
        np.testing.assert_allclose(theirs(np.pad(TOKENS, ((0, 0), (0, 4)))).numpy(), logits, **CLOSE)
        np.testing.assert_allclose(theirs(torch.from_numpy(TOKENS)).numpy(), logits, **CLOSE)


@pytest.mark.parametrize(
    ("tokens", "error", "words"),
    [
        ([[3, 57]], ValueError, r"tokens: expected numbers from 0 to 56, but tokens\[0, 1\] is 57"),
        ([[3.0]], TypeError, "expected whole numbers, one for each character"),
        ([[3, 4], [0, 0]], ValueError, "row 1 holds padding only"),
        (TOKENS.T, ValueError, "time and batch swapped"),
    ],
)
def test_tokens_that_cannot_be_read_are_refused(tokens, error, words):
    for kind in ("classifier", "model"):
        _, network = twins(kind, "gru")
        with pytest.raises(error, match=words):
            network.loss(tokens, np.zeros(len(tokens), np.int64))


def test_what_else_does_not_fit_is_refused():
    with pytest.raises(ValueError, match='cell: expected "rnn", "lstm" or "gru"'):
        recurrent.SequenceClassifier("cnn", 9, 2, 3, 4)
    _, network = twins("model", "rnn")
    with pytest.raises(ValueError, match="classes: expected labels from 0 to 9"):
        network.loss(TOKENS, LABELS + 9)
    _, network = twins("last step", "rnn")
    with pytest.raises(ValueError, match=r"inputs: expected shape \(n, time, 2\)"):
        network(np.zeros((5, 9, 3)))


def test_a_name_reads_the_same_through_the_alphabet():
    _, theirs = twins("classifier", "rnn")
    alphabet = Alphabet(NAMES.alphabet.characters)
    tokens, _ = sequences.pad([alphabet.encode(NAMES.text(NAMES.train, row)) for row in range(30)])
    with torch.no_grad():
        np.testing.assert_allclose(theirs(tokens).numpy(), theirs(TOKENS).numpy(), **CLOSE)
