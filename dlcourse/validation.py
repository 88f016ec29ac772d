"""Checks of what a function is given, with errors that name the rule, what was received, and the likely cause.

Each function returns its argument as an array (or number), so that a check costs one line:

    inputs = validation.check_shape(inputs, ("n", "features"), "inputs")
"""

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.shapes import Size, shape_hint, show_shape


def check_array(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as an array of numbers (any shape; bool, integer or floating point; not copied when it is one).

    Raises TypeError for text, objects and rows of unequal length.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise TypeError(f"{name}: expected an array of numbers, but its rows have unequal lengths.") from error
    if array.dtype.kind not in "biuf":
        hint = (
            f" Class names become labels by np.unique({name}, return_inverse=True)[1]."
            if array.dtype.kind in "US"
            else ""
        )
        raise TypeError(f"{name}: expected an array of numbers, received {_describe(values)}.{hint}")
    return array


def check_floats(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as an array of floats, any shape; float32 stays float32. Raises TypeError as `check_array` does.

    Whole numbers become float64: in sums and products of their own type they would overflow without a word.
    """
    array = check_array(values, name)
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def check_shape(values: ArrayLike, shape: Sequence[Size], name: str) -> np.ndarray:
    """``values`` as an array of the given shape: integers are exact sizes, names such as ``"n"`` stand for any size.

    Raises ValueError, with the likely mending, when the number of axes or an exact size differs.
    """
    array = check_array(values, name)
    expected = tuple(shape)
    fits = array.ndim == len(expected) and all(
        isinstance(size, str) or size == received for size, received in zip(expected, array.shape, strict=True)
    )
    if fits:
        return array
    hint = shape_hint(array, expected, name)
    raise ValueError(f"{name}: expected shape {show_shape(expected)}, received {show_shape(array.shape)}.{hint}")


def check_finite(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as an array of floats without NaN and infinity. Raises ValueError that names the first such entry."""
    array = check_floats(values, name)
    bad = ~np.isfinite(array)
    if bad.any():
        where = _first(bad)
        count = int(bad.sum())
        raise ValueError(
            f"{name}: expected finite numbers, but {count} of {array.size} {'is' if count == 1 else 'are'} not: "
            f"{_entry(name, where)} is {array[where]}. "
            "A logarithm of 0, a division by 0 or an overflow makes such values."
        )
    return array


def check_range(values: ArrayLike, name: str, low: float, high: float) -> np.ndarray:
    """``values`` as an array of finite numbers in [low, high]. Raises ValueError that names the first one outside."""
    array = check_finite(values, name)
    bad = (array < low) | (array > high)
    if bad.any():
        where = _first(bad)
        raise ValueError(
            f"{name}: expected numbers in [{low:g}, {high:g}], but {_entry(name, where)} is {array[where]}."
        )
    return array


def check_probabilities(
    values: ArrayLike, name: str, *, axis: int | None = None, tolerance: float = 1e-6
) -> np.ndarray:
    """``values`` as an array of probabilities in [0, 1]; with ``axis`` given, sums along it must be 1.

    ``tolerance`` is the allowed distance of a sum from 1. Raises ValueError otherwise.
    """
    array = check_finite(values, name)
    bad = (array < 0) | (array > 1)
    if bad.any():
        where = _first(bad)
        raise ValueError(
            f"{name}: a probability lies in [0, 1], but {_entry(name, where)} is {array[where]}. "
            "Percentages are divided by 100; log-probabilities and logits are turned back first (np.exp, softmax)."
        )
    if axis is not None:
        _check_sums(array, name, axis, tolerance)
    return array


def check_labels(values: ArrayLike, name: str = "labels", classes: int | None = None) -> np.ndarray:
    """``values`` (n,) as integer class labels 0 ... classes - 1, with any integer dtype.

    Raises TypeError for labels that are not integers, ValueError for another shape or a label out of range.
    """
    array = check_array(values, name)
    if array.ndim == 2 and array.shape[1] > 1:
        raise ValueError(
            f"{name}: expected shape (n,), one class number for each example, received {show_shape(array.shape)}. "
            f"One-hot rows become labels by {name}.argmax(axis=1)."
        )
    array = check_shape(array, ("n",), name)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: expected integer class labels, received dtype {array.dtype}. "
            f"If the values are whole numbers, use {name}.astype(np.int64)."
        )
    top = None if classes is None else classes - 1
    bad = (array < 0) if top is None else (array < 0) | (array > top)
    if bad.any():
        where = _first(bad)
        rule = "labels of at least 0" if top is None else f"labels from 0 to {top} ({classes} classes, counted from 0)"
        raise ValueError(f"{name}: expected {rule}, but {_entry(name, where)} is {array[where]}.")
    return array


def check_same_length(**arrays: ArrayLike) -> int:
    """The common length of the first axis of the named arrays. Raises ValueError when they differ."""
    lengths = {name: len(_with_an_axis(values, name)) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        hint = _length_hint(arrays, lengths)
        raise ValueError(f"Expected the same number of examples in each array, but {listed}.{hint}")
    return next(iter(lengths.values()), 0)


def _length_hint(arrays: dict[str, ArrayLike], lengths: dict[str, int]) -> str:
    """That a table seems to be transposed when its columns are as many as the examples of all others; else empty."""
    for name, values in arrays.items():
        shape, others = np.shape(values), {length for other, length in lengths.items() if other != name}
        if len(shape) == 2 and others == {shape[1]}:
            return f" {name} seems to be transposed: use {name}.T."
    return ""


def _with_an_axis(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as an array with at least one axis. Raises ValueError for a single number."""
    array = check_array(values, name)
    if array.ndim == 0:
        raise ValueError(f"{name}: expected an array, received the single number {array}. Use np.array([{array}]).")
    return array


def check_positive(value: float, name: str) -> float:
    """``value`` as a float above 0. Raises TypeError when it is not one number, ValueError when it is not positive."""
    number = check_number(value, name)
    if number <= 0:
        raise ValueError(f"{name}: expected a positive number, received {value}.")
    return number


def check_number(value: float, name: str) -> float:
    """``value`` as a finite float. Raises TypeError when it is not one real number, ValueError for NaN and infinity."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name}: expected one number, received {_describe(value)}.")
    number = float(value)
    if not np.isfinite(number):
        raise ValueError(f"{name}: expected a finite number, received {value}.")
    return number


def check_count(value: int, name: str, *, low: int = 1) -> int:
    """``value`` as an int of at least ``low``. Raises TypeError when it is not whole, ValueError when it is smaller."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name}: expected a whole number, received {_describe(value)}.")
    if value < low:
        raise ValueError(f"{name}: expected a whole number of at least {low}, received {value}.")
    return int(value)


def check_generator(value: object, name: str = "generator") -> np.random.Generator:
    """``value`` when it is a NumPy random generator. Raises TypeError otherwise, also for a bare seed."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name}: expected a random generator, received {_describe(value)}. "
            "Make one, once, with np.random.default_rng(seed) and pass it on."
        )
    return value


def check_binary(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as an array of zeros and ones, any shape. Raises ValueError that names the first other entry."""
    array = check_array(values, name)
    check_finite(array, name)
    bad = (array != 0) & (array != 1)
    if bad.any():
        where = _first(bad)
        hint = f" Values of -1 and 1 become zeros and ones by ({name} + 1) // 2." if (np.abs(array) == 1).all() else ""
        raise ValueError(f"{name}: expected zeros and ones only, but {_entry(name, where)} is {array[where]}.{hint}")
    return array


def check_probability(value: float, name: str) -> float:
    """``value`` as one float in [0, 1]. Raises TypeError when it is not one number, ValueError outside [0, 1]."""
    return float(check_probabilities(check_number(value, name), name))


def check_distribution(values: ArrayLike, name: str, *, tolerance: float = 1e-6) -> np.ndarray:
    """``values`` as an array of probabilities, any shape, whose sum over all axes is 1. Raises ValueError otherwise."""
    array = check_probabilities(values, name)
    total = array.sum(dtype=np.float64)
    if abs(total - 1) > tolerance:
        raise ValueError(
            f"{name}: expected probabilities whose sum is 1, but it is {total:.6g}. Divide counts by their sum first."
        )
    return array


def check_all_positive(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as an array of positive finite numbers, any shape. Raises ValueError that names the first other."""
    array = check_finite(values, name)
    bad = array <= 0
    if bad.any():
        where = _first(bad)
        raise ValueError(f"{name}: expected positive numbers, but {_entry(name, where)} is {array[where]}.")
    return array


def check_vector(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as finite numbers of shape (n,), n at least 1. Raises ValueError otherwise."""
    array = check_finite(check_shape(values, ("n",), name), name)
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one number, received an empty array.")
    return array


def check_indices(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as the numbers of examples, integers of shape (n,), n at least 1. Raises TypeError or ValueError."""
    array = check_shape(values, ("n",), name)
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one number, received an empty array.")
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: expected the numbers of the examples, integers, received dtype {array.dtype}. "
            "np.random.default_rng(seed).permutation(n) makes an order of n examples."
        )
    return array


def check_regression_data(inputs: ArrayLike, targets: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """``inputs`` (n, features) and ``targets`` (n,), finite, n at least 1. Raises ValueError otherwise."""
    x = check_finite(check_shape(inputs, ("n", "features"), "inputs"), "inputs")
    y = check_vector(targets, "targets")
    check_same_length(inputs=x, targets=y)
    return x, y


def _check_sums(array: np.ndarray, name: str, axis: int, tolerance: float) -> None:
    sums = array.sum(axis=axis, dtype=np.float64)
    bad = np.abs(sums - 1) > tolerance
    if not bad.any():
        return
    where = _first(bad)
    position = f" at {', '.join(map(str, where))}" if where else ""
    message = f"{name}: expected sums of 1 along axis {axis}, but the sum{position} is {np.asarray(sums)[where]:.6g}."
    other = 1 - axis if axis >= 0 else -1 - (axis + 2)
    if array.ndim == 2 and np.allclose(array.sum(axis=other), 1, atol=tolerance):
        message += f" Sums along axis {other} are 1: the array was normalized along the other axis, or is transposed."
    raise ValueError(message)


def _describe(value: object) -> str:
    """What was received, short enough for a sentence."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {show_shape(value.shape)} and dtype {value.dtype}"
    text = repr(value)
    return f"{text if len(text) <= 40 else text[:37] + '...'} ({type(value).__name__})"


def _first(mask: np.ndarray) -> tuple[int, ...]:
    """The index of the first True entry; ``()`` for a mask without axes."""
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _entry(name: str, where: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, where))}]" if where else name
