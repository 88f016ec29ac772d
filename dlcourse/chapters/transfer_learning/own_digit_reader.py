"""The chapter's milestone: features that printed letters have taught, and a softmax regression, read drawn digits.

The network has seen no digit. What it sees in digits becomes the inputs of a softmax regression that learns from a few
handwritten ones; then it reads drawings: the ready ones, and those that the reader has made.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from dlcourse import datasets, drawings
from dlcourse.arrays import Array
from dlcourse.errors import CourseError
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch.descent import shuffled_minibatches

Drawn = tuple[tuple[int, drawings.Strokes], ...]  # digits, and how they were drawn

LAYER = "block3"  # the last before the head
PER_CLASS, TESTED, CLASSES = 50, 1000, 10
STEPS, SHOWN_EVERY, BATCH_SIZE, LEARNING_RATE = 300, 100, 32, 0.3
READY: Drawn = tuple((int(name), strokes) for name, strokes in drawings.READY.items())


def read_digits(pieces: Pieces, own: Drawn = ()) -> Iterator[Reading]:
    """Features of handwritten digits, the losses while the regression learns, and what it reads in the end.

    pieces: ``extract_features`` of this chapter, ``softmax``, ``cross_entropy`` and ``softmax_gradient`` of chapter 5.
    own: the reader's drawings, which are read beside the ready ones.
    """
    few, labels, tested = _examples()
    network = _network()

    def seen(images: Array) -> Array:
        return np.asarray(pieces["extract_features"](network, images, LAYER))

    inputs = seen(few)
    yield Reading(f"mean feature of {len(few)} handwritten digits", inputs.mean())
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    inputs = (inputs - middle) / spread
    weights, bias = np.zeros((inputs.shape[1], CLASSES)), np.zeros(CLASSES)
    batches = shuffled_minibatches(len(inputs), BATCH_SIZE, np.random.default_rng(5))
    for step, batch in enumerate(islice(batches, STEPS)):
        if step % SHOWN_EVERY == 0:
            yield Reading(f"training loss after {step} steps", pieces["cross_entropy"](inputs @ weights + bias, labels))
        by_weights, by_bias = pieces["softmax_gradient"](inputs[batch], labels[batch], weights, bias)
        weights, bias = weights - LEARNING_RATE * by_weights, bias - LEARNING_RATE * by_bias
        loss = pieces["cross_entropy"](inputs[batch] @ weights + bias, labels[batch])
        yield Reading(f"loss of the mini-batch at step {step + 1}", loss, shown=False)
    yield Reading(f"training loss after {STEPS} steps", pieces["cross_entropy"](inputs @ weights + bias, labels))

    def read(images: Array) -> Array:
        return np.asarray(pieces["softmax"]((seen(images) - middle) / spread @ weights + bias))

    found = read(tested.inputs.astype(np.float64)).argmax(axis=1)
    yield Reading(f"share of {len(tested)} test digits read rightly", np.mean(found == tested.labels))
    yield from _drawings_read(read, own)


def _drawings_read(read: Any, own: Drawn) -> Iterator[Reading]:
    """What every drawing is taken for, and how probable its right digit is."""
    for whose, drawn in (("ready", READY), ("own", own)):
        if not drawn:
            continue
        digits = np.array([digit for digit, _ in drawn])
        probabilities = read(images_of(drawn))
        found = probabilities.argmax(axis=1)
        yield Reading(f"share of {len(drawn)} {whose} drawings read rightly", np.mean(found == digits))
        right = probabilities[np.arange(len(drawn)), digits]
        yield Reading(f"mean probability of their right digit ({whose})", right.mean())
        for place, (one, probability) in enumerate(zip(found, right, strict=True)):
            yield Reading(_label(whose, place), float(one), shown=False)
            yield Reading(f"{_label(whose, place)}, its right digit", float(probability), shown=False)


def images_of(drawn: Drawn) -> Array:
    """The images (n, 1, 28, 28), float64 in [0, 1], of drawings, made as MNIST's were."""
    return np.stack([drawings.rasterize(strokes) for _, strokes in drawn])[:, None].astype(np.float64)


def _examples() -> tuple[Array, Any, datasets.Part]:
    """A few images of each digit, float64, with their labels, and test digits."""
    mnist = datasets.load("mnist")
    chosen = np.concatenate([np.flatnonzero(mnist.train.labels == digit)[:PER_CLASS] for digit in range(CLASSES)])
    tested = datasets.Part(mnist.test.inputs[:TESTED], mnist.test.labels[:TESTED])
    return mnist.train.inputs[chosen].astype(np.float64), mnist.train.labels[chosen], tested


def _network() -> Any:
    """The network of the printed letters, in float64: two right ways to write a mean agree to many digits."""
    from dlcourse.pytorch import pretrained

    return pretrained("glyph-resnet").double()


def _label(whose: str, place: int) -> str:
    return f"drawing {place + 1} ({whose})"


def read_in_words(values: Mapping[str, float], own: Drawn = ()) -> str:
    """Which drawings were taken for which digits, in sentences; whatever the numbers are."""
    told = []
    for whose, drawn in (("ready", READY), ("own", own)):
        pairs = [(digit, values[_label(whose, place)]) for place, (digit, _) in enumerate(drawn)]
        wrong = [f"a {digit} as {found:g}" for digit, found in pairs if found != digit]
        if pairs:
            name = "The ready drawings" if whose == "ready" else "Your own drawings"
            told.append(f"{name}: {len(pairs) - len(wrong)} of {len(pairs)} read rightly" + (
                f"; read wrongly: {', '.join(wrong)}." if wrong else "."
            ))  # fmt: skip
    return " ".join(told)


def drawn_digits(own: Mapping[int, Any] | Iterable[tuple[int, Any]]) -> Drawn:
    """The reader's drawings in one form, from a dictionary or from pairs of a digit and a drawing.

    Raises CourseError for something that is no digit, and for what is no drawing or an empty one.
    """
    pairs = list(own.items()) if isinstance(own, Mapping) else list(own)
    found = []
    for digit, drawing in pairs:
        if isinstance(digit, bool) or digit not in range(CLASSES):
            raise CourseError(f"A drawing belongs to the digit that it shows, from 0 to 9; {digit!r} is none.")
        strokes = drawings.strokes_of(drawing)
        if not strokes:
            raise CourseError(f"The drawing of {digit} is empty: draw first, then copy the experiment's share text.")
        found.append((int(digit), strokes))
    return tuple(found)
