"""What recurrent layers check of sequences, lengths and states: errors that say what was expected, and what came."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.scratch.autograd import Tensor, check_tensor
from dlcourse.shapes import show_shape
from dlcourse.validation import check_array

Shape = tuple[int, ...]


def check_sequences(inputs: Tensor, features: int, dtype: np.dtype) -> None:
    """That ``inputs`` are (batch, time, features) of ``dtype``, with at least one sequence and one step.

    Raises ValueError for another shape, TypeError for another dtype or no tensor.
    """
    check_tensor(inputs, "inputs")
    shape = inputs.shape
    if len(shape) != 3 or shape[2] != features:
        raise ValueError(
            f"inputs: expected (batch, time, {features} features), received {show_shape(shape)}."
            f"{_order_of_axes(shape, features)}"
        )
    if not shape[0] or not shape[1]:
        raise ValueError(f"inputs: expected at least one sequence and one step, received {show_shape(shape)}.")
    check_dtype(inputs, "inputs", dtype)


def _order_of_axes(shape: Shape, features: int) -> str:
    """The likely mending of inputs of another shape."""
    if len(shape) == 2:
        if features == 1:
            return " For one number a step use inputs[:, :, None]."
        return " For a single sequence use inputs[None]." if shape[1] == features else ""
    if len(shape) == 3 and shape[1] == features:
        return " The features seem to stand before the steps: use inputs.permute(0, 2, 1)."
    return ""


def check_one_step(inputs: Tensor, features: int, dtype: np.dtype) -> None:
    """That ``inputs`` are (batch, features) of ``dtype``, with at least one row. Raises as ``check_sequences`` does."""
    check_tensor(inputs, "inputs")
    if inputs.ndim != 2 or inputs.shape[1] != features or not len(inputs):
        hint = " A cell takes one step, inputs[:, t]; a layer takes sequences." if inputs.ndim == 3 else ""
        raise ValueError(f"inputs: expected (batch, {features} features), received {show_shape(inputs.shape)}.{hint}")
    check_dtype(inputs, "inputs", dtype)


def check_dtype(values: Tensor, name: str, dtype: np.dtype) -> None:
    """Raises TypeError where ``values`` are of another dtype than the parameters."""
    if values.dtype != dtype:
        raise TypeError(
            f"{name}: expected {dtype}, as the parameters are, received {values.dtype}. Convert the array, "
            f"array.astype(np.{dtype}), or make the layer with dtype=np.{values.dtype}. Whole numbers that stand for "
            "characters or words go through an Embedding first."
        )


def check_lengths(lengths: ArrayLike | None, batch: int, time: int) -> Shape:
    """``lengths`` as one whole number from 1 to ``time`` for each sequence, in any order; all ``time`` for None.

    Raises TypeError for numbers that are not whole, ValueError for another count or a number out of range.
    """
    if lengths is None:
        return (time,) * batch
    array = check_array(lengths, "lengths")
    if array.shape != (batch,):
        swapped = (
            " As many as there are steps: are the inputs (batch, time, features)? If time comes first, "
            "inputs.permute(1, 0, 2) turns them."
        )
        raise ValueError(
            f"lengths: expected one for each of the {batch} sequences, received shape {show_shape(array.shape)}."
            f"{swapped if array.shape == (time,) else ''}"
        )
    if array.dtype.kind not in "iu":
        raise TypeError(f"lengths: expected whole numbers of steps, received dtype {array.dtype}.")
    for place in np.flatnonzero((array < 1) | (array > time))[:1]:
        cause = (
            f"The inputs have {time} steps. Are they (batch, time, features)?"
            if array[place] > time
            else "A sequence has at least one step: leave out those that are empty."
        )
        raise ValueError(f"lengths: expected numbers from 1 to {time}, but lengths[{place}] is {array[place]}. {cause}")
    return tuple(array.tolist())


def check_state(state: Any, names: tuple[str, ...], shape: Shape, dtype: np.dtype) -> list[Tensor]:
    """The tensors of a state, each of ``shape``, (layers · directions, batch, hidden) or for cells (batch, hidden).

    One tensor or array where there is one name, a pair where there are two; zeros for None. Raises TypeError for
    something else and for another dtype, ValueError for another shape.
    """
    if state is None:
        return [Tensor(np.zeros(shape, dtype)) for _ in names]
    if len(names) == 1 and isinstance(state, tuple | list):
        raise TypeError(f"state: expected one tensor, received {len(state)}. The pair (h, c) is the state of an LSTM.")
    if len(names) > 1 and not (isinstance(state, tuple | list) and len(state) == len(names)):
        raise TypeError(
            f"state: expected the pair (h, c) of an LSTM, received {type(state).__name__}. To begin with h alone, "
            "take zeros of its shape for c."
        )
    given = [state] if len(names) == 1 else state
    tensors = [each if isinstance(each, Tensor) else Tensor(each) for each in given]
    for name, tensor in zip(names, tensors, strict=True):
        if tensor.shape != shape:
            raise ValueError(
                f"{name}: expected {_in_words(shape)} = {show_shape(shape)}, received {show_shape(tensor.shape)}."
                f"{_other_state(tensor.shape, shape)}"
            )
        check_dtype(tensor, name, dtype)
    return tensors


def _in_words(shape: Shape) -> str:
    return "(layers · directions, batch, hidden)" if len(shape) == 3 else "(batch, hidden)"


def _other_state(received: Shape, shape: Shape) -> str:
    """The likely cause of a state of another shape."""
    if len(shape) == 3:
        if received == shape[1:] and shape[0] == 1:
            return " For one layer and direction use state[None]."
        if received == (shape[1], shape[0], shape[2]):
            return " The batch seems to come first: use .permute(1, 0, 2)."
    if len(received) == len(shape) and received[-1] == shape[-1] and received[:-2] == shape[:-2]:
        return " Is it the state of another batch? Are the inputs (batch, time, features)?"
    return ""
