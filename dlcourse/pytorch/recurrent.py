"""The networks of ``scratch.sequence_networks`` made of PyTorch's layers: the same parameters, the same numbers.

Padded texts are packed (``pack_padded_sequence``): no step is computed on padding, and the state that comes back is
that after each text's last character. ``cell`` is "rnn", "lstm" or "gru"; n is the number of sequences.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlcourse.pytorch.steps import device_of
from dlcourse.sequences import IGNORED, PADDING, check_cell, check_tokens, lengths_of, next_characters, shortened
from dlcourse.validation import check_labels, check_shape

CELLS: dict[str, Any] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class SequenceNetwork(nn.Module):
    """What the networks here share: ``loss`` says how wrong a network is about a mini-batch of arrays."""

    def answers(self, inputs: Any, labels: Any) -> tuple[Tensor, Tensor]:
        """The network's answers, one a row, and beside them what they should be."""
        return self(inputs), _on(self, labels)

    def loss(self, inputs: Any, labels: Any) -> Tensor:
        """The mean cross-entropy of class labels (whole numbers; -100 is not counted), or the mean squared error."""
        answers, right = self.answers(inputs, labels)
        if right.is_floating_point():
            return nn.functional.mse_loss(answers, right)
        return nn.functional.cross_entropy(answers, right, ignore_index=IGNORED)


class SequenceClassifier(SequenceNetwork):
    """Many to one: tokens (n, longest) -> logits (n, classes), from the state after each text's last character.

    Raises ValueError for tokens of another shape, out of range, or with an empty text among them.
    """

    def __init__(
        self, cell: str, vocabulary: int, embedding: int, hidden: int, classes: int, *, bidirectional: bool = False
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding, padding_idx=PADDING)
        self.recurrent = CELLS[check_cell(cell)](embedding, hidden, batch_first=True, bidirectional=bidirectional)
        self.output = nn.Linear(2 * hidden if bidirectional else hidden, classes)

    def forward(self, inputs: Any) -> Tensor:
        """Tokens (n, longest), array or tensor -> logits (n, classes)."""
        tokens = shortened(check_tokens(_array(inputs), "tokens", self.embedding.num_embeddings))
        _, state = self.recurrent(_packed(self.embedding(_on(self, tokens)), lengths_of(tokens)))
        last = state[0] if isinstance(state, tuple) else state  # (directions, n, hidden)
        return self.output(torch.cat(list(last), dim=1))


class CharacterModel(SequenceNetwork):
    """One to many: tokens (n, time) that begin with START and classes (n,) -> logits (n, time, vocabulary).

    The recurrent layer begins in the state that the class's row of ``starts`` holds (an LSTM takes it for h and for c).
    Behind a text's end the logits are what the linear layer makes of zeros. Raises ValueError for what does not fit.
    """

    def __init__(self, cell: str, vocabulary: int, embedding: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.cell = check_cell(cell)
        self.embedding = nn.Embedding(vocabulary, embedding, padding_idx=PADDING)
        self.starts = nn.Embedding(classes, hidden)
        self.recurrent = CELLS[cell](embedding, hidden, batch_first=True)
        self.output = nn.Linear(hidden, vocabulary)

    def forward(self, inputs: Any, classes: Any) -> Tensor:
        """Tokens (n, time) and classes (n,), arrays or tensors -> logits (n, time, vocabulary)."""
        tokens = check_tokens(_array(inputs), "tokens", self.embedding.num_embeddings)
        packed = _packed(self.embedding(_on(self, tokens)), lengths_of(tokens))
        outputs, _ = self.recurrent(packed, self.start(classes))
        padded, _ = pad_packed_sequence(outputs, batch_first=True, total_length=tokens.shape[1])
        return self.output(padded)

    def start(self, classes: Any) -> Any:
        """The state with which texts of these classes (n,) begin: (1, n, hidden), for an LSTM a pair of them."""
        numbers = check_labels(_array(classes), "classes", self.starts.num_embeddings)
        first = self.starts(_on(self, numbers.astype(np.int64))).unsqueeze(0)
        return (first, first) if self.cell == "lstm" else first

    def answers(self, inputs: Any, labels: Any) -> tuple[Tensor, Tensor]:
        """From texts (n, longest) without START, and their classes: logits (steps, vocabulary), next characters."""
        tokens = shortened(check_tokens(_array(inputs), "tokens", self.embedding.num_embeddings))
        read, following = next_characters(tokens)
        return self(read, labels).flatten(0, 1), _on(self, following.reshape(-1))


class SequenceRegressor(SequenceNetwork):
    """Sequences of numbers (n, time, features) -> (n, time, outputs) with ``every_step``, else (n, outputs)."""

    def __init__(self, cell: str, features: int, hidden: int, outputs: int, *, every_step: bool = False) -> None:
        super().__init__()
        self.features, self.every_step = features, every_step
        self.recurrent = CELLS[check_cell(cell)](features, hidden, batch_first=True)
        self.output = nn.Linear(hidden, outputs)

    def forward(self, inputs: Any) -> Tensor:
        """(n, time, features), array or tensor -> (n, time, outputs) or (n, outputs). Raises ValueError."""
        if not isinstance(inputs, Tensor):
            inputs = check_shape(inputs, ("n", "time", self.features), "inputs")
        outputs, _ = self.recurrent(_on(self, inputs))
        return self.output(outputs if self.every_step else outputs[:, -1])

    def answers(self, inputs: Any, labels: Any) -> tuple[Tensor, Tensor]:
        """One row for each label: (labels, outputs) beside labels (labels,) of classes; the shape of other labels."""
        predictions, right = self(inputs), _on(self, labels)
        if not right.is_floating_point():
            return predictions.flatten(0, -2), right.reshape(-1)
        if predictions.shape == (*right.shape, 1):
            return predictions.squeeze(-1), right
        return predictions, right


def sequence_step(
    network: SequenceNetwork, optimizer: torch.optim.Optimizer, *, clip: float | None = None
) -> Callable[[Any, Any], float]:
    """A function for ``training.fit``: one step on a mini-batch (inputs, labels) of arrays; returns the loss before it.

    ``clip``: gradients whose norm, over all parameters, is larger are scaled down to it before the optimizer's step.
    """

    def step(inputs: Any, labels: Any) -> float:
        network.train()
        optimizer.zero_grad()
        value = network.loss(inputs, labels)
        value.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(network.parameters(), clip)
        optimizer.step()
        return value.item()

    return step


def arrays_of(module: nn.Module) -> dict[str, np.ndarray]:
    """A copy of a module's state by name, as arrays: what ``load_state_dict`` of the network from scratch takes."""
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in module.state_dict().items()}


def load_arrays(module: nn.Module, arrays: Mapping[str, np.ndarray]) -> None:
    """Gives a module the state of a network from scratch, as its ``state_dict()`` returns it.

    Raises ValueError, and changes nothing, unless names and shapes are the same.
    """
    own = module.state_dict()
    if own.keys() != arrays.keys():
        raise ValueError(
            f"load_arrays: names differ. Missing: {sorted(own.keys() - arrays.keys())}; not in this module: "
            f"{sorted(arrays.keys() - own.keys())}."
        )
    for name, values in arrays.items():
        if tuple(own[name].shape) != np.shape(values):
            raise ValueError(f"load_arrays: {name} has shape {tuple(own[name].shape)}, received {np.shape(values)}.")
    module.load_state_dict({name: torch.tensor(values) for name, values in arrays.items()})


def _packed(embedded: Tensor, lengths: np.ndarray) -> Any:
    """Padded vectors (n, longest, features) without their padding; the order of the texts is kept for afterwards."""
    return pack_padded_sequence(embedded, torch.from_numpy(lengths), batch_first=True, enforce_sorted=False)


def _array(values: Any) -> Any:
    return values.detach().cpu().numpy() if isinstance(values, Tensor) else values


def _on(network: nn.Module, values: Any) -> Tensor:
    return torch.as_tensor(values, device=device_of(network))
