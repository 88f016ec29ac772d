"""One network trained on digits with many learning rates and batch sizes, all in one budget of examples.

All runs of one batch size are computed together, as one stack of networks: the whole grid takes half a second.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array

BATCH_SIZES = (4, 8, 16, 32, 64, 128, 256, 512)
RATES = tuple(0.01 * 2.0**k for k in range(11))  # 0.01 to 10.24
BASE = 8  # batch size of the run that the linear-scaling rule compares with
# Its rates reach as far as the rule asks: from 0.01 at batch size 512 to 10.24 at batch size 4.
BASE_RATES = tuple(0.01 * 2.0**k for k in range(-6, 12))
BUDGET = 4096  # examples
WINDOW = 128  # examples: the losses of mini-batches are means over so many, or over one mini-batch
SEEDS = 3
HIDDEN, CLASSES = 16, 10
GUESS = float(np.log(CLASSES))  # loss of equal probabilities

Whole = NDArray[np.int64]
Stack = list[Array]  # first weight, first bias, second weight, second bias of many networks


@dataclass(frozen=True)
class Race:
    """The runs of one batch size, with several learning rates, from three starts.

    ``steps`` (k,): how many steps have been made at the end of each window. ``losses`` (rates, 3, k): mean training
    loss of the mini-batches of a window. ``final`` (rates, 3): loss on 180 other digits after all 4,096 examples.
    """

    steps: Whole
    losses: Array
    final: Array


@lru_cache(maxsize=len(BATCH_SIZES))
def race(batch_size: int) -> Race:
    """The runs of one batch size: ``BASE_RATES`` where it is ``BASE``, otherwise ``RATES``."""
    rates = np.array(BASE_RATES if batch_size == BASE else RATES, dtype=np.float32)
    stack = [np.tile(array, (len(rates), 1, 1)) for array in _starts()]
    steps = np.repeat(rates, SEEDS)[:, None, None]
    inputs, labels = _training()
    losses = []
    for begin in range(0, BUDGET, batch_size):
        batch = _order()[:, begin : begin + batch_size]
        chosen, wanted = np.tile(inputs[batch], (len(rates), 1, 1)), np.tile(labels[batch], (len(rates), 1))
        loss, gradients = _loss_and_gradients(stack, chosen, wanted)
        losses.append(loss)
        for array, gradient in zip(stack, gradients, strict=True):
            array -= steps * gradient
    each = max(1, WINDOW // batch_size)
    shaped = np.array(losses).T.reshape(len(rates), SEEDS, -1, each).mean(axis=-1)
    final = _losses(stack).reshape(len(rates), SEEDS)
    return Race(np.arange(1, shaped.shape[-1] + 1) * each, shaped.astype(float), final.astype(float))


def _starts() -> Stack:
    """Weights and biases of the three networks, as nn.Linear draws them but for the biases, which are 0."""
    weights: list[list[Array]] = [[], []]
    for seed in range(SEEDS):
        generator = np.random.default_rng(seed)
        for place, (inputs, outputs) in enumerate(((64, HIDDEN), (HIDDEN, CLASSES))):
            drawn = generator.uniform(-1, 1, (inputs, outputs)) / np.sqrt(inputs)
            weights[place].append(drawn.astype(np.float32))
    zeros = [np.zeros((SEEDS, 1, size), dtype=np.float32) for size in (HIDDEN, CLASSES)]
    return [np.array(weights[0]), zeros[0], np.array(weights[1]), zeros[1]]


@lru_cache(maxsize=1)
def _training() -> tuple[Array, Whole]:
    part = datasets.load("digits").train
    return part.inputs.reshape(len(part), -1), part.labels


@lru_cache(maxsize=1)
def _order() -> Whole:
    """The numbers of the examples that each of the three runs sees, in their order (3, 4096): shuffled every epoch."""
    count = len(_training()[1])
    orders = []
    for seed in range(SEEDS):
        generator = np.random.default_rng(100 + seed)
        orders.append(np.concatenate([generator.permutation(count) for _ in range(-(-BUDGET // count))])[:BUDGET])
    return np.array(orders)


def _loss_and_gradients(stack: Stack, inputs: Array, labels: Whole) -> tuple[Array, Stack]:
    """Mean cross-entropy (networks,) and its gradients, for inputs (networks, n, 64) and labels (networks, n)."""
    first, first_bias, second, second_bias = stack
    hidden = np.tanh(inputs @ first + first_bias)
    logarithms = _log_softmax(hidden @ second + second_bias)
    loss = -np.take_along_axis(logarithms, labels[:, :, None], 2).mean(axis=(1, 2))
    errors = np.exp(logarithms)
    np.put_along_axis(errors, labels[:, :, None], np.take_along_axis(errors, labels[:, :, None], 2) - 1, 2)
    errors /= labels.shape[1]
    back = (errors @ second.transpose(0, 2, 1)) * (1 - hidden * hidden)
    parts = (inputs.transpose(0, 2, 1) @ back, back.sum(axis=1, keepdims=True))
    return loss, [*parts, hidden.transpose(0, 2, 1) @ errors, errors.sum(axis=1, keepdims=True)]


def _losses(stack: Stack) -> Array:
    """Mean cross-entropy (networks,) on the validation part."""
    part = datasets.load("digits").validation
    first, first_bias, second, second_bias = stack
    hidden = np.tanh(part.inputs.reshape(len(part), -1) @ first + first_bias)
    logarithms = _log_softmax(hidden @ second + second_bias)
    loss: Array = -logarithms[:, np.arange(len(part)), part.labels].mean(axis=1)
    return loss


def _log_softmax(logits: Array) -> Array:
    shifted = logits - logits.max(axis=2, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    return shifted


def nearest_rate(rate: float) -> int:
    """The place in ``RATES`` of the one that is nearest by its factor."""
    return int(np.abs(np.log2(np.array(RATES) / rate)).argmin())


@lru_cache(maxsize=1)
def final_losses() -> Array:
    """Loss after the budget (batch sizes, rates), the mean of the three runs."""
    rows = []
    for size in BATCH_SIZES:
        final = race(size).final.mean(axis=1)
        rows.append(final[len(BASE_RATES) - len(RATES) - 1 : -1] if size == BASE else final)
    return np.array(rows)
