"""Tensor: an array that remembers how it was computed, so that ``backward`` can find its derivatives.

The engine is in ``recording``, the operations and the rules of their derivatives in ``operations``; here they are put
together under the names that PyTorch gives them. More operations on tensors: ``functional``.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.scratch import choosing, habits, operations, rearranging
from dlcourse.scratch.graph import no_grad
from dlcourse.scratch.recording import RecordedArray, check_tensor, record

__all__ = ["Tensor", "check_tensor", "no_grad", "record"]


@habits.tell_instead
class Tensor(RecordedArray):
    """Numbers, and, where a gradient is wanted, the operation and the tensors that they were computed from.

    ``Tensor(data, requires_grad=False, dtype=None)``. ``data``: the numbers, of any shape; float32 and float64 stay
    what they are, integers become float64. With ``requires_grad=True`` they are copied, since learning changes them in
    place; otherwise the array's memory is shared. ``grad``: an array like ``data``, the derivatives, with
    respect to each entry, of the results that ``backward`` was called on, added up over the calls; None before.
    ``parents`` and ``operation``: what it was computed from, and how; () and "" for an input. ``depth``: the operations
    on the longest path from an input.

    There are no operations in place: ``w += 1`` is an error that says what to write. Assigning to ``w.data``, also
    ``w.data -= ...``, changes the numbers, and a graph that still needs the old ones notices; writing into the array
    itself, ``w.data[0] = ...``, goes unseen. Where dtypes differ, NumPy's promotion gives the result's, but a single
    number (no axes) takes the dtype of the array beside it, as in PyTorch. Raises TypeError for data that are not
    numbers, and for a dtype that is not one of floats.
    """

    __slots__ = ()

    __add__ = operations.add
    __sub__ = operations.subtract
    __mul__ = operations.multiply
    __truediv__ = operations.divide
    __matmul__ = operations.matmul
    __pow__ = operations.power
    __neg__ = operations.negative
    exp = operations.exp
    log = operations.log
    reshape = operations.reshape
    permute = operations.permute
    flatten = rearranging.flatten
    squeeze = rearranging.squeeze
    unsqueeze = rearranging.unsqueeze
    sum = operations.total
    mean = operations.mean
    var = operations.variance
    max = choosing.maximum
    amax = choosing.amax
    argmax = choosing.argmax
    clamp = choosing.clamp

    def __radd__(self, other: Any) -> "Tensor":
        return operations.add(other, self)

    def __rsub__(self, other: Any) -> "Tensor":
        return operations.subtract(other, self)

    def __rmul__(self, other: Any) -> "Tensor":
        return operations.multiply(other, self)

    def __rtruediv__(self, other: Any) -> "Tensor":
        return operations.divide(other, self)

    def __rmatmul__(self, other: Any) -> "Tensor":
        return operations.matmul(other, self)

    def __rpow__(self, base: Any) -> "Tensor":
        return operations.exponential(base, self)

    def __array_ufunc__(self, function: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        """NumPy's functions of a tensor, array * tensor among them: a tensor where there is a rule, else an error."""
        if method == "__call__" and not options and function in COMPARISONS:
            return habits.answers(function(*map(_array, operands)))
        if method != "__call__" or options or function not in OPERATIONS:
            raise habits.no_function_of_numpy(function.__name__)
        return OPERATIONS[function](*operands)

    def __getitem__(self, index: Any) -> "Tensor":
        return operations.select(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "A tensor is not changed entry by entry: a graph may need the old value. Outside of a graph write into the "
            "array, tensor.data[...] = ...; inside one, compute a new tensor."
        )

    __iadd__ = habits.not_in_place("+")
    __isub__ = habits.not_in_place("-")
    __imul__ = habits.not_in_place("*")
    __itruediv__ = habits.not_in_place("/")
    __imatmul__ = habits.not_in_place("@")
    __ipow__ = habits.not_in_place("**")

    @property
    def T(self) -> "Tensor":
        """The tensor with its axes in reverse order: the transposed matrix."""
        return operations.permute(self, *reversed(range(self.ndim)))

    # --- as an array

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def dtype(self) -> np.dtype:
        """The type of the numbers."""
        return self._data.dtype

    def item(self) -> float:
        """The one number that the tensor holds, as a float. Raises ValueError when there are more."""
        if self._data.size != 1:
            raise ValueError(f"item(): expected a tensor of one number, this one has shape {self._data.shape}.")
        return float(self._data.reshape(())[()])

    def numpy(self) -> NDArray[np.floating]:
        """The numbers as an array. Raises RuntimeError for a tensor that requires a gradient: detach it first."""
        if self.requires_grad:
            raise RuntimeError(
                "numpy(): what is computed from the array would be missing in the graph. Use .detach().numpy() where "
                "that is wanted. Tensors have operations of their own: x.exp(), x @ y, functional.cat([x, y])."
            )
        return self._data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.numpy(), dtype, copy=copy)

    def __iter__(self) -> Iterator["Tensor"]:
        if not self.ndim:
            raise TypeError("A tensor of one number without axes cannot be iterated over.")
        return (self[index] for index in range(len(self._data)))

    def __len__(self) -> int:
        return len(self._data)

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise habits.several_answers(f"This tensor holds {self._data.size} numbers")
        return bool(self._data)

    def __float__(self) -> float:
        return self.item()

    def __int__(self) -> int:
        return int(self.item())

    # Comparisons give arrays of bool: they have no derivative.
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return habits.answers(self._data == _array(other))

    def __ne__(self, other: object) -> Any:
        return habits.answers(self._data != _array(other))

    def __lt__(self, other: Any) -> Any:
        return habits.answers(self._data < _array(other))

    def __le__(self, other: Any) -> Any:
        return habits.answers(self._data <= _array(other))

    def __gt__(self, other: Any) -> Any:
        return habits.answers(self._data > _array(other))

    def __ge__(self, other: Any) -> Any:
        return habits.answers(self._data >= _array(other))

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - habits.INSTEAD.keys())

    def __repr__(self) -> str:
        numbers = np.array2string(self._data, separator=", ", prefix="Tensor(")
        made_by = f", operation={self.operation!r}" if self.operation else ""
        return f"Tensor({numbers}{made_by or (', requires_grad=True' if self.requires_grad else '')})"


def _power(base: Any, exponent: Any) -> Tensor:
    """np.power: at least one of the two is a tensor."""
    return operations.power(base, exponent) if isinstance(base, Tensor) else operations.exponential(base, exponent)


COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
OPERATIONS: dict[np.ufunc, Callable[..., Tensor]] = {
    np.add: operations.add,
    np.subtract: operations.subtract,
    np.multiply: operations.multiply,
    np.divide: operations.divide,
    np.matmul: operations.matmul,
    np.power: _power,
    np.negative: operations.negative,
    np.exp: operations.exp,
    np.log: operations.log,
}


def _array(values: Any) -> Any:
    return values.data if isinstance(values, Tensor) else values
