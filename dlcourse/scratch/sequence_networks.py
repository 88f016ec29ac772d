"""Small networks that read or write sequences: an embedding, a recurrent layer, and a linear layer behind it.

The same networks made of PyTorch's layers stand in ``pytorch.recurrent``, with the same names of all parameters. n is
the number of sequences, tokens are (n, longest) int64 as ``sequences.pad`` makes them, with 0 behind a shorter
sequence, and ``cell`` is "rnn", "lstm" or "gru".
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse.data_parts import Part
from dlcourse.datasets import batches
from dlcourse.scratch import functional
from dlcourse.scratch.autograd import Tensor, no_grad
from dlcourse.scratch.clipping import clip_grad_norm_
from dlcourse.scratch.layers import Linear
from dlcourse.scratch.modules import Module
from dlcourse.scratch.optimizing import Optimizer
from dlcourse.scratch.recurrent import GRU, LSTM, RNN, Embedding
from dlcourse.scratch.sampling import sample_with_temperature
from dlcourse.sequences import (
    END,
    IGNORED,
    PADDING,
    START,
    Alphabet,
    check_cell,
    check_tokens,
    lengths_of,
    next_characters,
    shortened,
)
from dlcourse.validation import check_count, check_generator, check_labels, check_shape

CELLS: dict[str, Any] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
LONGEST_NAME = 30  # characters after which a text that does not end is cut


class SequenceNetwork(Module):
    """What the networks here share: a call takes arrays, whole numbers too, and ``loss`` says how wrong it is."""

    def __call__(self, inputs: Any, *others: Any) -> Tensor:
        """``forward``."""
        return self.forward(inputs, *others)

    def answers(self, inputs: ArrayLike, labels: ArrayLike) -> tuple[Tensor, NDArray]:
        """The network's answers, one a row, and beside them what they should be."""
        return self(inputs), np.asarray(labels)

    def loss(self, inputs: ArrayLike, labels: ArrayLike) -> Tensor:
        """The mean cross-entropy of class labels (whole numbers; -100 is not counted), or the mean squared error."""
        return _loss(*self.answers(inputs, labels))


class SequenceClassifier(SequenceNetwork):
    """Many to one: a text is read to its end, and the state after its last character says which class it belongs to.

    tokens (n, longest) int64 -> logits (n, classes). ``embedding`` is the size of a character's vector, ``hidden`` that
    of the state. ``bidirectional``: a second layer reads each text backwards, and both last states are looked at.
    Raises ValueError for tokens of another shape, out of range, or with an empty text among them.
    """

    def __init__(
        self,
        cell: str,
        vocabulary: int,
        embedding: int,
        hidden: int,
        classes: int,
        *,
        bidirectional: bool = False,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        draw: dict[str, Any] = {"generator": check_generator(generator), "dtype": dtype}
        make, self.vocabulary = CELLS[check_cell(cell)], check_count(vocabulary, "vocabulary")
        self.embedding = Embedding(vocabulary, embedding, padding_idx=PADDING, **draw)
        self.recurrent = make(embedding, hidden, bidirectional=bidirectional, **draw)
        self.output = Linear(2 * hidden if bidirectional else hidden, classes, **draw)

    def forward(self, inputs: Any) -> Tensor:
        """Tokens (n, longest) -> logits (n, classes)."""
        tokens = shortened(check_tokens(inputs, "tokens", self.vocabulary))
        _, state = self.recurrent(self.embedding(tokens), lengths=lengths_of(tokens))
        last = state[0] if isinstance(state, tuple) else state  # (directions, n, hidden)
        return self.output(functional.cat([last[direction] for direction in range(last.shape[0])], dim=1))


class CharacterModel(SequenceNetwork):
    """One to many: from the number of a class, a text of that class, character by character.

    The class has a learnt state, its row of ``starts``, from which the recurrent layer begins (an LSTM takes it for h
    and for c). ``model(tokens, classes)``: tokens (n, time) that begin with START, classes (n,) -> logits (n, time,
    vocabulary): at each step, for the character that comes next. Raises ValueError for what does not fit.
    """

    def __init__(
        self,
        cell: str,
        vocabulary: int,
        embedding: int,
        hidden: int,
        classes: int,
        *,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        draw: dict[str, Any] = {"generator": check_generator(generator), "dtype": dtype}
        self.cell, self.classes = check_cell(cell), check_count(classes, "classes")
        self.vocabulary = check_count(vocabulary, "vocabulary", low=END + 2)
        self.embedding = Embedding(vocabulary, embedding, padding_idx=PADDING, **draw)
        self.starts = Embedding(classes, hidden, **draw)
        self.recurrent = CELLS[cell](embedding, hidden, **draw)
        self.output = Linear(hidden, vocabulary, **draw)

    def forward(self, inputs: Any, classes: Any = None) -> Tensor:
        """Tokens (n, time) and classes (n,) -> logits (n, time, vocabulary)."""
        tokens = check_tokens(inputs, "tokens", self.vocabulary)
        outputs, _ = self.recurrent(self.embedding(tokens), self.start(classes), lengths_of(tokens))
        return self.output(outputs)

    def start(self, classes: ArrayLike) -> Any:
        """The state with which texts of these classes (n,) begin: (1, n, hidden), for an LSTM a pair of them."""
        first = self.starts(check_labels(classes, "classes", self.classes)).unsqueeze(0)
        return (first, first) if self.cell == "lstm" else first

    def answers(self, inputs: ArrayLike, labels: ArrayLike) -> tuple[Tensor, NDArray]:
        """From texts (n, longest) without START, and their classes: logits (steps, vocabulary), next characters."""
        tokens, following = next_characters(shortened(check_tokens(inputs, "tokens", self.vocabulary)))
        return self(tokens, labels).reshape(-1, self.vocabulary), following.reshape(-1)

    def write(
        self,
        number: int,
        alphabet: Alphabet,
        temperature: float,
        generator: np.random.Generator,
        *,
        longest: int = LONGEST_NAME,
    ) -> str:
        """A text of the class of that number, up to the first END, at most ``longest`` characters; it may be empty.

        Each character is drawn by ``sample_with_temperature``, then read in its turn; padding and START are never
        drawn. Raises ValueError for an alphabet that has not as many numbers as the network.
        """
        if len(alphabet) != self.vocabulary:
            raise ValueError(f"alphabet: expected {self.vocabulary} numbers, as the network has, not {len(alphabet)}.")
        token, written = START, []
        with no_grad():
            state = self.start([number])
            for _ in range(check_count(longest, "longest")):
                outputs, state = self.recurrent(self.embedding(np.array([[token]])), state)
                logits = self.output(outputs[:, 0]).data[:, END:]
                token = END + int(sample_with_temperature(logits, temperature, generator)[0])
                if token == END:
                    break
                written.append(token)
        return alphabet.decode(np.array(written, np.int64))


class SequenceRegressor(SequenceNetwork):
    """Many to many in step, or many to one, on sequences of numbers: values (n, time, features) float.

    ``every_step``: an answer after each step, (n, time, outputs); without it one after the last, (n, outputs). The
    answers are numbers, or the logits of as many classes: ``loss`` goes by the labels. Raises ValueError for inputs of
    another shape.
    """

    def __init__(
        self,
        cell: str,
        features: int,
        hidden: int,
        outputs: int,
        *,
        every_step: bool = False,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        draw: dict[str, Any] = {"generator": check_generator(generator), "dtype": dtype}
        self.features, self.every_step = check_count(features, "features"), bool(every_step)
        self.recurrent = CELLS[check_cell(cell)](features, hidden, **draw)
        self.output = Linear(hidden, outputs, **draw)

    def forward(self, inputs: Any) -> Tensor:
        """(n, time, features) -> (n, time, outputs) or (n, outputs)."""
        if not isinstance(inputs, Tensor):
            values = check_shape(inputs, ("n", "time", self.features), "inputs")
            inputs = Tensor(values.astype(self.output.weight.dtype, copy=False))
        outputs, _ = self.recurrent(inputs)
        return self.output(outputs if self.every_step else outputs[:, -1])

    def answers(self, inputs: ArrayLike, labels: ArrayLike) -> tuple[Tensor, NDArray]:
        """One row for each label: (labels, outputs) beside labels (labels,) of classes; the shape of other labels."""
        predictions, right = self(inputs), np.asarray(labels)
        if right.dtype.kind in "iu":
            return predictions.reshape(-1, predictions.shape[-1]), right.reshape(-1)
        if predictions.shape == (*right.shape, 1):
            return predictions.reshape(right.shape), right
        return predictions, right


def sequence_step(
    network: SequenceNetwork, optimizer: Optimizer, *, clip: float | None = None
) -> Callable[[ArrayLike, ArrayLike], float]:
    """A function for ``training.fit``: one step on a mini-batch (inputs, labels) of arrays; returns the loss before it.

    ``clip``: gradients whose norm, over all parameters, is larger are scaled down to it before the optimizer's step.
    """

    def step(inputs: ArrayLike, labels: ArrayLike) -> float:
        network.train()
        optimizer.zero_grad()
        value = network.loss(inputs, labels)
        value.backward()
        if clip is not None:
            clip_grad_norm_(network.parameters(), clip)
        optimizer.step()
        return value.item()

    return step


def evaluate(network: SequenceNetwork, part: Part, *, batch_size: int = 500) -> dict[str, float]:
    """The mean loss over all answers of a part ("loss"), and of classes the share that is right ("accuracy").

    No graph is kept. Raises ValueError for an empty part.
    """
    if not len(part):
        raise ValueError("part: expected at least one example.")
    losses, right, count, classes = 0.0, 0, 0, False
    with no_grad():
        for batch in batches(part, batch_size):
            answers, labels = network.answers(batch.inputs, batch.labels)
            classes = labels.dtype.kind in "iu"
            counted = int((labels != IGNORED).sum()) if classes else labels.size
            losses += _loss(answers, labels).item() * counted
            count += counted
            if classes:
                right += int((np.asarray(answers.argmax(axis=1)) == labels).sum())
    return {"loss": losses / count} | ({"accuracy": right / count} if classes else {})


def _loss(answers: Tensor, labels: NDArray) -> Tensor:
    if labels.dtype.kind in "iu":
        return functional.cross_entropy(answers, labels, ignore_index=IGNORED)
    return functional.mse_loss(answers, labels)
