"""The chapter's milestone: three functions learn to read digits."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch.descent import shuffled_minibatches

STEPS, SHOWN_EVERY = 300, 50
BATCH_SIZE, LEARNING_RATE = 32, 0.5


def learn_digits(pieces: Pieces) -> Iterator[Reading]:
    """Softmax regression on digits by mini-batches, from zero weights: the losses on the way, and the test digits.

    pieces: ``softmax``, ``cross_entropy`` and ``softmax_gradient``, as the chapter's exercises ask for them.
    """
    digits = datasets.load("digits")
    inputs, labels = _as_rows(digits.train.inputs), digits.train.labels
    weights, bias = np.zeros((inputs.shape[1], 10)), np.zeros(10)
    batches = shuffled_minibatches(len(inputs), BATCH_SIZE, np.random.default_rng(5))
    for step, batch in enumerate(islice(batches, STEPS)):
        if step % SHOWN_EVERY == 0:
            loss = pieces["cross_entropy"](inputs @ weights + bias, labels)
            yield Reading(f"training loss after {step} steps", loss)
        by_weights, by_bias = pieces["softmax_gradient"](inputs[batch], labels[batch], weights, bias)
        weights, bias = weights - LEARNING_RATE * by_weights, bias - LEARNING_RATE * by_bias
        loss = pieces["cross_entropy"](inputs[batch] @ weights + bias, labels[batch])
        yield Reading(f"loss of the mini-batch at step {step + 1}", loss, shown=False)
    loss = pieces["cross_entropy"](inputs @ weights + bias, labels)
    yield Reading(f"training loss after {STEPS} steps", loss)
    probabilities = pieces["softmax"](_as_rows(digits.test.inputs) @ weights + bias)
    right = digits.test.labels
    count = len(right)
    yield Reading(f"share of {count} test digits read rightly", np.mean(probabilities.argmax(axis=1) == right))
    yield Reading("mean probability of their right class", probabilities[np.arange(count), right].mean())


def _as_rows(images: Array) -> Array:
    return images.reshape(len(images), -1).astype(np.float64)
