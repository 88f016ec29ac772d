"""Small recurrent networks that learn to say which symbol came d steps before, with a gradient cut into windows.

Many networks are trained at once, stacked along a first axis; each is what ``recurrent_steps`` would make of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.optimizers import Adam
from dlcourse.sequence_tasks import delayed_copy
from dlcourse.sequences import IGNORED, one_hot

SYMBOLS, HIDDEN, LENGTH = 2, 16, 24
BATCH, UPDATES, RATE, TESTED = 32, 600, 0.01, 256  # sequences an update, updates, learning rate, sequences at the end
SEEDS = (0, 1, 2)

Parameters = Sequence[Array]  # w_x (runs, hidden, symbols), w_h, b, then weight and bias of the output layer
Tokens = NDArray[np.int64]


def starts(generators: Sequence[np.random.Generator]) -> list[Array]:
    """Parameters as PyTorch draws them, evenly between ±1/√hidden, a network for each generator."""
    shapes = ((HIDDEN, SYMBOLS), (HIDDEN, HIDDEN), (HIDDEN,), (SYMBOLS, HIDDEN), (SYMBOLS,))
    drawn = [[each.uniform(-1, 1, shape) / HIDDEN**0.5 for shape in shapes] for each in generators]
    return [np.stack(arrays).astype(np.float32) for arrays in zip(*drawn, strict=True)]


def forward(parameters: Parameters, inputs: Array) -> tuple[Array, Array]:
    """The states (runs, batch, time + 1, hidden), 0 at first, and the logits (runs, batch, time, symbols)."""
    w_x, w_h, b, w_out, b_out = parameters
    states = [np.zeros((*inputs.shape[:2], w_h.shape[1]), inputs.dtype)]
    for t in range(inputs.shape[2]):
        a = inputs[:, :, t] @ w_x.swapaxes(1, 2) + states[-1] @ w_h.swapaxes(1, 2) + b[:, None]
        states.append(np.tanh(a))
    stacked = np.stack(states, axis=2)
    return stacked, stacked[:, :, 1:] @ w_out.swapaxes(1, 2)[:, None] + b_out[:, None, None]


def gradients(parameters: Parameters, inputs: Array, labels: Tokens, window: int) -> list[Array]:
    """Of each network's mean cross-entropy by its parameters; no gradient crosses a multiple of ``window`` steps.

    inputs: (runs, batch, time, symbols). labels: (runs, batch, time), those that are -100 do not count.
    """
    _, w_h, _, w_out, _ = parameters
    states, logits = forward(parameters, inputs)
    counted = labels != IGNORED
    powers = np.exp(logits - logits.max(axis=3, keepdims=True))
    by_logits = powers / powers.sum(axis=3, keepdims=True) - one_hot(np.where(counted, labels, 0), SYMBOLS)
    by_logits *= (counted / counted.sum(axis=(1, 2), keepdims=True))[..., None]
    by_states = by_logits @ w_out[:, None]
    deltas, by_h = np.empty_like(by_states), np.zeros_like(states[:, :, 0])
    for t in reversed(range(inputs.shape[2])):
        deltas[:, :, t] = (by_states[:, :, t] + by_h) * (1 - states[:, :, t + 1] ** 2)
        by_h = np.zeros_like(by_h) if t % window == 0 else deltas[:, :, t] @ w_h
    pairs = ((deltas, inputs), (deltas, states[:, :, :-1]), (by_logits, states[:, :, 1:]))
    by_w_x, by_w_h, by_w_out = (np.einsum("rnti,rntj->rij", *pair, optimize=True) for pair in pairs)
    return [by_w_x, by_w_h, deltas.sum(axis=(1, 2)), by_w_out, by_logits.sum(axis=(1, 2))]


def train(distances: Sequence[int], window: int, *, frozen: bool = False, updates: int = UPDATES) -> Array:
    """The share of right answers on new sequences after training, (distances, seeds).

    A ``window`` of LENGTH cuts nothing. ``frozen``: only the output layer learns, the other weights stay as drawn.
    """
    pairs = [(distance, seed) for distance in distances for seed in SEEDS]
    generators = [np.random.default_rng([seed, distance]) for distance, seed in pairs]
    parameters = [Tensor(array, requires_grad=True) for array in starts(generators)]
    optimizer = Adam(parameters[3:] if frozen else parameters, lr=RATE)

    def draw(count: int) -> tuple[Array, Tokens]:
        delays = zip(pairs, generators, strict=True)
        parts = [delayed_copy(count, LENGTH, delay, each, SYMBOLS) for (delay, _), each in delays]
        return one_hot(np.stack([part.inputs for part in parts]), SYMBOLS), np.stack([part.labels for part in parts])

    for _ in range(updates):
        arrays = [each.data for each in parameters]
        for each, gradient in zip(parameters, gradients(arrays, *draw(BATCH), window), strict=True):
            each.grad = gradient.astype(np.float32)
        optimizer.step()
    inputs, labels = draw(TESTED)
    _, logits = forward([each.data for each in parameters], inputs)
    counted = labels != IGNORED
    right = ((logits.argmax(axis=3) == labels) & counted).sum(axis=(1, 2)) / counted.sum(axis=(1, 2))
    return right.reshape(len(distances), len(SEEDS))
