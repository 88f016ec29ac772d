"""A recurrent network of two units that tells a name's language from its letters, and its gradients by steps."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dlcourse import datasets
from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.losses import cross_entropy, cross_entropy_gradient, softmax
from dlcourse.scratch.optimizers import Adam
from dlcourse.scratch.recurrent_steps import backpropagate_through_time, rnn_step_backward, unroll

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LANGUAGES = ("Italian", "Swedish", "Croatian")
LONGEST, HIDDEN = 8, 2
UPDATES, BATCH, RATE = 400, 64, 0.02


@dataclass(frozen=True)
class Reading:
    """One name read and its loss carried back; T is the number of its letters.

    ``states`` (T + 1, hidden) h_0 to h_T; ``probabilities`` (languages,) and ``loss`` after the last letter;
    ``by_states`` (T + 1, hidden) ∂L/∂h_t, ``by_sums`` (T, hidden) ∂L/∂a_t with h_t = tanh(a_t), and ``terms``
    (T, hidden, hidden), whose sum over the steps is ∂L/∂W_h.
    """

    states: Array
    probabilities: Array
    loss: float
    by_states: Array
    by_sums: Array
    terms: Array


def one_hot_of(word: str) -> Array:
    """The letters of ``word`` (letters, 26), each 1 at its place in the alphabet."""
    return np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in word]]


@lru_cache(maxsize=2)
def names(part: str) -> tuple[Array, Array, Array]:
    """Names of at most eight letters without accents, padded with zeros (n, 8, 26), their lengths and languages."""
    data = datasets.load("names")
    rows = getattr(data, part)
    numbers = {data.class_names.index(language): number for number, language in enumerate(LANGUAGES)}
    words, labels = [], []
    for row in np.flatnonzero(np.isin(rows.labels, list(numbers))):
        word = bare(data.text(rows, int(row)))
        if 0 < len(word) <= LONGEST:
            words.append(word)
            labels.append(numbers[int(rows.labels[row])])
    inputs = np.zeros((len(words), LONGEST, len(LETTERS)))
    for line, word in zip(inputs, words, strict=True):
        line[: len(word)] = one_hot_of(word)
    return inputs, np.array([len(word) for word in words]), np.array(labels)


def bare(name: str) -> str:
    """``name`` without accents and what is no letter."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.lower()) if letter in LETTERS)


@lru_cache(maxsize=1)
def trained() -> tuple[Array, ...]:
    """W_x (2, 26), W_h (2, 2), b (2,), and weight (3, 2) and bias (3,) of the output layer, after 400 updates."""
    generator = np.random.default_rng(0)
    shapes = ((HIDDEN, len(LETTERS)), (HIDDEN, HIDDEN), (HIDDEN,), (len(LANGUAGES), HIDDEN), (len(LANGUAGES),))
    parameters = [Tensor(generator.uniform(-1, 1, shape) / HIDDEN**0.5, requires_grad=True) for shape in shapes]
    optimizer = Adam(parameters, lr=RATE)
    inputs, lengths, labels = names("train")
    for _ in range(UPDATES):
        rows = generator.choice(len(labels), BATCH, replace=False)
        found = gradients(tuple(each.data for each in parameters), inputs[rows], lengths[rows], labels[rows])
        for each, gradient in zip(parameters, found, strict=True):
            each.grad = gradient
        optimizer.step()
    return tuple(each.data for each in parameters)


def gradients(parameters: tuple[Array, ...], inputs: Array, lengths: Array, labels: Array) -> list[Array]:
    """Of the mean cross-entropy of a batch; its names end at different steps."""
    w_x, w_h, b, w_out, _ = parameters
    states, last = last_states(parameters, inputs, lengths)
    by_logits = cross_entropy_gradient(logits_of(parameters, last), labels)
    by_states = np.zeros_like(states[:, 1:])
    by_states[np.arange(len(labels)), lengths - 1] = by_logits @ w_out
    _, _, by_w_x, by_w_h, by_b = backpropagate_through_time(by_states, states, inputs, w_x, w_h)
    return [by_w_x, by_w_h, by_b.reshape(b.shape), by_logits.T @ last, by_logits.sum(axis=0)]


def last_states(parameters: tuple[Array, ...], inputs: Array, lengths: Array) -> tuple[Array, Array]:
    """All states of a batch, and the one (batch, hidden) after each name's last letter."""
    states = unroll(inputs, np.zeros((len(inputs), HIDDEN)), *parameters[:3])
    return states, states[np.arange(len(inputs)), lengths]


def logits_of(parameters: tuple[Array, ...], states: Array) -> Array:
    """The output layer: (batch, languages)."""
    logits: Array = states @ parameters[3].T + parameters[4]
    return logits


@lru_cache(maxsize=256)
def read(word: str, language: str) -> Reading:
    """The trained network reads ``word``; its loss is that of ``language``, one of ``LANGUAGES``."""
    parameters, x = trained(), one_hot_of(word)[None]
    w_x, w_h, _, w_out, _ = parameters
    states, last = last_states(parameters, x, np.array([len(word)]))
    logits, label = logits_of(parameters, last), np.array([LANGUAGES.index(language)])
    by_states: list[Array] = [cross_entropy_gradient(logits, label) @ w_out]  # from the last step to the first
    by_sums: list[Array] = []
    terms: list[Array] = []
    for t in reversed(range(len(word))):
        by_sums.append(by_states[-1] * (1 - states[:, t + 1] ** 2))
        _, by_h, _, term, _ = rnn_step_backward(by_states[-1], states[:, t + 1], x[:, t], states[:, t], w_x, w_h)
        by_states.append(by_h)
        terms.append(term)
    back = [np.concatenate(arrays[::-1]) for arrays in (by_states, by_sums)]
    loss = float(cross_entropy(logits, label))
    return Reading(states[0], softmax(logits)[0], loss, back[0], back[1], np.stack(terms[::-1]))
