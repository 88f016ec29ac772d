"""What the recurrent operations of ``recurrent_nodes`` share: tables with a row for each step of each sequence.

A table has the rows of a ``Packing``; its columns are numbers of that step: x, h and 1, or the gradients of all gates.
"""

import numpy as np
from numpy.typing import DTypeLike

from dlcourse.arrays import Array
from dlcourse.scratch.autograd import Tensor, record
from dlcourse.scratch.memory import workspace
from dlcourse.scratch.packing import Packing
from dlcourse.scratch.recording import Rule

Gradients = tuple[Array | None, ...]


# --- forward


def with_ones(width: int, packing: Packing, dtype: DTypeLike) -> Array:
    """A table with room for ``width`` columns and a last one of 1, which the bias is multiplied by."""
    table = workspace.empty((packing.count, width + 1), dtype)
    table[:, -1] = 1
    return table


def with_inputs(inputs: Tensor, packing: Packing, room: int = 0) -> Array:
    """The table with the rows [x_t, room for as many numbers, 1]. inputs: (batch, time, features)."""
    features = inputs.data.shape[2]
    table = with_ones(features + room, packing, inputs.data.dtype)
    packing.pack(inputs.data.reshape(-1, features), table[:, :features])
    return table


def joined(gates: int, weights: tuple[Tensor, ...], biases: tuple[Tensor, ...]) -> Array:
    """Weights (gates · hidden, in) side by side, and the sum of the biases: (gates, hidden, columns in all)."""
    total = sum(bias.data for bias in biases)
    beside = np.concatenate([*(weight.data for weight in weights), np.reshape(total, (-1, 1))], axis=1)
    return beside.reshape(gates, len(beside) // gates, -1)


def results(
    operation: str, tables: tuple[Array, ...], parents: tuple[Tensor, ...], rule: Rule, packing: Packing
) -> tuple[Tensor, ...]:
    """The outputs (batch, time, hidden), those of the first of ``tables``, and the last row of each sequence in each.

    The engine's operations have one result. So all of them stand in one, rows (batch · time + as many as there are
    tables · batch, hidden), and each is a part of it.
    """
    batch, padded = packing.batch, packing.batch * packing.time
    hidden, dtype = tables[0].shape[1], tables[0].dtype
    data = workspace.empty((padded + len(tables) * batch, hidden), dtype)
    packing.unpack(tables[0][batch:], data[:padded])
    for table, start in zip(tables, range(padded, len(data), batch), strict=True):
        data[start : start + batch][packing.order] = table[packing.last]
    needed = (parents[1], parents[2]) if parents[0].requires_grad else (parents[2],)
    whole = record(operation, data, parents, rule, needed)
    outputs = part(whole, 0, padded).reshape(batch, packing.time, hidden)
    return outputs, *(part(whole, start, start + batch) for start in range(padded, len(data), batch))


def part(values: Tensor, start: int, stop: int) -> Tensor:
    """``values[start:stop]``, with a rule that is faster than that of any index."""

    def rule(gradient: Array, result: Tensor, values: Tensor) -> Gradients:
        """The other rows get 0."""
        spread = workspace.empty(values.data.shape, gradient.dtype)
        spread[:start], spread[start:stop], spread[stop:] = 0, gradient, 0
        return (spread,)

    return record("[:]", values.data[start:stop], (values,), rule, view_of=values)


# --- backward


def incoming(gradient: Array, packing: Packing) -> list[Array]:
    """The gradients by the parts of ``results``: of all states, as a table, and of the last ones, sorted."""
    batch, padded = packing.batch, packing.batch * packing.time
    by_states = workspace.empty((packing.count, gradient.shape[1]), gradient.dtype)
    packing.pack(gradient[:padded], by_states)
    starts = range(padded, len(gradient), batch)
    return [by_states, *(gradient[start : start + batch][packing.order] for start in starts)]


def by_inputs(deltas: Array, inputs: Tensor, weight: Tensor, packing: Packing) -> Array | None:
    """x̄ = δ W for all steps in one product, of the shape of ``inputs``; None where nobody needs it."""
    if not inputs.requires_grad:
        return None
    room = inputs.room()
    packing.unpack(deltas @ weight.data, room.reshape(-1, inputs.shape[2]))
    return room


def by_parameters(deltas: Array, read: Array, *parameters: Tensor) -> Gradients:
    """The gradients by parameters whose columns stand side by side in ``joined``: one product, δᵀ ``read``.

    Biases come last, and share the column of ones.
    """
    if not any(parameter.requires_grad for parameter in parameters):
        return (None,) * len(parameters)
    by_joined, column, gradients = deltas.T @ read, 0, []
    for parameter in parameters:
        room = parameter.room()
        if parameter.ndim == 2:
            room[...] = by_joined[:, column : column + room.shape[1]]
            column += room.shape[1]
        else:
            room[...] = by_joined[:, -1]
        gradients.append(room)
    return tuple(gradients)
