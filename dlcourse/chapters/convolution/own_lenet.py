"""The chapter's milestone: a convolutional network learns to read digits, by functions of the reader's own.

It has the sizes of LeNet-1: LeCun, Boser, Denker, Henderson, Howard, Hubbard and Jackel (1990), "Handwritten digit
recognition with a back-propagation network", NIPS 2. What came into use later stands in place of the rest: ReLU for
tanh, max pooling for weighted means, kernels over all channels for a chosen few, and the cross-entropy.
"""

import math
from collections.abc import Iterator
from itertools import islice

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch import losses
from dlcourse.scratch.descent import shuffled_minibatches

KERNELS, KERNEL, POOL = (4, 12), 5, 2  # 28 × 28 pixels become 4 planes of 12 × 12, then 12 of 4 × 4
STEPS, BATCH_SIZE, RATE, MOMENTUM, SHOWN = 150, 16, 0.03, 0.9, 50
TESTED = 500

Parameters = dict[str, Array]


def read_digits(pieces: Pieces) -> Iterator[Reading]:
    """Mini-batches of digits, with momentum and a rate that falls to 0: the losses on the way, and the test digits.

    pieces: ``conv2d_by_offsets``, ``kernel_gradient``, ``input_gradient`` and ``max_pool_backward``, as the chapter's
    exercises ask for them.
    """
    digits = datasets.load("mnist")
    images, labels = digits.train.inputs.astype(np.float64), digits.train.labels
    parameters, losses_so_far = first_parameters(np.random.default_rng(0)), []
    velocity = {name: np.zeros_like(array) for name, array in parameters.items()}
    batches = shuffled_minibatches(len(images), BATCH_SIZE, np.random.default_rng(5))
    for step, batch in enumerate(islice(batches, STEPS)):
        loss, gradients = loss_and_gradients(pieces, parameters, images[batch], labels[batch])
        for name in parameters:
            velocity[name] = MOMENTUM * velocity[name] + gradients[name]
            parameters[name] = parameters[name] - RATE * (1 - step / STEPS) * velocity[name]
        losses_so_far.append(loss)
        yield Reading(f"loss of the mini-batch at step {step + 1}", loss, shown=step == 0)
        if (step + 1) % SHOWN == 0:
            yield Reading(
                f"mean loss of steps {step + 2 - SHOWN} to {step + 1}", float(np.mean(losses_so_far[-SHOWN:]))
            )
    tested, right = digits.test.inputs[:TESTED].astype(np.float64), digits.test.labels[:TESTED]
    logits = forward(pieces, parameters, tested)["logits"]
    yield Reading(f"loss of {TESTED} test digits", losses.cross_entropy(logits, right))
    yield Reading(f"share of {TESTED} test digits read rightly", float(np.mean(logits.argmax(axis=1) == right)))


def first_parameters(generator: np.random.Generator) -> Parameters:
    """Random kernels, by the rule of He et al. (2015); the output layer and the biases are 0."""
    first, second = KERNELS
    deviation = [math.sqrt(2 / (channels * KERNEL**2)) for channels in (1, first)]
    return {
        "kernels1": generator.normal(scale=deviation[0], size=(first, 1, KERNEL, KERNEL)),
        "bias1": np.zeros(first),
        "kernels2": generator.normal(scale=deviation[1], size=(second, first, KERNEL, KERNEL)),
        "bias2": np.zeros(second),
        "weights": np.zeros((second * 4 * 4, 10)),
        "bias": np.zeros(10),
    }


def forward(pieces: Pieces, parameters: Parameters, images: Array) -> dict[str, Array]:
    """All that the network computes, by name: twice convolution, ReLU and pooling, then a linear layer."""
    convolve, made = pieces["conv2d_by_offsets"], {"pooled0": images}
    for k in (1, 2):
        sums = convolve(made[f"pooled{k - 1}"], parameters[f"kernels{k}"], parameters[f"bias{k}"], 1, 0)
        made[f"relu{k}"] = np.maximum(sums, 0)
        made[f"pooled{k}"] = max_pool(pieces, made[f"relu{k}"])
    made["rows"] = made["pooled2"].reshape(len(images), -1)
    made["logits"] = made["rows"] @ parameters["weights"] + parameters["bias"]
    return made


def max_pool(pieces: Pieces, images: Array) -> Array:
    """The largest number of each window, found with the backward pass: a gradient of 1 goes to it and to no other."""
    n, channels, height, width = images.shape
    size = n, channels, height // POOL, width // POOL
    largest = images * pieces["max_pool_backward"](np.ones(size), images, POOL, POOL)
    return np.asarray(largest.reshape(*size[:3], POOL, size[3], POOL).sum(axis=(3, 5)))


def loss_and_gradients(
    pieces: Pieces, parameters: Parameters, images: Array, labels: Array
) -> tuple[float, Parameters]:
    """The mean cross-entropy, and its gradient by each parameter, from the last layer back to the first."""
    made = forward(pieces, parameters, images)
    by_logits = losses.cross_entropy_gradient(made["logits"], labels)
    gradients = {"weights": made["rows"].T @ by_logits, "bias": by_logits.sum(axis=0)}
    by_pooled = (by_logits @ parameters["weights"].T).reshape(made["pooled2"].shape)
    for k in (2, 1):
        by_relu = pieces["max_pool_backward"](by_pooled, made[f"relu{k}"], POOL, POOL)
        by_sums, read, kernels = by_relu * (made[f"relu{k}"] > 0), made[f"pooled{k - 1}"], parameters[f"kernels{k}"]
        gradients[f"kernels{k}"] = pieces["kernel_gradient"](by_sums, read, kernels.shape, 1, 0)
        gradients[f"bias{k}"] = by_sums.sum(axis=(0, 2, 3))
        if k > 1:  # nobody asks for the gradient by the digits
            by_pooled = pieces["input_gradient"](by_sums, kernels, read.shape, 1, 0)
    return losses.cross_entropy(made["logits"], labels), gradients
