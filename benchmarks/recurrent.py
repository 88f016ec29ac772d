"""Recurrent layers beside PyTorch, and beside the plain steps in HIPS autograd: forward and backward, all in one run.

    python benchmarks/recurrent.py [--rounds 25] [--only a b c d]

Needs the extra `benchmark`: python -m pip install -c constraints.txt -e ".[benchmark]".
One thread, float32, measured and compared as benchmarks/engine.py does it: 32 sequences of 32 steps, 32 inputs, 64
hidden units, one layer. The inputs are learnt too, so that all gradients are computed. The plain form is `lstm_step` as
chapter 16 writes it, with four weight matrices and one step after the other; autograd differentiates it. The last
comparison has sequences of different lengths: padded here, packed in PyTorch. PyTorch has the batch first, as here, or
the time, as it does unless told; the faster of the two counts.
"""

import os
from collections.abc import Callable

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import autograd.numpy as anp
import numpy as np
import torch
from autograd import value_and_grad
from engine import OURS, Comparison, Ratio, Run, asked_for, check_same, measure, report
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlcourse.scratch import layers
from dlcourse.scratch.autograd import Tensor

BATCH, TIME, INPUTS, HIDDEN = 32, 32, 32, 64
Lengths = np.ndarray | None


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(list(shape)).standard_normal(shape, np.float32)


X, BY_OUTPUTS = drawn(BATCH, TIME, INPUTS), drawn(BATCH, TIME, HIDDEN)


def some(*arrays: np.ndarray) -> list[float]:
    """A few numbers from both ends of each."""
    return [number for each in arrays for number in (*each[0].reshape(-1)[:20], *each[-1].reshape(-1)[-20:])]


def ours(layer: layers.RNN | layers.LSTM | layers.GRU, lengths: Lengths = None) -> Run:
    x, parameters = Tensor(X, requires_grad=True), list(layer.parameters())

    def step() -> list[float]:
        x.clear_grad()
        layer.zero_grad()
        outputs, _ = layer(x, lengths=lengths)
        outputs.backward(BY_OUTPUTS)
        return some(outputs.data, x.grad, *(parameter.grad for parameter in parameters))

    return step


def theirs(layer: torch.nn.RNNBase, lengths: Lengths = None) -> Run:
    """A step of the layer, which may have the batch first or, as PyTorch does unless told, the time."""
    first = layer.batch_first
    x, by_outputs = (torch.tensor(array if first else array.swapaxes(0, 1).copy()) for array in (X, BY_OUTPUTS))
    x.requires_grad_()

    def padded() -> torch.Tensor:
        if lengths is None:
            return layer(x)[0]
        packed = pack_padded_sequence(x, torch.from_numpy(lengths), batch_first=first, enforce_sorted=False)
        return pad_packed_sequence(layer(packed)[0], batch_first=first, total_length=TIME)[0]

    def step() -> list[float]:
        x.grad = None
        layer.zero_grad(set_to_none=True)
        outputs = padded()
        outputs.backward(by_outputs)
        sequences = (each if first else each.transpose(0, 1) for each in (outputs.detach(), x.grad))
        tensors = (*sequences, *(parameter.grad for parameter in layer.parameters()))
        return some(*(tensor.numpy() for tensor in tensors))

    return step


def plain(layer: layers.LSTM) -> Run:
    """The steps of `recurrent_steps.lstm_step`, differentiated by autograd; its gradients in the layer's order."""
    w, u, b, d = (parameter.data.reshape(4, HIDDEN, *parameter.shape[1:]) for parameter in layer.parameters())
    start = [*np.concatenate([w, u], axis=2), *(b + d)]
    zeros = np.zeros((BATCH, HIDDEN), np.float32)

    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 0.5 * anp.tanh(0.5 * z) + 0.5  # one operation less than 1 / (1 + exp(−z)), and no overflow

    def loss(arguments: list[np.ndarray]) -> float:
        x, w_i, w_f, w_g, w_o, b_i, b_f, b_g, b_o = arguments
        h, c, outputs = zeros, zeros, []
        for t in range(TIME):
            both = anp.concatenate([x[:, t], h], axis=1)
            i, f = sigmoid(anp.dot(both, w_i.T) + b_i), sigmoid(anp.dot(both, w_f.T) + b_f)
            g, o = anp.tanh(anp.dot(both, w_g.T) + b_g), sigmoid(anp.dot(both, w_o.T) + b_o)
            c = f * c + i * g
            h = o * anp.tanh(c)
            outputs.append(h)
        kept.append(anp.stack(outputs, axis=1))
        return anp.sum(kept[-1] * BY_OUTPUTS)

    kept: list[np.ndarray] = []
    differentiate = value_and_grad(loss)

    def step() -> list[float]:
        kept.clear()
        _, (by_x, *by_gates) = differentiate([X, *start])
        by_weights, by_bias = np.concatenate(by_gates[:4]), np.concatenate(by_gates[4:])
        return some(kept[0]._value, by_x, by_weights[:, :INPUTS], by_weights[:, INPUTS:], by_bias, by_bias)

    return step


def beside_torch(letter: str, name: str, goal: float | None, lengths: Lengths = None) -> Comparison:
    layer = getattr(layers, name)(INPUTS, HIDDEN, generator=np.random.default_rng(0))
    candidates = {OURS: ours(layer, lengths)}
    for peer, batch_first in (("PyTorch, batch first", True), ("PyTorch, time first", False)):
        other = getattr(torch.nn, name)(INPUTS, HIDDEN, batch_first=batch_first)
        other.load_state_dict({key: torch.tensor(values) for key, values in layer.state_dict().items()})
        candidates[peer] = theirs(other, lengths)
    ratios = [Ratio(OURS, "PyTorch", goal)]
    if name == "LSTM" and lengths is None:
        candidates["autograd, plain steps"] = plain(layer)
        ratios.append(Ratio(OURS, "autograd", 0.33))
    different = "" if lengths is None else f", lengths 1 to {TIME}"
    title = f"({letter}) {name}, batch {BATCH}, {TIME} steps, {INPUTS} inputs, {HIDDEN} hidden{different}"
    return Comparison(title, 5, candidates, tuple(ratios))


def comparisons() -> dict[str, Callable[[], Comparison]]:
    lengths = np.random.default_rng(0).integers(1, TIME + 1, BATCH)
    return {
        "a": lambda: beside_torch("a", "LSTM", 1.25),
        "b": lambda: beside_torch("b", "GRU", None),
        "c": lambda: beside_torch("c", "RNN", None),
        "d": lambda: beside_torch("d", "LSTM", None, lengths),
    }


def main() -> None:
    arguments = asked_for(__doc__, [*comparisons()])
    torch.set_num_threads(1)
    for letter in arguments.only:
        each = comparisons()[letter]()
        check_same(each)
        report(each, measure(each, arguments.rounds))


if __name__ == "__main__":
    main()
