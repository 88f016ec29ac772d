"""Values as short, deterministic text: the same value always reads the same, and no memory address appears."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dlcourse.exercises.tensors import is_tensor, plain
from dlcourse.numerals import number

LONGEST = 160
SHOWN_ENTRIES = 24
CALL_DIGITS = 4
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return `text` on one line, without memory addresses, cut after `longest` characters."""
    text = " ".join(ADDRESS.sub("0x…", text).split())
    return text if len(text) <= longest else text[: longest - 2].rstrip() + " …"


def plural(count: int, noun: str) -> str:
    """Return "1 case", "2 cases"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def is_number(value: Any) -> bool:
    """Return whether `value` is one number of Python or NumPy."""
    return isinstance(value, bool | int | float | complex | np.number | np.bool_)


def numbers_apart(expected: Any, received: Any) -> tuple[str, str]:
    """Return two different numbers as texts with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 8, 10, 12, 17):
        one, other = number(expected, digits), number(received, digits)
        if one != other:
            break
    return one, other


def value_text(value: Any, digits: int = 6) -> str:
    """Return a value as one short line; long arrays are abbreviated and then carry their shape."""
    if isinstance(value, np.ndarray):
        return _array_text(value, digits)
    if is_tensor(value):
        return f"Tensor({_array_text(plain(value), digits)})"
    if isinstance(value, bool | int | float | complex | np.number | np.bool_):
        return number(value, digits)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        members = (f"{name}={value_text(member, digits)}" for name, member in zip(value._fields, value, strict=True))
        return f"{type(value).__name__}({_joined(members)})"
    if isinstance(value, tuple):
        return f"({_joined(value_text(member, digits) for member in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{_joined(value_text(member, digits) for member in value)}]"
    if isinstance(value, Mapping):
        return f"{{{_joined(f'{key!r}: {value_text(member, digits)}' for key, member in value.items())}}}"
    return _object_text(value)


def kind_of(value: Any) -> str:
    """Return what a value is in a reader's words: "an array of shape (3, 2)", "a list of 3", "None"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return "a single number" if value.shape == () else f"an array of shape {value.shape}"
    if is_tensor(value):
        return f"a Tensor of shape {plain(value).shape}"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, int | float | complex | np.number):
        return "a single number"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, str):
        return "a text (str)"
    if callable(value) and not hasattr(value, "named_parameters"):  # a network can be called too
        return f"the function `{getattr(value, '__name__', type(value).__name__)}`"
    name = type(value).__name__
    library = type(value).__module__.partition(".")[0]
    words = name if library in ("builtins", "__main__") else f"{library} {name}"
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def call_text(name: str, arguments: Iterable[Any], keywords: Mapping[str, Any]) -> str:
    """Return a call as it would be written: "softmax([[1, 2]], axis=1)"."""
    parts = [value_text(argument, CALL_DIGITS) for argument in arguments]
    parts += [f"{keyword}={value_text(value, CALL_DIGITS)}" for keyword, value in keywords.items()]
    return f"{name}({', '.join(parts)})"


def _joined(members: Iterable[str]) -> str:
    parts = list(members)
    return ", ".join(parts if len(parts) <= 8 else [*parts[:3], "…", *parts[-3:]])


def _array_text(array: np.ndarray, digits: int) -> str:
    if array.shape == () and array.dtype.kind in "biufc":
        return number(array[()], digits)
    if array.size == 0:
        return f"an empty array of shape {array.shape}"
    text = np.array2string(
        array,
        separator=", ",
        threshold=SHOWN_ENTRIES,
        edgeitems=3,
        max_line_width=10_000,
        formatter={
            "bool": number,
            "int": number,
            "float_kind": lambda entry: number(entry, digits),
            "complex_kind": lambda entry: number(entry, digits),
            "object": _object_text,
        },
    )
    text = " ".join(ADDRESS.sub("0x…", text).replace("...", "…").split())
    return text if array.size <= SHOWN_ENTRIES else f"{text} of shape {array.shape}"


def _object_text(value: Any) -> str:
    if callable(value) and isinstance(getattr(value, "__name__", None), str):
        return str(value.__name__)
    if isinstance(value, np.random.Generator):
        return "generator"
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return shorten(text)
