"""Read what `plain_data.encoded` wrote, whoever wrote it: nothing of it is run, and what is no such data is refused."""

from __future__ import annotations

import copyreg
import json
import math
import re
import sys
from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.running.plain_data import KNOWN, LENGTH
from dlcourse.exercises.running.unsent import Unsent
from dlcourse.scratch.autograd import Tensor

DTYPE = re.compile(r"[<>|=]([biufcSU]\d{1,9}|[mM]8(\[\d*\w{1,2}\])?)")
MOST_FIELDS = 100


class NotPlain(ValueError):
    """Raised where bytes are not what `encoded` writes."""


def decoded(data: bytes, objects: Sequence[Any] = ()) -> Any:
    """Return the value that was encoded, with `objects` in the places of their numbers.

    Raises NotPlain for bytes that `encoded` did not write, whatever they are.
    """
    try:
        return _Reader(data, objects).value()
    except Exception as error:
        raise NotPlain(f"{type(error).__name__}: {error}") from error


class _Reader:
    def __init__(self, data: bytes, objects: Sequence[Any]) -> None:
        (length,) = LENGTH.unpack_from(data)
        start = LENGTH.size + length
        self._entries, lengths = json.loads(data[LENGTH.size : start])
        self._blobs = []
        for each in lengths:
            self._blobs.append(data[start : start + each])
            start += each
        self._objects = objects
        self._made: dict[int, Any] = {}

    def value(self) -> Any:
        """Return the first entry: first what may hold itself is made, empty, then what holds it, then it is filled."""
        for place, entry in enumerate(self._entries):
            if make := _LEAVES.get(entry[0]) or _SHELLS.get(entry[0]):
                self._made[place] = make(self, *entry[1:])
        for place in range(len(self._entries)):
            self._make(place)
        for place, entry in enumerate(self._entries):
            if entry[0] in _FILLINGS:
                _FILLINGS[entry[0]](self, self._made[place], *entry[1:])
        return self._made[0]

    def _make(self, place: int) -> None:
        waiting, begun = [place], set()
        while waiting:
            one = waiting[-1]
            if one in self._made:
                waiting.pop()
                continue
            tag, *parts = self._entries[one]
            missing = [each for each in parts[-1] if each not in self._made]
            if missing and one in begun:
                raise NotPlain("a tuple that holds itself")
            begun.add(one)
            if missing:
                waiting += missing
            else:
                self._made[one] = _HOLDERS[tag](self, *parts)

    def all(self, places: Sequence[int]) -> list[Any]:
        """Return what stands at these places; it is made by now."""
        return [self._made[each] for each in places]

    def blob(self, number: int) -> bytes:
        """Return the bytes of an array or the like."""
        return self._blobs[number]

    def argument(self, number: int) -> Any:
        """Return an object of the arguments."""
        return self._objects[number]


def _array(reader: _Reader, dtype: str, shape: list[int], blob: int) -> np.ndarray:
    if not DTYPE.fullmatch(dtype):
        raise NotPlain(f"no array holds {dtype!r}")
    return np.frombuffer(reader.blob(blob), np.dtype(dtype)).reshape(shape).copy()


def _scalar(reader: _Reader, dtype: str, blob: int) -> Any:
    return _array(reader, dtype, [], blob)[()]


def _tensor(reader: _Reader, requires_grad: bool, places: list[int]) -> Tensor:
    data, gradient = reader.all(places)
    if type(data) is not np.ndarray or data.dtype.kind not in "biuf":
        raise NotPlain("a tensor without numbers")
    tensor = Tensor(data, requires_grad=bool(requires_grad), dtype=data.dtype)
    tensor.grad = gradient if type(gradient) is np.ndarray and gradient.dtype.kind in "biuf" else None
    return tensor


def _named(reader: _Reader, name: str, fields: list[str], places: list[int]) -> Any:
    if len(fields) > MOST_FIELDS:
        raise NotPlain("too many fields")
    return namedtuple(name, fields)(*reader.all(places))


def _unsent(reader: _Reader, texts: dict[str, str], gives_values: bool, is_callable: bool, places: list[int]) -> Any:
    (numbers,) = reader.all(places)
    if not all(isinstance(each, str) for each in texts.values()) or type(numbers) not in (np.ndarray, type(None)):
        raise NotPlain("no words for a value")
    return Unsent(**texts, gives_values=bool(gives_values), callable=bool(is_callable), numbers=numbers).stand_in()


def _empty_object(_reader: _Reader, module: str, name: str, _names: list[str], _places: list[int]) -> Any:
    kind = getattr(sys.modules.get(module), name, None) if module.startswith(KNOWN) else None
    if not isinstance(kind, type) or kind.__module__ != module or issubclass(kind, BaseException | type | Tensor):
        raise NotPlain(f"{module}.{name} is no class of the textbook or of a chapter")
    return object.__new__(kind)


def _fill_object(reader: _Reader, made: Any, _module: str, _name: str, names: list[str], places: list[int]) -> None:
    slots = copyreg._slotnames(type(made))  # type: ignore[attr-defined]
    for name, value in zip(names, reader.all(places), strict=True):
        if name in slots:
            object.__setattr__(made, name, value)
        else:
            vars(made)[str(name)] = value


def _empty_objects(_reader: _Reader, shape: list[int], places: list[int]) -> np.ndarray:
    if math.prod(shape) != len(places):
        raise NotPlain("an array of another size")
    return np.empty(shape, object)


def _fill_objects(reader: _Reader, made: np.ndarray, _shape: list[int], places: list[int]) -> None:
    for place, value in enumerate(reader.all(places)):
        made.flat[place] = value


# What is made at once, what is made of other entries, and what is made empty and filled in the end.
_LEAVES: dict[str, Callable[..., Any]] = {
    "none": lambda _: None,
    "ellipsis": lambda _: ...,
    "bool": lambda _, value: bool(value),
    "int": lambda _, text: int(text, 16),
    "float": lambda _, text: float(text),
    "complex": lambda _, real, imaginary: complex(float(real), float(imaginary)),
    "str": lambda _, text: str(text),
    "bytes": _Reader.blob,
    "argument": _Reader.argument,
    "array": _array,
    "scalar": _scalar,
    "float64": lambda _, text: np.float64(float(text)),
}
_HOLDERS: dict[str, Callable[..., Any]] = {
    "tuple": lambda reader, places: tuple(reader.all(places)),
    "frozenset": lambda reader, places: frozenset(reader.all(places)),
    "named": _named,
    "tensor": _tensor,
    "unsent": _unsent,
}
_SHELLS: dict[str, Callable[..., Any]] = {
    "list": lambda *_: [],
    "dict": lambda *_: {},
    "set": lambda *_: set(),
    "objects": _empty_objects,
    "object": _empty_object,
}
_FILLINGS: dict[str, Callable[..., Any]] = {
    "list": lambda reader, made, places: made.extend(reader.all(places)),
    "dict": lambda reader, made, keys, values: made.update(zip(reader.all(keys), reader.all(values), strict=True)),
    "set": lambda reader, made, places: made.update(reader.all(places)),
    "objects": _fill_objects,
    "object": _fill_object,
}
