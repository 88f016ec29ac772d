"""The chapter's milestone: an LSTM learns to write surnames, by functions of the reader's own.

One layer reads a name character by character and foretells the next one; the language comes with every character. It
learns by backpropagation through time, with clipping, and then writes: what is drawn comes back as the next input.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.exercises.milestones.readings import Pieces, Reading
from dlcourse.scratch import losses
from dlcourse.scratch.descent import shuffled_minibatches
from dlcourse.sequences import END, IGNORED, START, next_characters, one_hot, shortened

Tokens = NDArray[np.int64]
Parameters = dict[str, Array]

LANGUAGES = ("Finnish", "Italian", "Zulu")
HIDDEN = 40
STEPS, BATCH_SIZE, RATE, MOMENTUM, LIMIT, SHOWN = 300, 32, 6.0, 0.9, 0.2, 100  # 6: of 3, 6 and 10, on validation names
WRITTEN, LONGEST, TEMPERATURE = 4, 12, 0.5  # names of each language, characters of a name
GATES = "ifgo"


def write_names(pieces: Pieces) -> Iterator[Reading]:
    """Mini-batches of names, the losses and gradients' norms on the way, then names that it writes, letter by letter.

    pieces: ``lstm_step``, ``clip_by_norm`` and ``sample_with_temperature``, as the exercises ask for them.
    """
    names = datasets.load("names")
    vocabulary = len(names.alphabet)
    tokens, languages = _chosen(names.train, names.class_names)
    parameters, losses_so_far = first_parameters(vocabulary, np.random.default_rng(0)), []
    velocity = {name: np.zeros_like(array) for name, array in parameters.items()}
    batches = shuffled_minibatches(len(tokens), BATCH_SIZE, np.random.default_rng(5))
    for step, batch in enumerate(islice(batches, STEPS)):
        loss, gradients = loss_and_gradients(pieces, parameters, tokens[batch], languages[batch])
        clipped, norm = pieces["clip_by_norm"](list(gradients.values()), LIMIT)
        for name, gradient in zip(gradients, clipped, strict=True):
            velocity[name] = MOMENTUM * velocity[name] + gradient
            parameters[name] = parameters[name] - RATE * (1 - step / STEPS) * velocity[name]
        losses_so_far.append(loss)
        yield Reading(f"loss of the mini-batch at step {step + 1}", loss, shown=step == 0)
        yield Reading(f"norm of its gradient at step {step + 1}", norm, shown=step == 0)
        if (step + 1) % SHOWN == 0:
            label = f"mean loss of steps {step + 2 - SHOWN} to {step + 1}"
            yield Reading(label, float(np.mean(losses_so_far[-SHOWN:])))
    unseen, theirs = _chosen(names.test, names.class_names)
    logits, targets, _ = forward(pieces, parameters, unseen, theirs)
    yield Reading(f"loss of {len(unseen)} names of the test set", _loss(logits, targets))
    written = written_by(pieces, parameters)
    for (name, place), character in np.ndenumerate(written):
        yield Reading(_label(name, place), float(character), shown=False)
    read = {names.text(names.train, row) for row in range(len(names.train))}
    share = np.mean([names.alphabet.decode(characters) in read for characters in written])
    yield Reading(f"share of {len(written)} written names that it had read", float(share))


def _chosen(part: datasets.Part, class_names: tuple[str, ...]) -> tuple[Tokens, Tokens]:
    """The names of the three languages, and the place of each one's language among them."""
    numbers = [class_names.index(language) for language in LANGUAGES]
    chosen = np.isin(part.labels, numbers)
    return part.inputs[chosen], np.searchsorted(numbers, part.labels[chosen])


def first_parameters(vocabulary: int, generator: np.random.Generator) -> Parameters:
    """Random weights of variance 1 / inputs; the biases are 0, but 1 for the forget gate; the output layer is 0."""
    width = vocabulary + len(LANGUAGES) + HIDDEN
    weights = {f"w_{k}": generator.normal(scale=width**-0.5, size=(HIDDEN, width)) for k in GATES}
    biases = {f"b_{k}": np.full(HIDDEN, float(k == "f")) for k in GATES}
    return {**weights, **biases, "weights": np.zeros((vocabulary, HIDDEN)), "bias": np.zeros(vocabulary)}


def forward(
    pieces: Pieces, parameters: Parameters, tokens: Tokens, languages: Tokens
) -> tuple[Array, Tokens, list[tuple[Array, ...]]]:
    """Logits (n, steps, vocabulary) for the next character at every step, what it is, and what each step saw and made.

    Of each step: x, then h and c before and after it.
    """
    inputs, targets = next_characters(shortened(tokens))
    h = c = np.zeros((len(tokens), HIDDEN))
    steps: list[tuple[Array, ...]] = []
    for numbers in inputs.T:
        x = _as_input(numbers, languages, len(parameters["bias"]))
        before = h, c
        h, c = pieces["lstm_step"](x, h, c, *_of_gates(parameters))
        steps.append((x, *before, h, c))
    states = np.stack([step[3] for step in steps], axis=1)
    return states @ parameters["weights"].T + parameters["bias"], targets, steps


def _as_input(characters: Tokens, languages: Tokens, vocabulary: int) -> Array:
    """What arrives at a step: a 1 at the character's place, and one at the language's."""
    both = [one_hot(characters, vocabulary), one_hot(languages, len(LANGUAGES))]
    return np.concatenate(both, axis=1).astype(np.float64)


def _of_gates(parameters: Parameters) -> list[Array]:
    return [parameters[f"{kind}_{k}"] for kind in "wb" for k in GATES]


def _loss(logits: Array, targets: Tokens) -> float:
    """The mean cross-entropy over all characters and ends; what lies behind an end does not count."""
    counted = targets != IGNORED
    return losses.cross_entropy(logits[counted], targets[counted])


def loss_and_gradients(
    pieces: Pieces, parameters: Parameters, tokens: Tokens, languages: Tokens
) -> tuple[float, Parameters]:
    """The loss, and its gradient by each parameter: backpropagation through time, from the last step to the first."""
    logits, targets, steps = forward(pieces, parameters, tokens, languages)
    counted, by_logits = targets != IGNORED, np.zeros_like(logits)
    by_logits[counted] = losses.cross_entropy_gradient(logits[counted], targets[counted])
    states = np.stack([step[3] for step in steps], axis=1)
    gradients = {name: np.zeros_like(array) for name, array in parameters.items()}
    gradients["weights"] = np.einsum("ntv,nth->vh", by_logits, states)
    gradients["bias"] = by_logits.sum(axis=(0, 1))
    by_states = by_logits @ parameters["weights"]
    by_h = by_c = np.zeros_like(steps[0][3])
    for t in reversed(range(len(steps))):
        by_h, by_c, terms = step_backward(by_h + by_states[:, t], by_c, steps[t], parameters)
        for name, term in terms.items():
            gradients[name] += term
    return _loss(logits, targets), gradients


def step_backward(
    by_h: Array, by_c: Array, step: tuple[Array, ...], parameters: Parameters
) -> tuple[Array, Array, Parameters]:
    """From ∂L/∂h and ∂L/∂c after a step to those before it, with the step's terms of the gradients of its parameters.

    step: x, then h and c before and after it.
    """
    x, h, c, _, c_next = step
    both = np.concatenate([x, h], axis=1)
    sums = {k: both @ parameters[f"w_{k}"].T + parameters[f"b_{k}"] for k in GATES}
    i, f, o = (losses.sigmoid(sums[k]) for k in "ifo")
    g, shown = np.tanh(sums["g"]), np.tanh(c_next)
    by_c = by_c + by_h * o * (1 - shown**2)  # what the state hands to the cell, beside what the next step handed back
    by_sums = {
        "i": by_c * g * i * (1 - i),
        "f": by_c * c * f * (1 - f),
        "g": by_c * i * (1 - g**2),
        "o": by_h * shown * o * (1 - o),
    }
    by_both = sum(by_sums[k] @ parameters[f"w_{k}"] for k in GATES)
    by_weights = {f"w_{k}": by_sums[k].T @ both for k in GATES}
    by_biases = {f"b_{k}": by_sums[k].sum(axis=0) for k in GATES}
    return np.asarray(by_both)[:, x.shape[1] :], by_c * f, {**by_weights, **by_biases}


def written_by(pieces: Pieces, parameters: Parameters) -> Tokens:
    """The characters of some names of each language (names, longest), drawn one after the other, also behind an end."""
    languages = np.repeat(np.arange(len(LANGUAGES)), WRITTEN)
    generator, vocabulary = np.random.default_rng(7), len(parameters["bias"])
    h = c = np.zeros((len(languages), HIDDEN))
    characters = [np.full(len(languages), START)]
    for _ in range(LONGEST):
        h, c = pieces["lstm_step"](_as_input(characters[-1], languages, vocabulary), h, c, *_of_gates(parameters))
        logits = h @ parameters["weights"].T + parameters["bias"]
        drawn = pieces["sample_with_temperature"](logits, TEMPERATURE, generator)
        characters.append(np.asarray(drawn).astype(np.int64))
    return np.stack(characters[1:], axis=1)


def _label(name: int, place: int) -> str:
    return f"character {place + 1} of name {name + 1}"


def names_in(values: Mapping[str, float]) -> str:
    """The names that a run wrote, in a sentence, from what it measured by label; whatever the numbers are."""
    alphabet = datasets.load("names").alphabet
    written = []
    for name in range(len(LANGUAGES) * WRITTEN):
        numbers = [values[_label(name, place)] for place in range(LONGEST)]
        known = [int(number) if 0 <= number < len(alphabet) else END for number in numbers]
        written.append(alphabet.decode(known).title() + ("" if END in known else "…"))
    listed = [", ".join(written[k * WRITTEN : (k + 1) * WRITTEN]) for k in range(len(LANGUAGES))]
    told = " ".join(f"{language}: {names}." for language, names in zip(LANGUAGES, listed, strict=True))
    return f"Written at temperature {TEMPERATURE:g}. {told}"
