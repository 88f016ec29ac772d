"""Recurrent modules: RNN, LSTM and GRU over sequences (batch, time, features), and cells that make one step of them.

Parameters have the names, shapes and starting values of PyTorch's, so that ``state_dict`` goes from one to the other.
What a step computes is in ``recurrent_steps``; the fast form for whole sequences is in ``recurrent_nodes``. The modules
are reached through ``layers`` too.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.scratch import functional, initializers, recurrent_nodes
from dlcourse.scratch.autograd import Tensor
from dlcourse.scratch.embeddings import Embedding
from dlcourse.scratch.modules import Module
from dlcourse.scratch.packing import packing_of
from dlcourse.scratch.recurrent_tables import part
from dlcourse.scratch.sequence_checks import check_lengths, check_one_step, check_sequences, check_state
from dlcourse.validation import check_count, check_generator

__all__ = ["GRU", "LSTM", "RNN", "Embedding", "GRUCell", "LSTMCell", "RNNCell"]

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
Nonlinearity = Literal["tanh", "relu"]


@dataclass(frozen=True)
class Kind:
    """A recurrence: its operation over sequences, its blocks of ``hidden_size`` rows in each parameter, its states."""

    node: Callable[..., tuple[Tensor, ...]]
    gates: int
    states: tuple[str, ...] = ("state",)


LSTM_KIND = Kind(recurrent_nodes.lstm, 4, ("h", "c"))
GRU_KIND = Kind(recurrent_nodes.gru, 3)


def rnn_kind(nonlinearity: str) -> Kind:
    """The plain recurrence with "tanh" or "relu". Raises ValueError for another name."""
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity: expected 'tanh' or 'relu', received {nonlinearity!r}.")
    return Kind(partial(recurrent_nodes.rnn, relu=nonlinearity == "relu"), 1)


class Recurrent(Module):
    """What the layers and the cells share: a ``kind``, two sizes, and four parameters for each recurrence."""

    def __init__(self, kind: Kind, input_size: int, hidden_size: int) -> None:
        self.kind = kind
        self.input_size = check_count(input_size, "input_size")
        self.hidden_size = check_count(hidden_size, "hidden_size")

    def add_parameters(self, inputs: int, suffix: str, generator: np.random.Generator, dtype: DTypeLike) -> None:
        """Weights (gates · hidden, in) and biases (gates · hidden,), drawn evenly from ±1/√hidden."""
        rows, bound = self.kind.gates * self.hidden_size, 1 / math.sqrt(self.hidden_size)
        for name, shape in zip(NAMES, ((rows, inputs), (rows, self.hidden_size), (rows,), (rows,)), strict=True):
            draws = initializers.uniform(shape, bound, generator=check_generator(generator), dtype=dtype)
            setattr(self, name + suffix, Tensor(draws, requires_grad=True))

    def parameters_of(self, suffix: str) -> list[Tensor]:
        """The four parameters of one recurrence."""
        return [getattr(self, name + suffix) for name in NAMES]

    def description(self) -> str:
        """The sizes."""
        return f"{self.input_size}, {self.hidden_size}"


# --- layers


class RecurrentLayer(Recurrent):
    """RNN, LSTM or GRU over whole sequences: ``outputs, state = layer(inputs, state=None, lengths=None)``.

    ``num_layers``: each further layer reads the outputs of the one before. ``bidirectional``: a second recurrence reads
    each sequence from its end, and its outputs stand behind those of the first, for the same steps. Parameters are
    called as in PyTorch, ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``, ``bias_hh_l0``, then ``..._l0_reverse``,
    ``..._l1`` and so on.
    """

    def __init__(
        self,
        kind: Kind,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bidirectional: bool,
        generator: np.random.Generator,
        dtype: DTypeLike,
    ) -> None:
        super().__init__(kind, input_size, hidden_size)
        self.num_layers, self.bidirectional = check_count(num_layers, "num_layers"), bidirectional
        for layer, suffixes in enumerate(self.suffixes()):
            for suffix in suffixes:
                inputs = self.input_size if layer == 0 else self.hidden_size * len(suffixes)
                self.add_parameters(inputs, suffix, generator, dtype)

    def suffixes(self) -> list[tuple[str, ...]]:
        """How the parameters' names end: for each layer one, or two for both directions."""
        directions = ("", "_reverse") if self.bidirectional else ("",)
        return [tuple(f"_l{layer}{direction}" for direction in directions) for layer in range(self.num_layers)]

    def __call__(self, inputs: Any, state: Any = None, lengths: ArrayLike | None = None) -> Any:
        """``forward`` of tensors, or of arrays, which are made tensors."""
        return self.forward(inputs if isinstance(inputs, Tensor) else Tensor(inputs), state, lengths)

    def forward(self, inputs: Tensor, state: Any = None, lengths: ArrayLike | None = None) -> Any:
        """(batch, time, input_size) -> outputs (batch, time, hidden · directions), and the state.

        ``state``: (layers · directions, batch, hidden), 0 unless given; an LSTM's is a pair of such, (h, c). The one
        returned is that after each sequence's last step, for the reverse direction its first. Passed on, it continues
        the sequences; passed on as ``state.detach()``, gradients end there: truncated backpropagation through time.
        ``lengths`` (batch,): how many steps of each sequence are real, in any order; all unless given. Behind them the
        outputs are 0, and nothing that stands in the inputs there has an effect.
        Raises ValueError or TypeError for shapes, lengths and dtypes that do not fit.
        """
        dtype = self.parameters_of("_l0")[0].dtype
        check_sequences(inputs, self.input_size, dtype)
        batch, time, _ = inputs.shape
        steps = check_lengths(lengths, batch, time)
        shape = (self.num_layers * (1 + self.bidirectional), batch, self.hidden_size)
        states = check_state(state, self.kind.states, shape, dtype)
        packings = [packing_of(steps, time, reverse) for reverse in (False, True)[: 1 + self.bidirectional]]
        last: list[tuple[Tensor, ...]] = []
        for suffixes in self.suffixes():
            outputs = []
            for suffix, packing in zip(suffixes, packings, strict=True):
                initial = [part(each, len(last), len(last) + 1).reshape(shape[1:]) for each in states]
                output, *final = self.kind.node(inputs, *self.parameters_of(suffix), *initial, packing)
                outputs.append(output)
                last.append(tuple(final))
            inputs = functional.cat(outputs, dim=2) if self.bidirectional else outputs[0]
        after = tuple(functional.stack(each) for each in zip(*last, strict=True))
        return inputs, after if len(after) > 1 else after[0]

    def description(self) -> str:
        """The sizes, layers and directions."""
        layers = f", num_layers={self.num_layers}" if self.num_layers > 1 else ""
        return f"{super().description()}{layers}{', bidirectional=True' if self.bidirectional else ''}"


class RNN(RecurrentLayer):
    """h_t = tanh(x_t W_ihᵀ + b_ih + h_{t−1} W_hhᵀ + b_hh), or max(0, ·) of it: see ``RecurrentLayer``.

    Raises ValueError for a ``nonlinearity`` that is neither "tanh" nor "relu".
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        nonlinearity: Nonlinearity = "tanh",
        bidirectional: bool = False,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        kind = rnn_kind(nonlinearity)
        super().__init__(kind, input_size, hidden_size, num_layers, bidirectional, generator, dtype)


class LSTM(RecurrentLayer):
    """Long short-term memory, its gates in the order i, f, g, o, its state the pair (h, c): see ``RecurrentLayer``."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bidirectional: bool = False,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__(LSTM_KIND, input_size, hidden_size, num_layers, bidirectional, generator, dtype)


class GRU(RecurrentLayer):
    """Gated recurrent unit, its gates in the order r, z, n: see ``RecurrentLayer``."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bidirectional: bool = False,
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__(GRU_KIND, input_size, hidden_size, num_layers, bidirectional, generator, dtype)


# --- cells


class RecurrentCell(Recurrent):
    """One step: ``state = cell(inputs, state=None)``, for loops in which what comes next depends on what came out.

    Parameters: ``weight_ih``, ``weight_hh``, ``bias_ih``, ``bias_hh``.
    """

    def __init__(
        self, kind: Kind, input_size: int, hidden_size: int, generator: np.random.Generator, dtype: DTypeLike
    ) -> None:
        super().__init__(kind, input_size, hidden_size)
        self.add_parameters(self.input_size, "", generator, dtype)

    def __call__(self, inputs: Any, state: Any = None) -> Any:
        """``forward`` of tensors, or of arrays, which are made tensors."""
        return self.forward(inputs if isinstance(inputs, Tensor) else Tensor(inputs), state)

    def forward(self, inputs: Tensor, state: Any = None) -> Any:
        """(batch, input_size), and the state (batch, hidden), 0 unless given -> the state after the step.

        An LSTM's state is a pair of such, (h, c). Raises ValueError or TypeError for what does not fit.
        """
        dtype = self.parameters_of("")[0].dtype
        check_one_step(inputs, self.input_size, dtype)
        states = check_state(state, self.kind.states, (len(inputs), self.hidden_size), dtype)
        packing = packing_of((1,) * len(inputs), 1, False)
        _, *after = self.kind.node(inputs.unsqueeze(1), *self.parameters_of(""), *states, packing)
        return tuple(after) if len(after) > 1 else after[0]


class RNNCell(RecurrentCell):
    """One step of ``RNN``."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        nonlinearity: Nonlinearity = "tanh",
        generator: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__(rnn_kind(nonlinearity), input_size, hidden_size, generator, dtype)


class LSTMCell(RecurrentCell):
    """One step of ``LSTM``."""

    def __init__(
        self, input_size: int, hidden_size: int, *, generator: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> None:
        super().__init__(LSTM_KIND, input_size, hidden_size, generator, dtype)


class GRUCell(RecurrentCell):
    """One step of ``GRU``."""

    def __init__(
        self, input_size: int, hidden_size: int, *, generator: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> None:
        super().__init__(GRU_KIND, input_size, hidden_size, generator, dtype)
