"""What the recurrent operations of ``recurrent_nodes`` share: tables with a row for each step of each sequence.

Which rows there are, a ``Packing`` says; the columns are x, h and 1, or the gradients of all gates.
"""

from collections.abc import Iterator

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


def joined(weights: tuple[Tensor, ...], biases: tuple[Tensor, ...], scale: tuple[float, ...]) -> Array:
    """[W_1, W_2, ..., b]ᵀ of each gate, times the gate's ``scale``: (gates, columns in all, hidden).

    weights: (gates · hidden, in). biases: (gates · hidden,), which are added up. Copied column by column, so that the
    products with it read its memory in order: they are twice as fast.
    """
    bias = sum(each.data for each in biases)
    beside = np.concatenate([*(weight.data for weight in weights), np.reshape(bias, (-1, 1))], axis=1)
    of_gates = beside.reshape(len(scale), -1, beside.shape[1]).swapaxes(1, 2)
    return np.multiply(of_gates, np.array(scale, beside.dtype)[:, None, None], order="C")


def sigmoid_from_tanh(bent: Array) -> None:
    """σ(a) = ½ tanh(a/2) + ½, in place, from tanh(a/2)."""
    bent *= 0.5
    bent += 0.5


def results(
    operation: str, tables: tuple[Array, ...], parents: tuple[Tensor, ...], rule: Rule, packing: Packing
) -> tuple[Tensor, ...]:
    """The outputs (batch, time, hidden), those of the first of ``tables``, and the last states (batch, hidden) of each.

    ``tables``: states (1 + steps, batch, hidden), the initial ones first. An operation of the engine has one result: so
    one holds the rows of all outputs, and below them those of the last states, and each result is a part of it.
    """
    batch, padded, hidden = packing.batch, packing.batch * packing.time, tables[0].shape[2]
    data = workspace.empty((padded + len(tables) * batch, hidden), tables[0].dtype)
    starts = range(padded, len(data), batch)
    packing.by_sequence(tables[0][1:], data[:padded])
    for table, start in zip(tables, starts, strict=True):
        data[start : start + batch] = packing.last(table)
    inputs, weight_ih, weight_hh, *_ = parents
    needed = (weight_ih, weight_hh) if inputs.requires_grad else (weight_hh,)
    whole = record(operation, data, parents, rule, needed)
    outputs = part(whole, 0, padded).reshape(batch, packing.time, hidden)
    return outputs, *(part(whole, start, start + batch) for start in starts)


def part(values: Tensor, start: int, stop: int) -> Tensor:
    """``values[start:stop]``, with a rule that is faster than that of any index."""

    def rule(gradient: Array, result: Tensor, values: Tensor) -> Gradients:
        """The other rows get 0."""
        spread = workspace.empty(values.data.shape, gradient.dtype)
        spread[:start], spread[start:stop], spread[stop:] = 0, gradient, 0
        return (spread,)

    return record("[:]", values.data[start:stop], (values,), rule, view_of=values)


# --- backward


def backwards(*tables: list[Array]) -> Iterator[tuple[Array, ...]]:
    """What the tables hold for each step, from the last step to the first."""
    return zip(*map(reversed, tables), strict=True)


def incoming(gradient: Array, packing: Packing) -> list[Array]:
    """The gradients by the parts of ``results``: of the outputs, as a table, and of the last states, sorted."""
    batch, padded = packing.batch, packing.batch * packing.time
    starts = range(padded, len(gradient), batch)
    return [packing.by_step(gradient[:padded]), *(gradient[start : start + batch][packing.order] for start in starts)]


def by_inputs(deltas: Array, inputs: Tensor, weight: Tensor, packing: Packing) -> Array | None:
    """x̄ = δ W for all steps in one product, of the shape of ``inputs``; None where nobody needs it."""
    if not inputs.requires_grad:
        return None
    features, room = inputs.shape[2], inputs.room()
    if not room.flags.c_contiguous:
        room = np.empty(inputs.shape, room.dtype)
    packed = np.matmul(deltas, weight.data, out=workspace.empty((len(deltas), features), deltas.dtype))
    packing.unpack(packed, room.reshape(-1, features))
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
