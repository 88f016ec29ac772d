"""Exercise: the loss of a padded batch of sequences."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.arrays import Array
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import losses


def _case(
    generator: np.random.Generator, lengths: Sequence[int], classes: int, padding: int, label: str, **how: Any
) -> Case:
    """Sequences of these lengths, padded behind, or before where ``padded`` says so; every class occurs."""
    steps = np.arange(max(lengths))
    real = steps < np.array(lengths)[:, None]
    labels = generator.permutation(np.arange(real.size) % classes).reshape(real.shape)
    labels = np.where(labels == padding, padding + 1, labels)
    labels = np.where(real[:, :: how.get("order", 1)], labels, padding)
    logits = generator.normal(0, how.get("scale", 1.5), (*real.shape, classes)).round(2)
    return Case((logits.astype(how.get("dtype", np.float64)), labels, padding), label, edge=how.get("edge", False))


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    small = np.array([[[0.0, 2.0, 0.0], [1.0, 0.0, 0.0]], [[0.0, 3.0, 0.0], [4.0, 0.0, 1.0]]])
    return [
        Case((small, np.array([[1, 2], [2, 0]]), 0), "2 names of 2 letters and 1, padding is class 0"),
        _case(generator, (5, 3, 2), 4, -100, "3 sequences of 5, 3 and 2 steps"),
        _case(generator, (6, 1, 4, 2), 5, 0, "names: padding is class 0"),
        _case(generator, (7, 2), 3, 0, "7 and 2 letters, padding is class 0"),
        _case(generator, (3, 6, 4), 150, -100, "150 classes"),
        _case(generator, (4, 6, 3), 120, -100, "120 classes, the longest in the middle"),
        _case(generator, (4, 4, 4), 3, -100, "nothing to ignore"),
        _case(generator, (3, 5), 4, -100, "ignored steps at the beginning", order=-1),
        _case(generator, (4, 2, 3), 3, 0, "logits in the thousands", scale=3000),
        _case(generator, (4, 6), 5, 0, "dtype float32", dtype=np.float32),
        _case(generator, (4, 0), 3, 0, "a sequence of padding alone", edge=True),
        _case(generator, (1,), 4, -100, "one sequence of one step", edge=True),
    ]  # fmt: skip


masked_loss = Exercise(
    losses.masked_loss,
    chapter="15_recurrent_networks",
    task=(
        "Return the mean cross-entropy of a padded batch, one number: the mean of −log softmax(z)[y] over all places "
        "of all sequences whose label is not `ignore_index`. `logits` has shape (batch, time, classes); `labels`, "
        "(batch, time), holds whole numbers. Every place that counts has the same weight. "
        "`losses.cross_entropy(logits, labels)`, for shapes (n, classes) and (n,), is there to use."
    ),
    cases=_cases,
    points=2,
    hints=[
        "Which places count? An array of True and False, of the shape of `labels`, says it for all of them at once.",
        "How many numbers enter the mean? As many as that array has True: neither batch × time, nor first one mean for "
        "each sequence.",
        "An array of True and False as an index picks places: `labels[kept]` has one axis. What shape has "
        "`logits[kept]`, where `kept` covers the first two of three axes?",
        "`kept = labels != ignore_index`; then `losses.cross_entropy` of `logits[kept]` and `labels[kept]`.",
    ],
    fields={"at": "On “{case}” the loss is {expected}, and you return {received}. "},
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(losses.masked_loss, *replacements)


def _each(logits: Array, labels: Array) -> Array:
    """−log softmax(z)[y] at every place, (batch, time): a label below 0 counts from the end, as an index does."""
    flat = losses.log_softmax(logits.reshape(-1, logits.shape[-1]))
    return -flat[np.arange(labels.size), labels.ravel()].reshape(labels.shape)


def _mean_of_means(logits: Array, labels: Array, ignore_index: int) -> float:
    parts = [(z, y) for z, y in zip(logits, labels, strict=True) if (y != ignore_index).any()]
    return float(np.mean([losses.cross_entropy(z[y != ignore_index], y[y != ignore_index]) for z, y in parts]))


MEAN = "cross_entropy(z[kept], y[kept])"

masked_loss.add_mistake(
    "nothing_ignored",
    lambda logits, labels, ignore_index: float(_each(logits, labels).mean()),
    "{at}You ignore no place: `ignore_index` is used as if it were a class. Where padding is 0, the network is asked "
    "to predict padding; and −100 as an index counts from the *end*, so with 100 classes or more nothing even warns "
    "you.",
)
masked_loss.add_mistake(
    "divided_by_all_places",
    _with((MEAN, f"{MEAN} * kept.sum() / y.size")),
    "Where nothing is ignored you are right. {at}You divide by all places, padding included, and so the loss becomes "
    "smaller the more padding there is. Divide by the number of places that count.",
)
masked_loss.add_mistake(
    "mean_of_the_sequences",
    lambda logits, labels, ignore_index: _mean_of_means(logits, labels, ignore_index),
    "{at}You take a mean for each sequence, and then the mean of those: a character of a short sequence weighs more "
    "than one of a long sequence. Asked is one mean over all places that count.",
)
masked_loss.add_mistake(
    "mean_of_the_steps",
    lambda logits, labels, ignore_index: _mean_of_means(logits.swapaxes(0, 1), labels.T, ignore_index),
    "{at}You take a mean for each step, and then the mean of those. At late steps few sequences are left, and each of "
    "them weighs more. Asked is one mean over all places that count: add up everything, and divide once.",
)
masked_loss.add_mistake(
    "counted_with_the_sum",
    _with((MEAN, f"{MEAN} * kept.sum()")),
    "{at}That is the sum over the places that count. A mean makes losses of batches comparable that hold more or "
    "fewer characters: divide by their number.",
)
masked_loss.add_mistake(
    "divided_by_the_sequences",
    _with((MEAN, f"{MEAN} * kept.sum() / len(y)")),
    "{at}You divide by the number of sequences: the loss becomes larger the longer they are. Divide by the number of "
    "places that count.",
)
masked_loss.add_mistake(
    "logits_of_padding_set_to_zero",
    lambda logits, labels, ignore_index: float(
        _each(logits * (labels != ignore_index)[:, :, None], np.where(labels == ignore_index, 0, labels)).mean()
    ),
    "{at}You set the logits of ignored places to 0. They still count: equal logits make a loss of log(classes) each. "
    "Leave those places out of the mean.",
)
masked_loss.add_mistake(
    "label_0_for_padding",
    lambda logits, labels, ignore_index: float(_each(logits, np.where(labels == ignore_index, 0, labels)).mean()),
    "{at}You give ignored places the label 0 and count them: the network would have to predict class 0 there. Leave "
    "those places out of the mean.",
)
masked_loss.add_mistake(
    "class_0_ignored",
    lambda logits, labels, ignore_index: losses.masked_loss(logits, np.where(labels > 0, labels, -100)),
    "Where `ignore_index` is 0 you are right. {at}You leave out every label that is not above 0, and class 0 with "
    "them. Compare with `ignore_index`: here it is {ignore_index}.",
)
masked_loss.add_mistake(
    "negative_labels_ignored",
    lambda logits, labels, ignore_index: losses.masked_loss(logits, np.where(labels < 0, -100, labels)),
    "Where `ignore_index` is negative you are right. {at}Here it is 0, as for padded names, and you count those places "
    "as class 0. Compare with `ignore_index`.",
)
